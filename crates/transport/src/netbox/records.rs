//! What NetBox says of things, as far as it is needed. What is missing or null is empty.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A text that may be null.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(from)?.unwrap_or_default())
}

/// A map or list that may be null.
fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Ok(Option::<T>::deserialize(from)?.unwrap_or_default())
}

/// Something with a name.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NetBoxNamed {
    /// Its number.
    pub id: u64,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Its name for addresses.
    #[serde(deserialize_with = "text")]
    pub slug: String,
}

/// A word with its label.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Choice {
    /// The word.
    #[serde(deserialize_with = "text")]
    value: String,
}

/// An address with its prefix length.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Address {
    #[serde(deserialize_with = "text")]
    address: String,
    #[serde(deserialize_with = "text")]
    dns_name: String,
}

/// A device's type.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
struct DeviceType {
    #[serde(deserialize_with = "text")]
    model: String,
    manufacturer: Option<NetBoxNamed>,
}

/// A site.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NetBoxSite {
    /// Its number.
    pub id: u64,
    /// Its name.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// Its name for addresses, which filters take.
    #[serde(deserialize_with = "text")]
    pub slug: String,
    /// The region that it lies in.
    pub region: Option<NetBoxNamed>,
    /// What it is.
    #[serde(deserialize_with = "text")]
    pub description: String,
    status: Option<Choice>,
}

impl NetBoxSite {
    /// Its status; empty when NetBox says none.
    pub fn status(&self) -> &str {
        self.status.as_ref().map_or("", |status| &status.value)
    }
}

/// A device or a virtual machine.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NetBoxDevice {
    /// Its number among its kind.
    pub id: u64,
    /// Its name; a device may have none.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// The serial number.
    #[serde(deserialize_with = "text")]
    pub serial: String,
    /// What it is.
    #[serde(deserialize_with = "text")]
    pub description: String,
    /// What is said about it.
    #[serde(deserialize_with = "text")]
    pub comments: String,
    /// Where it stands. A virtual machine may have none.
    pub site: Option<NetBoxNamed>,
    /// The software family that it runs.
    pub platform: Option<NetBoxNamed>,
    /// Free words.
    #[serde(deserialize_with = "or_empty")]
    pub tags: Vec<NetBoxNamed>,
    /// Fields that this NetBox alone has.
    #[serde(deserialize_with = "or_empty")]
    pub custom_fields: Map<String, Value>,
    role: Option<NetBoxNamed>,
    /// The same, before NetBox 3.6.
    device_role: Option<NetBoxNamed>,
    device_type: Option<DeviceType>,
    status: Option<Choice>,
    primary_ip4: Option<Address>,
    primary_ip6: Option<Address>,
    oob_ip: Option<Address>,
}

impl NetBoxDevice {
    /// The maker's name for the model.
    pub fn model(&self) -> &str {
        self.device_type.as_ref().map_or("", |kind| &kind.model)
    }

    /// The maker.
    pub fn manufacturer(&self) -> &str {
        self.device_type.as_ref().and_then(|kind| kind.manufacturer.as_ref()).map_or("", |maker| &maker.name)
    }

    /// What it is there for.
    pub fn role(&self) -> &str {
        self.role.as_ref().or(self.device_role.as_ref()).map_or("", |role| &role.name)
    }

    /// `active`, `planned` and so on; empty when NetBox says none.
    pub fn status(&self) -> &str {
        self.status.as_ref().map_or("", |status| &status.value)
    }

    /// The primary IPv4 address without its prefix length, and its DNS name; empty where there is none.
    pub fn ipv4(&self) -> (&str, &str) {
        parts(self.primary_ip4.as_ref())
    }

    /// The primary IPv6 address, as [`NetBoxDevice::ipv4`].
    pub fn ipv6(&self) -> (&str, &str) {
        parts(self.primary_ip6.as_ref())
    }

    /// The address out of band, as [`NetBoxDevice::ipv4`].
    pub fn out_of_band(&self) -> (&str, &str) {
        parts(self.oob_ip.as_ref())
    }
}

fn parts(address: Option<&Address>) -> (&str, &str) {
    address.map_or(("", ""), |it| (it.address.split('/').next().unwrap_or_default(), it.dns_name.as_str()))
}

/// A service on a device.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct NetBoxService {
    /// Its number.
    pub id: u64,
    /// What it is called.
    #[serde(deserialize_with = "text")]
    pub name: String,
    /// The ports that it listens on.
    #[serde(deserialize_with = "or_empty")]
    pub ports: Vec<u16>,
    parent_object_type: Option<String>,
    parent_object_id: Option<u64>,
    device: Option<NetBoxNamed>,
    virtual_machine: Option<NetBoxNamed>,
}

impl NetBoxService {
    /// Whose service it is: a device's number, or a virtual machine's. Servers before NetBox 4.3 say it in two fields.
    pub fn parent(&self) -> Option<(super::NetBoxKind, u64)> {
        match (self.parent_object_type.as_deref(), self.parent_object_id) {
            (Some("dcim.device"), Some(id)) => return Some((super::NetBoxKind::Device, id)),
            (Some("virtualization.virtualmachine"), Some(id)) => return Some((super::NetBoxKind::VirtualMachine, id)),
            _ => {}
        }
        let device = self.device.as_ref().map(|it| (super::NetBoxKind::Device, it.id));
        device.or_else(|| self.virtual_machine.as_ref().map(|it| (super::NetBoxKind::VirtualMachine, it.id)))
    }
}

/// What has a number, which lists are ordered by.
pub trait NetBoxRecord {
    /// The number.
    fn number(&self) -> u64;
}

macro_rules! numbered {
    ($($record:ty),*) => { $(impl NetBoxRecord for $record { fn number(&self) -> u64 { self.id } })* };
}
numbered!(NetBoxSite, NetBoxDevice, NetBoxService, NetBoxNamed);
