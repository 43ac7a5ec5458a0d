//! What proves a second factor: a code of the authenticator app (RFC 6238), or a recovery code in its place.
//!
//! A code is six digits of a time step of 30 s; the step before and the one after are taken too, because clocks differ. Each
//! step is taken once, and none before one that was taken: the database decides that, so that of many who come with one
//! code at once one is let in. Wrong ones make wait, whoever gives them, longer than wrong passwords do.

use super::{
    Accounts,
    code::{Code, SHORT},
};
use crate::{
    ServiceError, Visitor,
    vault::{VaultKey, open_text, seal_text},
};
use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use std::time::{SystemTime, UNIX_EPOCH};
use storage::{AccountRecord, SecondFactorRecord};
use totp_rs::{Builder, Totp};
use wire::{AccountId, vault::Secret};
use zeroize::Zeroizing;

/// What the secret is sealed for.
const PURPOSE: &str = "totp";

/// Whose codes they are, as the app shows it.
const ISSUER: &str = "Berth";

const BROKEN: ServiceError = ServiceError::Internal("the codes of an authenticator app could not be computed");
const WRONG: ServiceError =
    ServiceError::WrongCode("this code is wrong; type the six digits that the app shows now, or a recovery code");
const USED: ServiceError = ServiceError::WrongCode("this code was used already; wait for the next one");
const SEALED: ServiceError = ServiceError::WrongCode(
    "codes of the app cannot be checked while the vault is locked; use a recovery code, or ask an admin to reset the second factor",
);

/// How a second factor was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// By the app.
    App,
    /// By a recovery code; so many are left.
    Recovery(u64),
}

impl Shown {
    /// As the audit log says it.
    pub(super) fn outcome(self) -> String {
        match self {
            Self::App => "done, with a code".to_owned(),
            Self::Recovery(left) => format!("done, with a recovery code; {left} left"),
        }
    }
}

impl Accounts {
    /// Lets a code prove the second factor of an account, and uses it up.
    ///
    /// # Errors
    /// `WrongCode` when it is wrong or was used, `TooManyTries` after too many wrong ones.
    pub(super) async fn take_code(
        &self,
        visitor: &Visitor,
        account: &AccountRecord,
        key: Option<&VaultKey>,
        typed: &Secret,
    ) -> Result<Shown, ServiceError> {
        let knock = self.door.knock_with_code(account.id.as_str(), visitor.address)?;
        let checked = match digits(typed) {
            Some(digits) => self.check_app(account, key, &digits).await,
            None => self.check_recovery(account, typed).await,
        };
        let wrong = match checked {
            Err(error @ ServiceError::WrongCode(_)) => Some(error),
            other => {
                let (knock, shown) = knock.judge(other)?;
                knock.right();
                return Ok(shown);
            }
        };
        drop(knock);
        Err(wrong.unwrap_or(WRONG))
    }

    async fn check_app(
        &self,
        account: &AccountRecord,
        key: Option<&VaultKey>,
        digits: &str,
    ) -> Result<Shown, ServiceError> {
        let record = self.storage.second_factors().get(&account.id).await?;
        let record = record.filter(|record| record.confirmed_at.is_some()).ok_or(WRONG)?;
        let totp = opened(key.ok_or(SEALED)?, account, &record).ok_or(SEALED)?;
        let step = totp.check(digits, now()).ok_or(WRONG)?;
        if !self.storage.second_factors().take_step(&account.id, &record.id, step).await? {
            return Err(USED);
        }
        Ok(Shown::App)
    }

    async fn check_recovery(&self, account: &AccountRecord, typed: &Secret) -> Result<Shown, ServiceError> {
        let code = Code::<SHORT>::read(typed).ok_or(WRONG)?;
        if !self.storage.second_factors().take_code(&account.id, &hash(&account.id, &code)).await? {
            return Err(WRONG);
        }
        Ok(Shown::Recovery(self.storage.second_factors().codes_left(&account.id).await?))
    }
}

/// The six digits of what was typed, however it was grouped; `None` when it is something else.
pub(super) fn digits(typed: &Secret) -> Option<Zeroizing<String>> {
    let mut digits = Zeroizing::new(String::with_capacity(8));
    for letter in typed.expose().chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
        if !letter.is_ascii_digit() || digits.len() == 6 {
            return None;
        }
        digits.push(letter);
    }
    (digits.len() == 6).then_some(digits)
}

/// What computes an account's codes.
pub(super) fn totp(secret: &[u8], name: &str) -> Result<Totp, ServiceError> {
    let builder = Builder::new().with_secret(secret.to_vec()).with_account_name(name).with_issuer(Some(ISSUER));
    builder.build().map_err(|_| BROKEN)
}

/// The time step of a code that is right now, for a secret that was typed into an app just now.
pub(super) fn step_of(totp: &Totp, digits: &str) -> Option<u64> {
    totp.check(digits, now())
}

/// Seals a secret under the account's data key.
pub(super) fn sealed(key: &VaultKey, account: &AccountId, secret: &[u8]) -> Result<Vec<u8>, ServiceError> {
    seal_text(key, account, PURPOSE, &Secret::new(BASE32_NOPAD.encode(secret)))
}

/// Opens it again; `None` when another key sealed it.
pub(super) fn opened(key: &VaultKey, account: &AccountRecord, record: &SecondFactorRecord) -> Option<Totp> {
    let text = open_text(key, &account.id, PURPOSE, &record.totp)?;
    let secret = Zeroizing::new(BASE32_NOPAD.decode(text.expose().as_bytes()).ok()?);
    totp(&secret, &account.name).ok()
}

/// Fast, because nobody guesses 80 random bits. The account in it keeps one code from opening two.
pub(super) fn hash(account: &AccountId, code: &Code<SHORT>) -> Vec<u8> {
    let begun = Sha256::new().chain_update(b"berth second factor code v1:").chain_update(account.as_str());
    begun.chain_update(b":").chain_update(code.bytes()).finalize().to_vec()
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, in its SHA-1 rows and six digits.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let totp = totp(b"12345678901234567890", "ada").unwrap();
        for (time, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert_eq!(totp.check(code, time), Some(time / 30), "{code}");
            assert_eq!(totp.check(code, time + 30), Some(time / 30), "a step later");
            assert_eq!(totp.check(code, time + 90), None, "three steps later");
        }
        let url = totp.to_url().unwrap();
        assert_eq!(url, "otpauth://totp/Berth:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Berth");
    }

    #[test]
    fn digits_are_read_however_they_are_grouped() {
        for typed in ["123456", " 123 456 ", "123-456", "1 2 3 4 5 6\n"] {
            assert_eq!(digits(&Secret::new(typed)).unwrap().as_str(), "123456", "{typed}");
        }
        for typed in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "ABCD-EFGH-JKMN-PQRS"] {
            assert!(digits(&Secret::new(typed)).is_none(), "{typed}");
        }
    }

    #[test]
    fn a_sealed_secret_opens_for_its_account_and_key_only() {
        let (key, other) = (VaultKey::generate().unwrap(), VaultKey::generate().unwrap());
        let account: AccountId = "a".parse().unwrap();
        let blob = sealed(&key, &account, &[9; 20]).unwrap();
        assert!(open_text(&key, &account, PURPOSE, &blob).is_some());
        assert!(open_text(&other, &account, PURPOSE, &blob).is_none());
        assert!(open_text(&key, &"b".parse().unwrap(), PURPOSE, &blob).is_none());
    }

    #[test]
    fn one_code_has_another_hash_for_each_account() {
        let code = Code::<SHORT>::generate().unwrap();
        assert_ne!(hash(&"a".parse().unwrap(), &code), hash(&"b".parse().unwrap(), &code));
    }
}
