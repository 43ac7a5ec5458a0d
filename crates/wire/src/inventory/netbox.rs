//! NetBox: its settings, its devices, and imports of them (SPEC §4 and §12).

use super::{DeviceMetadata, ImportRemark, ImportReport, NetBoxSyncView};
use crate::{NetBoxJobId, Timestamp, vault::Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which of a device's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NetBoxAddress {
    /// The primary IPv4 address.
    PrimaryIp4,
    /// The primary IPv6 address.
    PrimaryIp6,
    /// The address out of band.
    OobIp,
    /// The DNS name of the first of those that are named beside it and are there.
    DnsName,
}

/// What a custom field of NetBox becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NetBoxTarget {
    /// The TCP port.
    Port,
    /// The username to sign in with.
    Username,
    /// What kind of device it is.
    DeviceType,
    /// The maker's model name.
    Model,
    /// The maker.
    Vendor,
    /// The serial number.
    SerialNumber,
    /// The software that it runs.
    SoftwareVersion,
    /// The platform family.
    Platform,
    /// Where it stands.
    Site,
    /// What it is there for.
    Role,
    /// Anything else.
    Notes,
    /// A tag more.
    Tag,
}

/// How devices become hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NetBoxMapping {
    /// Where an address is looked for, in this order. `dns_name` at its head prefers names to numbers.
    pub addresses: Vec<NetBoxAddress>,
    /// The path of a folder that the sites' folders are made in; at the top when empty.
    pub folder: String,
    /// Whether the sites' folders lie in folders of their regions.
    pub regions: bool,
    /// Whether virtual machines are imported too.
    pub virtual_machines: bool,
    /// Whether a status other than `active` becomes a tag.
    pub status_tags: bool,
    /// The name of the services that tell the SSH port; none are read when empty.
    pub service: String,
    /// What custom fields become.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::HashMap<String, NetBoxTarget>))]
    pub custom_fields: BTreeMap<String, NetBoxTarget>,
    /// The device type of platforms, by their slugs or names; the platform's name for all others.
    pub device_types: BTreeMap<String, String>,
}

impl Default for NetBoxMapping {
    fn default() -> Self {
        Self {
            addresses: vec![NetBoxAddress::PrimaryIp4, NetBoxAddress::PrimaryIp6, NetBoxAddress::OobIp],
            folder: String::new(),
            regions: false,
            virtual_machines: true,
            status_tags: true,
            service: "ssh".to_owned(),
            custom_fields: BTreeMap::new(),
            device_types: BTreeMap::new(),
        }
    }
}

/// Which devices. Each is a list with commas; its words are alternatives, but for tags, which have to be there all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct NetBoxFilters {
    /// Words to look for, as NetBox's own search does.
    pub search: String,
    /// Sites, by their slugs.
    pub site: String,
    /// Platforms, by their slugs.
    pub platform: String,
    /// Roles, by their slugs.
    pub role: String,
    /// States, as `active`.
    pub status: String,
    /// Tags, by their slugs.
    pub tag: String,
}

/// Body of POST `/api/netbox/token/configure`. What is left out stays as it was, or is the default.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NetBoxDraft {
    /// Where NetBox shows its start page.
    pub url: Option<String>,
    /// An API token of either kind.
    pub token: Option<Secret>,
    /// Authorities that sign its certificate, as PEM; empty for those that the server's machine trusts.
    pub authority: Option<String>,
    /// The SHA-256 of its certificate, which is then the only one trusted; empty for none.
    pub fingerprint: Option<String>,
    /// How devices become hosts.
    pub mapping: Option<NetBoxMapping>,
}

/// Answer of GET `/api/netbox/token/status`. The token itself is in no answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxStatusView {
    /// Whether there is an address and a token.
    pub configured: bool,
    /// Where NetBox is.
    pub url: Option<String>,
    /// NetBox's version, when it was last asked.
    pub version: Option<String>,
    /// When that was.
    pub checked_at: Option<Timestamp>,
    /// Whether the token travels in the clear, because the address begins with `http://`.
    pub in_the_clear: bool,
    /// Whether a private authority is trusted.
    pub authority: bool,
    /// The pinned certificate's SHA-256.
    pub fingerprint: Option<String>,
    /// How devices become hosts.
    pub mapping: NetBoxMapping,
    /// The import that goes on, or the last one.
    pub job: Option<NetBoxJob>,
    /// Imports that are done without anybody.
    pub sync: NetBoxSyncView,
}

/// Query of GET `/api/netbox/devices`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct NetBoxDeviceQuery {
    /// Words to look for, as NetBox's own search does.
    pub search: String,
    /// Sites, by their slugs, with commas between.
    pub site: String,
    /// Platforms, by their slugs.
    pub platform: String,
    /// Roles, by their slugs.
    pub role: String,
    /// States, as `active`.
    pub status: String,
    /// Tags, by their slugs; all of them.
    pub tag: String,
    /// Virtual machines instead of devices.
    pub virtual_machines: bool,
    /// How many, 1 to 200.
    pub limit: Option<u32>,
    /// How many to leave out before.
    pub offset: u32,
}

impl NetBoxDeviceQuery {
    /// The filters of it.
    pub fn filters(&self) -> NetBoxFilters {
        let Self { search, site, platform, role, status, tag, .. } = self.clone();
        NetBoxFilters { search, site, platform, role, status, tag }
    }
}

/// A device as it would be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxDeviceView {
    /// NetBox's number.
    pub id: u64,
    /// Its name; empty when it has none.
    pub name: String,
    /// The address that would be dialled; empty when it has none.
    pub address: String,
    /// NetBox's status.
    pub status: String,
    /// What it would say about the device.
    pub device: DeviceMetadata,
    /// Why it would be left out; none when it would not.
    pub left_out: Option<String>,
}

/// Some of NetBox's devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxDeviceList {
    /// These.
    pub devices: Vec<NetBoxDeviceView>,
    /// How many there are.
    pub total: u64,
}

/// Query of GET `/api/netbox/sites`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema, utoipa::IntoParams))]
#[serde(default)]
pub struct NetBoxSiteQuery {
    /// Words to look for.
    pub search: String,
    /// How many, 1 to 200.
    pub limit: Option<u32>,
    /// How many to leave out before.
    pub offset: u32,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxSiteView {
    /// NetBox's number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its name in filters.
    pub slug: String,
    /// The region that it lies in; empty for none.
    pub region: String,
    /// NetBox's status.
    pub status: String,
    /// What it is.
    pub description: String,
}

/// Some of NetBox's sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxSiteList {
    /// These.
    pub sites: Vec<NetBoxSiteView>,
    /// How many there are.
    pub total: u64,
}

/// Body of POST `/api/netbox/import`. All of it may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NetBoxImportRequest {
    /// Which devices; all when left out.
    pub filters: NetBoxFilters,
    /// Whether to say what would change, and change nothing.
    pub dry_run: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NetBoxJobState {
    /// NetBox is asked.
    Fetching,
    /// What came is compared with what is there, and written.
    Writing,
    /// It is done.
    Done,
    /// It was cancelled, and nothing was changed.
    Cancelled,
    /// It failed, and nothing was changed.
    Failed,
}

impl NetBoxJobState {
    /// Whether it goes on.
    pub const fn goes_on(self) -> bool {
        matches!(self, Self::Fetching | Self::Writing)
    }
}

/// An import from NetBox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxJob {
    /// What to ask for it by.
    pub id: NetBoxJobId,
    /// How far it is.
    pub state: NetBoxJobState,
    /// Whether nothing is changed.
    pub dry_run: bool,
    /// Whether it is one of those that are done without anybody.
    pub scheduled: bool,
    /// Which devices it asks for.
    pub filters: NetBoxFilters,
    /// How many devices came so far.
    pub fetched: u64,
    /// How many there are; zero until that is known.
    pub total: u64,
    /// How many hosts were written. They are all written at once.
    pub written: u64,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long NetBox was waited for, in milliseconds.
    pub waited_ms: u64,
    /// Why it failed, and what to do.
    pub error: Option<String>,
    /// What it did, or would do.
    pub report: Option<NetBoxReport>,
}

/// What an import from NetBox did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetBoxReport {
    /// As for any import. Devices without a name or an address stand among the skips.
    pub import: ImportReport,
    /// How many hosts came from NetBox once and are there no more. They stay, with the tag `gone from NetBox`.
    pub vanished: u64,
    /// The first of them.
    pub vanished_hosts: Vec<ImportRemark>,
    /// How many such hosts are there again.
    pub returned: u64,
}

/// The tag of hosts that are in NetBox no more.
pub const GONE_TAG: &str = "gone from NetBox";
