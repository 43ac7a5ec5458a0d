//! Finding hosts by words: those of short texts are looked at here, of long ones the database says which have them, and all
//! are ranked here.
//!
//! Folders' paths are looked at here too, so that renaming a folder rewrites nothing. When no host has all the words, those
//! that are near to them are found.

use super::{
    Inventory,
    list::on_the_side,
    rank::{self, Texts, Word, near, score, slips_in},
    shelf::{Line, Shelf},
};
use crate::ServiceError;
use futures::future::try_join_all;
use std::{collections::HashMap, sync::Arc};
use wire::AccountId;

/// Which hosts have each word of a search.
pub(super) struct Sought {
    words: Vec<(Word, Vec<bool>)>,
}

/// Hosts that were found, the best first.
#[derive(Debug, PartialEq)]
pub(super) struct Ranked {
    /// Their places on the shelf.
    pub(super) hosts: Vec<usize>,
    /// Whether none has the words, and these are near to them.
    pub(super) near: bool,
}

#[cfg(test)]
impl Sought {
    /// One word and who has it.
    pub(super) fn of(word: &str, has: Vec<bool>) -> Self {
        Self { words: rank::words(word).into_iter().map(|word| (word, has.clone())).collect() }
    }
}

impl Inventory {
    /// Asks who has the words of a search; `None` when it has none.
    pub(super) async fn seek(
        &self,
        account: &AccountId,
        shelf: &Arc<Shelf>,
        search: &str,
    ) -> Result<Option<Sought>, ServiceError> {
        let words = rank::words(search);
        if words.is_empty() {
            return Ok(None);
        }
        let mut words = on_the_side(shelf, move |shelf| having(shelf, words)).await?;
        for (word, has) in &mut words {
            if let Word::Text(text) = word {
                let rows = self.0.storage.inventory();
                let found = shelf.wordy(account).into_iter().map(|owner| rows.hosts_with(owner, text));
                for id in try_join_all(found).await?.into_iter().flatten() {
                    if let Some(at) = shelf.position(&id) {
                        has[at] = true;
                    }
                }
            }
        }
        Ok(Some(Sought { words }))
    }
}

/// Who has each word, as far as the lines and the folders tell.
fn having(shelf: &Shelf, words: Vec<Word>) -> Vec<(Word, Vec<bool>)> {
    let with_hosts = |word: Word| {
        let has = shelf.lines.iter().map(|line| stands_here(shelf, line, &word)).collect();
        (word, has)
    };
    words.into_iter().map(with_hosts).collect()
}

/// Whether a tag begins so, or the word stands in the line or in the folder's path.
fn stands_here(shelf: &Shelf, line: &Line, word: &Word) -> bool {
    match word {
        Word::Tag(tag) => line.tags.iter().any(|known| known.starts_with(tag.as_str())),
        Word::Text(text) => {
            let said = line.host.text.as_deref().unwrap_or_default();
            said.contains(text.as_str()) || path(shelf, line).contains(text.as_str())
        }
    }
}

fn path<'a>(shelf: &'a Shelf, line: &Line) -> &'a str {
    line.node.map_or("", |node| shelf.paths[node].as_str())
}

/// Those of `hosts`, which come by name, that have all words, else those that are near to them.
pub(super) fn ranked(shelf: &Shelf, hosts: &[usize], sought: &Sought) -> Ranked {
    let exact = best(hosts.iter().filter_map(|at| Some((exactness(shelf, *at, sought)?, *at))));
    if !exact.is_empty() {
        return Ranked { hosts: exact, near: false };
    }
    let mut known = HashMap::new();
    let hosts = best(hosts.iter().filter_map(|at| Some((nearing(shelf, *at, sought, &mut known)?, *at))));
    Ranked { near: !hosts.is_empty(), hosts }
}

/// Equal ones stay by name.
fn best(found: impl Iterator<Item = (u32, usize)>) -> Vec<usize> {
    let mut found: Vec<_> = found.collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

fn exactness(shelf: &Shelf, at: usize, sought: &Sought) -> Option<u32> {
    let texts = texts(shelf, &shelf.lines[at]);
    sought.words.iter().map(|(word, has)| has[at].then(|| word_score(texts, word))).sum()
}

fn word_score(texts: Texts<'_>, word: &Word) -> u32 {
    match word {
        Word::Tag(_) => 0,
        Word::Text(word) => score(texts, word),
    }
}

fn texts<'a>(shelf: &'a Shelf, line: &'a Line) -> Texts<'a> {
    Texts { name: &line.name, tags: &line.tags, address: &line.host.address, folder: path(shelf, line) }
}

/// Many hosts share their other texts, so each is looked at once for each word.
type Known<'a> = HashMap<(usize, &'a str), Option<u32>>;

fn nearing<'a>(shelf: &'a Shelf, at: usize, sought: &Sought, known: &mut Known<'a>) -> Option<u32> {
    let line = &shelf.lines[at];
    let mut total = 0;
    for (number, (word, has)) in sought.words.iter().enumerate() {
        total += match word {
            _ if has[at] => word_score(texts(shelf, line), word),
            Word::Tag(_) => return None,
            Word::Text(text) => {
                let mut slips = |other: &'a str| {
                    *known.entry((number, other)).or_insert_with(|| slips_in(&storage::folded(other), text))
                };
                let others = others(shelf, line).filter_map(&mut slips).min();
                near(&line.name, others, text)?
            }
        };
    }
    Some(total)
}

fn others<'a>(shelf: &'a Shelf, line: &'a Line) -> impl Iterator<Item = &'a str> {
    let (host, device) = (&line.host, &line.host.device);
    let fields = [
        host.address.as_str(),
        path(shelf, line),
        &device.device_type,
        &device.model,
        &device.vendor,
        &device.platform,
        &device.site,
        &device.role,
        host.os.as_deref().unwrap_or_default(),
        host.hostname.as_deref().unwrap_or_default(),
        host.username.as_deref().unwrap_or_default(),
    ];
    fields.into_iter().chain(line.tags.iter().map(String::as_str)).filter(|text| !text.is_empty())
}
