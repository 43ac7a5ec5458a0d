//! The last bytes that a session showed, numbered from its start.
//!
//! Bytes lie in segments of one size, so that an offset is found by arithmetic and a lone echo costs one byte, not an
//! allocation. What is evicted is handed out whole: the screen model absorbs it, and so stands where the ring begins.

use std::collections::VecDeque;

/// How many bytes a segment holds. All segments but the last are full.
const SEGMENT: usize = 16 * 1024;

/// How far the ring may outgrow its capacity before it is trimmed, so that trimming is done in few large steps.
pub(crate) const SLACK: usize = 16 * SEGMENT;

#[derive(Debug)]
pub(crate) struct Ring {
    segments: VecDeque<Vec<u8>>,
    start: u64,
    len: usize,
    capacity: usize,
}

impl Ring {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { segments: VecDeque::new(), start: 0, len: 0, capacity: capacity.max(SEGMENT) }
    }

    /// The offset of the oldest byte that is still there.
    pub(crate) fn start(&self) -> u64 {
        self.start
    }

    /// The offset that the next byte will get.
    pub(crate) fn end(&self) -> u64 {
        self.start + self.len as u64
    }

    pub(crate) fn push(&mut self, mut bytes: &[u8]) {
        self.len += bytes.len();
        while !bytes.is_empty() {
            let room = match self.segments.back_mut() {
                Some(last) if last.len() < SEGMENT => last,
                _ => {
                    self.segments.push_back(Vec::new());
                    continue;
                }
            };
            let (fits, rest) = bytes.split_at(bytes.len().min(SEGMENT - room.len()));
            room.extend_from_slice(fits);
            bytes = rest;
        }
    }

    /// Whether it has grown so far over its capacity that [`Ring::evict`] should be called.
    pub(crate) fn is_overfull(&self) -> bool {
        self.len > self.capacity + SLACK
    }

    /// Lets go of the oldest segment, when the ring would still be full without it.
    pub(crate) fn evict(&mut self) -> Option<Vec<u8>> {
        let first = self.segments.front()?.len();
        if self.len - first < self.capacity {
            return None;
        }
        self.len -= first;
        self.start += first as u64;
        self.segments.pop_front()
    }

    /// At most `max` bytes from an offset on; `None` when that offset is not in the ring (any more, or yet).
    pub(crate) fn read(&self, from: u64, max: usize) -> Option<Vec<u8>> {
        if from < self.start || from > self.end() {
            return None;
        }
        let skip = usize::try_from(from - self.start).ok()?;
        let wanted = max.min(self.len - skip);
        let mut bytes = Vec::with_capacity(wanted);
        let mut within = skip % SEGMENT;
        for segment in self.segments.iter().skip(skip / SEGMENT) {
            let part = &segment[within..];
            let take = part.len().min(wanted - bytes.len());
            bytes.extend_from_slice(&part[..take]);
            within = 0;
            if bytes.len() == wanted {
                break;
            }
        }
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes that tell where they stand.
    fn stream(len: usize) -> Vec<u8> {
        (0..len).map(|i| (i % 251) as u8).collect()
    }

    proptest! {
        #[test]
        fn what_is_in_the_ring_is_what_was_pushed(sizes in prop::collection::vec(0usize..40_000, 0..40), capacity in 0usize..200_000,
                                                  reads in prop::collection::vec((any::<prop::sample::Index>(), 0usize..90_000), 0..10)) {
            let whole = stream(sizes.iter().sum());
            let mut ring = Ring::new(capacity);
            let (mut pushed, mut evicted) = (0, Vec::new());
            for size in sizes {
                ring.push(&whole[pushed..pushed + size]);
                pushed += size;
                if ring.is_overfull() {
                    while let Some(segment) = ring.evict() {
                        evicted.extend(segment);
                    }
                }
                prop_assert_eq!(ring.end(), pushed as u64);
                prop_assert!(ring.len <= capacity.max(SEGMENT) + SLACK);
            }
            prop_assert_eq!(evicted.len() as u64, ring.start());
            prop_assert_eq!(&evicted[..], &whole[..evicted.len()]);
            prop_assert!(ring.start() == 0 || ring.len >= capacity);
            for (at, max) in reads {
                let from = at.index(pushed + 1);
                match ring.read(from as u64, max) {
                    Some(bytes) => prop_assert_eq!(&bytes[..], &whole[from..pushed.min(from + max)]),
                    None => prop_assert!((from as u64) < ring.start()),
                }
            }
        }
    }

    #[test]
    fn an_offset_that_is_not_there_is_not_read() {
        let mut ring = Ring::new(1);
        ring.push(b"abc");
        assert_eq!(ring.read(3, 10), Some(vec![]));
        assert_eq!(ring.read(4, 10), None);
    }
}
