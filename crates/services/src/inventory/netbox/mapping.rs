//! How a device of NetBox becomes a host. Pure: no storage, no network.

use serde_json::Value;
use std::collections::HashMap;
use transport::{NetBoxDevice, NetBoxKind};
use wire::{
    inventory::{DeviceMetadata, NetBoxAddress, NetBoxMapping, NetBoxTarget, inherit::PATH_SEPARATOR},
    plain::{is_blank, misleads},
};

/// As many characters as a device field of ours may have, and as notes may.
const FIELD: usize = 200;
const NOTES: usize = 4_000;

/// What is needed beside the devices.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The regions of sites, by the site's number.
    pub(super) regions: HashMap<u64, String>,
    /// SSH ports that services tell.
    pub(super) ports: HashMap<(NetBoxKind, u64), u16>,
}

/// A device as a host. What is none or empty, NetBox does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::inventory) struct Mapped {
    /// Which one, for people.
    pub(in crate::inventory) place: String,
    /// Its name.
    pub(in crate::inventory) name: String,
    /// Where to dial it.
    pub(in crate::inventory) address: String,
    /// The port.
    pub(in crate::inventory) port: Option<u16>,
    /// The username.
    pub(in crate::inventory) username: Option<String>,
    /// The names of the folders around it, the outermost first.
    pub(in crate::inventory) folder: Vec<String>,
    /// Its tags.
    pub(in crate::inventory) tags: Vec<String>,
    /// What is known about it.
    pub(in crate::inventory) device: DeviceMetadata,
}

/// A device as a host, or why it is left out.
pub(super) fn mapped(
    kind: NetBoxKind,
    device: &NetBoxDevice,
    mapping: &NetBoxMapping,
    around: &Surroundings,
) -> Result<Mapped, String> {
    let name = plain(&device.name);
    if is_blank(&name) {
        return Err("it has no name in NetBox; give it one there".to_owned());
    }
    let address = address(device, &mapping.addresses)
        .ok_or("it has no address of the kinds that are looked for; give it a primary one in NetBox")?;
    let mut host = Mapped {
        place: place(kind, device.id),
        name,
        address,
        port: around.ports.get(&(kind, device.id)).copied(),
        username: None,
        folder: folder(device, mapping, around),
        tags: device.tags.iter().map(|tag| plain(&tag.name)).filter(|tag| !tag.is_empty()).collect(),
        device: metadata(device, mapping),
    };
    let status = device.status();
    if mapping.status_tags && !status.is_empty() && status != "active" {
        host.tags.push(status.to_owned());
    }
    for (field, target) in &mapping.custom_fields {
        if let Some(text) = device.custom_fields.get(field).and_then(text) {
            set(&mut host, *target, &text);
        }
    }
    Ok(host)
}

/// Which one, for people.
pub(super) fn place(kind: NetBoxKind, id: u64) -> String {
    match kind {
        NetBoxKind::Device => format!("NetBox device {id}"),
        NetBoxKind::VirtualMachine => format!("NetBox virtual machine {id}"),
    }
}

/// The address that the order names first and the device has.
fn address(device: &NetBoxDevice, order: &[NetBoxAddress]) -> Option<String> {
    let of = |rule: &NetBoxAddress| match rule {
        NetBoxAddress::PrimaryIp4 => Some(device.ipv4()),
        NetBoxAddress::PrimaryIp6 => Some(device.ipv6()),
        NetBoxAddress::OobIp => Some(device.out_of_band()),
        NetBoxAddress::DnsName => None,
    };
    let named = || order.iter().filter_map(of).find(|(address, _)| !address.is_empty()).map(|(_, name)| name);
    let found = order.iter().find_map(|rule| {
        match of(rule) {
            Some((address, _)) => Some(address),
            None => named(),
        }
        .filter(|text| !text.is_empty())
    });
    found.map(str::to_owned)
}

fn folder(device: &NetBoxDevice, mapping: &NetBoxMapping, around: &Surroundings) -> Vec<String> {
    let top = mapping.folder.split(PATH_SEPARATOR).map(str::trim).filter(|name| !name.is_empty());
    let mut path: Vec<String> = top.map(str::to_owned).collect();
    if let Some(site) = &device.site {
        let region = around.regions.get(&site.id).filter(|_| mapping.regions);
        path.extend(region.map(|name| folder_name(name)));
        path.push(folder_name(&site.name));
    }
    path
}

/// A folder's name cannot hold what stands between two of them.
fn folder_name(name: &str) -> String {
    plain(name).replace(PATH_SEPARATOR, "/")
}

/// What NetBox says about the device.
pub(super) fn metadata(device: &NetBoxDevice, mapping: &NetBoxMapping) -> DeviceMetadata {
    let platform = device.platform.as_ref().map_or("", |platform| &platform.name);
    let given = device.platform.as_ref().and_then(|platform| {
        let types = &mapping.device_types;
        types.get(&platform.slug).or_else(|| types.get(&platform.name)).filter(|kind| !kind.is_empty())
    });
    let said: Vec<_> = [&device.description, &device.comments].into_iter().filter(|text| !text.is_empty()).collect();
    let notes = said.iter().map(|text| text.as_str()).collect::<Vec<_>>().join("\n");
    DeviceMetadata {
        device_type: short(given.map_or(platform, String::as_str), FIELD),
        model: short(device.model(), FIELD),
        vendor: short(device.manufacturer(), FIELD),
        serial_number: short(&device.serial, FIELD),
        software_version: String::new(),
        platform: short(platform, FIELD),
        site: short(device.site.as_ref().map_or("", |site| &site.name), FIELD),
        role: short(device.role(), FIELD),
        notes: notes.chars().filter(|sign| !misleads(*sign) || *sign == '\n').take(NOTES).collect(),
    }
}

fn short(text: &str, most: usize) -> String {
    plain(text).chars().take(most).collect()
}

/// A text without what no name may hold.
fn plain(text: &str) -> String {
    let seen: String = text.chars().filter(|sign| !misleads(*sign)).collect();
    seen.trim().to_owned()
}

/// A custom field's value as text; a choice by its label, several joined, an object by its name.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(on) => if *on { "yes" } else { "no" }.to_owned(),
        Value::Array(all) => all.iter().filter_map(text).collect::<Vec<_>>().join(", "),
        Value::Object(all) => {
            all.get("label").or_else(|| all.get("name")).or_else(|| all.get("display")).and_then(text)?
        }
        Value::Null => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn set(host: &mut Mapped, target: NetBoxTarget, text: &str) {
    let field = |to: &mut String| *to = short(text, FIELD);
    let device = &mut host.device;
    match target {
        NetBoxTarget::Port => host.port = text.parse().ok().filter(|port| *port > 0).or(host.port),
        NetBoxTarget::Username => host.username = Some(text.to_owned()),
        NetBoxTarget::DeviceType => field(&mut device.device_type),
        NetBoxTarget::Model => field(&mut device.model),
        NetBoxTarget::Vendor => field(&mut device.vendor),
        NetBoxTarget::SerialNumber => field(&mut device.serial_number),
        NetBoxTarget::SoftwareVersion => field(&mut device.software_version),
        NetBoxTarget::Platform => field(&mut device.platform),
        NetBoxTarget::Site => field(&mut device.site),
        NetBoxTarget::Role => field(&mut device.role),
        NetBoxTarget::Notes => device.notes = short(text, NOTES),
        NetBoxTarget::Tag => host.tags.push(plain(text)),
    }
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
