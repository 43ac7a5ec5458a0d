//! Hosts that come from another inventory by its interface, not from a file. They go through the same plan and the same
//! writing; the other inventory's own key finds the host again, whatever became of its name and address.

use super::{
    Course, Inventory, TURNS,
    adopted::{Free, without_clashes},
    entry::{Entry, Source, Terms},
    plan::{self, Put},
    told,
};
use crate::{
    Caller, ServiceError,
    inventory::{fields, netbox::Mapped},
};
use std::collections::{HashMap, HashSet};
use storage::KnownElsewhere;
use wire::inventory::{FieldChange, GONE_TAG, HostView, ImportMode, ImportRemark, ImportReport, Protocol};

/// What came from elsewhere.
pub(in crate::inventory) struct Arrivals {
    /// The hosts, each with its key there.
    pub hosts: Vec<(String, Mapped)>,
    /// What was left out on the way.
    pub skips: Vec<ImportRemark>,
    /// Hosts that came before.
    pub known: Vec<KnownElsewhere>,
    /// The keys of those that are there no more.
    pub gone: HashSet<String>,
}

/// What became of it.
pub(in crate::inventory) struct Arrived {
    /// As of any import.
    pub import: ImportReport,
    /// Hosts that are there no more.
    pub vanished: Vec<ImportRemark>,
    /// How many are there again.
    pub returned: u64,
}

impl Inventory {
    /// Takes in what came from elsewhere, or says what that would do.
    pub(in crate::inventory) async fn take_from_elsewhere(
        &self,
        caller: &Caller,
        arrivals: Arrivals,
        dry_run: bool,
    ) -> Result<Arrived, ServiceError> {
        let _turn = TURNS.acquire().await.map_err(|_| ServiceError::Unavailable("the server is stopping"))?;
        let _alone = match dry_run {
            true => None,
            false => Some(self.alone(caller.account()).await),
        };
        let mut current = self.current(caller).await?;
        let by_id: HashMap<_, _> = current.hosts.iter().map(|host| (&host.id, host)).collect();
        let known: HashMap<_, _> = arrivals.known.iter().map(|known| (known.key.as_str(), known)).collect();
        let held = arrivals.known.iter().filter(|known| !arrivals.gone.contains(&known.key)).map(|known| &known.host);
        let mut free = Free::new(&current.hosts, &held.collect());
        let mut heard = told::Heard { skips: arrivals.skips, ..told::Heard::default() };
        let mut keys: HashMap<_, _> =
            arrivals.known.iter().map(|known| (known.key.clone(), known.host.clone())).collect();
        let (mut entries, mut returned, mut adopted) = (Vec::with_capacity(arrivals.hosts.len()), 0, HashSet::new());
        for (position, (key, mapped)) in arrivals.hosts.into_iter().enumerate() {
            let before = known.get(key.as_str());
            returned += u64::from(before.is_some_and(|before| before.is_gone));
            let mut host = before.and_then(|before| by_id.get(&before.host)).copied();
            if host.is_none() {
                host = free.take(&mapped, Protocol::Ssh.default_port());
                if let Some(host) = host {
                    keys.insert(key.clone(), host.id.clone());
                    adopted.insert(host.id.clone());
                }
            }
            let (place, name) = (mapped.place.clone(), mapped.name.clone());
            match entry(mapped, key, i64::try_from(position).unwrap_or(i64::MAX), host, before.copied()) {
                Ok(entry) => entries.push(entry),
                Err(error) => heard.skips.push(ImportRemark { place, name, reason: error.to_string() }),
            }
        }
        let (entries, clashes) = without_clashes(&current.hosts, &keys, entries);
        heard.skips.extend(clashes);
        // A device that is gone may have left its host to another one, just now.
        let gone = arrivals.known.iter().filter(|known| arrivals.gone.contains(&known.key));
        let gone = gone.filter(|known| !adopted.contains(&known.host)).filter_map(|known| by_id.get(&known.host));
        let gone: Vec<HostView> = gone.copied().cloned().collect();
        current.keys = keys;
        let course = Course { mode: ImportMode::Merge, within: None, spared: HashSet::new() };
        let mut plan = plan::plan(&current, &course, &[], entries)?;
        plan.vanished = gone.iter().map(|host| host.id.clone()).collect();
        plan.adopted = plan.puts.iter().map(|put| put.after.id.clone()).filter(|id| adopted.contains(id)).collect();
        plan.puts.extend(gone.iter().filter(|host| !has_tag(host, GONE_TAG)).map(marked));
        let undo = if dry_run { None } else { self.write(caller, &plan, &[], Vec::new()).await? };
        let import = told::report(heard, &plan, 0, dry_run, undo);
        Ok(Arrived { import, vanished: gone.iter().map(remark).collect(), returned })
    }
}

fn entry(
    mapped: Mapped,
    key: String,
    position: i64,
    host: Option<&HostView>,
    known: Option<&KnownElsewhere>,
) -> Result<Entry, ServiceError> {
    let given = fields::tags(mapped.tags)?;
    // A list that is not ours any more gives nothing: then nothing is taken away either.
    let before: Vec<String> = known.and_then(|known| serde_json::from_str(&known.kept).ok()).unwrap_or_default();
    let own = host.map(|host| host.tags.as_slice()).unwrap_or_default();
    let is_own = |tag: &&String| *tag != GONE_TAG && !before.contains(tag);
    let tags = own.iter().filter(is_own).chain(&given).cloned().collect();
    let kept = serde_json::to_string(&given).map_err(|_| ServiceError::Internal("tags could not be written"))?;
    let folder = mapped.folder.iter().map(|name| fields::folder_name(name)).collect::<Result<_, _>>()?;
    Ok(Entry {
        place: mapped.place,
        name: fields::name("the name", &mapped.name)?,
        address: fields::address(&mapped.address)?,
        // A port that is not said stays what a person made of it.
        port: fields::port(mapped.port.or(host.map(|host| host.port)).unwrap_or(Protocol::Ssh.default_port()))?,
        protocol: host.map(|host| host.protocol).unwrap_or_default(),
        folder,
        tags: fields::tags(tags)?,
        device: fields::device(mapped.device)?,
        terms: Terms { username: fields::username(mapped.username.as_deref())?, ..Terms::default() },
        source: Source { form: None, position, kept, external_key: Some(key) },
    })
}

fn has_tag(host: &HostView, tag: &str) -> bool {
    host.tags.iter().any(|known| known.eq_ignore_ascii_case(tag))
}

/// The host with the tag that says that it is gone.
fn marked(host: &HostView) -> Put {
    let mut after = host.clone();
    after.tags.push(GONE_TAG.to_owned());
    let change = FieldChange { field: "tags".to_owned(), from: host.tags.join(", "), to: after.tags.join(", ") };
    let place = "in NetBox no more".to_owned();
    Put { place, before: Some(host.clone()), after, source: Source::default(), fields: vec![change] }
}

fn remark(host: &HostView) -> ImportRemark {
    ImportRemark {
        place: host.folder.clone().unwrap_or_default(),
        name: host.name.clone(),
        reason: "it is in NetBox no more; it stays here until somebody deletes it".to_owned(),
    }
}
