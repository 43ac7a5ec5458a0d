use super::*;
use proptest::prelude::*;

const LONGEST: Duration = Duration::from_secs(300);

fn tries(capacity: usize) -> Tries<u16> {
    Tries::new(LONGEST, 4, capacity)
}

fn fail(tries: &mut Tries<u16>, key: u16, now: Instant) {
    tries.begin(&key, now);
    tries.wrong(&key, now);
}

#[test]
fn doubles_from_the_fourth_wrong_try_up_to_the_longest() {
    let (mut tries, mut now) = (tries(10), Instant::now());
    for expected in [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300] {
        fail(&mut tries, 1, now);
        let wait = tries.wait(&1, now).unwrap_or_default();
        assert_eq!(wait, Duration::from_secs(expected));
        now += wait;
        assert_eq!(tries.wait(&1, now), None);
    }
}

#[test]
fn a_right_try_forgives_and_others_are_not_concerned() {
    let (mut tries, now) = (tries(10), Instant::now());
    (0..4).for_each(|_| fail(&mut tries, 1, now));
    assert!(tries.wait(&1, now).is_some() && tries.wait(&2, now).is_none());
    let later = now + Duration::from_secs(1);
    tries.begin(&1, later);
    tries.right(&1);
    assert_eq!(tries.entries.len(), 0);
}

#[test]
fn an_undecided_try_changes_nothing() {
    let (mut tries, now) = (tries(10), Instant::now());
    (0..3).for_each(|_| fail(&mut tries, 1, now));
    tries.begin(&1, now);
    tries.undecided(&1);
    fail(&mut tries, 1, now);
    assert_eq!(tries.wait(&1, now), Some(Duration::from_secs(1)));
}

#[test]
fn tries_at_once_are_limited_and_one_by_one_after_wrong_ones() {
    let (mut tries, now) = (tries(10), Instant::now());
    for _ in 0..4 {
        assert_eq!(tries.wait(&1, now), None);
        tries.begin(&1, now);
    }
    assert_eq!(tries.wait(&1, now), Some(FIRST_DELAY));
    (0..4).for_each(|_| tries.wrong(&1, now));
    let later = now + Duration::from_secs(1);
    assert_eq!(tries.wait(&1, later), None);
    tries.begin(&1, later);
    assert_eq!(tries.wait(&1, later), Some(FIRST_DELAY));
}

#[derive(Debug, Clone)]
enum Step {
    Pass(u64),
    Begin(u16),
    Wrong(u16),
    Right(u16),
    Undecided(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_u64..1000).prop_map(Step::Pass),
        (0_u16..20).prop_map(Step::Begin),
        (0_u16..20).prop_map(Step::Wrong),
        (0_u16..20).prop_map(Step::Right),
        (0_u16..20).prop_map(Step::Undecided),
    ]
}

proptest! {
    #[test]
    fn never_waits_too_long_nor_remembers_too_much(steps in prop::collection::vec(step(), 0..300)) {
        let (mut tries, mut now) = (tries(8), Instant::now());
        for step in steps {
            match step {
                Step::Pass(seconds) => now += Duration::from_secs(seconds),
                Step::Begin(key) => tries.begin(&key, now),
                Step::Wrong(key) => tries.wrong(&key, now),
                Step::Right(key) => tries.right(&key),
                Step::Undecided(key) => tries.undecided(&key),
            }
            prop_assert!(tries.entries.len() <= 8);
            for key in 0..20 {
                prop_assert!(tries.wait(&key, now).unwrap_or_default() <= LONGEST);
            }
        }
    }

    #[test]
    fn waits_exactly_as_long_as_the_wrong_tries_say(gaps in prop::collection::vec(0_u64..1200, 1..40)) {
        let (mut tries, mut now, mut wrong) = (tries(10), Instant::now(), 0_u32);
        for gap in gaps {
            now += Duration::from_secs(gap);
            if gap >= 900 { wrong = 0 }
            fail(&mut tries, 1, now);
            wrong += 1;
            let expected = if wrong < 4 { 0 } else { 1_u64.checked_shl(wrong - 4).unwrap_or(u64::MAX).min(300) };
            prop_assert_eq!(tries.wait(&1, now).unwrap_or_default(), Duration::from_secs(expected));
            prop_assert_eq!(tries.wait(&1, now + QUIET), None);
        }
    }

    #[test]
    fn a_stream_of_new_names_does_not_wash_out_the_worst(names in prop::collection::vec(1_u16..1000, 1..200)) {
        let (mut tries, now) = (tries(4), Instant::now());
        (0..9).for_each(|_| fail(&mut tries, 0, now));
        for name in names {
            fail(&mut tries, name, now);
            if tries.entries[&name].wrong >= 9 { break }
        }
        prop_assert_eq!(tries.wait(&0, now), Some(Duration::from_secs(32)));
    }
}
