//! What is asked of a host's files and what is answered (`/api/hosts/{id}/files…`, `/api/transfers`).

use super::{Entry, RemotePath};
use crate::{HostId, Timestamp, TransferId, inventory::HostAnswers, vault::Secret};
use serde::{Deserialize, Serialize};

/// A text larger than this, in bytes, is not edited in the page.
pub const LARGEST_TEXT: u64 = 2 * 1024 * 1024;

/// So many files, folders and links are named in one request at most.
pub const MOST_PATHS: usize = 10_000;

/// Query of GET `/api/hosts/{id}/files`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct FolderQuery {
    /// Which folder; where the host starts (the home mostly) when left out.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub path: Option<RemotePath>,
}

/// A folder with what is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FolderView {
    /// The folder's absolute path.
    pub path: RemotePath,
    /// The folder that holds it; the root has none.
    pub parent: Option<RemotePath>,
    /// In the host's order.
    pub entries: Vec<Entry>,
    /// Whether there is more than was listed.
    pub cut: bool,
    /// What the host's file server can do.
    pub abilities: FileAbilities,
}

/// What a host's file server can do beyond the common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileAbilities {
    /// Rights can be changed.
    pub chmod: bool,
    /// Symbolic links can be made.
    pub links: bool,
    /// An upload goes on where it stopped.
    pub resume: bool,
}

/// Query of everything that is about one path.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
pub struct PathQuery {
    /// Which file, folder or link.
    #[cfg_attr(feature = "openapi", param(value_type = String))]
    pub path: RemotePath,
}

/// Query of GET `/api/hosts/{id}/files/content`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
pub struct ContentQuery {
    /// Which file.
    #[cfg_attr(feature = "openapi", param(value_type = String))]
    pub path: RemotePath,
    /// Whether an image or a PDF is to be shown instead of saved. It is served in a sandbox: nothing in it runs.
    #[serde(default)]
    pub preview: bool,
}

/// By what a file is told from what it was: its length, its time, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileVersion {
    /// When its content changed last, as the host says.
    pub modified: Option<Timestamp>,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its content in hexadecimal.
    pub sha256: String,
}

/// A text file with its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextFile {
    /// What is known about it.
    pub entry: Entry,
    /// Its text.
    pub text: String,
    /// To be given back when it is saved.
    pub version: FileVersion,
}

/// Body of PUT `/api/hosts/{id}/files/text`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextDraft {
    /// Which file.
    pub path: RemotePath,
    /// Its new text.
    pub text: String,
    /// What it was when it was read: it is refused (409 `file_changed`) when it is another one now. Without it, the text
    /// replaces whatever is there.
    #[serde(default)]
    pub version: Option<FileVersion>,
}

/// Answer to a text that was saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextSaved {
    /// What is known about it now.
    pub entry: Entry,
    /// What it is now.
    pub version: FileVersion,
}

/// Comes with the word `file_changed`: what was expected and what is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileChanged {
    /// When it had changed last, as it was read.
    pub expected_modified: Option<Timestamp>,
    /// When it changed last, as it is there now; nothing when it is gone.
    pub found_modified: Option<Timestamp>,
    /// Its length in bytes as it was read.
    pub expected_size: u64,
    /// Its length in bytes now.
    pub found_size: Option<u64>,
}

/// Body of POST `/api/hosts/{id}/files/rename`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenameRequest {
    /// What it is called now.
    pub from: RemotePath,
    /// What it shall be called, in the same folder or another one of the host.
    pub to: RemotePath,
    /// Whether a file that has this name goes.
    #[serde(default)]
    pub replace: bool,
}

/// Body of POST `/api/hosts/{id}/files/mode`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModeRequest {
    /// Which file or folder.
    pub path: RemotePath,
    /// Its new rights: the lower 12 bits of `st_mode`, as a number.
    pub mode: u32,
}

/// Body of POST `/api/hosts/{id}/files/link`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkRequest {
    /// Where the link shall stand.
    pub path: RemotePath,
    /// Where it leads; this need not be there.
    pub target: RemotePath,
}

/// What a person typed for a host that asks every time: body of POST `…/files/open`. None of it is stored.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct FilesLogin {
    /// Signs in with this name instead of the host's.
    pub username: Option<String>,
    /// Signs in with this password.
    pub password: Option<Secret>,
    /// Opens the stored private key.
    pub passphrase: Option<Secret>,
    /// Answers what the host asked at the try before this one; nothing else that is typed counts then.
    pub answers: Option<HostAnswers>,
}

/// Files, folders and links of a host: body of POST `…/files/count` and `…/files/delete`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PathsRequest {
    /// Which; 1 to 10,000 of them.
    pub paths: Vec<RemotePath>,
}

/// How much there is, folders looked into, links not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilesCount {
    /// Files, links and everything else that is no folder.
    pub files: u64,
    /// Folders.
    pub folders: u64,
    /// Bytes in all files.
    pub bytes: u64,
    /// Whether there is more than was counted.
    pub cut: bool,
}

/// What becomes of a file whose name is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OnConflict {
    /// It is refused, with the word `exists`.
    #[default]
    Fail,
    /// What is there stays, and this is left out.
    Skip,
    /// What is there goes.
    Replace,
    /// Both stay: this one gets a number.
    KeepBoth,
}

/// Body of POST `/api/hosts/{id}/files/copy`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CopyRequest {
    /// What is copied, folders with all that is in them.
    pub paths: Vec<RemotePath>,
    /// To which host, by its id or name; the same when left out.
    #[serde(default)]
    pub to_host: Option<String>,
    /// Into which folder.
    pub to: RemotePath,
    /// What becomes of names that are taken.
    #[serde(default)]
    pub conflict: OnConflict,
}

/// What a transfer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// Deletes files and folders.
    Delete,
    /// Copies on a host or from one to another.
    Copy,
}

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TransferState {
    /// Others go first.
    Waiting,
    /// It counts what there is to do.
    Counting,
    /// It goes on.
    Running,
    /// All of it is done.
    Done,
    /// Some of it failed.
    Failed,
    /// Somebody stopped it, or the server was stopped.
    Cancelled,
}

impl TransferState {
    /// Whether nothing more happens.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// Long work with files that the server does by itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransferView {
    /// Its id.
    pub id: TransferId,
    /// What it does.
    pub kind: TransferKind,
    /// Where it stands.
    pub state: TransferState,
    /// The host.
    pub host_id: HostId,
    /// Its name.
    pub host_name: String,
    /// Of a copy: the host where it goes.
    pub to_host_name: Option<String>,
    /// Of a copy: the folder where it goes.
    pub to: Option<RemotePath>,
    /// What it works on: the first of it.
    pub path: RemotePath,
    /// How many there are of it.
    pub paths: usize,
    /// How many files, folders and links there are in all, as far as they were counted.
    pub items: u64,
    /// How many of them are done.
    pub items_done: u64,
    /// How many bytes there are.
    pub bytes: u64,
    /// How many of them are copied.
    pub bytes_done: u64,
    /// What went wrong: the first of it.
    pub failures: Vec<String>,
    /// With how many files something went wrong.
    pub failed: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Answer of GET `/api/transfers`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TransferList {
    /// The newest first.
    pub transfers: Vec<TransferView>,
}

/// Query of PUT `/api/hosts/{id}/files/content`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
pub struct UploadQuery {
    /// The file that it shall become.
    #[cfg_attr(feature = "openapi", param(value_type = String))]
    pub path: RemotePath,
    /// Where in the file this body begins. 0 begins anew.
    #[serde(default)]
    pub offset: u64,
    /// How long the whole file is.
    pub total: u64,
}

/// How far an upload is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadView {
    /// How many bytes the host has of it: the next body begins there.
    pub offset: u64,
    /// What has the name already.
    pub exists: Option<Entry>,
}

/// Body of POST `/api/hosts/{id}/files/finish`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FinishRequest {
    /// The file that it becomes.
    pub path: RemotePath,
    /// How long it is.
    pub total: u64,
    /// SHA-256 of it in hexadecimal: what the host has is read back and compared.
    #[serde(default)]
    pub sha256: Option<String>,
    /// When it had changed last where it comes from.
    #[serde(default)]
    pub modified: Option<Timestamp>,
    /// What becomes of a file that has the name.
    #[serde(default)]
    pub conflict: OnConflict,
}
