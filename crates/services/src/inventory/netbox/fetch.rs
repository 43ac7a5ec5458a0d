//! Everything that an import needs of NetBox, page by page.

use super::{
    job::Job,
    mapping::{self, Surroundings},
    settings::Settings,
};
use crate::{ServiceError, inventory::imports::Arrivals};
use std::collections::{HashMap, HashSet};
use storage::KnownElsewhere;
use transport::{NetBox, NetBoxError, NetBoxFilter, NetBoxKind};
use wire::inventory::ImportRemark;

/// The word of a kind in keys.
const fn word(kind: NetBoxKind) -> &'static str {
    match kind {
        NetBoxKind::Device => "device",
        NetBoxKind::VirtualMachine => "vm",
    }
}

/// Asks for everything. What is known of before and did not come is asked for by its number, because a filter may hide it.
pub(super) async fn fetch(
    netbox: &NetBox,
    settings: &Settings,
    filter: &NetBoxFilter,
    known: Vec<KnownElsewhere>,
    job: &Job,
) -> Result<Arrivals, ServiceError> {
    let beginning = settings.key_beginning();
    let kinds = [NetBoxKind::Device, NetBoxKind::VirtualMachine];
    let wanted = kinds.into_iter().filter(|kind| *kind == NetBoxKind::Device || settings.mapping.virtual_machines);
    let wanted: Vec<_> = wanted.collect();
    for kind in &wanted {
        let count = netbox.count(*kind, filter).await?;
        job.note(|view| view.total += count);
    }
    let around = surroundings(netbox, settings).await?;
    let mut arrivals = Arrivals { hosts: Vec::new(), skips: Vec::new(), known, gone: HashSet::new() };
    let mut seen = HashSet::new();
    for kind in wanted {
        let mut pages = netbox.all(kind, filter);
        while let Some(page) = pages.next().await? {
            job.note(|view| view.fetched += page.len() as u64);
            for device in page {
                let key = format!("{beginning}{}:{}", word(kind), device.id);
                if !seen.insert(key.clone()) {
                    continue;
                }
                match mapping::mapped(kind, &device, &settings.mapping, &around) {
                    Ok(mapped) => arrivals.hosts.push((key, mapped)),
                    Err(reason) => {
                        let name = device.name.clone();
                        arrivals.skips.push(ImportRemark { place: mapping::place(kind, device.id), name, reason });
                    }
                }
            }
        }
    }
    arrivals.gone = gone(netbox, &beginning, &arrivals.known, &seen).await?;
    Ok(arrivals)
}

async fn surroundings(netbox: &NetBox, settings: &Settings) -> Result<Surroundings, NetBoxError> {
    let mut around = Surroundings::default();
    if settings.mapping.regions {
        let mut pages = netbox.all_sites();
        while let Some(page) = pages.next().await? {
            let regions = page.into_iter().filter_map(|site| Some((site.id, site.region?.name)));
            around.regions.extend(regions);
        }
    }
    if !settings.mapping.service.is_empty() {
        let mut pages = netbox.all_services(&settings.mapping.service);
        while let Some(page) = pages.next().await? {
            let ports = page.into_iter().filter_map(|service| Some((service.parent()?, *service.ports.first()?)));
            around.ports.extend(ports.filter(|(_, port)| *port > 0));
        }
    }
    Ok(around)
}

/// The keys of those that came before and are there no more.
async fn gone(
    netbox: &NetBox,
    beginning: &str,
    known: &[KnownElsewhere],
    seen: &HashSet<String>,
) -> Result<HashSet<String>, NetBoxError> {
    let mut gone = HashSet::new();
    for kind in [NetBoxKind::Device, NetBoxKind::VirtualMachine] {
        let mine = format!("{beginning}{}:", word(kind));
        let number = |known: &KnownElsewhere| known.key.strip_prefix(&mine).and_then(|id| id.parse::<u64>().ok());
        let missing: HashMap<u64, &str> = known
            .iter()
            .filter(|known| !seen.contains(&known.key))
            .filter_map(|known| Some((number(known)?, known.key.as_str())))
            .collect();
        let ids: Vec<_> = missing.keys().copied().collect();
        let there = netbox.still_there(kind, &ids).await?;
        gone.extend(missing.into_iter().filter(|(id, _)| !there.contains(id)).map(|(_, key)| key.to_owned()));
    }
    Ok(gone)
}
