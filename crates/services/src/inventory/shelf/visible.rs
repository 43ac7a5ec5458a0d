//! What an account sees: its own hosts, and behind them those that others share with it, in a folder for each owner.
//!
//! It is put together from the owners' own shelves, so that a host looks the same wherever it is seen; the few that were put
//! together last are kept.

use super::{Foreign, Known, Line, Owner, Shelf};
use crate::{ServiceError, inventory::Inventory};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};
use storage::GrantRecord;
use wire::{
    AccountId, FolderId,
    grants::{GrantObject, HostRights, Shared},
    inventory::FolderView,
};

/// So many are kept.
const KEPT: usize = 8;

/// What was put together last.
#[derive(Default)]
pub(in crate::inventory) struct Views(Mutex<Vec<View>>);

struct View {
    account: AccountId,
    own: Arc<Shelf>,
    grants: Vec<GrantRecord>,
    owners: Vec<Arc<Owner>>,
    shelf: Arc<Shelf>,
}

impl View {
    fn is_of(&self, own: &Arc<Shelf>, grants: &[GrantRecord], owners: &[Arc<Owner>]) -> bool {
        let same = |(one, other): (&Arc<Owner>, &Arc<Owner>)| Arc::ptr_eq(&one.shelf, &other.shelf);
        Arc::ptr_eq(&self.own, own)
            && self.grants == grants
            && self.owners.len() == owners.len()
            && self.owners.iter().zip(owners).all(same)
    }
}

impl Inventory {
    /// What the account sees.
    pub(in crate::inventory) async fn visible(&self, account: &AccountId) -> Result<Arc<Shelf>, ServiceError> {
        let own = self.shelf(account).await?;
        let grants = self.0.storage.grants().reaching(account).await?;
        if grants.is_empty() {
            return Ok(own);
        }
        let names: BTreeMap<&AccountId, &String> =
            grants.iter().map(|grant| (&grant.owner, &grant.owner_name)).collect();
        let mut owners = Vec::new();
        for (id, name) in names {
            let shelf = self.shelf(id).await?;
            owners.push(Arc::new(Owner { id: id.clone(), name: name.clone(), shelf }));
        }
        let mut kept = self.0.views.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = kept.iter().find(|view| &view.account == account && view.is_of(&own, &grants, &owners)) {
            return Ok(view.shelf.clone());
        }
        let shelf = Arc::new(together(&own, &grants, &owners));
        kept.retain(|view| &view.account != account);
        kept.insert(0, View { account: account.clone(), own, grants, owners, shelf: shelf.clone() });
        kept.truncate(KEPT);
        Ok(shelf)
    }
}

/// All that an account sees, by name.
fn together(own: &Shelf, grants: &[GrantRecord], owners: &[Arc<Owner>]) -> Shelf {
    let mut tree = own.tree.clone();
    let mut lines: Vec<Line> = own.lines.iter().map(Line::again).collect();
    for owner in owners {
        let given = Given::of(owner, grants);
        let root = tree.append(root_of(owner));
        let there = &owner.shelf.tree;
        let mut at = 0;
        while let Some(node) = there.nodes().get(at) {
            if !given.folders[at].any() {
                at += 1;
                continue;
            }
            let shared =
                |rights| Shared { owner_id: owner.id.clone(), owner: owner.name.clone(), rights, credential: None };
            tree.graft(there, at, root, |folder, at| {
                folder.shared = Some(shared(given.folders[at]));
                (folder.username, folder.credential_id) = (None, None);
            });
            at = node.end;
        }
        for line in &owner.shelf.lines {
            let rights = given.on(line);
            if rights.any() {
                let folder = line.host.folder_id.as_ref().and_then(|id| tree.position(id));
                lines.push(Line {
                    known: line.known.clone(),
                    node: Some(folder.unwrap_or(root)),
                    favourite: own.favourites.contains(line.host.id.as_str()),
                    of: Some(Foreign { owner: owner.clone(), rights }),
                });
            }
        }
    }
    lines.sort_by(|one, other| Known::order(one, other));
    Shelf::with(tree, own.credentials.clone(), own.favourites.clone(), lines)
}

/// The folder in which an owner's hosts are seen by others.
fn root_of(owner: &Owner) -> FolderView {
    // An account's id in front of which this still is an id: both are short.
    let id: FolderId = format!("of-{}", owner.id).parse().unwrap_or_else(|_| unreachable!());
    let (owner_id, name) = (owner.id.clone(), owner.name.clone());
    let shared = Shared { owner_id, owner: name, rights: HostRights::default(), credential: None };
    FolderView { shared: Some(shared), ..FolderView::new(id, format!("Shared by {}", owner.name), None) }
}

/// What was given of one owner's hosts.
struct Given<'a> {
    hosts: HashMap<&'a str, HostRights>,
    /// For each folder of the owner's tree, with those of the folders around it.
    folders: Vec<HostRights>,
}

impl<'a> Given<'a> {
    fn of(owner: &Owner, grants: &'a [GrantRecord]) -> Self {
        let mut given =
            Self { hosts: HashMap::new(), folders: vec![HostRights::default(); owner.shelf.tree.nodes().len()] };
        for grant in grants.iter().filter(|grant| grant.owner == owner.id) {
            let rights = grant.view.rights;
            match &grant.view.object {
                GrantObject::Host(id) => {
                    let known = given.hosts.entry(id.as_str()).or_default();
                    *known = known.or(rights);
                }
                GrantObject::Folder(id) => {
                    let Some(at) = owner.shelf.tree.position(id) else { continue };
                    let end = owner.shelf.tree.nodes()[at].end;
                    for inside in &mut given.folders[at..end] {
                        *inside = inside.or(rights);
                    }
                }
            }
        }
        given
    }

    fn on(&self, line: &Line) -> HostRights {
        let host = self.hosts.get(line.host.id.as_str()).copied().unwrap_or_default();
        line.node.map_or(host, |node| host.or(self.folders[node]))
    }
}
