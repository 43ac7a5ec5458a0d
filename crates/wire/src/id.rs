//! Identifiers. Each noun has a type of its own, so that a host's id cannot be passed where a session's is meant.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id has 1 to 64 letters, digits, `-` or `_`")
    }
}

impl std::error::Error for InvalidId {}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                if is_id(&text) { Ok(Self(text)) } else { Err(InvalidId) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::try_from(text.to_owned())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

ids! {
    /// A person who signs in.
    AccountId;
    /// A command that runs, or ran, on hosts.
    CommandRunId;
    /// A secret in an account's vault.
    CredentialId;
    /// Names a key that vouches for hosts.
    HostAuthorityId;
    /// A named way to look at the hosts.
    FilterId;
    /// A named group of hosts.
    FolderId;
    /// What somebody may do with another account's host or folder.
    GrantId;
    /// Accounts under one name.
    GroupId;
    /// An inventory entry that can be reached.
    HostId;
    /// The asciicast of one session; its session's id.
    RecordingId;
    /// A link that lets somebody into a session.
    InviteId;
    /// An import from NetBox.
    NetBoxJobId;
    /// Work on many hosts, one after the other.
    RoundId;
    /// One supervised live terminal.
    SessionId;
    /// A saved command.
    SnippetId;
    /// An API token.
    TokenId;
    /// Long work with files.
    TransferId;
    /// A change that can be taken back.
    UndoId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_could_be_more_than_a_name() {
        for bad in ["", "a b", "../x", "a/b", "é", &"x".repeat(65)] {
            assert!(bad.parse::<HostId>().is_err(), "{bad:?}");
        }
        assert_eq!("session-0a1b".parse::<HostId>().map(|id| id.to_string()), Ok("session-0a1b".into()));
    }
}
