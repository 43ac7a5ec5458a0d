//! A NetBox, asked over its REST interface. It is only ever read.

mod access;
mod ask;
mod connection;
mod error;
mod pages;
mod records;

pub use access::{NetBoxAccess, NetBoxTrust, NetBoxUrl};
pub use error::NetBoxError;
pub use pages::NetBoxPages;
pub use records::{NetBoxDevice, NetBoxNamed, NetBoxRecord, NetBoxService, NetBoxSite};

use ask::Asker;
use pages::Envelope;
use serde::Deserialize;
use std::{collections::HashSet, fmt::Write as _, sync::Arc};

/// What is needed of a device; the rest would be seven times as much.
const DEVICE_FIELDS: &str = "fields=id,name,serial,description,comments,site,role,device_role,platform,tags,custom_fields,\
    device_type,status,primary_ip4,primary_ip6,oob_ip";

/// So many numbers are asked for in one question; an address has to stay short.
const IDS: usize = 200;

/// Which kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NetBoxKind {
    /// A device in a rack.
    Device,
    /// A virtual machine.
    VirtualMachine,
}

impl NetBoxKind {
    const fn path(self) -> &'static str {
        match self {
            Self::Device => "dcim/devices/",
            Self::VirtualMachine => "virtualization/virtual-machines/",
        }
    }
}

/// Which list of things that filters name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetBoxList {
    /// Sites.
    Sites,
    /// Platforms.
    Platforms,
    /// Roles of devices.
    Roles,
    /// Tags.
    Tags,
}

impl NetBoxList {
    const fn path(self) -> &'static str {
        match self {
            Self::Sites => "dcim/sites/",
            Self::Platforms => "dcim/platforms/",
            Self::Roles => "dcim/device-roles/",
            Self::Tags => "extras/tags/",
        }
    }
}

/// Which devices. Empty fields filter nothing; several words in one are alternatives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetBoxFilter {
    /// Words to look for.
    pub search: String,
    /// Sites, by their slugs.
    pub site: Vec<String>,
    /// Platforms, by their slugs.
    pub platform: Vec<String>,
    /// Roles, by their slugs.
    pub role: Vec<String>,
    /// States.
    pub status: Vec<String>,
    /// Tags, by their slugs; all of them.
    pub tag: Vec<String>,
}

impl NetBoxFilter {
    fn query(&self) -> String {
        let mut query = String::new();
        if !self.search.is_empty() {
            push(&mut query, "q", &self.search);
        }
        let lists = [
            ("site", &self.site),
            ("platform", &self.platform),
            ("role", &self.role),
            ("status", &self.status),
            ("tag", &self.tag),
        ];
        for (key, values) in lists {
            for value in values {
                push(&mut query, key, value);
            }
        }
        query
    }
}

/// Appends a parameter, with everything escaped that is no letter, digit, or one of `-_.~`.
fn push(query: &mut String, key: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(key);
    query.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            query.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(query, "%{byte:02X}");
        }
    }
}

/// What a NetBox says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetBoxStatus {
    /// Its version.
    pub version: String,
}

/// Some of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct NetBoxPage<T> {
    /// How many there are.
    pub total: u64,
    /// These.
    pub results: Vec<T>,
}

/// A NetBox. Cheap to clone; all clones ask one question at a time.
#[derive(Clone)]
pub struct NetBox(Arc<Asker>);

impl NetBox {
    /// A NetBox, not asked yet.
    ///
    /// # Errors
    /// When the authorities that it is trusted by cannot be read.
    pub async fn new(access: NetBoxAccess) -> Result<Self, NetBoxError> {
        Ok(Self(Arc::new(Asker::new(access).await?)))
    }

    /// Asks for its version: whether address, certificate and token are good.
    ///
    /// # Errors
    /// When one of them is not.
    pub async fn status(&self) -> Result<NetBoxStatus, NetBoxError> {
        #[derive(Deserialize)]
        struct Status {
            #[serde(rename = "netbox-version")]
            version: Option<String>,
        }
        let status: Status = self.0.get("status/", "").await?;
        let version = status.version.filter(|version| !version.is_empty());
        let version = version.ok_or_else(|| NetBoxError::NotNetBox("it names no version of NetBox".to_owned()))?;
        Ok(NetBoxStatus { version: version.chars().filter(|sign| !sign.is_control()).take(50).collect() })
    }

    /// Sites that a word finds, all without one; ordered by name.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn sites(&self, search: &str, limit: u32, offset: u32) -> Result<NetBoxPage<NetBoxSite>, NetBoxError> {
        let filter = NetBoxFilter { search: search.to_owned(), ..NetBoxFilter::default() };
        self.some("dcim/sites/", &filter.query(), "fields=id,name,slug,region,description,status", limit, offset).await
    }

    /// Things of a list that a word finds, the first ones by name.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn named(&self, list: NetBoxList, search: &str, limit: u32) -> Result<Vec<NetBoxNamed>, NetBoxError> {
        let filter = NetBoxFilter { search: search.to_owned(), ..NetBoxFilter::default() };
        let page: NetBoxPage<NetBoxNamed> =
            self.some(list.path(), &filter.query(), "fields=id,name,slug", limit, 0).await?;
        Ok(page.results)
    }

    /// Some devices, or virtual machines; ordered by name.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn devices(
        &self,
        kind: NetBoxKind,
        filter: &NetBoxFilter,
        limit: u32,
        offset: u32,
    ) -> Result<NetBoxPage<NetBoxDevice>, NetBoxError> {
        self.some(kind.path(), &filter.query(), DEVICE_FIELDS, limit, offset).await
    }

    /// How many devices, or virtual machines, a filter finds.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn count(&self, kind: NetBoxKind, filter: &NetBoxFilter) -> Result<u64, NetBoxError> {
        let found: NetBoxPage<NetBoxNamed> = self.some(kind.path(), &filter.query(), "brief=1", 1, 0).await?;
        Ok(found.total)
    }

    /// All devices, or virtual machines, that a filter finds.
    pub fn all(&self, kind: NetBoxKind, filter: &NetBoxFilter) -> NetBoxPages<NetBoxDevice> {
        let query = filter.query();
        let and = if query.is_empty() { "" } else { "&" };
        NetBoxPages::new(Arc::clone(&self.0), kind.path(), format!("{query}{and}{DEVICE_FIELDS}"))
    }

    /// Which of these devices, or virtual machines, are there still.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn still_there(&self, kind: NetBoxKind, ids: &[u64]) -> Result<HashSet<u64>, NetBoxError> {
        let mut there = HashSet::new();
        for some in ids.chunks(IDS) {
            let query: Vec<_> = some.iter().map(|id| format!("id={id}")).collect();
            let limit = u32::try_from(IDS).unwrap_or(u32::MAX);
            let found: NetBoxPage<NetBoxNamed> = self.some(kind.path(), &query.join("&"), "brief=1", limit, 0).await?;
            there.extend(found.results.into_iter().map(|it| it.id));
        }
        Ok(there)
    }

    /// All sites.
    pub fn all_sites(&self) -> NetBoxPages<NetBoxSite> {
        NetBoxPages::new(Arc::clone(&self.0), "dcim/sites/", "fields=id,name,slug,region,description,status".to_owned())
    }

    /// All services of a name, in any case.
    pub fn all_services(&self, name: &str) -> NetBoxPages<NetBoxService> {
        let mut query = String::new();
        push(&mut query, "name__ie", name);
        NetBoxPages::new(Arc::clone(&self.0), "ipam/services/", query)
    }

    async fn some<T: serde::de::DeserializeOwned>(
        &self,
        path: &'static str,
        query: &str,
        fields: &str,
        limit: u32,
        offset: u32,
    ) -> Result<NetBoxPage<T>, NetBoxError> {
        let and = if query.is_empty() { "" } else { "&" };
        let page: Envelope<T> =
            self.0.get(path, &format!("{query}{and}{fields}&limit={limit}&offset={offset}")).await?;
        Ok(NetBoxPage { total: page.count.unwrap_or(page.results.len() as u64), results: page.results })
    }
}

#[cfg(test)]
#[path = "netbox/tests.rs"]
mod tests;
