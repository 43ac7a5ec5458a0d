//! Seals: now and then a line holds a code over the line before it, made with a key that the database does not have.
//!
//! Whoever can write to the database alone can then not write sealed lines anew without that being seen. What a seal cannot
//! do: show that lines behind the last one are as they were, or that the end was cut off.

use crate::{
    ServiceError,
    vault::key::{KeyBytes, derive},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use wire::audit::{AuditEvent, AuditHead};

/// What such a line is called.
pub(super) const ACTION: &str = "audit.seal";

/// What the seals' key is derived from the server's key for.
pub(super) const PURPOSE: &str = "berth audit seal v1";

/// The key that seals.
pub(super) struct SealKey {
    key: KeyBytes,
    /// Names the key and tells nothing of it.
    id: String,
}

/// What a line that is a seal is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seal {
    /// This key's, over the line before it.
    Good,
    /// Another key's.
    Unknown,
    /// It says that it is this key's, and is not.
    Bad,
}

impl SealKey {
    pub(super) fn new(key: KeyBytes) -> Result<Self, ServiceError> {
        let mut id = [0; 8];
        derive(key.as_slice(), "berth audit seal key id v1", &mut id)?;
        Ok(Self { id: hex(&id), key })
    }

    /// Object and outcome of a line that seals this one.
    pub(super) fn seal(&self, head: AuditHead) -> Result<(String, String), ServiceError> {
        let code = self.mac(&head.to_string())?.finalize().into_bytes();
        Ok((head.to_string(), format!("{}:{}", self.id, hex(&code))))
    }

    /// Judges a line that says that it is a seal. What the line stands on was looked at already.
    pub(super) fn judge(&self, line: &AuditEvent) -> Result<Seal, ServiceError> {
        let (id, code) = line.outcome.split_once(':').unwrap_or_default();
        if id != self.id {
            return Ok(Seal::Unknown);
        }
        let before = AuditHead { number: line.id - 1, hash: line.previous };
        let same = code.len() % 2 == 0 && line.object == before.to_string();
        let bytes = data_encoding::HEXLOWER.decode(code.as_bytes()).unwrap_or_default();
        let fits = self.mac(&line.object)?.verify_slice(&bytes).is_ok();
        Ok(if same && fits { Seal::Good } else { Seal::Bad })
    }

    fn mac(&self, text: &str) -> Result<Hmac<Sha256>, ServiceError> {
        let mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice());
        let mut mac = mac.map_err(|_| ServiceError::Internal("the seals' key cannot be used"))?;
        mac.update(text.as_bytes());
        Ok(mac)
    }
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Timestamp, audit::AuditHash};

    fn line(key: &SealKey, head: AuditHead) -> AuditEvent {
        let (object, outcome) = key.seal(head).unwrap();
        AuditEvent {
            id: head.number + 1,
            at: Timestamp::from_millis(0),
            account_id: None,
            account_name: "server".into(),
            address: None,
            request_id: String::new(),
            action: ACTION.into(),
            object,
            outcome,
            previous: head.hash,
            hash: AuditHash::NONE,
        }
    }

    #[test]
    fn a_seal_is_good_for_its_key_and_its_line_alone() {
        let keys = [1, 2].map(|byte| SealKey::new(KeyBytes::new([byte; 32])).unwrap());
        let head = AuditHead { number: 7, hash: AuditHash::new([9; 32]) };
        let good = line(&keys[0], head);
        assert_eq!(keys[0].judge(&good).unwrap(), Seal::Good);
        assert_eq!(keys[1].judge(&good).unwrap(), Seal::Unknown);
        for bad in [
            AuditEvent { id: 9, ..good.clone() },
            AuditEvent { previous: AuditHash::NONE, ..good.clone() },
            AuditEvent { object: format!("7:{}", AuditHash::NONE), previous: AuditHash::NONE, ..good.clone() },
            AuditEvent { outcome: good.outcome.split_once(':').unwrap().0.to_owned() + ":", ..good.clone() },
            AuditEvent { outcome: good.outcome[..good.outcome.len() - 2].to_owned() + "zz", ..good.clone() },
        ] {
            assert_eq!(keys[0].judge(&bad).unwrap(), Seal::Bad, "{bad:?}");
        }
        assert_eq!(keys[0].judge(&AuditEvent { outcome: "done".into(), ..good }).unwrap(), Seal::Unknown);
    }
}
