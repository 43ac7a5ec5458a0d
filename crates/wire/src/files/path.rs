//! Paths and names on a host: bytes, because that is what a host has (text: see [`super::text`]).

use super::text;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longer is no path: most systems end at 4,096 bytes, none above this.
const LONGEST_PATH: usize = 32 * 1024;

/// Longer is no name: most systems end at 255 bytes, none above this.
const LONGEST_NAME: usize = 4096;

/// Why bytes are no path or name of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidName {
    /// There is nothing.
    Empty,
    /// It has a NUL in it, which no system allows.
    Nul,
    /// It is longer than any system allows.
    TooLong,
    /// A name has a `/` in it, or is `.` or `..`: it would lead elsewhere.
    NotOneName,
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "a file's name must not be empty",
            Self::Nul => "a file's name cannot hold a NUL character",
            Self::TooLong => "this is longer than any file's name can be",
            Self::NotOneName => "a name cannot hold a / nor be . or ..",
        })
    }
}

impl std::error::Error for InvalidName {}

/// A path on a host, absolute (`/srv/data`) or from where the host starts (mostly the home directory). Never empty.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct RemotePath(Vec<u8>);

/// The name of one entry in a directory: it leads nowhere else.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct RemoteName(Vec<u8>);

fn check(bytes: &[u8], longest: usize) -> Result<(), InvalidName> {
    match bytes {
        [] => Err(InvalidName::Empty),
        _ if bytes.len() > longest => Err(InvalidName::TooLong),
        _ if bytes.contains(&0) => Err(InvalidName::Nul),
        _ => Ok(()),
    }
}

impl RemoteName {
    /// The name of these bytes.
    ///
    /// # Errors
    /// When they are none, or lead elsewhere.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, InvalidName> {
        let bytes = bytes.into();
        check(&bytes, LONGEST_NAME)?;
        if bytes.contains(&b'/') || bytes == b"." || bytes == b".." {
            return Err(InvalidName::NotOneName);
        }
        Ok(Self(bytes))
    }
}

impl RemotePath {
    /// The root of the host's tree.
    pub fn root() -> Self {
        Self(b"/".to_vec())
    }

    /// Where the host starts: the home directory mostly.
    pub fn start() -> Self {
        Self(b".".to_vec())
    }

    /// The path of these bytes, as they are.
    ///
    /// # Errors
    /// When they are no path.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, InvalidName> {
        let bytes = bytes.into();
        check(&bytes, LONGEST_PATH)?;
        Ok(Self(bytes))
    }

    /// Whether it begins at the root.
    pub fn is_absolute(&self) -> bool {
        self.0.first() == Some(&b'/')
    }

    /// The path of an entry in this directory.
    #[must_use]
    pub fn join(&self, name: &RemoteName) -> Self {
        let mut bytes = Vec::with_capacity(self.0.len() + 1 + name.0.len());
        bytes.extend_from_slice(&self.0);
        if bytes.last() != Some(&b'/') {
            bytes.push(b'/');
        }
        bytes.extend_from_slice(&name.0);
        Self(bytes)
    }

    /// Where this path leads from a directory: itself when it is absolute.
    #[must_use]
    pub fn resolved_in(&self, directory: &Self) -> Self {
        if self.is_absolute() {
            return self.clone();
        }
        let mut bytes = directory.0.clone();
        bytes.push(b'/');
        bytes.extend_from_slice(&self.0);
        Self(bytes).cleaned()
    }

    /// Without `.`, without doubled or closing slashes, and with `..` resolved by the text alone. Where a link stands
    /// before a `..` the host would go elsewhere.
    #[must_use]
    pub fn cleaned(&self) -> Self {
        let absolute = self.is_absolute();
        let mut parts: Vec<&[u8]> = Vec::new();
        for part in self.0.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => match parts.last() {
                    Some(&b"..") | None if !absolute => parts.push(part),
                    _ => drop(parts.pop()),
                },
                _ => parts.push(part),
            }
        }
        let body = parts.join(&b'/');
        match (absolute, body.is_empty()) {
            (true, _) => Self([b"/", body.as_slice()].concat()),
            (false, true) => Self::start(),
            (false, false) => Self(body),
        }
    }

    /// The directory that holds it, by the text of the path; the root has none, nor has where the host starts.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let clean = self.cleaned();
        clean.name()?;
        Some(match clean.0.iter().rposition(|byte| *byte == b'/') {
            Some(0) => Self::root(),
            Some(at) => Self(clean.0[..at].to_vec()),
            None => Self::start(),
        })
    }

    /// Its last part; none when that is the root, `.` or `..`.
    pub fn name(&self) -> Option<RemoteName> {
        let clean = self.cleaned();
        let last = clean.0.rsplit(|byte| *byte == b'/').next()?;
        RemoteName::from_bytes(last).ok()
    }

    /// Whether it lies in this directory, however deep, or is the directory itself, by the text of both.
    pub fn is_within(&self, directory: &Self) -> bool {
        let (inner, outer) = (self.cleaned(), directory.cleaned());
        let Some(rest) = inner.0.strip_prefix(outer.0.as_slice()) else { return false };
        rest.is_empty() || rest.first() == Some(&b'/') || outer.0 == b"/"
    }
}

macro_rules! bytes_with_a_text {
    ($($type:ident)+) => {$(
        impl $type {
            /// The bytes as the host has them.
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// The text that stands for exactly these bytes, in JSON and in addresses.
            pub fn to_text(&self) -> String {
                text::written(&self.0)
            }
        }

        impl TryFrom<String> for $type {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::from_bytes(text::read(&text))
            }
        }

        impl FromStr for $type {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::from_bytes(text::read(text))
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.to_text()
            }
        }

        /// For people: control characters and bytes that are no text are spelled out. It cannot be read back.
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&text::shown(&self.0))
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"{self}\"")
            }
        }
    )+};
}

bytes_with_a_text! { RemotePath RemoteName }

impl From<RemoteName> for RemotePath {
    fn from(name: RemoteName) -> Self {
        Self(name.0)
    }
}

#[cfg(test)]
mod tests;
