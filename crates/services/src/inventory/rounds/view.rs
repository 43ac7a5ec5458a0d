//! A round as it is shown.

use super::{
    KEPT,
    end::Shown,
    round::{Host, Item, Round, Standing, number},
};
use crate::ServiceError;
use std::collections::{BTreeMap, HashMap};
use wire::{
    Timestamp,
    inventory::{RoundCount, RoundKey, RoundOutcome, RoundPage, RoundQuery, RoundRow, RoundView},
};

/// As many rows as come when nothing is said, and at most.
const ROWS: u32 = 100;
const MOST_ROWS: u32 = 1_000;

/// Which places showed each key, and how many hosts each place has.
type Places<'a> = HashMap<&'a str, BTreeMap<&'a str, u32>>;

impl Round {
    /// The round without its hosts.
    pub(super) fn view(&self) -> RoundView {
        let standing = self.standing();
        self.summed_up(&standing, &places(&standing))
    }

    /// The round with some of its hosts.
    pub(super) fn page(&self, query: &RoundQuery) -> Result<RoundPage, ServiceError> {
        let outcomes = outcomes(query.outcome.as_deref().unwrap_or_default())?;
        let search = query.search.as_deref().unwrap_or_default().trim().to_lowercase();
        let standing = self.standing();
        let places = places(&standing);
        let matches = |item: &Item, host: &Host| {
            let found = |text: &str| text.to_lowercase().contains(&search);
            (outcomes.is_empty() || outcomes.contains(&host.outcome))
                && (search.is_empty()
                    || found(&item.name)
                    || found(&item.endpoint.to_string())
                    || host.key.as_ref().is_some_and(|key| found(&key.fingerprint)))
        };
        let pairs: Vec<_> = self.items.iter().zip(&standing.hosts).filter(|(item, host)| matches(item, host)).collect();
        let limit = query.limit.unwrap_or(ROWS).min(MOST_ROWS) as usize;
        let rows = pairs.iter().skip(query.offset as usize).take(limit);
        Ok(RoundPage {
            round: self.summed_up(&standing, &places),
            matching: number(pairs.len()),
            offset: query.offset,
            rows: rows.map(|(item, host)| row(item, host, &places)).collect(),
        })
    }

    fn summed_up(&self, standing: &Standing, places: &Places<'_>) -> RoundView {
        let counts = RoundOutcome::ALL.into_iter().zip(standing.counts);
        let counts: Vec<_> =
            counts.filter(|(_, hosts)| *hosts > 0).map(|(outcome, hosts)| RoundCount { outcome, hosts }).collect();
        let over = counts.iter().filter(|count| count.outcome.is_over()).map(|count| count.hosts).sum();
        let shared = places.values().filter(|places| places.len() > 1).flat_map(BTreeMap::values).sum();
        let ended_at = standing.ended.map(|(at, _)| at);
        let kept = i64::try_from(KEPT.as_millis()).unwrap_or(i64::MAX);
        RoundView {
            id: self.id.clone(),
            work: self.kind,
            state: standing.state,
            stopped: standing.stopped.clone(),
            notes: standing.notes.clone(),
            total: number(self.items.len()),
            over,
            counts,
            shared_keys: shared,
            started_at: self.started_at,
            ended_at,
            forgotten_at: ended_at.map(|at| Timestamp::from_millis(at.millis().saturating_add(kept))),
        }
    }
}

fn places(standing: &Standing) -> Places<'_> {
    let mut places = Places::new();
    for key in standing.hosts.iter().filter_map(|host| host.key.as_ref()) {
        *places.entry(&key.fingerprint).or_default().entry(&key.keyring).or_default() += 1;
    }
    places
}

fn row(item: &Item, host: &Host, places: &Places<'_>) -> RoundRow {
    RoundRow {
        host_id: item.id.clone(),
        host_name: item.name.clone(),
        endpoint: item.endpoint.to_string(),
        outcome: host.outcome,
        message: host.message.clone(),
        code: host.code,
        key: host.key.as_ref().map(|key| shown(key, places)),
    }
}

fn shown(key: &Shown, places: &Places<'_>) -> RoundKey {
    let at = places.get(key.fingerprint.as_str());
    let elsewhere = at.into_iter().flatten().filter(|(place, _)| **place != key.keyring).map(|(_, hosts)| hosts).sum();
    RoundKey {
        algorithm: key.algorithm.clone(),
        fingerprint: key.fingerprint.clone(),
        known: key.known,
        trusted_fingerprint: key.trusted_fingerprint.clone(),
        shared_with: elsewhere,
    }
}

/// Outcomes by their words.
fn outcomes(text: &str) -> Result<Vec<RoundOutcome>, ServiceError> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| {
            let known = serde_json::from_value(serde_json::Value::String(word.to_owned()));
            known.map_err(|_| ServiceError::bad(format!("outcome {word:?} is none of a round's")))
        })
        .collect()
}
