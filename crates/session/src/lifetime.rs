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

/// What the clock asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Nothing before this moment.
    Nothing(Instant),
    /// A warning, and nothing more before the end.
    Warning,
    /// The end.
    End,
}

/// When the longest duration is over, counted from `started`; never when it is off.
pub(crate) fn expiry(settings: &Settings, started: Instant) -> Option<Instant> {
    (!settings.max_duration.is_zero()).then(|| started + settings.max_duration)
}

/// The next limit that will be reached, if one is on.
///
/// The longest duration wins a tie: it cannot be moved by being looked at.
pub(crate) fn next_limit(settings: &Settings, expires: Option<Instant>, last_seen: Instant) -> Option<Limit> {
    let limit = |at: Instant, span: Duration, reason| {
        // A warning that begins with the span itself would say nothing.
        let before = settings.warn_before.min(span / 2);
        Limit { at, reason, warn_at: at - before }
    };
    let longest = expires.map(|at| limit(at, settings.max_duration, EndReason::Expired));
    let idle = (!settings.idle_timeout.is_zero())
        .then(|| limit(last_seen + settings.idle_timeout, settings.idle_timeout, EndReason::Idle));
    match (longest, idle) {
        (Some(longest), Some(idle)) => Some(if idle.at < longest.at { idle } else { longest }),
        (one, other) => one.or(other),
    }
}

impl Limit {
    /// What is due now; `warned` of which limit was warned last.
    pub(crate) fn due(&self, now: Instant, warned: Option<EndReason>) -> Due {
        if now >= self.at {
            Due::End
        } else if now < self.warn_at {
            Due::Nothing(self.warn_at)
        } else if warned == Some(self.reason) {
            Due::Nothing(self.at)
        } else {
            Due::Warning
        }
    }

    /// Whether now is the time of its warning.
    pub(crate) fn is_near(&self, now: Instant) -> bool {
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

    proptest! {
        #[test]
        fn ends_at_the_earlier_limit(idle in 0u64..10_000, longest in 0u64..10_000, seen in 0u64..10_000) {
            let (started, settings) = (Instant::now(), settings(idle, longest, 0));
            let end = next_limit(&settings, expiry(&settings, started), started + Duration::from_secs(seen));
            let expected = [(idle > 0).then_some(seen + idle), (longest > 0).then_some(longest)].into_iter().flatten().min();
            prop_assert_eq!(end.map(|limit| (limit.at - started).as_secs()), expected);
        }

        /// Looked at whenever it asks for, a session is warned of once and ended exactly at its limit.
        #[test]
        fn warns_once_and_ends_exactly(longest in 2u64..10_000, warn in 0u64..10_000) {
            let (started, settings) = (Instant::now(), settings(0, longest, warn));
            let limit = next_limit(&settings, expiry(&settings, started), started).unwrap();
            let (mut now, mut warned, mut warnings) = (started, None, 0);
            loop {
                match limit.due(now, warned) {
                    Due::Nothing(until) => { prop_assert!(until > now); now = until; }
                    Due::Warning => { warned = Some(limit.reason); warnings += 1; prop_assert_eq!(now, limit.warn_at); }
                    Due::End => break,
                }
            }
            prop_assert_eq!((now, warnings), (started + settings.max_duration, u32::from(warn > 0)));
        }
    }

    #[test]
    fn being_seen_moves_only_the_idle_limit() {
        let (started, both) = (Instant::now(), settings(60, 100, 0));
        let (expires, seen) = (expiry(&both, started), started + Duration::from_secs(50));
        let end = |settings: &Settings, expires, seen| {
            next_limit(settings, expires, seen).map(|limit| (limit.at - started, limit.reason))
        };
        assert_eq!(end(&both, expires, started), Some((Duration::from_secs(60), EndReason::Idle)));
        assert_eq!(end(&both, expires, seen), Some((Duration::from_secs(100), EndReason::Expired)));
        assert_eq!(end(&settings(0, 0, 0), None, seen), None);
    }
}
