//! Which folder each host is in, and which variables count for it.

use super::{ALL, Host, Inventory, UNGROUPED};
use crate::{
    document::{Document, FolderEntry, HostEntry, Skip},
    entry::Report,
    fields,
    kept::Kept,
    secrets,
    ssh_config::{Route, route_of_options},
    value::{Key, Value},
};
use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};
use wire::inventory::Form;

/// Groups lie in each other so deep at most, as folders do.
const DEEPEST: usize = 32;
/// So often at most a host's groups are looked through.
const MOST_LOOKS: usize = 50_000_000;
/// So many bytes of variables are kept, with all hosts together: a range may repeat them a hundred thousand times.
const MOST_KEPT: usize = 64 * 1024 * 1024;
/// Connections that are SSH to the host.
const SSH: [&str; 9] = [
    "ssh",
    "smart",
    "paramiko",
    "paramiko_ssh",
    "network_cli",
    "ansible.netcommon.network_cli",
    "netconf",
    "ansible.netcommon.netconf",
    "libssh",
];

pub(super) fn resolve(form: Form, inventory: Inventory, report: &mut Report, document: &mut Document) {
    let Some(groups) = Groups::of(&inventory, report) else { return };
    let mut resolver = Resolver { inventory: &inventory, groups, orders: HashMap::new(), looks: 0, kept: 0, form };
    let mut used = HashSet::new();
    for host in &inventory.hosts {
        if report.is_full() {
            return;
        }
        if let Some((entry, home)) = resolver.host(report, host) {
            used.extend(home);
            document.hosts.push(entry);
        }
    }
    // A group whose hosts all lie elsewhere is a tag, and one without hosts an empty folder.
    let holds: HashSet<usize> = used.into_iter().flat_map(|home| resolver.groups.chain(home)).collect();
    let tags: HashSet<usize> = inventory.hosts.iter().flat_map(|host| host.groups.iter().copied()).collect();
    for (index, group) in inventory.groups.iter().enumerate() {
        let path = resolver.groups.path(index);
        if !path.is_empty() && (holds.contains(&index) || !tags.contains(&index)) {
            document.folders.push(FolderEntry { path, at: group.at.clone(), ..FolderEntry::default() });
        }
    }
}

/// How the groups lie in each other.
struct Groups<'a> {
    inventory: &'a Inventory,
    depths: Vec<usize>,
    all: Option<usize>,
}

impl<'a> Groups<'a> {
    fn of(inventory: &'a Inventory, report: &mut Report) -> Option<Self> {
        let mut depths = vec![0; inventory.groups.len()];
        let mut waiting: Vec<usize> = inventory.groups.iter().map(|group| group.parents.len()).collect();
        let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, group) in inventory.groups.iter().enumerate() {
            group.parents.iter().for_each(|parent| children.entry(*parent).or_default().push(index));
        }
        let mut ready: Vec<usize> = (0..waiting.len()).filter(|index| waiting.get(*index) == Some(&0)).collect();
        let mut seen = 0;
        while let Some(index) = ready.pop() {
            seen += 1;
            let depth = depths.get(index).copied().unwrap_or_default() + 1;
            for child in children.get(&index).into_iter().flatten() {
                if let (Some(at), Some(left)) = (depths.get_mut(*child), waiting.get_mut(*child)) {
                    *at = depth.max(*at);
                    *left -= 1;
                    if *left == 0 {
                        ready.push(*child);
                    }
                }
            }
        }
        if seen < inventory.groups.len() {
            let group = waiting.iter().position(|left| *left > 0).and_then(|index| inventory.groups.get(index))?;
            report.error(group.at.clone(), &group.name, "the group is inside of itself, by way of its children");
            return None;
        }
        if let Some(group) = depths.iter().position(|depth| *depth >= DEEPEST).and_then(|at| inventory.groups.get(at)) {
            let what = format!("groups lie in each other more than {DEEPEST} deep");
            report.error(group.at.clone(), &group.name, what);
            return None;
        }
        Some(Self { inventory, depths, all: inventory.group_by_name.get(ALL).copied() })
    }

    fn is_folder(&self, index: usize) -> bool {
        self.inventory.groups.get(index).is_some_and(|group| group.name != ALL && group.name != UNGROUPED)
    }

    /// The group and those around it, by the first parent of each, outermost first.
    fn chain(&self, index: usize) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut next = Some(index);
        while let Some(index) = next.filter(|index| self.is_folder(*index) && chain.len() <= DEEPEST) {
            chain.push(index);
            next = self.inventory.groups.get(index).and_then(|group| group.parents.first().copied());
        }
        chain.reverse();
        chain
    }

    fn path(&self, index: usize) -> Vec<String> {
        let names = self.chain(index).into_iter().filter_map(|index| self.inventory.groups.get(index));
        names.map(|group| group.name.clone()).collect()
    }

    fn depth(&self, index: usize) -> usize {
        self.depths.get(index).copied().unwrap_or_default()
    }

    /// All groups that a host of these is in, what counts least first: by depth, then priority, then name.
    fn order(&self, direct: &[usize]) -> Vec<usize> {
        let mut found: HashSet<usize> = direct.iter().copied().collect();
        let mut open: Vec<usize> = direct.to_vec();
        while let Some(index) = open.pop() {
            for parent in self.inventory.groups.get(index).into_iter().flat_map(|group| &group.parents) {
                if found.insert(*parent) {
                    open.push(*parent);
                }
            }
        }
        if let Some(all) = self.all {
            found.remove(&all);
        }
        let mut order: Vec<_> = found.into_iter().collect();
        order.sort_by_cached_key(|index| {
            let group = self.inventory.groups.get(*index);
            let priority = group.and_then(|group| group.vars.get("ansible_group_priority")).and_then(Value::scalar);
            let priority = priority.and_then(|text| text.parse::<i64>().ok()).unwrap_or(1);
            (self.depth(*index), priority, group.map(|group| group.name.clone()))
        });
        self.all.into_iter().chain(order).collect()
    }
}

struct Resolver<'a> {
    inventory: &'a Inventory,
    groups: Groups<'a>,
    orders: HashMap<&'a [usize], Rc<Vec<usize>>>,
    looks: usize,
    kept: usize,
    form: Form,
}

impl<'a> Resolver<'a> {
    /// The host, and the group that is its folder.
    fn host(&mut self, report: &mut Report, host: &'a Host) -> Option<(HostEntry, Option<usize>)> {
        let direct = host.groups.as_slice();
        let order = Rc::clone(self.orders.entry(direct).or_insert_with(|| Rc::new(self.groups.order(direct))));
        self.looks += order.len() * 12;
        if self.looks > MOST_LOOKS {
            report.breaks(
                host.at.clone(),
                &host.name,
                "there are more hosts in more groups than can be looked through",
            );
            return None;
        }
        let var =
            |report: &mut Report, names: &[&str]| names.iter().find_map(|name| self.var(report, host, &order, name));
        if let Some(connection) = var(report, &["ansible_connection"]).filter(|name| !SSH.contains(&name.as_str())) {
            let reason = match connection.as_str() {
                "local" => "it is the machine that Ansible runs on (ansible_connection=local)".to_owned(),
                other => format!("it is reached by `{}` and not by SSH", fields::shortened(other)),
            };
            report.skipped.push(Skip { place: host.at.clone(), name: host.name.clone(), reason });
            return None;
        }
        let mut entry = HostEntry { name: host.name.clone(), at: host.at.clone(), port: 22, ..HostEntry::default() };
        entry.address = var(report, &["ansible_host", "ansible_ssh_host"]).unwrap_or_else(|| host.name.clone());
        let port = var(report, &["ansible_port", "ansible_ssh_port"]);
        match port.as_deref().map(fields::port) {
            Some(Ok(port)) => entry.port = port,
            Some(Err(what)) => {
                report.error(host.at.clone(), "ansible_port", what);
                return None;
            }
            None => entry.port = host.port.unwrap_or(entry.port),
        }
        entry.username = var(report, &["ansible_user", "ansible_ssh_user"]);
        let key = var(report, &["ansible_ssh_private_key_file", "ansible_private_key_file"]);
        entry.credential = key.and_then(|path| path.rsplit(['/', '\\']).next().map(str::to_owned));
        entry.device.platform = var(report, &["ansible_network_os"]).unwrap_or_default();
        for name in ["ansible_ssh_common_args", "ansible_ssh_extra_args"] {
            let Some(args) = var(report, &[name]) else { continue };
            match route_of_options(&args) {
                Route::Through(jumps) if entry.jumps.is_empty() => entry.jumps = jumps,
                Route::Unknown if args.to_lowercase().contains("proxy") => {
                    let text = format!(
                        "{name} of {}: the way to the host is not understood, and reaches it directly",
                        host.name
                    );
                    report.note(host.at.clone(), text);
                }
                _ => {}
            }
        }
        let home = self.place(host, &order, &mut entry);
        entry.kept = self.keep(report, host);
        Some((entry, home))
    }

    /// The value that counts: the host's own, else that of the last group in the order.
    fn var(&self, report: &mut Report, host: &Host, order: &[usize], name: &str) -> Option<String> {
        let own = host.vars.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        let value = own.or_else(|| {
            order
                .iter()
                .rev()
                .find_map(|index| self.inventory.groups.get(*index).and_then(|group| group.vars.get(name)))
        })?;
        let text = value.scalar()?.trim().to_owned();
        let text = ["{{ inventory_hostname }}", "{{inventory_hostname}}"]
            .iter()
            .fold(text, |text, template| text.replace(template, &host.name));
        if text.contains("{{") {
            let text = format!(
                "{name} of {}: `{}` is computed by Ansible, and was not read",
                host.name,
                fields::shortened(&text)
            );
            report.note(host.at.clone(), text);
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// The deepest group is the folder, the first of equals; the others are tags.
    fn place(&self, host: &Host, order: &[usize], entry: &mut HostEntry) -> Option<usize> {
        let mut home: Option<usize> = None;
        for index in host.groups.iter().copied().filter(|index| self.groups.is_folder(*index)) {
            if home.is_none_or(|home| self.groups.depth(index) > self.groups.depth(home)) {
                home = Some(index);
            }
        }
        let chain = home.map(|home| self.groups.chain(home)).unwrap_or_default();
        entry.folder = home.map(|home| self.groups.path(home)).unwrap_or_default();
        let tags = order.iter().filter(|index| self.groups.is_folder(**index) && !chain.contains(index));
        entry.tags =
            tags.filter_map(|index| self.inventory.groups.get(*index)).map(|group| group.name.clone()).collect();
        home
    }

    fn keep(&mut self, report: &mut Report, host: &Host) -> Kept {
        let mut vars: Vec<_> = host.vars.iter().map(|(name, value)| (Key::text(name), value.clone())).collect();
        secrets::remove(report, &host.at, &mut vars);
        if vars.is_empty() || self.kept > MOST_KEPT {
            return Kept::default();
        }
        let kept = Kept::new(self.form, &Value::Map(vars));
        self.kept += kept.len();
        kept
    }
}
