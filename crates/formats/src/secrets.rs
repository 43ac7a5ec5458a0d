//! Secrets in files are not taken along: what is kept of an entry lies in the database as it is, and an export shows it.

use crate::{
    entry::Report,
    error::Place,
    fields::{self, bare},
    value::{Key, Value},
};

/// Wherever they stand in a field's name, however it is written, a secret stands in the field.
const WITHIN: [&str; 19] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pincode",
    "secret",
    "privatekey",
    "apitoken",
    "apikey",
    "accesskey",
    "authkey",
    "sshpass",
    "passwort",
    "kennwort",
    "motdepasse",
    "contrasena",
    "contraseña",
    "senha",
    "credential",
];

/// As a word of a field's name they mean a secret, when more than yes or no stands in the field.
const WORDS: [&str; 18] = [
    "pass",
    "pwd",
    "pw",
    "pword",
    "pswd",
    "token",
    "tokens",
    "psk",
    "community",
    "communities",
    "enable",
    "totp",
    "otp",
    "auth",
    "authentication",
    "bearer",
    "jwt",
    "cookie",
];

/// Behind them a name says where a secret is, what it is called, or of what kind it is.
const ELSEWHERE: [&str; 9] = ["file", "path", "id", "name", "ref", "type", "method", "mode", "protocol"];

/// Keys that everybody may see, and keys of other kinds.
const OPEN_KEYS: [&str; 9] = ["public", "pub", "host", "foreign", "primary", "sort", "external", "authorized", "known"];

/// Whether a field's name is that of a secret.
#[cfg(test)]
pub(crate) fn is_name(name: &str) -> bool {
    sure(name) != Sure::Not || bare(name).starts_with("cred")
}

/// How surely a secret stands in a field.
#[derive(PartialEq, Eq)]
enum Sure {
    /// None does.
    Not,
    /// When it is more than yes or no.
    Mostly,
    /// Whatever it is.
    Always,
}

/// What a field's name says.
fn sure(name: &str) -> Sure {
    let whole = bare(name);
    // What has a field here names a credential, and is none.
    if ELSEWHERE.iter().any(|end| whole.ends_with(end)) || fields::is_known(&whole) {
        return Sure::Not;
    }
    if whole.ends_with("pass") && whole != "bypass" || WITHIN.iter().any(|word| whole.contains(word)) {
        return Sure::Always;
    }
    let parts = parts(name);
    let is = |word: &str| parts.iter().any(|part| part == word);
    let key = parts.last().is_some_and(|last| last == "key") && !OPEN_KEYS.iter().any(|word| is(word));
    if key || WORDS.iter().any(|word| is(word)) { Sure::Mostly } else { Sure::Not }
}

/// The words of a name in lower case: `snmpCommunity2` and `SNMP_COMMUNITY` are `snmp` and `community`.
fn parts(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let (mut parts, mut part) = (Vec::new(), String::new());
    for (at, char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let next_is_small = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        let begins = char.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_is_small);
        if begins || !char.is_alphabetic() {
            parts.push(std::mem::take(&mut part));
        }
        if char.is_alphabetic() {
            part.extend(char.to_lowercase());
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a secret stands in a field.
fn holds(name: &str, value: &Value) -> bool {
    if let Value::Tagged(_, value) = value {
        return holds(name, value);
    }
    let text = value.scalar().map(|text| text.trim().to_lowercase());
    let is_empty = match value {
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => text.as_deref() == Some(""),
    };
    let nothing = matches!(value, Value::Null | Value::Bool(_)) || is_empty;
    let flag = text.is_some_and(|text| matches!(&*text, "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1"));
    // A credential that is written out, and not only named.
    let written_out = matches!(value, Value::Map(_) | Value::List(_)) && bare(name).starts_with("cred");
    match sure(name) {
        _ if nothing => false,
        Sure::Always => true,
        Sure::Mostly => !flag,
        Sure::Not => written_out,
    }
}

/// Takes the secrets out of an entry, also deeper inside, and says so once for each name.
pub(crate) fn remove(report: &mut Report, at: &Place, entries: &mut Vec<(Key, Value)>) {
    entries.retain_mut(|(key, value)| {
        if holds(&key.text, value) {
            report.secret(at, &key.text);
            return false;
        }
        inside(report, at, &key.text, value);
        true
    });
}

fn inside(report: &mut Report, at: &Place, name: &str, value: &mut Value) {
    match value {
        Value::Map(entries) => remove(report, at, entries),
        Value::List(items) => items.iter_mut().for_each(|item| inside(report, at, name, item)),
        Value::Tagged(_, value) => inside(report, at, name, value),
        Value::Text(text) => {
            if let Some(bare) = without_password(text) {
                report.secret(at, name);
                *text = bare;
            }
        }
        _ => {}
    }
}

/// A text whose addresses name a password before the host, without those; none when there is none.
fn without_password(text: &str) -> Option<String> {
    let (mut left, mut out, mut found) = (text, String::new(), false);
    while let Some((before, after)) = left.split_once("://") {
        let end =
            after.find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'')).unwrap_or(after.len());
        let (place, rest) = after.split_at(end);
        out.push_str(before);
        out.push_str("://");
        match place.rsplit_once('@').and_then(|(login, host)| Some((login.split_once(':')?, host))) {
            Some(((user, password), host)) if !password.is_empty() => {
                found = true;
                out.push_str(&format!("{user}@{host}"));
            }
            _ => out.push_str(place),
        }
        left = rest;
    }
    out.push_str(left);
    found.then_some(out)
}

/// A line of `ssh_config` without its secrets, and the option or name that they stood in; none when there is none. The
/// line that is left may be nothing.
pub(crate) fn of_line(line: &str) -> Option<(String, Option<String>)> {
    let trimmed = line.trim();
    if let Some(comment) = trimmed.strip_prefix('#') {
        let (name, value) = comment.split_once([':', '='])?;
        let is_one = holds(name.trim(), &Value::Text(value.trim().to_owned())) && name.split_whitespace().count() <= 3;
        return is_one.then(|| (name.trim().to_owned(), None));
    }
    let (option, rest) = trimmed.split_once(|c: char| c.is_whitespace() || c == '=')?;
    match option.to_ascii_lowercase().as_str() {
        "setenv" => {
            let is_one = |word: &&str| {
                let (name, value) = word.trim_matches('"').split_once('=').unwrap_or((word, ""));
                holds(name, &Value::Text(value.to_owned()))
            };
            // Quoted values with blanks in them fall apart here: then nothing of the line is kept.
            let whole = rest.contains('"');
            let found = rest.split_whitespace().find(is_one)?.split('=').next().unwrap_or_default();
            let others: Vec<&str> = rest.split_whitespace().filter(|word| !is_one(word)).collect();
            let indent = line.split_at(line.len() - line.trim_start().len()).0;
            let left = (!whole && !others.is_empty()).then(|| format!("{indent}{option} {}", others.join(" ")));
            Some((format!("{option} {}", found.trim_matches('"')), left))
        }
        "proxycommand" | "localcommand" | "remotecommand" | "knownhostscommand" => {
            let named = rest.split_whitespace().any(|word| {
                let (name, value) = word.trim_start_matches('-').split_once('=').unwrap_or((word, ""));
                word.rsplit('/').next() == Some("sshpass")
                    || !value.is_empty() && holds(name, &Value::Text(value.to_owned()))
                    || word.starts_with("--") && sure(word.trim_start_matches('-')) == Sure::Always
            });
            (named || without_password(rest).is_some()).then(|| (option.to_owned(), None))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
