use super::*;
use serde_json::json;
use std::collections::BTreeMap;

fn device(more: Value) -> NetBoxDevice {
    let mut all = json!({
        "id": 7, "name": " sw-1 ", "serial": "SN7", "site": {"id": 3, "name": "Lyon / East", "slug": "lyon"},
        "role": {"id": 1, "name": "Access", "slug": "access"}, "platform": {"id": 2, "name": "Cisco IOS", "slug": "ios"},
        "device_type": {"model": "C9300", "manufacturer": {"id": 1, "name": "Cisco", "slug": "cisco"}},
        "status": {"value": "active", "label": "Active"}, "tags": [{"id": 1, "name": "lab", "slug": "lab"}],
        "primary_ip4": {"address": "10.0.0.1/24", "dns_name": "sw-1.example.org"},
        "primary_ip6": {"address": "2001:db8::1/64", "dns_name": ""},
        "oob_ip": {"address": "192.0.2.1/32", "dns_name": ""}, "custom_fields": null, "description": null, "comments": ""
    });
    for (key, value) in more.as_object().unwrap() {
        all[key] = value.clone();
    }
    serde_json::from_value(all).unwrap()
}

fn of(more: Value, mapping: &NetBoxMapping) -> Result<Mapped, String> {
    let mut around = Surroundings::default();
    around.regions.insert(3, "South".to_owned());
    mapped(NetBoxKind::Device, &device(more), mapping, &around)
}

#[test]
fn a_device_says_what_it_is_and_where() {
    let host = of(json!({}), &NetBoxMapping::default()).unwrap();
    assert_eq!((host.name.as_str(), host.address.as_str(), host.port), ("sw-1", "10.0.0.1", None));
    assert_eq!((host.folder, host.tags), (vec!["Lyon/East".to_owned()], vec!["lab".to_owned()]));
    let DeviceMetadata { device_type, model, vendor, serial_number, role, site, .. } = host.device;
    let said = [device_type, model, vendor, serial_number, role, site];
    assert_eq!(said, ["Cisco IOS", "C9300", "Cisco", "SN7", "Access", "Lyon / East"]);
}

#[test]
fn platforms_have_the_device_types_that_somebody_gave_them() {
    let of_type = |given: &[(&str, &str)]| {
        let device_types = given.iter().map(|(platform, kind)| ((*platform).to_owned(), (*kind).to_owned())).collect();
        of(json!({}), &NetBoxMapping { device_types, ..NetBoxMapping::default() }).unwrap().device
    };
    let given = of_type(&[("ios", "cisco_ios"), ("Cisco IOS", "other")]);
    assert_eq!((given.device_type.as_str(), given.platform.as_str()), ("cisco_ios", "Cisco IOS"));
    assert_eq!(of_type(&[("Cisco IOS", "cisco_ios")]).device_type, "cisco_ios");
    assert_eq!(of_type(&[("ios", ""), ("junos", "juniper_junos")]).device_type, "Cisco IOS");
}

#[test]
fn addresses_are_taken_in_the_order_that_was_asked_for() {
    use NetBoxAddress::{DnsName, OobIp, PrimaryIp4, PrimaryIp6};
    for (order, expected) in [
        (vec![PrimaryIp6, PrimaryIp4], "2001:db8::1"),
        (vec![OobIp, PrimaryIp4], "192.0.2.1"),
        (vec![DnsName, PrimaryIp4], "sw-1.example.org"),
        (vec![DnsName, OobIp, PrimaryIp4], "192.0.2.1"),
    ] {
        let mapping = NetBoxMapping { addresses: order.clone(), ..NetBoxMapping::default() };
        assert_eq!(of(json!({}), &mapping).unwrap().address, expected, "{order:?}");
    }
    let none = json!({"primary_ip4": null, "primary_ip6": null});
    assert_eq!(of(none.clone(), &NetBoxMapping::default()).unwrap().address, "192.0.2.1");
    let only = NetBoxMapping { addresses: vec![PrimaryIp4], ..NetBoxMapping::default() };
    assert!(of(none, &only).unwrap_err().contains("no address"));
    assert!(of(json!({"name": null}), &NetBoxMapping::default()).unwrap_err().contains("no name"));
}

#[test]
fn folders_follow_regions_below_a_folder_of_ones_own() {
    let mapping = NetBoxMapping { folder: "Network / All".to_owned(), regions: true, ..NetBoxMapping::default() };
    assert_eq!(of(json!({}), &mapping).unwrap().folder, ["Network", "All", "South", "Lyon/East"]);
    assert_eq!(of(json!({"site": null}), &mapping).unwrap().folder, ["Network", "All"]);
}

#[test]
fn custom_fields_and_the_status_say_more() {
    let fields: BTreeMap<_, _> = [
        ("ssh_port", NetBoxTarget::Port),
        ("login", NetBoxTarget::Username),
        ("image", NetBoxTarget::SoftwareVersion),
        ("team", NetBoxTarget::Tag),
        ("nothing", NetBoxTarget::Notes),
    ]
    .into_iter()
    .map(|(name, target)| (name.to_owned(), target))
    .collect();
    let mapping = NetBoxMapping { custom_fields: fields, ..NetBoxMapping::default() };
    let more = json!({"status": {"value": "planned"}, "comments": "two\nlines",
        "custom_fields": {"ssh_port": 2222, "login": "ops", "image": "17.9", "team": ["net", {"name": "core"}], "nothing": null}});
    let host = of(more, &mapping).unwrap();
    assert_eq!((host.port, host.username.as_deref()), (Some(2222), Some("ops")));
    assert_eq!((host.device.software_version.as_str(), host.device.notes.as_str()), ("17.9", "two\nlines"));
    assert_eq!(host.tags, ["lab", "planned", "net, core"]);
    for bad in [json!("no number"), json!(0), json!(70_000)] {
        assert_eq!(of(json!({"custom_fields": {"ssh_port": bad}}), &mapping).unwrap().port, None);
    }
}
