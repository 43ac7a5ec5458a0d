//! What a NetBox knows, in the shapes of NetBox 4.6.

use serde_json::{Value, json};

/// The things of a NetBox, each list ordered by id.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Devices.
    pub devices: Vec<Value>,
    /// Virtual machines.
    pub machines: Vec<Value>,
    /// Sites.
    pub sites: Vec<Value>,
    /// Services.
    pub services: Vec<Value>,
}

fn named(id: usize, name: &str) -> Value {
    json!({"id": id, "url": "", "display": name, "name": name, "slug": slug(name), "description": ""})
}

fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// An address as NetBox writes it.
pub fn address(text: &str, dns_name: &str) -> Value {
    json!({"id": 1, "url": "", "display": text, "family": {"value": 4, "label": "IPv4"}, "address": text, "nat_inside": null,
        "nat_outside": [], "dns_name": dns_name, "description": ""})
}

/// A device of a site, with an IPv4 address of its own.
pub fn device(id: usize, name: &str, site: &Value) -> Value {
    let platforms = ["Cisco IOS", "Juniper Junos", "Linux"];
    let platform = platforms[id % platforms.len()];
    let [b, c] = [id / 250 % 250, id % 250 + 1];
    json!({
        "id": id, "url": "", "display": name, "name": name,
        "device_type": {"id": 1, "display": "C9300", "manufacturer": named(1, "Cisco"), "model": "C9300-48T", "slug": "c9300-48t"},
        "role": named(1, if id.is_multiple_of(2) { "Access Switch" } else { "Core Router" }),
        "tenant": null, "platform": named(id % platforms.len() + 1, platform), "serial": format!("SN{id:06}"), "asset_tag": null,
        "site": site, "location": null, "rack": null, "status": {"value": "active", "label": "Active"},
        "primary_ip": address(&format!("10.20.{b}.{c}/24"), ""), "primary_ip4": address(&format!("10.20.{b}.{c}/24"), ""),
        "primary_ip6": null, "oob_ip": null, "cluster": null, "description": "", "comments": "", "config_context": {},
        "tags": [{"id": 1, "url": "", "display": "lab", "name": "lab", "slug": "lab", "color": "aa1409"}],
        "custom_fields": {"ssh_port": null, "owner_team": "net"},
        "created": "2026-01-01T00:00:00Z", "last_updated": "2026-01-01T00:00:00Z", "interface_count": 48,
    })
}

/// A virtual machine.
pub fn machine(id: usize, name: &str, site: &Value) -> Value {
    let mut machine = device(id, name, site);
    let all = machine.as_object_mut().expect("an object");
    for key in ["device_type", "oob_ip", "rack", "location"] {
        all.remove(key);
    }
    all.insert("primary_ip4".to_owned(), address(&format!("10.30.{}.{}/24", id / 250, id % 250 + 1), ""));
    machine
}

/// An SSH service of a device.
pub fn service(id: usize, device: usize, port: u16) -> Value {
    json!({"id": id, "url": "", "parent_object_type": "dcim.device", "parent_object_id": device, "name": "SSH",
        "protocol": {"value": "tcp", "label": "TCP"}, "ports": [port], "ipaddresses": []})
}

fn once_each(all: impl Iterator<Item = Value>) -> Vec<Value> {
    let by_slug = all.filter_map(|it| Some((it["slug"].as_str()?.to_owned(), it)));
    by_slug.collect::<std::collections::BTreeMap<_, _>>().into_values().collect()
}

impl World {
    /// The platforms, roles and tags that its devices have, by their ids.
    pub(super) fn named(&self) -> (Vec<Value>, Vec<Value>, Vec<Value>) {
        let things = || self.devices.iter().chain(&self.machines);
        let of = |key: &'static str| once_each(things().map(|it| it[key].clone()));
        let tags = things().flat_map(|it| it["tags"].as_array().cloned().unwrap_or_default());
        (of("platform"), of("role"), once_each(tags))
    }

    /// So many devices in so many sites of two regions.
    pub fn of(devices: usize, sites: usize) -> Self {
        let sites: Vec<_> = (1..=sites)
            .map(|id| {
                let mut site = named(id, &format!("Site {id:02}"));
                site["region"] = named(id % 2 + 1, ["North", "South"][id % 2]);
                site["status"] = json!({"value": "active", "label": "Active"});
                site
            })
            .collect();
        let nested = |id: usize| {
            let mut site = sites[id % sites.len()].clone();
            let all = site.as_object_mut().expect("an object");
            all.remove("region");
            all.remove("status");
            site
        };
        let devices = (1..=devices).map(|id| device(id, &format!("sw-{id:05}"), &nested(id))).collect();
        Self { devices, machines: Vec::new(), sites, services: Vec::new() }
    }
}
