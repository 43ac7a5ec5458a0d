//! When a session ends by itself: pure arithmetic over instants that are passed in.

use crate::Settings;
use std::time::Duration;
use tokio::time::Instant;
use wire::terminal::EndReason;

/// The next moment at which a limit may be reached, and which one.
///
/// `None` when no limit is on. The longest duration wins a tie: it cannot be moved by being looked at.
pub(crate) fn next_end(settings: &Settings, started: Instant, last_seen: Instant) -> Option<(Instant, EndReason)> {
    let limit = |from: Instant, span: Duration, reason| (!span.is_zero()).then(|| (from + span, reason));
    let longest = limit(started, settings.max_duration, EndReason::Expired);
    let idle = limit(last_seen, settings.idle_timeout, EndReason::Idle);
    match (longest, idle) {
        (Some(longest), Some(idle)) => Some(if idle.0 < longest.0 { idle } else { longest }),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn settings(idle: u64, longest: u64) -> Settings {
        Settings {
            idle_timeout: Duration::from_secs(idle),
            max_duration: Duration::from_secs(longest),
            ..Settings::default()
        }
    }

    proptest! {
        #[test]
        fn ends_at_the_earlier_limit(idle in 0u64..10_000, longest in 0u64..10_000, seen in 0u64..10_000) {
            let started = Instant::now();
            let end = next_end(&settings(idle, longest), started, started + Duration::from_secs(seen));
            let expected = [(idle > 0).then_some(seen + idle), (longest > 0).then_some(longest)].into_iter().flatten().min();
            prop_assert_eq!(end.map(|(at, _)| (at - started).as_secs()), expected);
        }
    }

    #[test]
    fn being_seen_moves_only_the_idle_limit() {
        let started = Instant::now();
        let seen = started + Duration::from_secs(50);
        assert_eq!(
            next_end(&settings(60, 100), started, started),
            Some((started + Duration::from_secs(60), EndReason::Idle))
        );
        assert_eq!(
            next_end(&settings(60, 100), started, seen),
            Some((started + Duration::from_secs(100), EndReason::Expired))
        );
        assert_eq!(next_end(&settings(0, 0), started, seen), None);
    }
}
