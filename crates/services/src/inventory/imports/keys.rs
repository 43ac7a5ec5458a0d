//! The host keys of a `known_hosts` file: each is trusted for the hosts that it is known for, unless another one is.

use super::{
    Current, Inventory, Plan,
    entry::Entry,
    ways::{self, Ways},
};
use crate::{Caller, ServiceError, inventory::target};
use formats::KnownKey;
use std::collections::{HashMap, HashSet};
use wire::{
    HostId,
    inventory::{Form, HostView, Protocol},
};

/// So many hashed names are compared with the hosts; each comparison is an HMAC.
const MOST_HASHED: usize = 2_000_000;

/// A key that is trusted from now on: the place's name among the trusted keys, and the OpenSSH line.
pub(super) type NewKey = (String, String);

/// Leaves out what `known_hosts` says of hosts that are known by another name: it brings their keys and no host.
pub(super) fn absorbed(current: &Current, entries: Vec<Entry>) -> Vec<Entry> {
    let is_key = |entry: &Entry| entry.source.form == Some(Form::KnownHosts);
    let mut known: HashSet<(String, u16)> = HashSet::new();
    for host in &current.hosts {
        known.insert((host.address.clone(), host.port));
        known.insert((host.name.to_lowercase(), host.port));
    }
    for entry in entries.iter().filter(|entry| !is_key(entry)) {
        known.insert((entry.address.clone(), entry.port));
        known.insert((entry.name.to_lowercase(), entry.port));
    }
    entries
        .into_iter()
        .filter(|entry| !is_key(entry) || !known.contains(&(entry.address.clone(), entry.port)))
        .collect()
}

impl Inventory {
    /// The keys of an import that are not trusted yet, for the hosts as they are after it.
    pub(super) async fn new_keys(
        &self,
        caller: &Caller,
        current: &Current,
        plan: &Plan,
        keys: Vec<KnownKey>,
    ) -> Result<Vec<NewKey>, ServiceError> {
        let keys: Vec<KnownKey> = keys.into_iter().filter(|key| key.marker.is_none()).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let trusted = self.0.storage.host_keys().endpoints(caller.account()).await?;
        let (hosts, ways) = (afterwards(current, plan), ways::after(current, plan));
        let matching = tokio::task::spawn_blocking(move || matched(&hosts, &ways, &keys, &trusted));
        matching.await.map_err(|_| ServiceError::Internal("comparing host keys broke off"))
    }
}

/// The hosts as they are after the import.
fn afterwards(current: &Current, plan: &Plan) -> Vec<HostView> {
    ways::hosts_after(current, plan).filter(|host| host.protocol == Protocol::Ssh).cloned().collect()
}

fn matched(hosts: &[HostView], ways: &Ways, keys: &[KnownKey], trusted: &HashSet<String>) -> Vec<NewKey> {
    let by_id: HashMap<&HostId, &HostView> = hosts.iter().map(|host| (&host.id, host)).collect();
    let book = Book::new(keys);
    let mut found: HashMap<String, &KnownKey> = HashMap::new();
    let mut left = MOST_HASHED;
    for host in hosts {
        let keyring = target::keyring_of(host, |host| ways.get(&host.id).and_then(|id| by_id.get(id)).copied());
        if trusted.contains(&keyring) {
            continue;
        }
        for key in book.of(host, &mut left) {
            let known = found.entry(keyring.clone()).or_insert(key);
            if strength(key) > strength(known) {
                *known = key;
            }
        }
    }
    let line = |key: &KnownKey| format!("{} {}", key.algorithm, key.key);
    let usable = |(_, line): &NewKey| transport::describe_key(line).is_ok();
    found.into_iter().map(|(keyring, key)| (keyring, line(key))).filter(usable).collect()
}

/// One key is trusted at a place: the kind that hosts are asked for first.
fn strength(key: &KnownKey) -> u8 {
    match key.algorithm.as_str() {
        "ssh-ed25519" => 3,
        algorithm if algorithm.starts_with("ecdsa-") => 2,
        "ssh-rsa" => 1,
        _ => 0,
    }
}

/// Keys by the names that they are known for.
struct Book<'a> {
    plain: HashMap<String, Vec<&'a KnownKey>>,
    /// Hashed names and patterns, which are compared one by one.
    others: Vec<&'a KnownKey>,
}

impl<'a> Book<'a> {
    fn new(keys: &'a [KnownKey]) -> Self {
        let mut book = Self { plain: HashMap::new(), others: Vec::new() };
        for key in keys {
            if key.names.contains(['|', '*', '?', '!']) {
                book.others.push(key);
                continue;
            }
            for name in key.names.split(',') {
                book.plain.entry(name.to_lowercase()).or_default().push(key);
            }
        }
        book
    }

    fn of(&self, host: &HostView, left: &mut usize) -> Vec<&'a KnownKey> {
        let mut keys = Vec::new();
        for name in [&host.address, &host.name] {
            // As OpenSSH writes it: the port is said when it is not 22.
            let bracketed = format!("[{}]:{}", name.to_lowercase(), host.port);
            let written = if host.port == 22 { name.to_lowercase() } else { bracketed };
            keys.extend(self.plain.get(&written).into_iter().flatten().copied());
            for key in self.others.iter().take(*left) {
                keys.extend(key.is_for(name, host.port).then_some(*key));
            }
            *left = left.saturating_sub(self.others.len());
        }
        keys
    }
}
