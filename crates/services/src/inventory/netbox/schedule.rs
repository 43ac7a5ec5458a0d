//! When a scheduled import begins next. Pure: no clock, no chance of its own.

use std::time::Duration;
use wire::Timestamp;

/// The first pause after a failure, unless less lies between two imports anyway.
const FIRST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// Failures put the next try off by this at most, unless more lies between two imports anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// What NetBox itself asks for is kept up to this.
const LONGEST_ASKED: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Several accounts do not beat in time: so much of the pause is added at most, and no more than this.
const JITTER: f64 = 0.1;
const MOST_JITTER: Duration = Duration::from_secs(5 * 60);

/// When the next one begins. `failures` in a row lie behind, `asked` is a pause that NetBox asked for, `chance` lies between 0 and 1.
/// It is never sooner than the interval says, or than NetBox asked for.
pub(super) fn next(now: Timestamp, every: Duration, failures: u32, asked: Option<Duration>, chance: f64) -> Timestamp {
    let pause = match failures {
        0 => every,
        _ => backed_off(every, failures).max(asked.unwrap_or_default().min(LONGEST_ASKED)),
    };
    let jitter = pause.mul_f64(JITTER * chance.clamp(0.0, 1.0)).min(MOST_JITTER);
    later(now, pause.saturating_add(jitter))
}

/// A moment so much later.
pub(super) fn later(now: Timestamp, by: Duration) -> Timestamp {
    let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(now.millis().saturating_add(millis))
}

/// Twice as long after each failure. Whoever imports once a day is not left a day behind by one slip.
fn backed_off(every: Duration, failures: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(failures.saturating_sub(1).min(30));
    every.min(FIRST_PAUSE).saturating_mul(doubled).min(LONGEST_PAUSE.max(every))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;

    fn pause(every: u64, failures: u32, asked: Option<u64>, chance: f64) -> u64 {
        let (every, asked) = (Duration::from_secs(every), asked.map(Duration::from_secs));
        let next = next(Timestamp::from_millis(1_000), every, failures, asked, chance);
        u64::try_from(next.millis() - 1_000).unwrap() / 1_000
    }

    #[test]
    fn failures_put_it_off_longer_and_longer() {
        let of = |every, failures| pause(every, failures, None, 0.0);
        assert_eq!([0, 1, 2, 3, 4].map(|failures| of(15 * MINUTE, failures) / MINUTE), [15, 15, 30, 60, 120]);
        assert_eq!([0, 1, 2, 9].map(|failures| of(24 * HOUR, failures) / MINUTE), [24 * 60, 15, 30, 24 * 60]);
        assert_eq!(of(15 * MINUTE, 1_000), 24 * HOUR);
        assert_eq!(of(7 * 24 * HOUR, 1_000), 7 * 24 * HOUR);
        assert_eq!([1, 2, 3, 4].map(|failures| of(1, failures)), [1, 2, 4, 8]);
    }

    #[test]
    fn netbox_is_given_the_time_that_it_asks_for() {
        assert_eq!(pause(15 * MINUTE, 1, Some(2 * HOUR), 0.0), 2 * HOUR);
        assert_eq!(pause(15 * MINUTE, 1, Some(1), 0.0), 15 * MINUTE);
        assert_eq!(pause(15 * MINUTE, 1, Some(u64::MAX), 0.0), 7 * 24 * HOUR);
    }

    proptest! {
        #[test]
        fn never_too_soon_and_never_far_too_late(
            every in 1_u64..7 * 24 * HOUR, failures in 0_u32..100, asked in prop::option::of(0_u64..7 * 24 * HOUR), chance in 0.0_f64..=1.0
        ) {
            let (plain, jittered) = (pause(every, failures, asked, 0.0), pause(every, failures, asked, chance));
            prop_assert!(jittered >= plain && jittered <= plain + plain / 10 + 1 && jittered <= plain + 5 * MINUTE + 1);
            prop_assert!(failures > 0 || plain == every);
            prop_assert!(failures == 0 || plain >= asked.unwrap_or_default());
        }
    }
}
