//! The forms that inventories come in, and what an import says (SPEC §4).

use crate::{FolderId, UndoId};
use serde::{Deserialize, Serialize};

/// The most bytes that an import takes, over all its files.
pub const LARGEST_IMPORT: usize = 50 * 1024 * 1024;

/// A form that hosts are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A list of folders with their sessions, as network engineers have it (SPEC §4).
    Yaml,
    /// OpenSSH's `ssh_config(5)`.
    SshConfig,
    /// A table with a line of names at its top (RFC 4180).
    Csv,
    /// An Ansible inventory as INI.
    AnsibleIni,
    /// An Ansible inventory as YAML.
    AnsibleYaml,
    /// Everything that Berth knows of hosts and folders, but for secrets.
    Json,
    /// OpenSSH's `known_hosts` (sshd(8)): host names with the keys that are trusted there.
    KnownHosts,
}

impl Form {
    /// Every form, in the order in which they are offered.
    pub const ALL: [Self; 7] =
        [Self::Yaml, Self::SshConfig, Self::Csv, Self::AnsibleIni, Self::AnsibleYaml, Self::KnownHosts, Self::Json];

    /// Whether hosts can be written in it.
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Yaml | Self::SshConfig | Self::Csv | Self::Json)
    }
}

/// What an import does with hosts that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportMode {
    /// Hosts of the import are added, or changed where they are there; all others stay.
    #[default]
    Merge,
    /// Afterwards there are the hosts of the import and no others.
    Replace,
}

/// Query of POST `/api/inventory/import`. The body is the file, or several as `multipart/form-data`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct ImportQuery {
    /// The form; found out from the file when left out.
    pub form: Option<Form>,
    /// What becomes of hosts that are there already.
    #[cfg_attr(feature = "openapi", param(inline))]
    pub mode: ImportMode,
    /// Whether to say what would change, and change nothing.
    pub dry_run: bool,
    /// Whether entries that cannot be taken are left out; without, one of them refuses the whole import.
    pub skip_invalid: bool,
    /// A folder that everything is put into. `replace` then looks at what lies in it and below it, and at nothing else.
    pub folder_id: Option<FolderId>,
    /// The file's name, for its ending and for what errors say; a multipart body brings its own.
    pub name: Option<String>,
}

/// What happens to a host or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportChangeKind {
    /// It is new.
    Added,
    /// It is there, and gets other values.
    Updated,
    /// It is there, and not in the import that replaces.
    Removed,
}

/// One field of a host that gets another value, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// The field's name in this interface.
    pub field: String,
    /// What it was; empty for nothing.
    pub from: String,
    /// What it becomes; empty for nothing.
    pub to: String,
}

/// What happens to one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportChange {
    /// What.
    pub kind: ImportChangeKind,
    /// The host's or folder's name.
    pub name: String,
    /// The path of the folder around it, empty for none.
    pub folder: String,
    /// A host's address and port; empty for a folder.
    pub address: String,
    /// Which file and line say so; none for a host that is removed.
    pub place: Option<String>,
    /// The fields that change, when it is updated.
    pub fields: Vec<FieldChange>,
}

/// Something of an import that is wrong, was left out, or is worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportRemark {
    /// Where: file, line and field; empty for what has no place.
    pub place: String,
    /// What it is called, when it has a name.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}

/// So many changes, and so many remarks, are told one by one; the counts tell of all.
pub const IMPORT_TOLD: usize = 500;

/// A file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportedFile {
    /// Its name.
    pub name: String,
    /// The form that it was read as.
    pub form: Form,
}

/// Answer of an import, dry or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportReport {
    /// What was read.
    pub files: Vec<ImportedFile>,
    /// Whether nothing was changed.
    pub dry_run: bool,
    /// How many hosts are new.
    pub added: u64,
    /// How many get other values.
    pub updated: u64,
    /// How many are as they were.
    pub unchanged: u64,
    /// How many are removed.
    pub removed: u64,
    /// How many entries were left out.
    pub skipped: u64,
    /// How many folders are new.
    pub folders_added: u64,
    /// How many folders say something else to the hosts inside.
    #[serde(default)]
    pub folders_updated: u64,
    /// How many folders are removed.
    pub folders_removed: u64,
    /// How many host keys are trusted from now on.
    pub keys_added: u64,
    /// How many entries cannot be taken. Without `skip_invalid` nothing is imported while there are any.
    pub invalid: u64,
    /// The first of them, with what to do; only a dry run, or an import that leaves them out, gets this far.
    pub errors: Vec<ImportRemark>,
    /// The first changes, one by one.
    pub changes: Vec<ImportChange>,
    /// The first entries that were left out, with reasons.
    pub skips: Vec<ImportRemark>,
    /// What else is worth knowing.
    pub remarks: Vec<ImportRemark>,
    /// Takes it back; none for a dry run, and when nothing changed.
    pub undo: Option<UndoId>,
}

/// Query of GET `/api/inventory/export`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
pub struct ExportQuery {
    /// YAML, `ssh_config`, CSV or JSON.
    pub form: Form,
    /// Only this folder and those below it.
    #[serde(default)]
    pub folder_id: Option<FolderId>,
}
