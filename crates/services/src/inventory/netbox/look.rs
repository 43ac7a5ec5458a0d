//! Looks into a NetBox: its devices as they would be imported, and what filters may say.

use super::{
    NetBoxes,
    mapping::{self, Surroundings},
};
use crate::{Caller, ServiceError, access};
use transport::{NetBoxFilter, NetBoxKind, NetBoxList};
use wire::inventory::{
    NetBoxChoice, NetBoxChoiceKind, NetBoxChoiceQuery, NetBoxDeviceList, NetBoxDeviceQuery, NetBoxDeviceView,
    NetBoxFilters, NetBoxGone, NetBoxSiteList, NetBoxSiteQuery, NetBoxSiteView,
};

/// As many of a list as are shown when nothing is said, and at most.
const SHOWN: u32 = 50;
const MOST_SHOWN: u32 = 200;

/// So many choices of a filter are offered; more letters find the others.
const CHOICES: u32 = 20;

/// As long as a filter may be.
const MAX_FILTER: usize = 1_000;

impl NetBoxes {
    /// Some of NetBox's devices, each as it would be imported.
    ///
    /// # Errors
    /// When none is configured, or it cannot be asked.
    pub async fn devices(&self, caller: &Caller, query: &NetBoxDeviceQuery) -> Result<NetBoxDeviceList, ServiceError> {
        let (settings, netbox) = self.mine(caller).await?;
        let kind = if query.virtual_machines { NetBoxKind::VirtualMachine } else { NetBoxKind::Device };
        let found = netbox.devices(kind, &filter(&query.filters())?, shown(query.limit), query.offset).await?;
        let around = Surroundings::default();
        let devices = found.results.iter().map(|device| {
            let outcome = mapping::mapped(kind, device, &settings.mapping, &around);
            let (name, id, status) = (device.name.clone(), device.id, device.status().to_owned());
            let (address, said, left_out) = match outcome {
                Ok(host) => (host.address, host.device, None),
                Err(reason) => (String::new(), mapping::metadata(device, &settings.mapping), Some(reason)),
            };
            NetBoxDeviceView { id, name, address, status, device: said, left_out }
        });
        Ok(NetBoxDeviceList { devices: devices.collect(), total: found.total })
    }

    /// Some of NetBox's sites.
    ///
    /// # Errors
    /// As [`NetBoxes::devices`].
    pub async fn sites(&self, caller: &Caller, query: &NetBoxSiteQuery) -> Result<NetBoxSiteList, ServiceError> {
        let (_, netbox) = self.mine(caller).await?;
        let found = netbox.sites(bounded(&query.search)?, shown(query.limit), query.offset).await?;
        let sites = found.results.into_iter().map(|site| NetBoxSiteView {
            status: site.status().to_owned(),
            id: site.id,
            name: site.name,
            slug: site.slug,
            region: site.region.map(|region| region.name).unwrap_or_default(),
            description: site.description,
        });
        Ok(NetBoxSiteList { sites: sites.collect(), total: found.total })
    }

    /// What a filter may say: sites, platforms, roles or tags that some letters find.
    ///
    /// # Errors
    /// As [`NetBoxes::devices`].
    pub async fn choices(&self, caller: &Caller, query: &NetBoxChoiceQuery) -> Result<Vec<NetBoxChoice>, ServiceError> {
        let (_, netbox) = self.mine(caller).await?;
        let of = match query.of {
            NetBoxChoiceKind::Site => NetBoxList::Sites,
            NetBoxChoiceKind::Platform => NetBoxList::Platforms,
            NetBoxChoiceKind::Role => NetBoxList::Roles,
            NetBoxChoiceKind::Tag => NetBoxList::Tags,
        };
        let found = netbox.named(of, bounded(&query.search)?, CHOICES).await?;
        Ok(found.into_iter().map(|it| NetBoxChoice { slug: it.slug, name: it.name }).collect())
    }

    /// The caller's hosts that came from NetBox and are there no more. NetBox is not asked.
    ///
    /// # Errors
    /// When none is configured, or the caller may only watch.
    pub async fn gone(&self, caller: &Caller) -> Result<NetBoxGone, ServiceError> {
        access::may_connect(caller)?;
        let settings = super::read(&self.record(caller).await?)?;
        let rows = self.0.around.storage.inventory();
        Ok(rows.gone_elsewhere(caller.account(), &settings.key_beginning(), u64::from(MOST_SHOWN)).await?)
    }
}

fn shown(limit: Option<u32>) -> u32 {
    limit.unwrap_or(SHOWN).clamp(1, MOST_SHOWN)
}

fn bounded(text: &str) -> Result<&str, ServiceError> {
    if text.len() > MAX_FILTER {
        return Err(ServiceError::bad(format!("a filter has {MAX_FILTER} bytes at most")));
    }
    Ok(text.trim())
}

pub(super) fn filter(filters: &NetBoxFilters) -> Result<NetBoxFilter, ServiceError> {
    let list = |text: &str| {
        let words = bounded(text)?.split(',').map(str::trim).filter(|word| !word.is_empty());
        Ok::<_, ServiceError>(words.map(str::to_owned).collect())
    };
    Ok(NetBoxFilter {
        search: bounded(&filters.search)?.to_owned(),
        site: list(&filters.site)?,
        platform: list(&filters.platform)?,
        role: list(&filters.role)?,
        status: list(&filters.status)?,
        tag: list(&filters.tag)?,
    })
}
