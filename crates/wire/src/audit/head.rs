//! A place in the chain of the audit log: a line's number and its hash.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How many bytes a hash has (SHA-256).
const BYTES: usize = 32;

/// The hash of a line, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct AuditHash([u8; BYTES]);

/// A line's number and its hash, written as `NUMBER:HASH`. Whoever keeps one elsewhere can tell later whether the log still
/// stands on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditHead {
    /// The line's number; 0 before the first line.
    pub number: i64,
    /// Its hash; zeros before the first line.
    pub hash: AuditHash,
}

/// A text that is no hash, or no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHead;

impl fmt::Display for InvalidHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a head is written as NUMBER:HASH, with 64 hexadecimal digits for the hash")
    }
}

impl std::error::Error for InvalidHead {}

impl AuditHash {
    /// What stands in the first line in place of the hash of the line before.
    pub const NONE: Self = Self([0; BYTES]);

    /// The hash of these bytes.
    #[must_use]
    pub const fn new(bytes: [u8; BYTES]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; BYTES] {
        &self.0
    }
}

impl AuditHead {
    /// Before the first line.
    pub const START: Self = Self { number: 0, hash: AuditHash::NONE };
}

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AuditHash {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let digits = text.as_bytes();
        if digits.len() != 2 * BYTES {
            return Err(InvalidHead);
        }
        let mut bytes = [0; BYTES];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let value = |at: usize| pair.get(at).and_then(|digit| char::from(*digit).to_digit(16)).ok_or(InvalidHead);
            *byte = u8::try_from(value(0)? * 16 + value(1)?).map_err(|_| InvalidHead)?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for AuditHash {
    type Error = InvalidHead;

    fn try_from(text: String) -> Result<Self, InvalidHead> {
        text.parse()
    }
}

impl From<AuditHash> for String {
    fn from(hash: AuditHash) -> Self {
        hash.to_string()
    }
}

impl fmt::Display for AuditHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl FromStr for AuditHead {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (number, hash) = text.trim().split_once(':').ok_or(InvalidHead)?;
        let number = number.parse().ok().filter(|number| *number >= 0).ok_or(InvalidHead)?;
        Ok(Self { number, hash: hash.parse()? })
    }
}
