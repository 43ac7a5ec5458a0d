//! Rounds: one kind of work on many hosts, that goes on whether a page looks or not.

use super::{HostKeyState, HostSelection};
use crate::{CredentialId, FaultCode, HostId, RoundId, Timestamp, vault::Secret};
use serde::{Deserialize, Serialize};

/// What is done on each host.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RoundWork {
    /// Whether its port accepts a connection.
    Probe,
    /// Which host key it shows.
    Scan,
    /// Access is set up: sign in once, install a key if one is wanted, test it, read what the host is.
    Bootstrap {
        /// What to sign in with.
        #[serde(default)]
        sign_in: RoundSignIn,
        /// Which key is installed.
        #[serde(default)]
        key: KeyChoice,
    },
    /// A new key takes the place of the one that the host is signed in to with.
    Roll,
}

/// The same without what belongs to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundWorkKind {
    /// [`RoundWork::Probe`].
    Probe,
    /// [`RoundWork::Scan`].
    Scan,
    /// [`RoundWork::Bootstrap`].
    Bootstrap,
    /// [`RoundWork::Roll`].
    Roll,
}

impl RoundWork {
    /// Which kind it is.
    pub const fn kind(&self) -> RoundWorkKind {
        match self {
            Self::Probe => RoundWorkKind::Probe,
            Self::Scan => RoundWorkKind::Scan,
            Self::Bootstrap { .. } => RoundWorkKind::Bootstrap,
            Self::Roll => RoundWorkKind::Roll,
        }
    }
}

/// What a bootstrap signs in with on every host. What is left out comes from each host.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct RoundSignIn {
    /// The username; else the credential's, else each host's own.
    pub username: Option<String>,
    /// A password that is used for this once and not stored.
    pub password: Option<Secret>,
    /// A stored credential.
    pub credential_id: Option<CredentialId>,
    /// Whether to go on however many hosts in a row turn the password down.
    pub insist: bool,
}

/// Which key a bootstrap installs.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum KeyChoice {
    /// None.
    #[default]
    None,
    /// A new one for all of them.
    OneForAll {
        /// What to call it in the vault; named after the day when left out.
        #[serde(default)]
        name: Option<String>,
    },
    /// A new one for each.
    EachItsOwn,
    /// One of the vault.
    Stored {
        /// Which.
        credential_id: CredentialId,
    },
}

/// Body of POST `/api/hosts/rounds`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundRequest {
    /// Which hosts, 20,000 at most.
    pub selection: HostSelection,
    /// What is done on each.
    pub work: RoundWork,
}

/// Body of POST `/api/hosts/rounds/{id}/next`: other work, or the same again, on hosts of an earlier round.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundNext {
    /// On those that ended so; on all of them when empty.
    #[serde(default)]
    pub outcomes: Vec<RoundOutcome>,
    /// What is done on each.
    pub work: RoundWork,
}

/// Where a host stands in a round, or how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundOutcome {
    /// It waits for its turn.
    Waiting,
    /// It is worked on.
    Running,
    /// Its port accepts connections.
    Online,
    /// It does not.
    Offline,
    /// It cannot be probed from here; the message says why.
    Unprobed,
    /// It showed a key, and none of it is trusted.
    KeyUnknown,
    /// It showed the trusted key.
    KeyTrusted,
    /// It showed another key than the trusted one.
    KeyChanged,
    /// All was done.
    Done,
    /// The new key works and is used, but the old one could not be taken away.
    Unfinished,
    /// It did not let the account in, or turned the key down.
    Refused,
    /// It does not answer.
    Unreachable,
    /// A jump host on its way is not ready.
    Blocked,
    /// A secret is missing, or cannot be opened.
    Locked,
    /// Something else went wrong; the message says what.
    Failed,
    /// The work does not fit it; the message says why.
    Skipped,
    /// Its turn never came.
    Untried,
}

impl RoundOutcome {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Waiting,
        Self::Running,
        Self::Online,
        Self::Offline,
        Self::Unprobed,
        Self::KeyUnknown,
        Self::KeyTrusted,
        Self::KeyChanged,
        Self::Done,
        Self::Unfinished,
        Self::Refused,
        Self::Unreachable,
        Self::Blocked,
        Self::Locked,
        Self::Failed,
        Self::Skipped,
        Self::Untried,
    ];

    /// Whether nothing more happens.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// Where a round stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// It goes on.
    Running,
    /// Every host had its turn.
    Done,
    /// Somebody cancelled it.
    Cancelled,
    /// It stopped by itself; why stands beside it.
    Stopped,
}

/// So many hosts stand or ended so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundCount {
    /// How.
    pub outcome: RoundOutcome,
    /// How many.
    pub hosts: u32,
}

/// A round without its hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundView {
    /// Its id.
    pub id: RoundId,
    /// What it does.
    pub work: RoundWorkKind,
    /// Where it stands.
    pub state: RoundState,
    /// Why it stopped.
    pub stopped: Option<String>,
    /// What was done for all its hosts together, in sentences: which key was made or forgotten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// How many hosts it has.
    pub total: u32,
    /// How many of them are over.
    pub over: u32,
    /// How many are in each state that any is in.
    pub counts: Vec<RoundCount>,
    /// How many hosts showed a key that another one of them shows too, though none is reached at the same place.
    pub shared_keys: u32,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When it is forgotten, once it has ended.
    pub forgotten_at: Option<Timestamp>,
}

impl RoundView {
    /// How many hosts stand or ended so.
    pub fn count(&self, outcome: RoundOutcome) -> u32 {
        self.counts.iter().find(|count| count.outcome == outcome).map_or(0, |count| count.hosts)
    }
}

/// Answer of GET `/api/hosts/rounds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundList {
    /// The newest first.
    pub rounds: Vec<RoundView>,
}

/// Query of GET `/api/hosts/rounds/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct RoundQuery {
    /// Only hosts that stand or ended so; several with commas between.
    pub outcome: Option<String>,
    /// Only hosts in whose name, place or fingerprint this stands.
    pub search: Option<String>,
    /// Rows before the first one that is wanted.
    pub offset: u32,
    /// At most so many rows; 100 when left out, 1,000 at most.
    pub limit: Option<u32>,
}

/// Answer of GET `/api/hosts/rounds/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundPage {
    /// The round.
    pub round: RoundView,
    /// How many hosts match.
    pub matching: u32,
    /// Rows before the first of `rows`.
    pub offset: u32,
    /// The hosts, in the order in which they have their turn.
    pub rows: Vec<RoundRow>,
}

/// A host of a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundRow {
    /// The host.
    pub host_id: HostId,
    /// Its name when the round began.
    pub host_name: String,
    /// Address and port, `address:port`.
    pub endpoint: String,
    /// How it stands.
    pub outcome: RoundOutcome,
    /// What was done, or why not and what to do.
    pub message: Option<String>,
    /// The stable word for what went wrong.
    pub code: Option<FaultCode>,
    /// The key that it showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<RoundKey>,
}

/// A key as a host of a round showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoundKey {
    /// As in RFC 4253 (`ssh-ed25519`).
    pub algorithm: String,
    /// `SHA256:…` as OpenSSH prints it.
    pub fingerprint: String,
    /// How it stands to what is trusted.
    pub known: HostKeyState,
    /// The trusted fingerprint, when another one is.
    pub trusted_fingerprint: Option<String>,
    /// How many hosts at other places showed the same key: cloned machines, or one machine under several addresses.
    pub shared_with: u32,
}

/// A host and the key that somebody compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostFingerprint {
    /// The host.
    pub host_id: HostId,
    /// `SHA256:…`, as the round tells it.
    pub fingerprint: String,
}

/// Body of POST `/api/hosts/trust`: keys that a round was shown are trusted, exactly as they were shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrustRequest {
    /// The round.
    pub round_id: RoundId,
    /// These, one by one. A key that takes the place of a trusted one must be among them.
    #[serde(default)]
    pub keys: Vec<HostFingerprint>,
    /// Beside them all of hosts of which none is trusted.
    #[serde(default)]
    pub all_unknown: bool,
    /// But for these hosts.
    #[serde(default)]
    pub except: Vec<HostId>,
}

/// Answer of POST `/api/hosts/trust`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TrustReport {
    /// How many hosts' keys are trusted now.
    pub trusted: u32,
    /// How many of those took the place of another one.
    pub replaced: u32,
    /// Those that were named and not trusted: another key was shown, or none.
    pub refused: Vec<HostId>,
}
