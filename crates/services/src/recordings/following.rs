//! What is known of recordings that run, so that nobody who watches one live has all of it read each second.

use session::Followed;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use wire::RecordingId;

/// So many are followed at the same moment; the one that was looked at longest ago makes room.
const MOST: usize = 8;

/// One that nobody looked at for so long is forgotten.
const CALM: Duration = Duration::from_secs(60);

/// The recordings that are followed.
#[derive(Default)]
pub(super) struct Following(Mutex<Vec<Entry>>);

struct Entry {
    id: RecordingId,
    used: Instant,
    followed: Arc<Mutex<Followed>>,
}

impl Following {
    /// What is known of one; nothing at first.
    pub(super) fn of(&self, id: &RecordingId, now: Instant) -> Arc<Mutex<Followed>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().position(|entry| entry.id == *id).map(|at| all.remove(at));
        all.retain(|entry| now.duration_since(entry.used) < CALM);
        // The order is that of the last looks.
        let room = all.len().saturating_sub(MOST - 1);
        all.drain(..room);
        let followed = known.map_or_else(Default::default, |entry| entry.followed);
        all.push(Entry { id: id.clone(), used: now, followed: followed.clone() });
        followed
    }

    /// It runs no more.
    pub(super) fn forget(&self, id: &RecordingId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|entry| entry.id != *id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_are_kept_and_the_longest_unseen_is_forgotten() {
        let (following, start) = (Following::default(), Instant::now());
        let id = |number: usize| format!("r{number}").parse::<RecordingId>().unwrap();
        let first = following.of(&id(0), start);
        assert!(Arc::ptr_eq(&first, &following.of(&id(0), start)));
        for number in 1..=MOST {
            following.of(&id(number), start);
        }
        assert_eq!(following.0.lock().unwrap().len(), MOST);
        assert!(!Arc::ptr_eq(&first, &following.of(&id(0), start)), "it had made room");
        following.forget(&id(0));
        let last = following.of(&id(MOST), start + CALM * 2);
        assert_eq!(following.0.lock().unwrap().len(), 1);
        assert!(Arc::ptr_eq(&last, &following.of(&id(MOST), start + CALM * 2)));
    }
}
