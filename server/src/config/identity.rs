//! How secrets, lists and roles of other people's accounts are written, for `[oidc]` and `[ldap]`.

use super::{ConfigError, layers::Values, units};
use std::path::PathBuf;
use wire::{accounts::Role, vault::Secret};

/// A secret that stands in a setting or in a file.
pub(super) fn secret(
    values: &Values,
    plain: &'static str,
    in_file: &'static str,
) -> Result<Option<Secret>, ConfigError> {
    let text: String = values.read(plain, units::parsed)?;
    let file = values.read(in_file, file)?;
    if !text.is_empty() && file.is_some() {
        return values.refuse(plain, "the secret is given twice, here and in a file");
    }
    let found = file.map(|text| text.trim_end_matches(['\r', '\n']).to_owned()).or(Some(text));
    Ok(found.filter(|text| !text.is_empty()).map(Secret::new))
}

/// What stands in a file; nothing when none is named.
pub(super) fn file(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let path = PathBuf::from(text);
    std::fs::read_to_string(&path).map(Some).map_err(|error| format!("the file cannot be read: {error}"))
}

/// Words with commas between.
pub(super) fn list(text: &str) -> Result<Vec<String>, String> {
    Ok(text.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

/// A role, or none.
pub(super) fn role(text: &str) -> Result<Option<Role>, String> {
    match text {
        "none" => Ok(None),
        "viewer" => Ok(Some(Role::Viewer)),
        "member" => Ok(Some(Role::Member)),
        "admin" => Ok(Some(Role::Admin)),
        _ => Err("it is none of `none`, `viewer`, `member` and `admin`".into()),
    }
}
