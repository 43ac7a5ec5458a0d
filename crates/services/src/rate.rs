//! How often something may be asked for: so many times a minute for each key, counted in whole minutes. A pure structure;
//! the time is passed in.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    time::{Duration, Instant},
};

const WINDOW: Duration = Duration::from_secs(60);

/// How many keys are remembered; the table begins anew when it is full, so that a flood of keys costs no memory.
const KEYS: usize = 10_000;

/// Counts by key.
#[derive(Debug)]
pub struct Rate<K> {
    most: u32,
    counts: HashMap<K, (Instant, u32)>,
}

impl<K: Eq + Hash> Rate<K> {
    /// At most so many a minute.
    pub fn new(most: u32) -> Self {
        Self { most, counts: HashMap::new() }
    }

    /// Counts one more.
    ///
    /// # Errors
    /// When that is too much: how long to wait.
    pub fn take(&mut self, key: K, now: Instant) -> Result<(), Duration> {
        if self.counts.len() >= KEYS && !self.counts.contains_key(&key) {
            self.counts.retain(|_, (since, _)| now.saturating_duration_since(*since) < WINDOW);
            if self.counts.len() >= KEYS {
                self.counts.clear();
            }
        }
        let (since, count) = self.counts.entry(key).or_insert((now, 0));
        if now.saturating_duration_since(*since) >= WINDOW {
            (*since, *count) = (now, 0);
        }
        if *count >= self.most {
            return Err((*since + WINDOW).saturating_duration_since(now));
        }
        *count += 1;
        Ok(())
    }
}

/// The address as it is counted: a subscriber of IPv6 has a /64 to himself, so that counts as one.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & (u128::MAX << 64))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_a_minute_for_each_key() {
        let (mut rate, now) = (Rate::new(2), Instant::now());
        assert!(rate.take("a", now).is_ok() && rate.take("a", now).is_ok());
        let later = now + Duration::from_secs(20);
        assert_eq!(rate.take("a", later), Err(Duration::from_secs(40)));
        assert!(rate.take("b", later).is_ok());
        assert!(rate.take("a", now + WINDOW).is_ok());
    }

    #[test]
    fn a_flood_of_keys_costs_no_memory() {
        let (mut rate, now) = (Rate::new(1), Instant::now());
        for key in 0..3 * KEYS {
            assert!(rate.take(key, now).is_ok());
        }
        assert!(rate.counts.len() <= KEYS);
    }
}
