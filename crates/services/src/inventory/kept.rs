//! What is stored of an entry beside its host: the entry as it came, and what the file called its credential.

use formats::Kept;
use serde::Deserialize;

#[derive(Deserialize)]
struct Beside {
    credential: Option<String>,
}

/// As it is stored. The credential's name goes along, because there may be no such credential in the vault.
pub(super) fn written(kept: &Kept, credential: Option<&str>) -> String {
    let json = kept.to_json().unwrap_or_default();
    let name = credential.and_then(|name| serde_json::to_string(name).ok());
    match (name, json.strip_prefix('{')) {
        (Some(name), Some(rest)) => format!("{{\"credential\":{name},{rest}"),
        _ => json,
    }
}

/// The entry; nothing when it cannot be read any more, which loses only what Berth has no field for.
pub(super) fn read(text: &str) -> Kept {
    if text.is_empty() { Kept::default() } else { Kept::from_json(text).unwrap_or_default() }
}

/// What the file called the credential.
pub(super) fn credential(text: &str) -> Option<String> {
    serde_json::from_str::<Beside>(text).ok().and_then(|beside| beside.credential)
}
