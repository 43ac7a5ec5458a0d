//! Secrets in files are not taken along: what is kept of an entry lies in the database as it is, and an export shows it.

use crate::{
    entry::Report,
    error::Place,
    fields::bare,
    value::{Key, Value},
};

/// Whether a field's name says that a secret stands in it.
fn is_secret(key: &Key) -> bool {
    const WITHIN: [&str; 6] = ["password", "passwd", "passphrase", "secret", "privatekey", "apitoken"];
    let name = bare(&key.text);
    let elsewhere = ["file", "path", "id", "name"].iter().any(|end| name.ends_with(end));
    !elsewhere && (name.ends_with("pass") && name != "bypass" || WITHIN.iter().any(|word| name.contains(word)))
}

/// Takes the secrets out of an entry, also deeper inside, and says so once for each name.
pub(crate) fn remove(report: &mut Report, at: &Place, entries: &mut Vec<(Key, Value)>) {
    entries.retain_mut(|(key, value)| {
        if is_secret(key) && !matches!(value, Value::Null | Value::Bool(_)) && value.scalar().as_deref() != Some("") {
            report.secret(at, &key.text);
            return false;
        }
        inside(report, at, value);
        true
    });
}

fn inside(report: &mut Report, at: &Place, value: &mut Value) {
    match value {
        Value::Map(entries) => remove(report, at, entries),
        Value::List(items) => items.iter_mut().for_each(|item| inside(report, at, item)),
        Value::Tagged(_, value) => inside(report, at, value),
        _ => {}
    }
}
