use super::*;
use proptest::{prelude::*, sample::Index};
use wire::Timestamp;

/// A log of some lines after a place in a longer one.
fn log(after: i64, lines: usize) -> Vec<AuditEvent> {
    let mut head = AuditHead { number: after, hash: AuditHash::new([u8::from(after > 0); 32]) };
    let next = |at| {
        let mut line = AuditEvent {
            id: head.number + 1,
            at: Timestamp::from_millis(at),
            account_id: None,
            account_name: "ada".into(),
            address: None,
            request_id: "r".into(),
            action: "session.open".into(),
            object: format!("session:{at}"),
            outcome: "done".into(),
            previous: head.hash,
            hash: AuditHash::NONE,
        };
        line.hash = hash(&line);
        head = line.head();
        line
    };
    (0..).take(lines).map(next).collect()
}

fn walked(start: Option<AuditHead>, kept: Option<AuditHead>, lines: &[AuditEvent]) -> Walked {
    let mut walk = kept.into_iter().fold(Walk::after(start), Walk::must_pass);
    for line in lines {
        walk.step(line);
    }
    walk.end()
}

proptest! {
    #[test]
    fn a_log_holds_from_wherever_it_begins(after in 0_i64..3, lines in 1_usize..20, kept in any::<Index>()) {
        let log = log(after, lines);
        let kept = kept.get(&log).head();
        let found = walked(None, Some(kept), &log);
        prop_assert_eq!((found.flaw, found.lines), (None, lines as u64));
        prop_assert_eq!((found.after.number, found.head), (after, log[lines - 1].head()));
        prop_assert_eq!(walked(Some(found.after), Some(found.after), &log).flaw, None);
    }

    #[test]
    fn a_change_is_found_at_its_line(lines in 2_usize..20, which in any::<Index>(), field in 0..8) {
        let mut log = log(0, lines);
        let at = which.index(lines);
        let line = &mut log[at];
        match field {
            0 => line.at = Timestamp::from_millis(line.at.millis() + 1),
            1 => line.account_id = "a".parse().ok(),
            2 => line.account_name.push(' '),
            3 => line.address = Some(String::new()),
            4 => line.request_id.clear(),
            5 => line.action.push('.'),
            6 => line.object = "session:none".into(),
            _ => line.outcome = "failed".into(),
        }
        let number = line.id;
        prop_assert_eq!(walked(None, None, &log).flaw, Some(Flaw::Changed { number }));
        // Whoever puts the hash right as well is found by the line behind, or by a head that was kept.
        log[at].hash = hash(&log[at]);
        let kept = super::tests::log(0, lines)[lines - 1].head();
        let flaw = walked(None, Some(kept), &log).flaw;
        let found = if at + 1 < lines { Flaw::Replaced { number: number + 1 } } else { Flaw::OtherHead { number } };
        prop_assert_eq!(flaw, Some(found));
    }

    #[test]
    fn a_line_that_is_gone_is_missing(lines in 2_usize..20, which in any::<Index>()) {
        let log = log(0, lines);
        let at = which.index(lines);
        let number = log[at].id;
        let mut left = log.clone();
        left.remove(at);
        let kept = log[lines - 1].head();
        let expected = match at {
            0 => None,
            at if at + 1 == lines => Some(Flaw::CutOff { number, until: number }),
            _ => Some(Flaw::Missing { number }),
        };
        prop_assert_eq!(walked(None, Some(kept), &left).flaw, expected);
        prop_assert_eq!(walked(Some(AuditHead::START), Some(kept), &left).flaw.is_some(), true);
    }

    #[test]
    fn two_that_changed_places_are_reordered(lines in 3_usize..20, which in any::<Index>()) {
        let mut log = log(0, lines);
        let at = which.index(lines - 1);
        log.swap(at, at + 1);
        let number = i64::try_from(at).unwrap() + 1;
        prop_assert_eq!(walked(Some(AuditHead::START), None, &log).flaw, Some(Flaw::Reordered { number }));
    }

    #[test]
    fn a_line_that_comes_twice_is_found(lines in 2_usize..20, which in any::<Index>()) {
        let mut log = log(0, lines);
        let twice = which.get(&log).clone();
        let number = twice.id;
        log.push(twice);
        prop_assert_eq!(walked(None, None, &log).flaw, Some(Flaw::Repeated { number }));
    }
}

#[test]
fn a_first_line_stands_on_nothing() {
    let mut log = log(0, 2);
    log[0].previous = AuditHash::new([7; 32]);
    log[0].hash = hash(&log[0]);
    assert_eq!(walked(None, None, &log).flaw, Some(Flaw::Replaced { number: 1 }));
    assert_eq!(walked(None, None, &[]).flaw, None);
    let kept = AuditHead { number: 3, hash: AuditHash::NONE };
    assert_eq!(walked(None, Some(kept), &[]).flaw, Some(Flaw::CutOff { number: 1, until: 3 }));
}
