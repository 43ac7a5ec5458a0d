//! The list of hosts as a page asks for it: a window of an arrangement, and the values that a filter can have.

use super::{
    Inventory,
    arrange::{Arranged, arrange, matching},
    search::ranked,
    shelf::Shelf,
    values,
};
use crate::{Caller, ServiceError};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::{collections::HashMap, sync::Arc};
use storage::StorageError;
use wire::{
    AccountId, HostId,
    inventory::{
        FieldFilter, HostArrangement, HostField, HostFilter, HostListPage, HostListRequest, HostPage, HostQuery,
        HostScope, HostValue, HostValuesRequest, HostView,
    },
    search::{Found, FoundKind},
};

const DEFAULT_PAGE: u32 = 200;
const MOST_ROWS: u32 = 1000;

/// So many values of a field are told.
const MOST_VALUES: usize = 200;

/// More values than these are not asked for at once.
const MOST_FILTERS: usize = 1000;

/// Hosts that a filter leaves.
pub(super) struct Selected {
    /// Their places on the shelf: by name, or the best first.
    pub(super) hosts: Vec<usize>,
    /// Whether nothing matched the search, and these are near to it.
    pub(super) near: bool,
}

impl Inventory {
    /// A window of the caller's hosts.
    ///
    /// # Errors
    /// When the scope names a folder that is not there, or the filter is too long.
    pub async fn list(&self, caller: &Caller, request: HostListRequest) -> Result<HostListPage, ServiceError> {
        let account = caller.account();
        let shelf = self.visible(account).await?;
        let HostListRequest { filter, arrangement, offset, limit } = request;
        let is_plain = filter.search.trim().is_empty() && filter.fields.is_empty();
        let all_of = is_plain.then(|| filter.scope.clone());
        let arrangement = usual(arrangement, &filter);
        let Selected { hosts, near } = self.select(&shelf, account, filter).await?;
        let Arranged { groups, rows } =
            on_the_side(&shelf, move |shelf| arrange(shelf, hosts, arrangement, all_of.as_ref())).await?;
        let (total, limit) = (rows.len() as u64, limit.unwrap_or(DEFAULT_PAGE).clamp(1, MOST_ROWS) as usize);
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(rows.len());
        let rows = self.rows(account, &shelf, &rows[from..(from + limit).min(rows.len())]).await?;
        Ok(HostListPage { total, offset, groups, rows, near })
    }

    /// The values that a field has among the hosts that a filter leaves, the most frequent first, 200 at most.
    ///
    /// # Errors
    /// As [`Inventory::list`].
    pub async fn values(&self, caller: &Caller, request: HostValuesRequest) -> Result<Vec<HostValue>, ServiceError> {
        let shelf = self.visible(caller.account()).await?;
        let field = request.field;
        let Selected { hosts, .. } = self.select(&shelf, caller.account(), request.filter).await?;
        on_the_side(&shelf, move |shelf| counted(shelf, &hosts, field)).await
    }

    /// One page of the hosts that the caller sees and a search finds; the cursor is a position.
    pub(super) async fn searched(&self, caller: &Caller, query: &HostQuery) -> Result<HostPage, ServiceError> {
        let account = caller.account();
        let shelf = self.visible(account).await?;
        let search = query.search.clone().unwrap_or_default();
        let mut fields = Vec::new();
        if let Some(tag) = &query.tag {
            fields.push(FieldFilter { field: HostField::Tag, value: tag.clone() });
        }
        if let Some(folder) = &query.folder {
            let named = shelf.tree.all_called(folder);
            let paths = named.iter().filter_map(|id| shelf.tree.get(id)).map(|node| node.folder.path.clone());
            // No folder of that name is one that no host lies in.
            let paths = if named.is_empty() { vec!["\n".to_owned()] } else { paths.collect() };
            fields.extend(paths.into_iter().map(|value| FieldFilter { field: HostField::Folder, value }));
        }
        let filter = HostFilter { search, fields, scope: HostScope::All };
        let hosts = self.select(&shelf, account, filter).await?.hosts;
        let from = query.cursor.as_deref().map_or(Ok(0), position)?.min(hosts.len());
        let to = (from + query.limit.unwrap_or(DEFAULT_PAGE).clamp(1, MOST_ROWS) as usize).min(hosts.len());
        let next_cursor = (to < hosts.len()).then(|| BASE64_URL_SAFE_NO_PAD.encode(format!("at {to}")));
        let total = hosts.len() as u64;
        Ok(HostPage { hosts: self.rows(account, &shelf, &hosts[from..to]).await?, next_cursor, total })
    }

    /// The hosts that answer best to some words, as found things, and whether they are only near.
    pub(crate) async fn found_hosts(
        &self,
        caller: &Caller,
        words: &str,
        most: usize,
    ) -> Result<(Vec<Found>, bool), ServiceError> {
        let shelf = self.visible(caller.account()).await?;
        let filter = HostFilter { search: words.to_owned(), ..HostFilter::default() };
        let Selected { hosts, near } = self.select(&shelf, caller.account(), filter).await?;
        let found = hosts.into_iter().take(most).map(|at| {
            let line = &shelf.lines[at];
            let path = line.node.map(|node| format!(" · {}", shelf.tree.nodes()[node].folder.path));
            Found {
                kind: FoundKind::Host,
                id: line.host.id.to_string(),
                title: line.host.name.clone(),
                subtitle: format!("{}{}", line.host.address, path.unwrap_or_default()),
            }
        });
        Ok((found.collect(), near))
    }

    /// The folders whose path answers, as found things, those first whose own name does.
    pub(crate) async fn found_folders(
        &self,
        caller: &Caller,
        answers: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<Found>, ServiceError> {
        let shelf = self.visible(caller.account()).await?;
        let mut nodes: Vec<_> = shelf.tree.nodes().iter().filter(|node| answers(&node.folder.path)).collect();
        nodes.sort_by_key(|node| !answers(&node.folder.name));
        let found = nodes.into_iter().map(|node| Found {
            kind: FoundKind::Folder,
            id: node.folder.id.to_string(),
            title: node.folder.name.clone(),
            subtitle: node.folder.path.clone(),
        });
        Ok(found.collect())
    }

    /// The hosts that a filter leaves.
    pub(super) async fn select(
        &self,
        shelf: &Arc<Shelf>,
        account: &AccountId,
        filter: HostFilter,
    ) -> Result<Selected, ServiceError> {
        if filter.fields.len() > MOST_FILTERS {
            return Err(ServiceError::bad(format!("more than {MOST_FILTERS} values to filter by; leave some out")));
        }
        let sought = self.seek(account, shelf, &filter.search).await?;
        let found = on_the_side(shelf, move |shelf| {
            let hosts = matching(shelf, &filter.scope, &filter.fields)?;
            Some(match sought {
                None => Selected { hosts, near: false },
                Some(sought) => {
                    let ranked = ranked(shelf, &hosts, &sought);
                    Selected { hosts: ranked.hosts, near: ranked.near }
                }
            })
        });
        found.await?.ok_or_else(|| ServiceError::missing("folder", "that this list is of"))
    }

    /// The whole rows of some places on the shelf.
    pub(super) async fn rows(
        &self,
        account: &AccountId,
        shelf: &Shelf,
        places: &[usize],
    ) -> Result<Vec<HostView>, ServiceError> {
        let ids: Vec<HostId> = places.iter().map(|at| shelf.lines[*at].host.id.clone()).collect();
        let mut unique: Vec<usize> = places.to_vec();
        unique.sort_unstable();
        unique.dedup();
        let (own, foreign): (Vec<usize>, Vec<usize>) = unique.iter().partition(|at| shelf.lines[**at].of.is_none());
        let own: Vec<HostId> = own.into_iter().map(|at| shelf.lines[at].host.id.clone()).collect();
        let mut rows = self.0.storage.inventory().hosts_of(account, &own).await?;
        for host in &mut rows {
            shelf.tree.dress(host);
            host.favourite = shelf.position(&host.id).is_some_and(|at| shelf.lines[at].favourite);
        }
        rows.extend(self.foreign_rows(account, shelf, &foreign).await?);
        if unique.len() == ids.len() {
            let order: HashMap<&HostId, usize> = ids.iter().enumerate().map(|(at, id)| (id, at)).collect();
            rows.sort_by_key(|host| order.get(&host.id).copied());
            return Ok(rows);
        }
        // A host that stands under several of its tags.
        let by_id: HashMap<&HostId, &HostView> = rows.iter().map(|host| (&host.id, host)).collect();
        Ok(ids.iter().filter_map(|id| by_id.get(id).map(|host| (*host).clone())).collect())
    }
}

/// What was opened last comes first, unless something else is asked for.
fn usual(arrangement: HostArrangement, filter: &HostFilter) -> HostArrangement {
    if filter.scope == HostScope::Recent && arrangement.sort.is_none() && filter.search.trim().is_empty() {
        return HostArrangement {
            sort: Some(HostField::LastUsedAt),
            descending: !arrangement.descending,
            ..arrangement
        };
    }
    arrangement
}

fn counted(shelf: &Shelf, hosts: &[usize], field: HostField) -> Vec<HostValue> {
    let mut counts: HashMap<String, (String, u64)> = HashMap::new();
    for at in hosts {
        let mut values = values::values(shelf, &shelf.lines[*at], field);
        if values.is_empty() {
            values.push("".into());
        }
        for value in values {
            counts.entry(value.to_lowercase()).or_insert_with(|| (value.into_owned(), 0)).1 += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_values().map(|(value, hosts)| HostValue { value, hosts }).collect();
    counts.sort_by_cached_key(|one| (std::cmp::Reverse(one.hosts), values::value_key(field, &one.value)));
    counts.truncate(MOST_VALUES);
    counts
}

fn position(cursor: &str) -> Result<usize, ServiceError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let position = text.and_then(|text| text.strip_prefix("at ")?.parse().ok());
    position.ok_or_else(|| StorageError::BadCursor.into())
}

/// Does what takes milliseconds where no terminal waits for it.
pub(super) async fn on_the_side<T: Send + 'static>(
    shelf: &Arc<Shelf>,
    work: impl FnOnce(&Shelf) -> T + Send + 'static,
) -> Result<T, ServiceError> {
    let shelf = shelf.clone();
    let done = tokio::task::spawn_blocking(move || work(&shelf)).await;
    done.map_err(|_| ServiceError::Internal("arranging hosts broke off"))
}
