//! Hosts, folders, host keys and bootstrap: SPEC §3, §4 and §12.

mod access;
mod authorities;
mod bulk;
mod folders;
mod forms;
pub mod inherit;
mod library;
mod list;
mod netbox;
mod netbox_sync;
mod question;
mod rounds;

pub use access::{BootstrapReport, BootstrapRequest, BootstrapState, HostKeyScan, HostKeyState, HostKeyTrust};
pub use authorities::{HostAuthorityDraft, HostAuthorityView};
pub use bulk::{BulkChange, BulkReport, BulkRequest, BulkSkip, HostSelection, MOST_SELECTED, UndoReport, UndoView};
pub use folders::{FolderDraft, FolderPatch, FolderView};
pub use forms::{
    ExportQuery, FieldChange, Form, IMPORT_TOLD, ImportChange, ImportChangeKind, ImportMode, ImportQuery, ImportRemark,
    ImportReport, ImportedFile, LARGEST_IMPORT,
};
pub use inherit::{Effective, Origin, Origins};
pub use library::{LibraryDone, LibraryDraft, LibraryFolder, LibraryFolderDraft, LibrarySession};
pub use list::{
    FieldFilter, FilterDraft, HostArrangement, HostField, HostFilter, HostGroup, HostListPage, HostListRequest,
    HostScope, HostValue, HostValuesRequest, SavedFilter,
};
pub use netbox::{
    GONE_TAG, NetBoxAddress, NetBoxDeviceList, NetBoxDeviceQuery, NetBoxDeviceView, NetBoxDraft, NetBoxFilters,
    NetBoxImportRequest, NetBoxJob, NetBoxJobState, NetBoxMapping, NetBoxReport, NetBoxSiteList, NetBoxSiteQuery,
    NetBoxSiteView, NetBoxStatusView, NetBoxTarget,
};
pub use netbox_sync::{
    LONGEST_SYNC, NetBoxChoice, NetBoxChoiceKind, NetBoxChoiceQuery, NetBoxGone, NetBoxGoneHost, NetBoxSyncDraft,
    NetBoxSyncRun, NetBoxSyncView,
};
pub use question::{HostAnswers, HostPrompt, HostQuestion};
pub use rounds::{
    HostFingerprint, KeyChoice, RoundCount, RoundKey, RoundList, RoundNext, RoundOutcome, RoundPage, RoundQuery,
    RoundRequest, RoundRow, RoundSignIn, RoundState, RoundView, RoundWork, RoundWorkKind, TrustReport, TrustRequest,
};

use crate::{CredentialId, FolderId, HostId, Patch, Timestamp, grants::Shared, recordings::RecordingPolicy};
use serde::{Deserialize, Serialize};

/// How a host is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Secure Shell (RFC 4251).
    #[default]
    Ssh,
    /// FTP (RFC 959) in the clear: files alone, and whoever stands in between reads the password.
    Ftp,
    /// FTP under TLS that is asked for before signing in (RFC 4217); on port 990 from the first byte on.
    Ftps,
    /// FTP under TLS from the first byte on, on any port.
    FtpsImplicit,
}

impl Protocol {
    /// The port when none is said.
    pub const fn default_port(self) -> u16 {
        match self {
            Self::Ssh => 22,
            Self::Ftp | Self::Ftps => 21,
            Self::FtpsImplicit => 990,
        }
    }
}

/// What the last probe found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reachability {
    /// The port accepted a connection.
    Online,
    /// It did not.
    Offline,
    /// Not probed yet.
    #[default]
    Unknown,
}

/// What a network engineer knows about a device (SPEC §4). All optional, all free text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DeviceMetadata {
    /// What kind of device it is.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub device_type: String,
    /// The maker's model name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub model: String,
    /// The maker.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub vendor: String,
    /// The serial number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub serial_number: String,
    /// The software it runs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub software_version: String,
    /// The platform family.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub platform: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub site: String,
    /// What it is there for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Anything else.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
}

/// A host as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostView {
    /// The host's id.
    pub id: HostId,
    /// What the owner calls it.
    pub name: String,
    /// A DNS name or an IP address.
    pub address: String,
    /// The TCP port.
    pub port: u16,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The username to sign in with; the credential's when empty here.
    pub username: Option<String>,
    /// The credential to sign in with; asked at connect when there is none.
    pub credential_id: Option<CredentialId>,
    /// The folder's path: the names of the folders around it and its own, with ` / ` between them.
    pub folder: Option<String>,
    /// The folder's id.
    pub folder_id: Option<FolderId>,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// The host to go through.
    pub jump_host_id: Option<HostId>,
    /// Whether it is reached straight, whatever jump host the folders around it say.
    pub direct: bool,
    /// What is known about the device.
    pub device: DeviceMetadata,
    /// Seconds that a session on it lives unseen; 0 is for ever, none leaves it to the folders, then to the server.
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session on it lives at most; 0 is for ever, none leaves it to the folders, then to the server.
    pub max_duration_seconds: Option<u64>,
    /// How many sessions on it may live at once; none leaves it to the folders, then to the account's limit.
    pub max_sessions: Option<u32>,
    /// Whether the shell runs inside tmux on the host, so that the work outlives the link and this server.
    pub tmux: bool,
    /// Whether its owner's shells and commands on it may have the key of its credential sign for them (`ssh -A`).
    #[serde(default)]
    pub agent_forwarding: bool,
    /// Whether its sessions are recorded; none leaves it to the folder, then to the server.
    pub recording: Option<RecordingPolicy>,
    /// What the last probe found.
    pub status: Reachability,
    /// When that was.
    pub probed_at: Option<Timestamp>,
    /// Whether access was set up.
    pub bootstrap: BootstrapState,
    /// What the last try to set up access said.
    pub bootstrap_message: Option<String>,
    /// When that was.
    pub bootstrap_at: Option<Timestamp>,
    /// The operating system that the bootstrap read.
    pub os: Option<String>,
    /// The host name that the bootstrap read.
    pub hostname: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last opened.
    pub last_used_at: Option<Timestamp>,
    /// Whether it is marked.
    pub favourite: bool,
    /// What is really used, the folders' words too.
    pub effective: Effective,
    /// Whose it is, when it is another account's; none is one's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Shared>,
}

impl HostView {
    /// A host that says nothing yet, and of which nothing is known.
    pub fn new(id: HostId, created_at: Timestamp) -> Self {
        Self {
            id,
            name: String::new(),
            address: String::new(),
            port: Protocol::Ssh.default_port(),
            protocol: Protocol::Ssh,
            username: None,
            credential_id: None,
            folder: None,
            folder_id: None,
            tags: Vec::new(),
            jump_host_id: None,
            direct: false,
            device: DeviceMetadata::default(),
            idle_timeout_seconds: None,
            max_duration_seconds: None,
            max_sessions: None,
            tmux: false,
            agent_forwarding: false,
            recording: None,
            status: Reachability::Unknown,
            probed_at: None,
            bootstrap: BootstrapState::Never,
            bootstrap_message: None,
            bootstrap_at: None,
            os: None,
            hostname: None,
            created_at,
            last_used_at: None,
            favourite: false,
            effective: Effective::default(),
            shared: None,
        }
    }
}

/// Body of POST `/api/hosts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostDraft {
    /// 1 to 100 characters. Hosts may share a name; at the same address and port in the same folder they may not.
    pub name: String,
    /// A DNS name or an IP address.
    pub address: String,
    /// 22 when left out; 21 for FTP and FTPS, 990 for implicit FTPS.
    #[serde(default)]
    pub port: Option<u16>,
    /// How it is spoken to.
    #[serde(default)]
    pub protocol: Protocol,
    /// The username to sign in with.
    #[serde(default)]
    pub username: Option<String>,
    /// The credential to sign in with.
    #[serde(default)]
    pub credential_id: Option<CredentialId>,
    /// The folder's path, or the name of the only folder that has it; made when there is none.
    #[serde(default)]
    pub folder: Option<String>,
    /// The folder's id, which goes before `folder`.
    #[serde(default)]
    pub folder_id: Option<FolderId>,
    /// Free words to find it by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The host to go through.
    #[serde(default)]
    pub jump_host_id: Option<HostId>,
    /// Whether it is reached straight, whatever jump host the folders around it say.
    #[serde(default)]
    pub direct: bool,
    /// What is known about the device.
    #[serde(default)]
    pub device: DeviceMetadata,
    /// Seconds that a session lives unseen, 31,536,000 at most; 0 is for ever, left to the folders, then to the server, when left out.
    #[serde(default)]
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session lives at most, 31,536,000 at most; 0 is for ever, left to the folders, then to the server, when left out.
    #[serde(default)]
    pub max_duration_seconds: Option<u64>,
    /// How many sessions may live at once, 1,000 at most; 0 or left out leaves it to the account's limit.
    #[serde(default)]
    pub max_sessions: Option<u32>,
    /// Whether the shell runs inside tmux on the host.
    #[serde(default)]
    pub tmux: bool,
    /// Whether your shells and commands on it may have the key of its credential sign for them (`ssh -A`): whoever is
    /// root there can use it meanwhile.
    #[serde(default)]
    pub agent_forwarding: bool,
    /// Whether sessions are recorded; left to the folder, then to the server, when left out.
    #[serde(default)]
    pub recording: Option<RecordingPolicy>,
}

/// Body of PATCH `/api/hosts/{id}`: a field left out stays, `null` clears it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct HostPatch {
    /// A new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A new address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// A new port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Another protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// Another username.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub username: Patch<String>,
    /// Another credential.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub credential_id: Patch<CredentialId>,
    /// Another folder, by its path or its name.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub folder: Patch<String>,
    /// Another folder, by its id, which goes before `folder`.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub folder_id: Patch<FolderId>,
    /// All tags anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Another jump host.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub jump_host_id: Patch<HostId>,
    /// Whether it is reached straight; a jump host that is set at the same time ends that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// All device metadata anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceMetadata>,
    /// Another idle timeout in seconds.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub idle_timeout_seconds: Patch<u64>,
    /// Another longest duration in seconds.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u64>))]
    pub max_duration_seconds: Patch<u64>,
    /// Another number of sessions.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub max_sessions: Patch<u32>,
    /// Whether the shell runs inside tmux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tmux: Option<bool>,
    /// Whether an agent is forwarded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_forwarding: Option<bool>,
    /// Another recording policy.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RecordingPolicy>))]
    pub recording: Patch<RecordingPolicy>,
}

/// Query of GET `/api/hosts`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct HostQuery {
    /// Words to find in names, addresses, folders, tags and all other fields; the best ones come first.
    pub search: Option<String>,
    /// Only this folder, by its path or its name.
    pub folder: Option<String>,
    /// Only hosts with this tag.
    pub tag: Option<String>,
    /// Where the last page ended.
    pub cursor: Option<String>,
    /// At most this many; 200 when left out, 1000 at most.
    pub limit: Option<u32>,
}

/// Answer of GET `/api/hosts`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostPage {
    /// The hosts, by name; the best ones first when something was searched for.
    pub hosts: Vec<HostView>,
    /// Pass it to get the next page; there is none when it is missing.
    pub next_cursor: Option<String>,
    /// How many hosts match in all.
    pub total: u64,
}
