//! The list of hosts as a page asks for it: what is looked at, in what order, under which headings, and which part of it.
//!
//! No page holds all hosts: of ten thousand it asks for the rows that are seen.

use super::HostView;
use crate::{FilterId, FolderId};
use serde::{Deserialize, Serialize};

/// A field that hosts are sorted, grouped and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HostField {
    /// Its name.
    #[default]
    Name,
    /// Its address; IP addresses by number.
    Address,
    /// Its port.
    Port,
    /// How it is spoken to.
    Protocol,
    /// The username, inherited ones too.
    Username,
    /// The credential's name, inherited ones too.
    Credential,
    /// The folder's path.
    Folder,
    /// Its tags; a host stands under each of them when grouped.
    Tag,
    /// The jump host's name, inherited ones too.
    JumpHost,
    /// What the last probe found.
    Status,
    /// Whether access was set up.
    Access,
    /// What kind of device it is.
    DeviceType,
    /// The maker's model name.
    Model,
    /// The maker.
    Vendor,
    /// The serial number.
    SerialNumber,
    /// The software it runs.
    SoftwareVersion,
    /// The platform family.
    Platform,
    /// Where it stands.
    Site,
    /// What it is there for.
    Role,
    /// The operating system that was read from it.
    Os,
    /// Whether sessions are recorded, inherited policies too.
    Recording,
    /// When it was added.
    CreatedAt,
    /// When it was last opened.
    LastUsedAt,
}

impl HostField {
    /// Every field, in the order in which they are offered.
    pub const ALL: [Self; 23] = [
        Self::Name,
        Self::Address,
        Self::Port,
        Self::Protocol,
        Self::Username,
        Self::Credential,
        Self::Folder,
        Self::Tag,
        Self::JumpHost,
        Self::Status,
        Self::Access,
        Self::DeviceType,
        Self::Model,
        Self::Vendor,
        Self::SerialNumber,
        Self::SoftwareVersion,
        Self::Platform,
        Self::Site,
        Self::Role,
        Self::Os,
        Self::Recording,
        Self::CreatedAt,
        Self::LastUsedAt,
    ];
}

/// Which part of the inventory is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum HostScope {
    /// All of it.
    #[default]
    All,
    /// What the person marked.
    Favourites,
    /// What was opened last, the last first.
    Recent,
    /// What lies in no folder.
    Unfiled,
    /// A folder with the folders below it.
    Folder {
        /// Which.
        id: FolderId,
    },
}

/// A value that a field must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldFilter {
    /// Which field.
    pub field: HostField,
    /// The value as a heading shows it, in any case; empty for hosts without one.
    pub value: String,
}

/// What is looked at. A saved filter is one of these with a name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct HostFilter {
    /// The part of the inventory.
    pub scope: HostScope,
    /// Words to find, ranked; `#word` is a tag.
    pub search: String,
    /// Values that fields must have; several of one field are alternatives.
    pub fields: Vec<FieldFilter>,
}

/// In what order, under which headings. A search without a sort field is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct HostArrangement {
    /// Sorted by this; by name, and what is equal by name too, when left out.
    pub sort: Option<HostField>,
    /// Whether the last comes first.
    pub descending: bool,
    /// Headings by this field's values; none without.
    pub group: Option<HostField>,
}

/// Body of POST `/api/hosts/list`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct HostListRequest {
    /// What is looked at.
    pub filter: HostFilter,
    /// In what order.
    pub arrangement: HostArrangement,
    /// Rows before the first one that is wanted.
    pub offset: u64,
    /// At most so many rows; 200 when left out, 1,000 at most.
    pub limit: Option<u32>,
}

/// Hosts under one heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostGroup {
    /// The heading: the field's value, the folder's path; empty for hosts without one.
    pub label: String,
    /// The folder, when the headings are folders.
    pub folder_id: Option<FolderId>,
    /// How many hosts stand under it.
    pub hosts: u64,
}

/// Answer of POST `/api/hosts/list`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostListPage {
    /// How many rows there are in all; more than hosts when they are grouped by tag.
    pub total: u64,
    /// Rows before the first of `rows`.
    pub offset: u64,
    /// The headings in order with their counts, which add up to `total`; empty without grouping.
    pub groups: Vec<HostGroup>,
    /// The rows.
    pub rows: Vec<HostView>,
    /// Whether nothing matched the search as it was typed, and these are near to it.
    pub near: bool,
}

/// Body of POST `/api/hosts/values`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct HostValuesRequest {
    /// What is looked at.
    pub filter: HostFilter,
    /// Whose values.
    pub field: HostField,
}

/// A value of a field, and how many hosts have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HostValue {
    /// The value as a heading shows it; empty for hosts without one.
    pub value: String,
    /// How many hosts.
    pub hosts: u64,
}

/// A filter that was given a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedFilter {
    /// Its id.
    pub id: FilterId,
    /// Its name, unique for the account.
    pub name: String,
    /// What is looked at.
    pub filter: HostFilter,
    /// In what order.
    pub arrangement: HostArrangement,
}

/// Body of POST `/api/filters` and PUT `/api/filters/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilterDraft {
    /// 1 to 100 characters, unique for the account.
    pub name: String,
    /// What is looked at.
    #[serde(default)]
    pub filter: HostFilter,
    /// In what order.
    #[serde(default)]
    pub arrangement: HostArrangement,
}
