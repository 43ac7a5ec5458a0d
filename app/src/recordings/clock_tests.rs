use super::*;
use proptest::{collection::vec, prelude::*};

fn clock(speed: f64, skips_idle: bool) -> Clock {
    Clock { speed, skips_idle, ..Clock::default() }
}

#[test]
fn goes_as_time_goes() {
    let mut clock = clock(1.0, false);
    assert_eq!(clock.advance(400.0, [100.0, 5_000.0].into_iter(), 60_000.0), 0.0);
    assert_eq!(clock.position(), 400.0);
    clock.speed = 16.0;
    clock.advance(1_000.0, [100.0, 5_000.0].into_iter(), 60_000.0);
    assert_eq!(clock.position(), 16_400.0);
    clock.advance(1_000_000.0, [100.0, 5_000.0].into_iter(), 60_000.0);
    assert_eq!(clock.position(), 60_000.0, "not beyond the end");
}

#[test]
fn a_long_silence_takes_two_seconds() {
    let mut clock = clock(1.0, true);
    let events = [1_000.0, 601_000.0, 602_000.0];
    assert_eq!(clock.advance(2_900.0, events.into_iter(), 700_000.0), 0.0);
    assert_eq!(clock.position(), 2_900.0);
    assert_eq!(clock.advance(200.0, events.into_iter(), 700_000.0), 598_000.0);
    assert_eq!(clock.position(), 601_100.0, "the rest of the time counts from the event on");
    // The silence at the end is one as well.
    assert_eq!(clock.advance(2_900.0, events.into_iter(), 700_000.0), 96_000.0);
    assert_eq!(clock.position(), 700_000.0);
}

#[test]
fn whoever_goes_into_a_silence_sees_two_seconds_of_it() {
    let mut clock = clock(1.0, true);
    clock.go_to(300_000.0);
    clock.advance(1_000.0, [1_000.0, 601_000.0].into_iter(), 700_000.0);
    assert_eq!(clock.position(), 301_000.0);
    clock.go_to(-5.0);
    assert_eq!(clock.position(), 0.0);
}

#[test]
fn what_is_not_there_yet_is_waited_for() {
    let mut clock = clock(4.0, true);
    clock.advance(60_000.0, [500.0].into_iter(), 1_000.0);
    assert_eq!(clock.position(), 1_000.0);
    assert_eq!(clock.advance(60_000.0, [500.0].into_iter(), 1_000.0), 0.0, "no time passes at the limit");
    assert_eq!(clock.position(), 1_000.0);
}

#[test]
fn speeds_follow_each_other() {
    assert_eq!((next_speed(1.0, true), next_speed(1.0, false)), (1.5, 0.5));
    assert_eq!((next_speed(16.0, true), next_speed(0.5, false)), (16.0, 0.5));
}

fn recording() -> impl Strategy<Value = Vec<f64>> {
    vec(0u32..20_000, 0..60).prop_map(|gaps| {
        let mut at = 0.0;
        gaps.into_iter()
            .map(|gap| {
                at += f64::from(gap);
                at
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn small_steps_lead_where_a_large_one_leads(
        events in recording(), steps in vec(0u32..3_000, 1..40), speed in 0usize..SPEEDS.len(), skips in any::<bool>()
    ) {
        let end = events.last().copied().unwrap_or(0.0) + 5_000.0;
        let (mut many, mut once) = (clock(SPEEDS[speed], skips), clock(SPEEDS[speed], skips));
        let mut left_out = 0.0;
        for step in &steps {
            let before = many.position();
            left_out += many.advance(f64::from(*step), events.iter().copied(), end);
            prop_assert!(many.position() >= before && many.position() <= end);
        }
        let total: f64 = steps.iter().copied().map(f64::from).sum();
        let at_once = once.advance(total, events.iter().copied(), end);
        prop_assert!((many.position() - once.position()).abs() < 0.01);
        prop_assert!((left_out - at_once).abs() < 0.01);
        // What was walked and what was left out is the way.
        if many.position() < end {
            prop_assert!((total * SPEEDS[speed] + left_out - many.position()).abs() < 0.01);
        }
    }

    #[test]
    fn no_silence_is_longer_than_two_seconds(events in recording()) {
        let end = events.last().copied().unwrap_or(0.0) + 60_000.0;
        let mut clock = clock(1.0, true);
        let mut looked = 0.0;
        while clock.position() < end {
            clock.advance(100.0, events.iter().copied(), end);
            looked += 100.0;
            prop_assert!(looked <= (events.len() as f64 + 1.0) * IDLE + 100.0);
        }
    }
}
