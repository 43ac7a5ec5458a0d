//! Hosts to blocks: what came in is given back as it was; what changed is changed in its place.

use super::{
    ALIAS,
    blocks::{self, Block},
    lex::quoted,
    pattern, read,
    sections::{self, Files},
};
use crate::{
    document::{File, HostEntry, Name, Outgoing},
    entry::Report,
    error::FormatError,
    value::Value,
};
use std::collections::{HashMap, HashSet};
use wire::inventory::{Form, Protocol};

/// Writes a file. Hosts of other protocols are not in it; folders, tags and what is known about devices have no place there.
///
/// # Errors
/// When a value has characters that the form cannot hold.
pub(crate) fn write(outgoing: &Outgoing) -> Result<Vec<u8>, FormatError> {
    let hosts: Vec<_> = outgoing.hosts.iter().filter(|host| host.protocol == Protocol::Ssh).collect();
    let names = Names::of(&hosts)?;
    let mut blocks = gather(outgoing, &hosts);
    blocks.retain_mut(|block| block.rename(|alias| names.now(alias)));
    let present: HashSet<_> = blocks.iter().flat_map(|block| block.patterns().iter().cloned()).collect();
    // What counts for all stands at the end mostly, because the first value counts: new blocks go before it.
    let tail = blocks.iter().rposition(Block::names_hosts).map_or(0, |index| index + 1);
    let tail = if blocks.get(tail..).is_some_and(|rest| rest.iter().all(|block| !block.patterns().is_empty())) {
        tail
    } else {
        blocks.len()
    };
    let mut fresh = Vec::new();
    for (host, alias) in hosts.iter().zip(&names.aliases) {
        if !present.contains(alias) {
            let mut block = Block::new(alias);
            let nothing = HostEntry { address: alias.clone(), port: 22, ..HostEntry::default() };
            patch(&mut block, host, alias, &nothing, &names);
            fresh.push(block);
        }
    }
    blocks.splice(tail..tail, fresh);
    let changed = mend(&mut blocks, &hosts, &names);
    if changed {
        overrule(&mut blocks, &hosts, &names);
    }
    Ok(text(&blocks).into_bytes())
}

fn text(blocks: &[Block]) -> String {
    let mut out = String::new();
    blocks.iter().for_each(|block| block.write(&mut out));
    out
}

/// What each host is called in the file: its name, unless that is a pattern or taken.
struct Names {
    aliases: Vec<String>,
    renamed: HashMap<String, String>,
    by_name: HashMap<String, String>,
}

impl Names {
    fn of(hosts: &[&HostEntry]) -> Result<Self, FormatError> {
        let mut names = Self { aliases: Vec::new(), renamed: HashMap::new(), by_name: HashMap::new() };
        let mut taken = HashSet::new();
        for host in hosts {
            let texts = [Some(&host.name), Some(&host.address), host.username.as_ref(), host.credential.as_ref()];
            let jumps: Vec<_> = host.jumps.iter().map(ToString::to_string).collect();
            if texts.into_iter().flatten().chain(&jumps).any(|text| text.contains(char::is_control)) {
                let what = format!(
                    "the host {:?} has a line end or another control character, which ssh_config cannot hold",
                    host.name
                );
                return Err(FormatError::of(what));
            }
            let plain: String = host.name.chars().map(|c| if matches!(c, '*' | '?') { '-' } else { c }).collect();
            let plain = plain.trim_start_matches('!');
            let plain = if plain.is_empty() { "host" } else { plain };
            let mut alias = plain.to_owned();
            let mut nth = 1;
            while !taken.insert(alias.clone()) {
                nth += 1;
                alias = format!("{plain}-{nth}");
            }
            if let Some(old) = old_alias(host) {
                names.renamed.entry(old).or_insert_with(|| alias.clone());
            }
            names.by_name.entry(host.name.clone()).or_insert_with(|| alias.clone());
            names.aliases.push(alias);
        }
        Ok(names)
    }

    fn now(&self, alias: &str) -> Option<String> {
        self.renamed.get(alias).cloned()
    }

    fn jumps(&self, host: &HostEntry) -> String {
        let jumps = host.jumps.iter().map(|jump| match self.by_name.get(&jump.to_string()) {
            Some(alias) => alias.clone(),
            None => jump.to_string(),
        });
        jumps.collect::<Vec<_>>().join(",")
    }
}

fn old_alias(host: &HostEntry) -> Option<String> {
    match host.kept.entry(Form::SshConfig)? {
        Value::Map(entries) => entries.iter().find(|(key, _)| key.text == ALIAS).and_then(|(_, alias)| alias.scalar()),
        _ => None,
    }
}

/// All blocks that were kept, each once, in the order in which they stood.
fn gather(outgoing: &Outgoing, hosts: &[&HostEntry]) -> Vec<Block> {
    let mut seen: HashMap<i64, Vec<usize>> = HashMap::new();
    let mut all: Vec<Block> = Vec::new();
    let kept = std::iter::once(&outgoing.kept).chain(hosts.iter().map(|host| &host.kept));
    for block in kept.filter_map(|kept| kept.entry(Form::SshConfig)).flat_map(|entry| blocks::of_kept(&entry)) {
        let at = seen.entry(block.at).or_default();
        if !at.iter().any(|index| all.get(*index) == Some(&block)) {
            at.push(all.len());
            all.push(block);
        }
    }
    all.sort_by_key(|block| block.at);
    all
}

/// What the blocks say of each alias now.
fn said(blocks: &[Block]) -> HashMap<String, HostEntry> {
    let text = text(blocks);
    let file = File { name: "", bytes: text.as_bytes() };
    let mut report = Report::new(Name::of(&file));
    let files = Files::of(&[file], &mut report);
    let sections = sections::sections(&files, &mut report);
    read::hosts(&sections, &mut report).into_iter().map(|host| (host.name.clone(), host)).collect()
}

/// Brings the block of each host to what the host is now. Says whether any was changed.
fn mend(blocks: &mut Vec<Block>, hosts: &[&HostEntry], names: &Names) -> bool {
    let said = said(blocks);
    let mut place: HashMap<String, usize> = HashMap::new();
    for (index, block) in blocks.iter().enumerate() {
        for alias in block.patterns().iter().filter(|pattern| pattern::is_concrete(pattern)) {
            place.entry(alias.clone()).or_insert(index);
        }
    }
    let mut apart: Vec<(usize, Block)> = Vec::new();
    let mut changed = false;
    for (host, alias) in hosts.iter().zip(&names.aliases) {
        let (Some(now), Some(index)) = (said.get(alias), place.get(alias)) else { continue };
        if is_said(host, alias, now, names) {
            continue;
        }
        let Some(block) = blocks.get_mut(*index) else { continue };
        changed = true;
        match block.split(alias) {
            Some(mut own) => {
                patch(&mut own, host, alias, now, names);
                apart.push((*index, own));
            }
            None => patch(block, host, alias, now, names),
        }
    }
    for (index, block) in apart.into_iter().rev() {
        blocks.insert(index, block);
    }
    changed
}

/// What a block before that of the host says in its stead is said before everything.
fn overrule(blocks: &mut Vec<Block>, hosts: &[&HostEntry], names: &Names) {
    let said = said(blocks);
    let mut first = Vec::new();
    for (host, alias) in hosts.iter().zip(&names.aliases) {
        let Some(now) = said.get(alias) else { continue };
        if !is_said(host, alias, now, names) {
            let mut block = Block::new(alias);
            patch(&mut block, host, alias, now, names);
            if host.jumps.is_empty() && !now.jumps.is_empty() {
                block.set("ProxyJump", Some("none"));
            }
            first.push(block);
        }
    }
    blocks.splice(0..0, first);
}

fn is_said(host: &HostEntry, alias: &str, now: &HostEntry, names: &Names) -> bool {
    host.address == now.address
        && host.port == now.port
        && host.username == now.username
        && file_name(host) == now.credential
        && host.policy.direct == now.policy.direct
        && names.jumps(host) == names.jumps(now)
        && alias == now.name
}

/// A key's file has no path here.
fn file_name(host: &HostEntry) -> Option<String> {
    host.credential.as_ref().map(|name| name.replace(['/', '\\'], "_"))
}

/// Changes the options that say something else than the host is.
fn patch(block: &mut Block, host: &HostEntry, alias: &str, now: &HostEntry, names: &Names) {
    if host.address != now.address {
        let address = host.address.replace('%', "%%");
        block.set("HostName", (host.address != alias).then(|| quoted(&address)).as_deref());
        if host.address == alias && now.address != alias {
            block.set("HostName", Some(&quoted(&address)));
        }
    }
    if host.username != now.username {
        block.set("User", host.username.as_deref().map(quoted).as_deref());
    }
    if host.port != now.port {
        block.set("Port", Some(&host.port.to_string()));
    }
    if file_name(host) != now.credential {
        block.set("IdentityFile", file_name(host).map(|name| quoted(&format!("~/.ssh/{name}"))).as_deref());
    }
    let jumps = names.jumps(host);
    if jumps != names.jumps(now) || host.policy.direct != now.policy.direct {
        block.set("ProxyCommand", None);
        let value = match (jumps.is_empty(), host.policy.direct) {
            (false, _) => Some(quoted(&jumps)),
            (true, true) => Some("none".to_owned()),
            (true, false) => None,
        };
        block.set("ProxyJump", value.as_deref());
    }
}
