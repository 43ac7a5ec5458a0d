//! What a host says in each field of a list: as a heading shows it, and as it is put in order.

use super::{
    natural,
    shelf::{Line, Shelf},
};
use serde::Serialize;
use std::{borrow::Cow, net::IpAddr};
use wire::{Timestamp, inventory::HostField};

/// The values of a field; none for a host without one, several for tags alone.
pub(super) fn values<'a>(shelf: &'a Shelf, line: &'a Line, field: HostField) -> Vec<Cow<'a, str>> {
    if field == HostField::Tag {
        return line.host.tags.iter().map(|tag| Cow::from(tag.as_str())).collect();
    }
    value(shelf, line, field).filter(|value| !value.is_empty()).into_iter().collect()
}

fn value<'a>(shelf: &'a Shelf, line: &'a Line, field: HostField) -> Option<Cow<'a, str>> {
    let (host, device) = (&line.host, &line.host.device);
    Some(match field {
        HostField::Name => Cow::from(&host.name),
        HostField::Address => Cow::from(&host.address),
        HostField::Port => host.port.to_string().into(),
        HostField::Protocol => word(host.protocol).into(),
        HostField::Username => shelf.effective(line).username?.into(),
        HostField::Credential => shelf.credential_name(&shelf.effective(line).credential_id?)?.into(),
        HostField::Folder => Cow::from(&shelf.tree.nodes()[line.node?].folder.path),
        HostField::Tag => host.tags.first()?.into(),
        HostField::JumpHost => shelf.host_name(shelf.jump(line)?)?.into(),
        HostField::Status => word(host.status).into(),
        HostField::Access => word(host.bootstrap).into(),
        HostField::DeviceType => Cow::from(&device.device_type),
        HostField::Model => Cow::from(&device.model),
        HostField::Vendor => Cow::from(&device.vendor),
        HostField::SerialNumber => Cow::from(&device.serial_number),
        HostField::SoftwareVersion => Cow::from(&device.software_version),
        HostField::Platform => Cow::from(&device.platform),
        HostField::Site => Cow::from(&device.site),
        HostField::Role => Cow::from(&device.role),
        HostField::Os => host.os.as_deref()?.into(),
        HostField::Recording => word(shelf.effective(line).recording?).into(),
        HostField::CreatedAt => day(host.created_at).into(),
        HostField::LastUsedAt => day(host.last_used_at?).into(),
    })
}

/// By what a host is sorted: bytes that compare as the values do; none for a host without a value, which stands last.
pub(super) fn sort_key(shelf: &Shelf, line: &Line, field: HostField) -> Option<Vec<u8>> {
    let number = |number: i64| Some(number.to_be_bytes().to_vec());
    match field {
        HostField::CreatedAt => number(line.host.created_at.millis()),
        HostField::LastUsedAt => line.host.last_used_at.and_then(|at| number(at.millis())),
        HostField::Folder => number(i64::try_from(line.node?).ok()?),
        _ => {
            let value = value(shelf, line, field).filter(|value| !value.is_empty())?;
            Some(value_key(field, &value))
        }
    }
}

/// The same of a value that stands by itself.
pub(super) fn value_key(field: HostField, value: &str) -> Vec<u8> {
    if field != HostField::Address {
        return natural::key(value);
    }
    // Addresses by their numbers before names.
    match value.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => [&[0][..], &address.octets()].concat(),
        Ok(IpAddr::V6(address)) => [&[1][..], &address.octets()].concat(),
        Err(_) => [vec![2], natural::key(value)].concat(),
    }
}

/// The word of an enum as it is written in JSON.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}
