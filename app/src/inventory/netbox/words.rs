//! How addresses, fields, filters and spans of NetBox are called.

use crate::inventory::{exchange::words::count, words::thousands};
use wire::inventory::{NetBoxAddress, NetBoxFilters, NetBoxJob, NetBoxJobState, NetBoxTarget};

/// Every kind of address, in the usual order.
pub const ADDRESSES: [NetBoxAddress; 4] =
    [NetBoxAddress::PrimaryIp4, NetBoxAddress::PrimaryIp6, NetBoxAddress::OobIp, NetBoxAddress::DnsName];

/// What custom fields may become: its key in a form, and its name.
pub const TARGETS: [(NetBoxTarget, &str, &str); 12] = [
    (NetBoxTarget::Port, "port", "Port"),
    (NetBoxTarget::Username, "username", "Username"),
    (NetBoxTarget::DeviceType, "device_type", "Device type"),
    (NetBoxTarget::Model, "model", "Model"),
    (NetBoxTarget::Vendor, "vendor", "Vendor"),
    (NetBoxTarget::SerialNumber, "serial_number", "Serial number"),
    (NetBoxTarget::SoftwareVersion, "software_version", "Software version"),
    (NetBoxTarget::Platform, "platform", "Platform"),
    (NetBoxTarget::Site, "site", "Site"),
    (NetBoxTarget::Role, "role", "Role"),
    (NetBoxTarget::Notes, "notes", "Notes"),
    (NetBoxTarget::Tag, "tag", "A tag more"),
];

/// NetBox's states of devices: their words and names.
pub const STATES: [(&str, &str); 8] = [
    ("", "any"),
    ("active", "Active"),
    ("planned", "Planned"),
    ("staged", "Staged"),
    ("offline", "Offline"),
    ("failed", "Failed"),
    ("inventory", "Inventory"),
    ("decommissioning", "Decommissioning"),
];

/// How often scheduled imports may be done, in seconds.
pub const SPANS: [u64; 8] = [900, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800];

/// The kind of address.
pub const fn address(kind: NetBoxAddress) -> &'static str {
    match kind {
        NetBoxAddress::PrimaryIp4 => "Primary IPv4",
        NetBoxAddress::PrimaryIp6 => "Primary IPv6",
        NetBoxAddress::OobIp => "Out-of-band",
        NetBoxAddress::DnsName => "DNS name",
    }
}

/// The kinds in their order.
pub fn order(kinds: &[NetBoxAddress]) -> String {
    kinds.iter().map(|kind| address(*kind)).collect::<Vec<_>>().join(", then ")
}

/// The key of what a custom field becomes.
pub fn target_key(target: NetBoxTarget) -> &'static str {
    TARGETS.iter().find(|(known, ..)| *known == target).map_or("notes", |(_, key, _)| key)
}

/// What a custom field becomes, by its key.
pub fn target(key: &str) -> Option<NetBoxTarget> {
    TARGETS.iter().find(|(_, known, _)| *known == key).map(|(target, ..)| *target)
}

/// Which devices filters leave.
pub fn filters(filters: &NetBoxFilters) -> String {
    let NetBoxFilters { search, site, platform, role, status, tag } = filters;
    let lists = [("site", site), ("platform", platform), ("role", role), ("status", status), ("tag", tag)];
    let words = (!search.trim().is_empty()).then(|| format!("“{}”", search.trim()));
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
    let parts: Vec<_> =
        words.into_iter().chain(lists.map(|(name, list)| format!("{name} {}", list.replace(',', ", ")))).collect();
    if parts.is_empty() { "all devices".to_owned() } else { parts.join(" · ") }
}

/// How often.
pub fn every(seconds: u64) -> String {
    match seconds {
        604_800 => "every week".to_owned(),
        86_400 => "every day".to_owned(),
        3_600 => "every hour".to_owned(),
        _ if seconds.is_multiple_of(86_400) => format!("every {} days", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("every {} hours", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("every {}", count(seconds / 60, "minute", "minutes")),
        _ => format!("every {}", count(seconds, "second", "seconds")),
    }
}

/// What an import is doing, and how far it is: none while that is not known.
pub fn progress(job: &NetBoxJob) -> (String, Option<f64>) {
    match job.state {
        NetBoxJobState::Fetching if job.total == 0 => ("Asking NetBox".to_owned(), None),
        NetBoxJobState::Fetching => {
            let share = job.fetched as f64 / job.total as f64;
            let devices = count(job.total, "device", "devices");
            (format!("{} of {devices} read", thousands(job.fetched)), Some(share))
        }
        _ => ("Comparing with your hosts".to_owned(), None),
    }
}

/// The window of a list in words, from one on.
pub fn window(offset: u64, shown: u64, total: u64) -> String {
    match shown {
        0 => "none".to_owned(),
        _ => format!("{}–{} of {}", thousands(offset + 1), thousands(offset + shown), thousands(total)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_read_as_what_they_leave() {
        assert_eq!(filters(&NetBoxFilters::default()), "all devices");
        let some = NetBoxFilters {
            search: " core ".to_owned(),
            site: "lyon,paris".to_owned(),
            status: "active".to_owned(),
            ..NetBoxFilters::default()
        };
        assert_eq!(filters(&some), "“core” · site lyon, paris · status active");
    }

    #[test]
    fn spans_are_said_in_their_largest_unit() {
        let words = [1, 900, 3_600, 21_600, 86_400, 172_800, 604_800].map(every);
        let expected = ["1 second", "15 minutes", "hour", "6 hours", "day", "2 days", "week"];
        assert_eq!(words, expected.map(|word| format!("every {word}")));
    }

    #[test]
    fn every_target_has_a_key_of_its_own() {
        for (kind, key, _) in TARGETS {
            assert_eq!((target(key), target_key(kind)), (Some(kind), key));
        }
        assert_eq!(target(""), None);
    }

    #[test]
    fn windows_count_from_one() {
        assert_eq!(window(0, 25, 2_000), "1–25 of 2,000");
        assert_eq!(window(1_975, 25, 2_000), "1,976–2,000 of 2,000");
        assert_eq!(window(0, 0, 0), "none");
    }

    #[test]
    fn addresses_are_told_in_their_order() {
        assert_eq!(order(&[NetBoxAddress::OobIp, NetBoxAddress::PrimaryIp4]), "Out-of-band, then Primary IPv4");
    }
}
