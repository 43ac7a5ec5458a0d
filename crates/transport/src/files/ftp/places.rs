//! Which of the few connections to a server may do what, so that nobody waits for what waits for him.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// What a connection is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Something short: a listing, a name, rights.
    Look,
    /// Reading a file, as slowly as whoever takes it.
    Read,
    /// Writing a file.
    Write,
}

/// The places of a pool. While there are enough of them, transfers leave one for what is short, and readers one for a
/// writer: a copy reads first and then wants to write.
#[derive(Debug)]
pub(super) struct Places {
    counts: Mutex<Counts>,
    freed: Notify,
}

#[derive(Debug)]
struct Counts {
    most: usize,
    looking: usize,
    reading: usize,
    writing: usize,
}

/// A place that is taken. It is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    wanted: Wanted,
}

impl Places {
    pub(super) fn new(most: usize) -> Arc<Self> {
        let counts = Counts { most, looking: 0, reading: 0, writing: 0 };
        Arc::new(Self { counts: Mutex::new(counts), freed: Notify::new() })
    }

    /// Waits for a place.
    pub(super) async fn take(self: &Arc<Self>, wanted: Wanted) -> Place {
        loop {
            let freed = self.freed.notified();
            if let Some(place) = self.try_take(wanted) {
                return place;
            }
            freed.await;
        }
    }

    fn try_take(self: &Arc<Self>, wanted: Wanted) -> Option<Place> {
        let mut counts = self.counts();
        counts.has_room(wanted).then(|| {
            *counts.of(wanted) += 1;
            Place { places: Arc::clone(self), wanted }
        })
    }

    /// There is one place less from now on, if another one than the caller's is in use: the last one stays.
    pub(super) fn one_less(&self) -> bool {
        let mut counts = self.counts();
        let others = counts.taken() > 1 && counts.most > 1;
        if others {
            counts.most -= 1;
        }
        others
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn taken(&self) -> usize {
        self.looking + self.reading + self.writing
    }

    fn of(&mut self, wanted: Wanted) -> &mut usize {
        match wanted {
            Wanted::Look => &mut self.looking,
            Wanted::Read => &mut self.reading,
            Wanted::Write => &mut self.writing,
        }
    }

    fn has_room(&self, wanted: Wanted) -> bool {
        let for_transfers = if self.most > 2 { self.most - 1 } else { self.most };
        let for_readers = for_transfers.saturating_sub(1).max(1);
        let transfers = self.reading + self.writing;
        self.taken() < self.most
            && match wanted {
                Wanted::Look => true,
                Wanted::Read => transfers < for_transfers && self.reading < for_readers,
                Wanted::Write => transfers < for_transfers,
            }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        *self.places.counts().of(self.wanted) -= 1;
        self.places.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Wanted::{Look, Read, Write};
    use futures::FutureExt;
    use proptest::prelude::*;

    /// How many of them find a place, one after the other.
    fn fit(most: usize, wanted: &[Wanted]) -> Vec<bool> {
        let places = Places::new(most);
        let taken: Vec<_> = wanted.iter().map(|wanted| places.try_take(*wanted)).collect();
        taken.iter().map(Option::is_some).collect()
    }

    #[test]
    fn readers_leave_room_for_a_writer_and_both_for_a_look() {
        assert_eq!(
            fit(4, &[Read, Read, Read, Write, Write, Look, Look]),
            [true, true, false, true, false, true, false]
        );
        assert_eq!(fit(3, &[Read, Read, Write, Write, Look]), [true, false, true, false, true]);
        assert_eq!(fit(2, &[Read, Read, Write, Look]), [true, false, true, false]);
        assert_eq!(fit(1, &[Read, Look]), [true, false]);
    }

    #[tokio::test]
    async fn who_waits_gets_the_place_that_becomes_free() {
        let places = Places::new(1);
        let taken = places.take(Read).await;
        let mut waits = Box::pin(places.take(Look));
        assert!((&mut waits).now_or_never().is_none());
        drop(taken);
        let _look = waits.await;
        assert!(!places.one_less(), "the last one stays");
    }

    proptest! {
        #[test]
        fn a_copy_that_reads_finds_room_to_write_once_the_others_end(
            most in 2_usize..8,
            wanted in proptest::collection::vec(prop_oneof![Just(Look), Just(Read), Just(Write)], 0..20),
        ) {
            let places = Places::new(most);
            let taken: Vec<_> = wanted.iter().filter_map(|wanted| places.try_take(*wanted)).collect();
            prop_assert!(taken.len() <= most);
            let readers: Vec<_> = taken.into_iter().filter(|place| place.wanted == Read).collect();
            prop_assert!(places.try_take(Write).is_some(), "{} readers of {}", readers.len(), most);
        }
    }
}
