//! What a name, a password and a token may look like.

use crate::ServiceError;
use std::collections::BTreeSet;
use wire::{
    accounts::{Role, Scope, TokenDraft},
    plain::{is_blank, misleads},
    vault::Secret,
};

const MIN_PASSWORD_CHARS: usize = 10;
const MAX_PASSWORD_BYTES: usize = 1024;
const MAX_TOKEN_DAYS: u32 = 3650;

/// ASCII only: no two names look alike, and both databases fold their case in the same way.
fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_@".contains(&b))
}

/// Checks the name of a new account.
pub(super) fn name(text: &str) -> Result<&str, ServiceError> {
    let text = text.trim();
    if is_name(text) {
        return Ok(text);
    }
    Err(ServiceError::bad(
        "a name has 1 to 64 letters (a to z), digits, `.`, `-`, `_` or `@`, and begins with a letter, a digit or `_`",
    ))
}

/// Checks a new password.
pub(super) fn new_password(password: &Secret) -> Result<(), ServiceError> {
    if password.expose().chars().count() < MIN_PASSWORD_CHARS {
        return Err(ServiceError::bad("a password has at least 10 characters; a few unrelated words make a good one"));
    }
    password_size(password)
}

/// Checks a new passphrase of a vault.
pub(super) fn new_passphrase(passphrase: &Secret) -> Result<(), ServiceError> {
    if passphrase.expose().chars().count() < MIN_PASSWORD_CHARS {
        return Err(ServiceError::bad(
            "a vault passphrase has at least 10 characters; a few unrelated words make a good one",
        ));
    }
    password_size(passphrase)
}

/// Checks that a password is not larger than any password can be.
pub(super) fn password_size(password: &Secret) -> Result<(), ServiceError> {
    if password.expose().len() > MAX_PASSWORD_BYTES {
        return Err(ServiceError::bad("a password has at most 1024 bytes"));
    }
    Ok(())
}

/// Checks what somebody wants of a token, and answers its trimmed name.
pub(super) fn token(draft: &TokenDraft) -> Result<&str, ServiceError> {
    let name = draft.name.trim();
    if is_blank(name) || name.chars().count() > 100 || name.chars().any(misleads) {
        return Err(ServiceError::bad("give the token a name of 1 to 100 characters of plain text"));
    }
    if draft.expires_in_days.is_some_and(|days| !(1..=MAX_TOKEN_DAYS).contains(&days)) {
        return Err(ServiceError::bad("a token lives 1 to 3650 days, or for ever when no number is given"));
    }
    Ok(name)
}

/// Checks what somebody calls a passkey, and answers it trimmed.
pub(super) fn passkey_name(text: &str) -> Result<&str, ServiceError> {
    let name = text.trim();
    if is_blank(name) || name.chars().count() > 60 || name.chars().any(misleads) {
        return Err(ServiceError::bad("give the passkey a name of 1 to 60 characters of plain text"));
    }
    Ok(name)
}

/// Checks what somebody wants to use a token for, and answers what it will be.
pub(super) fn scopes(draft: &TokenDraft, role: Role) -> Result<BTreeSet<Scope>, ServiceError> {
    let Some(scopes) = &draft.scopes else { return Ok(Scope::usual(role)) };
    if scopes.is_empty() {
        return Err(ServiceError::bad("name at least one scope: `read`, `connect`, `files` or `admin`"));
    }
    match scopes.difference(&Scope::of(role)).next() {
        Some(scope) => Err(ServiceError::bad(format!("the role {} has no use for the scope `{scope}`", role.as_str()))),
        None => Ok(scopes.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "Alice", "a.b-c_d@example.org", &"x".repeat(64)] {
            assert_eq!(name(good).unwrap(), good);
        }
        assert_eq!(name(" alice ").unwrap(), "alice");
        for bad in ["", " ", "a b", "a/b", "a\0", "a:b", "a+b", "jörg", &"x".repeat(65)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords() {
        assert!(new_password(&Secret::new("ten chars!")).is_ok());
        assert!(new_password(&Secret::new("ü".repeat(10))).is_ok());
        assert!(new_password(&Secret::new("nine char")).is_err());
        assert!(new_password(&Secret::new("x".repeat(1024))).is_ok());
        assert!(new_password(&Secret::new("x".repeat(1025))).is_err());
    }

    #[test]
    fn tokens() {
        let draft = |name: &str, expires_in_days| TokenDraft { name: name.into(), expires_in_days, scopes: None };
        assert!(token(&draft("ci", None)).is_ok());
        assert!(token(&draft("ci", Some(30))).is_ok());
        for bad in [draft("", None), draft("ci", Some(0)), draft("ci", Some(3651)), draft(&"x".repeat(101), None)] {
            assert!(token(&bad).is_err(), "{bad:?}");
        }
        assert!(token(&draft("c\u{202e}i", None)).is_err());
    }

    #[test]
    fn passkey_names() {
        assert_eq!(passkey_name(" my phone ").unwrap(), "my phone");
        for bad in ["", " ", "a\nb", "a\u{200b}", "\u{202e}enohp", &"x".repeat(61)] {
            assert!(passkey_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn scopes_of_tokens() {
        let draft = |scopes: Option<&[Scope]>| TokenDraft {
            name: "ci".into(),
            expires_in_days: None,
            scopes: scopes.map(|scopes| scopes.iter().copied().collect()),
        };
        assert_eq!(scopes(&draft(None), Role::Admin).unwrap(), Scope::of(Role::Member), "all but `admin`");
        assert_eq!(scopes(&draft(None), Role::Viewer).unwrap(), [Scope::Read].into());
        assert_eq!(scopes(&draft(Some(&[Scope::Admin])), Role::Admin).unwrap(), [Scope::Admin].into());
        assert!(scopes(&draft(Some(&[])), Role::Admin).is_err(), "at least one");
        assert!(scopes(&draft(Some(&[Scope::Read, Scope::Admin])), Role::Member).is_err());
        assert!(scopes(&draft(Some(&[Scope::Connect])), Role::Viewer).is_err());
    }
}
