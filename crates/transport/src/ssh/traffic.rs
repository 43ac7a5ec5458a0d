//! Who floods and who types: a flood on one link gives way to people who type into others.
//!
//! A host that prints without end takes all the processor time that there is: its own, when it is the same machine, and
//! this process's. Nobody reads so fast. So while somebody types into another link, those that flood are read more slowly,
//! all of them together at a rate; they are held up by the network's own flow control, and nothing is lost. A link
//! that is typed into is never held up: its own answer comes behind its flood.

use std::{
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{AcqRel, Relaxed},
        },
    },
    thread::available_parallelism,
    time::Duration,
};
use tokio::time::Instant;

/// So long after a flood the link counts as flooded.
const RECENTLY: Duration = Duration::from_secs(1);

/// So long after a key somebody counts as typing: the next keys come within that.
const TYPING: Duration = Duration::from_secs(1);

/// After something was sent an answer may be due, and nothing waits for so long.
const ANSWER: Duration = Duration::from_millis(5);

/// So long a link that was sent something does not give way: until what lay before the answer has come.
const DRAINING: Duration = Duration::from_millis(100);

/// What all floods may bring together beside somebody who types, in bytes a second for each processor: more than anybody
/// reads, and little enough that the hosts' share of the work leaves the processors to the echo.
const BESIDE_TYPING: u64 = 1024 * 1024;

/// No link waits longer than that.
const LONGEST: Duration = Duration::from_millis(500);

/// The time of something's last occurrence.
#[derive(Debug, Default)]
struct Last(Mutex<Option<Instant>>);

impl Last {
    fn is_now(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_within(&self, time: Duration) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|last| last.elapsed() < time)
    }
}

/// The links that share this machine's processors.
#[derive(Debug, Default)]
struct Machine {
    links: AtomicUsize,
    /// The last two links that somebody typed into, and when: one of them is another one.
    typed: Mutex<[Option<(usize, Instant)>; 2]>,
    floods: AtomicUsize,
}

impl Machine {
    fn typed(&self, link: usize) {
        let mut typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        if typed[0].is_some_and(|(last, _)| last != link) {
            typed[1] = typed[0];
        }
        typed[0] = Some((link, Instant::now()));
    }

    /// Whether somebody types into another link than this one.
    fn is_typed_beside(&self, link: usize) -> bool {
        let typed = self.typed.lock().unwrap_or_else(PoisonError::into_inner);
        typed.iter().flatten().any(|(other, at)| *other != link && at.elapsed() < TYPING)
    }
}

/// One link's traffic. Clones are the same.
#[derive(Debug, Clone)]
pub(super) struct Traffic(Arc<Own>);

#[derive(Debug)]
struct Own {
    number: usize,
    machine: Arc<Machine>,
    /// The link that this one goes through: the one that the network holds up.
    way: Option<Traffic>,
    /// Carries much on purpose, and never gives way: the network shares itself out.
    bulk: bool,
    sent: AtomicU64,
    came: AtomicU64,
    floods: AtomicBool,
    flooded: Last,
    asked: Last,
}

impl Drop for Own {
    fn drop(&mut self) {
        if *self.floods.get_mut() {
            self.machine.floods.fetch_sub(1, AcqRel);
        }
    }
}

impl Traffic {
    /// A link of this process, through another one if there is a `way`.
    pub(super) fn new(way: Option<Traffic>, bulk: bool) -> Self {
        static MACHINE: LazyLock<Arc<Machine>> = LazyLock::new(Arc::default);
        Self::of(&MACHINE, way, bulk)
    }

    #[cfg(test)]
    fn on(machine: &Arc<Machine>, way: Option<Traffic>) -> Self {
        Self::of(machine, way, false)
    }

    fn of(machine: &Arc<Machine>, way: Option<Traffic>, bulk: bool) -> Self {
        Self(Arc::new(Own {
            number: machine.links.fetch_add(1, Relaxed),
            machine: Arc::clone(machine),
            way,
            bulk,
            sent: AtomicU64::default(),
            came: AtomicU64::default(),
            floods: AtomicBool::default(),
            flooded: Last::default(),
            asked: Last::default(),
        }))
    }

    /// So many bytes left.
    pub(super) fn sent(&self, bytes: usize) {
        self.0.sent.fetch_add(bytes as u64, Relaxed);
    }

    /// So many bytes came.
    pub(super) fn came(&self, bytes: usize) {
        self.0.came.fetch_add(bytes as u64, Relaxed);
    }

    /// How many left and came so far.
    pub(super) fn bytes(&self) -> (u64, u64) {
        (self.0.sent.load(Relaxed), self.0.came.load(Relaxed))
    }

    /// Something was sent that is answered soon, over all links on the way.
    pub(super) fn asked(&self) {
        self.0.asked.is_now();
        if let Some(way) = &self.0.way {
            way.asked();
        }
    }

    /// Somebody typed.
    pub(super) fn typed(&self) {
        self.0.asked.is_now();
        match &self.0.way {
            Some(way) => way.typed(),
            None => self.0.machine.typed(self.0.number),
        }
    }

    /// It begins to flood, goes on with it, or stops.
    pub(super) fn floods(&self, floods: bool) {
        // What is carried on purpose is no flood that others would have to share a rate with.
        if self.0.bulk {
            return;
        }
        if floods {
            self.0.flooded.is_now();
        }
        match (self.0.floods.swap(floods, AcqRel), floods) {
            (false, true) => drop(self.0.machine.floods.fetch_add(1, AcqRel)),
            (true, false) => drop(self.0.machine.floods.fetch_sub(1, AcqRel)),
            _ => {}
        }
    }

    /// Whether it floods, or did just now.
    pub(super) fn flooded_recently(&self) -> bool {
        self.0.flooded.is_within(RECENTLY)
    }

    /// Whether an answer may be due.
    pub(super) fn is_answering(&self) -> bool {
        self.0.asked.is_within(ANSWER)
    }

    /// How long it is left alone after so many bytes, to give way to who types elsewhere; `None` when it need not. A link
    /// through another one must not be: a channel that nobody reads freezes its whole connection.
    pub(super) fn gives_way(&self, bytes: usize) -> Option<Duration> {
        let Own { machine, number, way, asked, bulk, .. } = &*self.0;
        if *bulk || way.is_some() || !machine.is_typed_beside(*number) || asked.is_within(DRAINING) {
            return None;
        }
        let processors = available_parallelism().map_or(1, |count| count.get() as u64);
        let alone = Duration::from_nanos(bytes as u64 * 1_000_000_000 / (BESIDE_TYPING * processors));
        let floods = machine.floods.load(Relaxed).max(1);
        Some(alone.saturating_mul(u32::try_from(floods).unwrap_or(u32::MAX)).min(LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const MB: usize = 1024 * 1024;

    #[tokio::test(start_paused = true)]
    async fn floods_give_way_together_while_somebody_types_elsewhere() {
        let machine = Arc::default();
        let [typing, one, other] = [(); 3].map(|()| Traffic::on(&machine, None));
        one.floods(true);
        assert_eq!(one.gives_way(MB), None, "nobody types");
        typing.typed();
        assert_eq!(typing.gives_way(MB), None, "it is typed into");
        let alone = one.gives_way(MB / 512).unwrap();
        other.floods(true);
        other.floods(true);
        assert_eq!(one.gives_way(MB / 512).unwrap(), alone * 2, "two share the rate");
        assert_eq!(one.gives_way(64 * MB), Some(LONGEST));
        other.floods(false);
        assert_eq!(one.gives_way(MB / 512).unwrap(), alone);
        one.asked();
        assert_eq!(one.gives_way(MB), None, "an answer is due behind the flood");
        advance(DRAINING).await;
        assert!(one.gives_way(MB).is_some(), "the answer has come");
        advance(TYPING).await;
        assert_eq!(one.gives_way(MB), None, "nobody types any more");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_gives_way_to_oneself_nor_on_the_way_to_a_host() {
        let machine = Arc::default();
        let [jump, other] = [(); 2].map(|()| Traffic::on(&machine, None));
        let behind = Traffic::on(&machine, Some(jump.clone()));
        behind.typed();
        advance(DRAINING).await;
        assert_eq!(jump.gives_way(MB), None, "what was typed goes through it");
        assert!(other.gives_way(MB).is_some());
        other.typed();
        advance(DRAINING).await;
        assert!(jump.gives_way(MB).is_some() && other.gives_way(MB).is_some(), "both are typed into");
        assert_eq!(behind.gives_way(MB), None, "its channel is read always");
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_that_is_gone_floods_no_more() {
        let machine = Arc::<Machine>::default();
        let [one, other] = [(); 2].map(|()| Traffic::on(&machine, None));
        one.floods(true);
        other.floods(true);
        drop(one);
        assert_eq!(machine.floods.load(Relaxed), 1);
        other.floods(false);
        drop(other);
        assert_eq!(machine.floods.load(Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_and_what_flooded_is_forgotten() {
        let traffic = Traffic::on(&Arc::default(), None);
        assert!(!traffic.is_answering() && !traffic.flooded_recently());
        traffic.asked();
        traffic.floods(true);
        traffic.floods(false);
        assert!(traffic.is_answering() && traffic.flooded_recently());
        advance(RECENTLY).await;
        assert!(!traffic.is_answering() && !traffic.flooded_recently());
    }
}
