//! Looks at other accounts' recordings are audited: once in a while for each watcher and recording, since a player asks
//! for many pieces.

use super::Recordings;
use crate::Caller;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use storage::RecordingRecord;
use wire::{AccountId, RecordingId};

/// Who goes on watching within that time watches once.
const ONCE: Duration = Duration::from_secs(60 * 60);

/// When somebody last looked at somebody else's recording.
#[derive(Default)]
pub(super) struct Looks(Mutex<HashMap<(AccountId, RecordingId), Instant>>);

impl Looks {
    /// Whether this look is a new one. What is older than [`ONCE`] is forgotten on the way.
    fn is_new(&self, account: &AccountId, recording: &RecordingId, now: Instant) -> bool {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.retain(|_, at| now.duration_since(*at) < ONCE);
        looks.insert((account.clone(), recording.clone()), now).is_none()
    }
}

impl Recordings {
    /// Notes that somebody looks at a recording that is not theirs.
    pub(super) async fn looked_at(&self, caller: &Caller, recording: &RecordingRecord) {
        if caller.account() != &recording.account_id
            && self.0.looks.is_new(caller.account(), &recording.id, Instant::now())
        {
            self.note(caller, "recording.watch", recording, "done").await;
        }
    }

    /// Notes what was done to a recording.
    pub(super) async fn note(&self, caller: &Caller, action: &'static str, recording: &RecordingRecord, outcome: &str) {
        let object = format!("recording {} of {}", recording.id, recording.account_name);
        self.0.audit.note(caller, action, object, outcome).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_counts_once_an_hour_for_each_watcher_and_recording() {
        let (looks, start) = (Looks::default(), Instant::now());
        let (alice, bob): (AccountId, AccountId) = ("alice".parse().unwrap(), "bob".parse().unwrap());
        let (one, other): (RecordingId, RecordingId) = ("one".parse().unwrap(), "other".parse().unwrap());
        assert!(looks.is_new(&alice, &one, start));
        assert!(!looks.is_new(&alice, &one, start + ONCE / 2));
        assert!(looks.is_new(&bob, &one, start));
        assert!(looks.is_new(&alice, &other, start));
        assert!(looks.is_new(&alice, &one, start + ONCE * 2));
        assert_eq!(looks.0.lock().unwrap().len(), 1);
    }
}
