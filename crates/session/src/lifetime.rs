//! When a session ends by itself, and when to warn of that: pure arithmetic over instants that are passed in.

use crate::Settings;
use std::time::Duration;
use tokio::time::Instant;
use wire::terminal::EndReason;

/// A limit that will be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    /// When.
    pub(crate) at: Instant,
    /// Which one.
    pub(crate) reason: EndReason,
    /// When to warn of it; `at` when nobody is warned.
    pub(crate) warn_at: Instant,
}

/// How the limits stand at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// The limit that was reached.
    pub(crate) over: Option<EndReason>,
    /// What to warn of: of the limits that are near, the one that comes first.
    pub(crate) near: Option<Limit>,
    /// When something changes by itself; never without limits.
    pub(crate) look: Option<Instant>,
}

/// When the longest duration is over, counted from `started`; never when it is off.
pub(crate) fn expiry(settings: &Settings, started: Instant) -> Option<Instant> {
    (!settings.max_duration.is_zero()).then(|| started + settings.max_duration)
}

/// How the limits stand now.
///
/// Each is warned of in its own time: one that is moved away whenever somebody is seen must not hide one that is not.
/// The longest duration wins a tie, for that reason.
pub(crate) fn outlook(settings: &Settings, expires: Option<Instant>, last_seen: Instant, now: Instant) -> Outlook {
    let limit = |at: Instant, span: Duration, reason| {
        // A warning that begins with the span itself would say nothing.
        let before = settings.warn_before.min(span / 2);
        Limit { at, reason, warn_at: at - before }
    };
    let longest = expires.map(|at| limit(at, settings.max_duration, EndReason::Expired));
    let idle = (!settings.idle_timeout.is_zero())
        .then(|| limit(last_seen + settings.idle_timeout, settings.idle_timeout, EndReason::Idle));
    let limits = || [longest, idle].into_iter().flatten();
    let first = limits().min_by_key(|limit| limit.at);
    Outlook {
        over: first.filter(|limit| now >= limit.at).map(|limit| limit.reason),
        near: limits().filter(|limit| limit.is_near(now)).min_by_key(|limit| limit.at),
        look: limits().flat_map(|limit| [limit.warn_at, limit.at]).filter(|at| *at > now).min(),
    }
}

impl Limit {
    /// Whether now is the time of its warning.
    fn is_near(&self, now: Instant) -> bool {
        (self.warn_at..self.at).contains(&now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(idle: u64, longest: u64, warn: u64) -> Settings {
        Settings {
            idle_timeout: Duration::from_secs(idle),
            max_duration: Duration::from_secs(longest),
            warn_before: Duration::from_secs(warn),
            ..Settings::default()
        }
    }

    /// What was warned of when, in seconds.
    type Told = Vec<(u64, Option<Limit>)>;

    /// Looks whenever it is asked to, being seen at some moments; what was warned of when, and the end.
    fn live(settings: &Settings, started: Instant, seen: &[u64]) -> (Told, Option<(u64, EndReason)>) {
        let expires = expiry(settings, started);
        let mut seen: Vec<_> = seen.iter().map(|second| started + Duration::from_secs(*second)).collect();
        seen.sort_unstable();
        let (mut now, mut last_seen, mut told, mut all) = (started, started, None, Vec::new());
        let mut seen = seen.into_iter().peekable();
        loop {
            let outlook = outlook(settings, expires, last_seen, now);
            let at = (now - started).as_secs();
            if let Some(reason) = outlook.over {
                return (all, Some((at, reason)));
            }
            if outlook.near != told {
                told = outlook.near;
                all.push((at, told));
            }
            let next = [outlook.look, seen.peek().copied()].into_iter().flatten().min();
            let Some(next) = next else { return (all, None) };
            assert!(next >= now, "time goes on");
            if seen.next_if(|seen| *seen <= next).is_some() {
                last_seen = next;
            }
            now = next;
        }
    }

    proptest! {
        /// The end comes exactly at the earlier limit.
        #[test]
        fn ends_at_the_earlier_limit(idle in 0u64..10_000, longest in 0u64..10_000, warn in 0u64..10_000) {
            let (_, end) = live(&settings(idle, longest, warn), Instant::now(), &[]);
            let expected = [(idle > 0).then_some(idle), (longest > 0).then_some(longest)].into_iter().flatten().min();
            prop_assert_eq!(end.map(|(at, _)| at), expected);
        }

        /// Whoever is seen however often: the longest duration is warned of in its time, and of nothing later meanwhile.
        #[test]
        fn being_seen_hides_no_warning(idle in 0u64..600, longest in 2u64..2_000, warn in 2u64..600,
                                       seen in prop::collection::vec(0u64..2_000, 0..100)) {
            let (settings, started) = (settings(idle, longest, warn), Instant::now());
            let (told, end) = live(&settings, started, &seen);
            let (end, reason) = end.expect("an end");
            let due = longest.saturating_sub(warn.min(longest / 2)).max(longest.div_ceil(2));
            if end > due {
                let last = told.iter().rfind(|(at, _)| *at <= due);
                prop_assert!(last.is_some_and(|(_, limit)| limit.is_some()), "{told:?}, due at {due}");
            }
            for (at, limit) in told.iter().filter(|(at, _)| *at >= due) {
                let within = limit.is_some_and(|limit| limit.at <= started + settings.max_duration);
                prop_assert!(within, "{limit:?} at {at}");
            }
            // What it ends by was the last word.
            prop_assert!(end <= due || told.last().and_then(|(_, limit)| *limit).is_some_and(|limit| limit.reason == reason));
        }
    }

    #[test]
    fn a_short_idle_limit_hides_no_warning_of_the_longest_duration() {
        let seen: Vec<_> = (0..1_000).step_by(15).collect();
        let started = Instant::now();
        let (told, end) = live(&settings(60, 1_000, 120), started, &seen);
        let told: Vec<_> = told.into_iter().map(|(at, limit)| (at, limit.map(|limit| limit.reason))).collect();
        assert_eq!((told, end), (vec![(880, Some(EndReason::Expired))], Some((1_000, EndReason::Expired))));
    }

    #[test]
    fn the_limit_that_comes_first_is_warned_of_and_gives_way_again() {
        let seen: Vec<_> = (0..=850).step_by(50).chain([905]).collect();
        let (told, end) = live(&settings(60, 1_000, 120), Instant::now(), &seen);
        let told: Vec<_> = told.into_iter().map(|(at, limit)| (at, limit.map(|limit| limit.reason))).collect();
        let (idle, longest) = (Some(EndReason::Idle), Some(EndReason::Expired));
        assert_eq!(told[told.len() - 4..], [(850, None), (880, idle), (905, longest), (935, idle)]);
        assert_eq!(end, Some((965, EndReason::Idle)));
    }

    #[test]
    fn without_limits_nothing_comes() {
        let now = Instant::now();
        let nothing = Outlook { over: None, near: None, look: None };
        assert_eq!(outlook(&settings(0, 0, 60), None, now, now), nothing);
    }
}
