//! How long somebody has to wait after wrong tries. A pure structure: the time is passed in.
//!
//! The first three wrong tries are free; the fourth costs a second, each further one twice as much, up to a limit. After 15
//! quiet minutes all is forgotten. Tries under way are counted too, so that a thousand at once do not slip through before
//! the first of them is found wrong. What it cannot do: remember over a restart.

use std::{
    collections::HashMap,
    hash::Hash,
    time::{Duration, Instant},
};

const FREE: u32 = 3;
const FIRST_DELAY: Duration = Duration::from_secs(1);
const QUIET: Duration = Duration::from_secs(15 * 60);

/// Wrong tries by key (an account's name, an address).
#[derive(Debug)]
pub(super) struct Tries<K> {
    longest: Duration,
    at_once: u32,
    capacity: usize,
    entries: HashMap<K, Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    wrong: u32,
    under_way: u32,
    last: Instant,
}

impl Entry {
    fn forgotten(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last) >= QUIET
    }

    fn wrong(&self, now: Instant) -> u32 {
        if self.forgotten(now) { 0 } else { self.wrong }
    }
}

impl<K: Eq + Hash + Clone> Tries<K> {
    /// `longest` wait after a wrong try, tries `at_once` of a key without a bad record, and how many keys are remembered.
    pub(super) fn new(longest: Duration, at_once: u32, capacity: usize) -> Self {
        Self { longest, at_once, capacity, entries: HashMap::new() }
    }

    /// How long the key has to wait before its next try; `None` when it may try now.
    pub(super) fn wait(&self, key: &K, now: Instant) -> Option<Duration> {
        let entry = self.entries.get(key)?;
        let wrong = entry.wrong(now);
        let left = (entry.last + self.delay(wrong)).saturating_duration_since(now);
        if !left.is_zero() {
            return Some(left);
        }
        let at_once = if wrong >= FREE { 1 } else { self.at_once };
        (entry.under_way >= at_once).then_some(FIRST_DELAY)
    }

    /// A try begins. It ends with [`Tries::wrong`], [`Tries::right`] or [`Tries::undecided`].
    pub(super) fn begin(&mut self, key: &K, now: Instant) {
        self.entry(key, now).under_way += 1;
    }

    /// A try turned out wrong.
    pub(super) fn wrong(&mut self, key: &K, now: Instant) {
        let entry = self.entry(key, now);
        let wrong = entry.wrong(now).saturating_add(1);
        *entry = Entry { wrong, under_way: entry.under_way.saturating_sub(1), last: now };
    }

    /// A try turned out right: what came before is forgiven.
    pub(super) fn right(&mut self, key: &K) {
        if let Some(entry) = self.entries.get_mut(key) {
            entry.wrong = 0;
        }
        self.undecided(key);
    }

    /// A try ended without telling anything about the key.
    pub(super) fn undecided(&mut self, key: &K) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.under_way = entry.under_way.saturating_sub(1);
        if entry.wrong == 0 && entry.under_way == 0 {
            self.entries.remove(key);
        }
    }

    fn delay(&self, wrong: u32) -> Duration {
        let Some(doublings) = wrong.checked_sub(FREE + 1) else { return Duration::ZERO };
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        FIRST_DELAY.saturating_mul(factor).min(self.longest)
    }

    fn entry(&mut self, key: &K, now: Instant) -> &mut Entry {
        if !self.entries.contains_key(key) && self.entries.len() >= self.capacity {
            self.make_room(now);
        }
        self.entries.entry(key.clone()).or_insert(Entry { wrong: 0, under_way: 0, last: now })
    }

    /// Drops what is forgotten anyway; if that is nothing, the key with the fewest wrong tries, and of those the quietest.
    fn make_room(&mut self, now: Instant) {
        self.entries.retain(|_, entry| entry.under_way > 0 || !entry.forgotten(now));
        if self.entries.len() < self.capacity {
            return;
        }
        let least = self.entries.iter().min_by_key(|(_, entry)| (entry.wrong, entry.last));
        if let Some(key) = least.map(|(key, _)| key.clone()) {
            self.entries.remove(&key);
        }
    }
}

#[cfg(test)]
#[path = "tries_tests.rs"]
mod tests;
