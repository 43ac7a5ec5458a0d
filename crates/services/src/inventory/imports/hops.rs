//! The jump hosts that an import names, as hosts: those of the import first, else those of the account, else new ones.
//!
//! A host has one jump host, and the way to that one is its own. A chain that a file gives to one host alone therefore
//! gets hosts of its own, `b via a`, where `b` is otherwise reached in another way.

use super::{
    differences::differences,
    entry::{Entry, Source},
    plan::{Current, Put},
};
use crate::{
    ServiceError,
    inventory::{chain::MAX_HOPS, fields},
};
use formats::Jump;
use std::collections::{HashMap, HashSet};
use wire::{
    HostId,
    inventory::{HostView, ImportRemark, Protocol},
};

struct Hops<'a> {
    /// Hosts of the import.
    here: Index<usize>,
    /// Hosts of the account.
    there: Index<&'a HostView>,
    made: Vec<Put>,
    remarks: Vec<ImportRemark>,
}

/// Gives each host of the import the jump host that its entry names. What cannot be given is told, and the host left out.
pub(super) fn resolve(
    current: &Current,
    entries: &[Entry],
    puts: &mut Vec<Put>,
    skips: &mut Vec<ImportRemark>,
) -> Result<Vec<ImportRemark>, ServiceError> {
    let mut hops = Hops::new(current, puts);
    let mut refused = HashSet::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.terms.hops.is_empty()) {
        match hops.way(entry, at, puts)? {
            Ok(jump) => {
                let host = &mut puts[at].after;
                (host.jump_host_id, host.direct) = (Some(jump), false);
            }
            Err(reason) => {
                refused.insert(puts[at].after.id.clone());
                skips.push(ImportRemark { place: entry.place.clone(), name: entry.name.clone(), reason });
            }
        }
    }
    let remarks = hops.remarks;
    puts.extend(hops.made);
    refuse_circles(current, puts, &mut refused, skips);
    refuse_behind(puts, &mut refused, skips);
    puts.retain(|put| !refused.contains(&put.after.id));
    for put in puts {
        put.fields = put.before.as_ref().map(|before| differences(before, &put.after)).unwrap_or_default();
    }
    Ok(remarks)
}

impl<'a> Hops<'a> {
    fn new(current: &'a Current, puts: &[Put]) -> Self {
        Self {
            here: Index::new(puts.iter().map(|put| &put.after).enumerate()),
            there: Index::new(current.hosts.iter().map(|host| (host, host))),
            made: Vec::new(),
            remarks: Vec::new(),
        }
    }

    /// The last of an entry's jump hosts; the others lead there. Else why there is none.
    fn way(&mut self, entry: &Entry, at: usize, puts: &[Put]) -> Result<Result<HostId, String>, ServiceError> {
        if entry.terms.hops.len() > MAX_HOPS {
            return Ok(Err(format!("it names {} jump hosts; {MAX_HOPS} is the most", entry.terms.hops.len())));
        }
        let mut before: Option<HostView> = None;
        for hop in &entry.terms.hops {
            let found = match self.known(hop, &puts[at].after, puts) {
                Ok(found) => found,
                Err(reason) => return Ok(Err(reason)),
            };
            let host = match found {
                Some(host) => host,
                None => match self.stranger(hop, entry, &puts[at].after)? {
                    Ok(host) => host,
                    Err(reason) => return Ok(Err(reason)),
                },
            };
            before = Some(self.behind(before, host, entry)?);
        }
        Ok(before.map(|host| host.id).ok_or_else(|| "it names no jump host".to_owned()))
    }

    /// The host that a hop names.
    fn known(&self, hop: &Jump, of: &HostView, puts: &[Put]) -> Result<Option<HostView>, String> {
        let (name, place) = (hop.host.to_lowercase(), (hop.host.to_lowercase(), hop.port.unwrap_or(22)));
        let other = |host: &&HostView| host.id != of.id;
        let here = || self.here.called(&name).map(|at| &puts[at].after).filter(other);
        let beside = here().find(|host| host.folder_id == of.folder_id);
        if beside.is_none() && here().nth(1).is_some() {
            let (count, name) = (here().count(), &hop.host);
            return Err(format!("{count} hosts are called {name}, its jump host; say it by its address and port"));
        }
        let beside = beside.or_else(|| here().next());
        let found = beside.or_else(|| self.here.at(&place).map(|at| &puts[at].after).find(other));
        let made =
            || self.made.iter().map(|put| &put.after).find(|host| (&host.address, host.port) == (&place.0, place.1));
        if let Some(host) = found.or_else(made) {
            return Ok(Some(host.clone()));
        }
        let mut called = self.there.called(&name).filter(other);
        match (called.next(), called.count()) {
            (Some(_), more @ 1..) => {
                Err(format!("{} hosts are called {}, its jump host; rename them first", more + 1, hop.host))
            }
            (one, _) => Ok(one.or_else(|| self.there.at(&place).find(other)).cloned()),
        }
    }

    /// A new host for a hop that nothing is known of.
    fn stranger(&mut self, hop: &Jump, entry: &Entry, of: &HostView) -> Result<Result<HostView, String>, ServiceError> {
        let refused = |error: ServiceError| format!("its jump host {:?} cannot be taken: {error}", hop.host);
        let (name, address) = match (fields::name("the name", &hop.host), fields::address(&hop.host)) {
            (Ok(name), Ok(address)) => (name, address),
            (Err(error), _) | (_, Err(error)) => return Ok(Err(refused(error))),
        };
        let username = match fields::username(hop.user.as_deref()) {
            Ok(username) => username,
            Err(error) => return Ok(Err(refused(error))),
        };
        let host = HostView {
            name,
            address,
            port: hop.port.unwrap_or(22),
            username,
            folder: of.folder.clone(),
            folder_id: of.folder_id.clone(),
            ..super::plan::blank()?
        };
        self.make(host.clone(), entry, "is added");
        Ok(Ok(host))
    }

    /// The host as it is reached behind another one.
    fn behind(&mut self, before: Option<HostView>, host: HostView, entry: &Entry) -> Result<HostView, ServiceError> {
        let Some(before) = before.filter(|before| host.jump_host_id.as_ref() != Some(&before.id)) else {
            return Ok(host);
        };
        let name = fields::shortened(&format!("{} via {}", host.name, before.name));
        let key = name.to_lowercase();
        let way = |host: &HostView| (host.jump_host_id.clone(), host.address.clone(), host.port);
        let wanted = (Some(before.id.clone()), host.address.clone(), host.port);
        let mut named = self.made.iter().map(|put| &put.after).chain(self.there.called(&key));
        let known = named.find(|known| known.name == name && way(known) == wanted).cloned();
        drop(named);
        if let Some(known) = known {
            return Ok(known);
        }
        let host = HostView { name, jump_host_id: Some(before.id), ..super::plan::copy(&host)? };
        self.make(host.clone(), entry, "is added as a host of its own");
        Ok(host)
    }

    fn make(&mut self, host: HostView, entry: &Entry, how: &str) {
        self.remarks.push(ImportRemark {
            place: entry.place.clone(),
            name: host.name.clone(),
            reason: format!("{} {how}, because {} is reached through it", host.name, entry.name),
        });
        let source = Source::default();
        self.made.push(Put { place: entry.place.clone(), before: None, after: host, source, fields: Vec::new() });
    }
}

/// Hosts that speak SSH by name in lower case, and by address and port.
struct Index<T> {
    by_name: HashMap<String, Vec<T>>,
    by_place: HashMap<(String, u16), Vec<T>>,
}

impl<T: Copy> Index<T> {
    fn new<'h>(hosts: impl Iterator<Item = (T, &'h HostView)>) -> Self {
        let mut index = Self { by_name: HashMap::new(), by_place: HashMap::new() };
        for (at, host) in hosts.filter(|(_, host)| host.protocol == Protocol::Ssh) {
            index.by_name.entry(host.name.to_lowercase()).or_default().push(at);
            index.by_place.entry((host.address.clone(), host.port)).or_default().push(at);
        }
        index
    }

    fn called(&self, name: &str) -> impl Iterator<Item = T> {
        self.by_name.get(name).into_iter().flatten().copied()
    }

    fn at(&self, place: &(String, u16)) -> impl Iterator<Item = T> {
        self.by_place.get(place).into_iter().flatten().copied()
    }
}

/// The host that a folder names as the last of its jump hosts; none when it names none.
///
/// # Errors
/// Why there is no such host, or more than one.
pub(super) fn last(current: &Current, puts: &[Put], hops: &[Jump]) -> Result<Option<HostId>, String> {
    let Some(hop) = hops.last() else { return Ok(None) };
    let (name, port) = (hop.host.to_lowercase(), hop.port.unwrap_or(22));
    let is_ssh = |host: &&HostView| host.protocol == Protocol::Ssh;
    let here = || puts.iter().map(|put| &put.after).filter(is_ssh);
    let put: HashSet<&HostId> = puts.iter().map(|put| &put.after.id).collect();
    let there = || current.hosts.iter().filter(is_ssh).filter(|host| !put.contains(&host.id));
    let called = |host: &&HostView| host.name.to_lowercase() == name;
    let at = |host: &&HostView| host.address == name && host.port == port;
    let found: [Vec<&HostView>; 4] = [
        here().filter(called).collect(),
        here().filter(at).collect(),
        there().filter(called).collect(),
        there().filter(at).collect(),
    ];
    match found.iter().find(|found| !found.is_empty()).map(Vec::as_slice) {
        Some([one]) => Ok(Some(one.id.clone())),
        Some(many) => {
            let count = many.len();
            Err(format!("{count} hosts are called {}: the folder gets no jump host; set it by hand", hop.host))
        }
        None => {
            let name = &hop.host;
            Err(format!("no host that speaks SSH is called {name}: the folder gets no jump host; set it by hand"))
        }
    }
}

/// A host whose jump hosts lead back to itself, or are too many, is left out.
fn refuse_circles(current: &Current, puts: &[Put], refused: &mut HashSet<HostId>, skips: &mut Vec<ImportRemark>) {
    let mut jumps: HashMap<&HostId, Option<&HostId>> =
        current.hosts.iter().map(|host| (&host.id, host.jump_host_id.as_ref())).collect();
    jumps.extend(puts.iter().map(|put| (&put.after.id, put.after.jump_host_id.as_ref())));
    for put in puts.iter().filter(|put| put.after.jump_host_id.is_some()) {
        let (mut at, mut steps) = (put.after.jump_host_id.as_ref(), 0);
        while let Some(id) = at.filter(|id| **id != put.after.id && steps <= MAX_HOPS) {
            at = jumps.get(id).copied().flatten();
            steps += 1;
        }
        if at.is_some() || steps > MAX_HOPS {
            let reason = format!("its jump hosts lead in a circle, or are more than {MAX_HOPS}; take one of them out");
            skips.push(ImportRemark { place: put.place.clone(), name: put.after.name.clone(), reason });
            refused.insert(put.after.id.clone());
        }
    }
}

/// A new host that is left out takes those along that are reached through it.
fn refuse_behind(puts: &[Put], refused: &mut HashSet<HostId>, skips: &mut Vec<ImportRemark>) {
    let mut left_out: HashSet<HostId> =
        puts.iter().filter(|put| put.before.is_none()).map(|put| put.after.id.clone()).collect();
    left_out.retain(|id| refused.contains(id));
    loop {
        let behind = |put: &&Put| {
            let jump = put.after.jump_host_id.as_ref();
            jump.is_some_and(|jump| left_out.contains(jump)) && !refused.contains(&put.after.id)
        };
        let found: Vec<&Put> = puts.iter().filter(behind).collect();
        if found.is_empty() {
            return;
        }
        for put in found {
            let reason = "the host that it is reached through was left out".to_owned();
            skips.push(ImportRemark { place: put.place.clone(), name: put.after.name.clone(), reason });
            refused.insert(put.after.id.clone());
            if put.before.is_none() {
                left_out.insert(put.after.id.clone());
            }
        }
    }
}
