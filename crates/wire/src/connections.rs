//! Connections: links that a script opens under a name and uses for commands and files (SPEC §12, "Connections").
//!
//! Key names are those of the earlier systems. Where a field once named a file of the server, it now names a credential in
//! the account's vault.

use crate::{
    AccountId, Timestamp,
    files::{Entry, RemoteName, RemotePath},
    vault::Secret,
};
use serde::{Deserialize, Serialize};

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConnectionKind {
    /// SSH, and files over SFTP.
    Ssh,
    /// FTP, with or without TLS.
    Ftp,
}

/// Body of POST `/ssh/connect`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SshConnectRequest {
    /// The signed-in account, by id or name.
    #[serde(default)]
    pub user_id: Option<String>,
    /// A DNS name or an IP address; required.
    #[serde(default)]
    pub hostname: Option<String>,
    /// Who signs in; required.
    #[serde(default)]
    pub username: Option<String>,
    /// The password; required, not stored.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The TCP port; 22 when left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// The host key to trust when the host shows exactly this one: `SHA256:…`.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

/// Answer of POST `/ssh/connect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SshConnected {
    /// Always true: a failure is an error.
    pub connected: bool,
    /// Whose connection it is.
    pub user_id: AccountId,
    /// The connection's name.
    pub session_id: String,
    /// Where to.
    pub hostname: String,
    /// The TCP port.
    pub port: u16,
}

/// One connection in [`SshStatus`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SshStatusEntry {
    /// The connection's name.
    pub session_id: String,
    /// Where to.
    pub hostname: String,
    /// Who is signed in there.
    pub username: String,
    /// The TCP port.
    pub port: u16,
    /// Whether it stands.
    pub active: bool,
    /// Since when, in Unix seconds.
    pub connected_at: i64,
}

/// Answer of GET `/ssh/status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SshStatus {
    /// Whether any stands.
    pub connected: bool,
    /// Whose they are.
    pub user_id: AccountId,
    /// How many there are.
    pub count: u64,
    /// The SSH connections, the oldest first.
    pub sessions: Vec<SshStatusEntry>,
}

/// Answer of POST `/ssh/disconnect`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SshDisconnected {
    /// Always true: there is an error when there was none.
    pub disconnected: bool,
    /// Whose it was.
    pub user_id: AccountId,
    /// The connection's name.
    pub session_id: String,
}

/// Body of POST `/connections/ssh`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConnectSshRequest {
    /// A DNS name or an IP address; required.
    #[serde(default)]
    pub host: Option<String>,
    /// Who signs in; may be left out when the key's credential says.
    #[serde(default)]
    pub username: Option<String>,
    /// The TCP port; 22 when left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// The password, or the passphrase of the key; not stored.
    #[serde(default)]
    pub password: Option<Secret>,
    /// A credential in the account's vault, by name or id. Never a file of the server.
    #[serde(default)]
    pub key_path: Option<String>,
    /// How long connecting may take, in seconds; 30 when left out.
    #[serde(default)]
    pub timeout: Option<u64>,
    /// What to call it.
    #[serde(default)]
    pub session_name: Option<String>,
    /// The host key to trust when the host shows exactly this one: `SHA256:…`.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

/// Body of POST `/connections/ftp`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConnectFtpRequest {
    /// A DNS name or an IP address; required.
    #[serde(default)]
    pub host: Option<String>,
    /// Who signs in; required.
    #[serde(default)]
    pub username: Option<String>,
    /// The password; required, not stored.
    #[serde(default)]
    pub password: Option<Secret>,
    /// The TCP port; 21 when left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// Whether TLS is spoken: from the first byte on at port 990, else asked for before signing in, and never without.
    #[serde(default, rename = "useTLS")]
    pub use_tls: bool,
    /// How long connecting may take, in seconds; 30 when left out.
    #[serde(default)]
    pub timeout: Option<u64>,
    /// What to call it.
    #[serde(default)]
    pub session_name: Option<String>,
    /// The SHA-256 of a certificate to trust though nobody known has signed it.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

/// Answer of POST `/connections/ssh` and `/connections/ftp`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionOpened {
    /// Names the connection in every other request.
    pub session_id: String,
}

/// One connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionView {
    /// Names the connection.
    pub session_id: String,
    /// What it speaks.
    pub r#type: ConnectionKind,
    /// Where to.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// Who is signed in there.
    pub username: String,
    /// What the script called it.
    pub session_name: Option<String>,
    /// Since when it stands.
    pub connected_at: Timestamp,
    /// When it ends if it is not used before; none without such a limit.
    pub expires_at: Option<Timestamp>,
    /// When it was last used.
    pub last_activity: Timestamp,
    /// Whether it stands.
    pub is_active: bool,
    /// How long it has left if it is not used; none without such a limit.
    pub time_remaining_seconds: Option<u64>,
}

/// Answer of GET `/connections`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionList {
    /// The account's connections, the oldest first.
    pub sessions: Vec<ConnectionView>,
}

/// Answer of DELETE `/connections/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionClosed {
    /// What was done.
    pub message: String,
}

/// Answer of POST `/connections/cleanup`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionsCleaned {
    /// How many connections that no longer stand were put away.
    pub cleaned: u64,
    /// The same in words.
    pub message: String,
}

/// Body of POST `/connections/{id}/execute`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecuteRequest {
    /// What the remote user's login shell reads, 1 byte to 64 KiB; required.
    #[serde(default)]
    pub command: String,
    /// When it is killed, in seconds, 1 to 600; 30 when left out.
    #[serde(default)]
    pub timeout: Option<u64>,
}

/// Answer of POST `/connections/{id}/execute`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Executed {
    /// Standard output, and behind it standard error.
    pub output: String,
    /// Standard output, up to 1 MiB.
    pub stdout: String,
    /// Standard error, up to 1 MiB.
    pub stderr: String,
    /// The exit code; 128 and the signal's number when a signal ended it.
    pub exit_code: i64,
    /// Whether it wrote more than was kept.
    pub truncated: bool,
}

/// Answer of GET `/connections/{id}/files`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionFiles {
    /// The directory, as the host resolved it.
    pub current_path: RemotePath,
    /// What is in it.
    pub files: Vec<Entry>,
    /// Whether there is more than that.
    pub truncated: bool,
}

/// Body of POST `/connections/{id}/download`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DownloadRequest {
    /// The file; required.
    #[serde(default)]
    pub remote_path: String,
}

/// Answer of POST `/connections/{id}/upload`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uploaded {
    /// Where it is now.
    pub message: String,
    /// How many bytes it has.
    pub size: u64,
}

/// One entry in [`FsList`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FsEntry {
    /// Its name.
    pub name: RemoteName,
    /// Its length in bytes.
    pub size: u64,
    /// Its kind and rights as `ls -l` shows them: `drwxr-xr-x`.
    pub mode: String,
}

/// Answer of GET `/api/fs/list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FsList {
    /// The directory, as the host resolved it.
    pub path: RemotePath,
    /// What is in it.
    pub entries: Vec<FsEntry>,
    /// Whether there is more than that.
    pub truncated: bool,
}

/// Answer of GET `/api/fs/read`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FsRead {
    /// The file.
    pub path: RemotePath,
    /// Where the piece begins.
    pub offset: u64,
    /// The piece: text, or Base64 where `encoding` says so.
    pub data: String,
    /// `base64` when the piece is not UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}
