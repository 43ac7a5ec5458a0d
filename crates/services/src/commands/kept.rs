//! What is kept of what commands write: bounded for each host, for each account, and in all.

use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use transport::Stream;
use wire::AccountId;

/// So many bytes may be kept in all, half of them of one account, and so many are held by one run. Clones share all three.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    left: Arc<AtomicUsize>,
    share: Arc<AtomicUsize>,
    shares: Arc<Mutex<BTreeMap<AccountId, Weak<AtomicUsize>>>>,
    /// What an account may hold.
    fair: usize,
    held: Arc<AtomicUsize>,
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Short {
    /// The account's share is used up: only its own results make room.
    OfShare,
    /// All is.
    OfAll,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        let all = || Arc::new(AtomicUsize::new(bytes));
        Self { left: all(), share: all(), shares: Arc::default(), fair: bytes.div_ceil(2), held: Arc::default() }
    }

    /// The same bytes, counted for a run of this account.
    pub(super) fn of_a_run(&self, owner: &AccountId) -> Self {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        shares.retain(|_, share| share.strong_count() > 0);
        let share = shares.get(owner).and_then(Weak::upgrade).unwrap_or_else(|| Arc::new(AtomicUsize::new(self.fair)));
        shares.insert(owner.clone(), Arc::downgrade(&share));
        drop(shares);
        Self { share, held: Arc::default(), ..self.clone() }
    }

    /// How many bytes the run holds.
    pub(super) fn held(&self) -> usize {
        self.held.load(Relaxed)
    }

    /// Takes so many bytes or none.
    fn take(&self, bytes: usize) -> Result<(), Short> {
        let taken = |from: &AtomicUsize| from.try_update(Relaxed, Relaxed, |left| left.checked_sub(bytes));
        taken(&self.share).map_err(|_| Short::OfShare)?;
        if taken(&self.left).is_err() {
            self.share.fetch_add(bytes, Relaxed);
            return Err(Short::OfAll);
        }
        self.held.fetch_add(bytes, Relaxed);
        Ok(())
    }

    fn give_back(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Relaxed);
        self.left.fetch_add(bytes, Relaxed);
        self.share.fetch_add(bytes, Relaxed);
    }

    /// How many are left.
    #[cfg(test)]
    fn left(&self) -> usize {
        self.left.load(Relaxed)
    }
}

/// What is kept of one host's output; it goes back to the budget when this is dropped.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) stdout: Vec<u8>,
    pub(super) stderr: Vec<u8>,
    /// How many bytes are not kept.
    pub(super) dropped: u64,
    most: usize,
    budget: Budget,
}

impl Kept {
    /// At most so many bytes of each stream.
    pub(super) fn new(most: usize, budget: Budget) -> Self {
        Self { stdout: Vec::new(), stderr: Vec::new(), dropped: 0, most, budget }
    }

    /// Keeps what fits; whether anything did. `more_room` is asked when the account's share or the budget is used up.
    pub(super) fn take_in(&mut self, stream: Stream, data: &[u8], mut more_room: impl FnMut(Short) -> bool) -> bool {
        let kept = match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        };
        // Once something is missing, nothing behind it is kept: a gap would not be seen.
        let mut room = if self.dropped > 0 { 0 } else { self.most.saturating_sub(kept.len()).min(data.len()) };
        while room > 0
            && let Err(short) = self.budget.take(room)
        {
            if !more_room(short) {
                room = 0;
            }
        }
        // Grown by what comes, not doubled: the bound is meant.
        if kept.capacity() - kept.len() < room {
            kept.reserve_exact(room.max(kept.len() / 4).min(self.most - kept.len()));
        }
        kept.extend_from_slice(&data[..room]);
        self.dropped += (data.len() - room) as u64;
        room > 0
    }

    /// A fingerprint of it, byte for byte, together with how it ended.
    pub(super) fn fingerprint(&self, end: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        for part in [end.as_bytes(), &self.dropped.to_be_bytes(), &self.stdout, &self.stderr] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.budget.give_back(self.stdout.len() + self.stderr.len());
    }
}

/// A piece of text from `from`, at most `limit` bytes, and where it ends. A character that has not come whole yet waits,
/// unless nothing more comes; what is not UTF-8 is replaced.
pub(super) fn text(bytes: &[u8], from: u64, limit: usize, over: bool) -> (String, u64) {
    let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
    let end = from.saturating_add(limit).min(bytes.len());
    let piece = &bytes[from..end];
    let is_last = over && end == bytes.len();
    let whole = if is_last { piece.len() } else { piece.len() - unfinished(piece) };
    (String::from_utf8_lossy(&piece[..whole]).into_owned(), (from + whole) as u64)
}

/// How many bytes at the end begin a character and do not end it.
fn unfinished(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    let Some(at) = tail.iter().rposition(|byte| byte & 0b1100_0000 != 0b1000_0000) else { return 0 };
    let begun = &tail[at..];
    match std::str::from_utf8(begun) {
        // A character that fills the limit by itself is not held back for ever.
        Err(error) if error.error_len().is_none() && begun.len() < bytes.len() => begun.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_and_all_together_are_bounded() {
        let budget = Budget::new(10);
        let mut one = Kept::new(6, budget.clone());
        assert!(one.take_in(Stream::Stdout, b"abcdefgh", |_| false));
        assert_eq!((one.stdout.as_slice(), one.dropped, budget.left()), (b"abcdef".as_slice(), 2, 4));
        assert!(!one.take_in(Stream::Stderr, b"x", |_| false), "there would be a gap before it");
        let mut other = Kept::new(6, budget.clone());
        assert!(!other.take_in(Stream::Stdout, b"abcde", |_| false));
        assert_eq!((other.stdout.len(), other.dropped), (0, 5));
        drop((one, other));
        assert_eq!(budget.left(), 10);
    }

    #[test]
    fn what_has_ended_gives_way() {
        let budget = Budget::new(4);
        let mut old = Some(Kept::new(4, budget.clone()));
        old.as_mut().unwrap().take_in(Stream::Stdout, b"abcd", |_| false);
        let mut new = Kept::new(4, budget);
        assert!(new.take_in(Stream::Stdout, b"xy", |_| old.take().is_some()));
        assert_eq!((new.stdout.as_slice(), new.dropped), (b"xy".as_slice(), 0));
    }

    #[test]
    fn one_account_leaves_half_to_the_others() {
        let budget = Budget::new(100);
        let of = |name: &str| Kept::new(100, budget.of_a_run(&name.parse().unwrap()));
        let (mut one, mut other, mut bobs) = (of("ann"), of("ann"), of("bob"));
        assert!(one.take_in(Stream::Stdout, &[b'x'; 30], |_| false));
        let mut lacking = Vec::new();
        other.take_in(Stream::Stdout, &[b'x'; 30], |short| {
            lacking.push(short);
            false
        });
        assert_eq!((other.dropped, lacking), (30, vec![Short::OfShare]), "all of its runs have one share");
        assert!(bobs.take_in(Stream::Stdout, &[b'x'; 50], |_| false));
        drop((one, other));
        assert!(of("ann").take_in(Stream::Stdout, &[b'x'; 50], |_| false), "it gets it back");
        let mut carls = of("carl");
        carls.take_in(Stream::Stdout, &[b'x'; 51], |_| false);
        assert_eq!(carls.dropped, 51);
    }

    #[test]
    fn only_what_is_byte_for_byte_alike_has_one_fingerprint() {
        let kept = |stdout: &[u8], stderr: &[u8]| {
            let mut kept = Kept::new(100, Budget::new(100));
            kept.take_in(Stream::Stdout, stdout, |_| false);
            kept.take_in(Stream::Stderr, stderr, |_| false);
            kept
        };
        let one = kept(b"a", b"b").fingerprint("exit 0");
        assert_eq!(one, kept(b"a", b"b").fingerprint("exit 0"));
        for other in [kept(b"ab", b"").fingerprint("exit 0"), kept(b"a", b"b").fingerprint("exit 1")] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn text_comes_in_pieces_of_whole_characters() {
        let bytes = "aé漢".as_bytes();
        assert_eq!(text(bytes, 0, 100, false), ("aé漢".into(), 6));
        assert_eq!(text(&bytes[..5], 0, 100, false), ("aé".into(), 3));
        assert_eq!(text(&bytes[..5], 3, 100, true), ("\u{fffd}".into(), 5));
        assert_eq!(text(bytes, 0, 2, false), ("a".into(), 1));
        assert_eq!(text(bytes, 1, 1, false), ("\u{fffd}".into(), 2), "it goes on, come what may");
        assert_eq!(text(b"\xff\xfe", 0, 9, false), ("\u{fffd}\u{fffd}".into(), 2));
        assert_eq!(text(bytes, 99, 9, true), (String::new(), 6));
    }
}
