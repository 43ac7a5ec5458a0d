use super::*;
use proptest::prelude::*;

fn sent(orders: &[Order]) -> Vec<Vec<u8>> {
    orders
        .iter()
        .filter_map(|order| if let Order::Send(message) = order { Some(message.clone()) } else { None })
        .collect()
}

fn live() -> Course {
    let mut course = Course::new(7, Some("t1".into()), (80, 24));
    course.begin(0.0);
    course.opened(1.0);
    course.heard(&ServerFrame::Welcome { input_offset: 0, end: 0 }, 0, 2.0);
    course
}

#[test]
fn attaches_with_the_ticket_and_from_the_start() {
    let mut course = Course::new(7, Some("t1".into()), (80, 24));
    assert!(course.begin(0.0).contains(&Order::Open { ticket: Some("t1".into()) }));
    let attach = Attach { client: 7, from: None, cols: 80, rows: 24 };
    assert_eq!(sent(&course.opened(1.0)), [ClientFrame::Attach(attach).encode()]);
    assert_eq!(course.phase(), &Phase::Connecting);
    course.heard(&ServerFrame::Welcome { input_offset: 0, end: 0 }, 0, 2.0);
    assert_eq!(course.phase(), &Phase::Live);
}

#[test]
fn comes_back_by_the_next_ticket_from_where_it_stood_and_resends() {
    let mut course = live();
    course.heard(&ServerFrame::Ticket { ticket: "t2" }, 0, 3.0);
    course.heard(&ServerFrame::Output { offset: 0, data: b"he" }, 5, 3.0);
    assert_eq!(sent(&course.input(b"ls\r").expect("room")), [ClientFrame::Input { offset: 0, data: b"ls\r" }.encode()]);
    course.closed(1006, 4.0, 1.0);
    assert_eq!(course.phase(), &Phase::Waiting { until: 254.0 });
    assert_eq!(course.tick(253.0, 0.0), []);
    assert!(course.tick(254.0, 0.0).contains(&Order::Open { ticket: Some("t2".into()) }));
    let attach = Attach { client: 7, from: Some(5), cols: 80, rows: 24 };
    assert_eq!(sent(&course.opened(260.0)), [ClientFrame::Attach(attach).encode()]);
    let (_, orders) = course.heard(&ServerFrame::Welcome { input_offset: 1, end: 0 }, 0, 261.0);
    assert_eq!(sent(&orders), [ClientFrame::Input { offset: 1, data: b"s\r" }.encode()]);
}

#[test]
fn what_is_typed_while_cut_off_waits() {
    let mut course = live();
    course.closed(1006, 4.0, 0.0);
    assert_eq!(course.input(b"x").expect("room"), []);
    assert_eq!(course.resize(100, 30), []);
    course.nudge(5.0);
    let attach = Attach { client: 7, from: None, cols: 100, rows: 30 };
    assert_eq!(sent(&course.opened(6.0)), [ClientFrame::Attach(attach).encode()]);
}

#[test]
fn what_was_missed_is_caught_up_with_at_the_size_that_the_terminal_has() {
    let mut course = live();
    course.heard(&ServerFrame::Output { offset: 0, data: b"he" }, 5, 3.0);
    course.heard(&ServerFrame::Resized { cols: 120, rows: 40 }, 0, 3.0);
    assert_eq!(sent(&course.wish(60, 20)), [ClientFrame::Resize { cols: 60, rows: 20 }.encode()]);
    course.closed(1006, 4.0, 0.0);
    course.nudge(5.0);
    let attach = Attach { client: 7, from: Some(5), cols: 120, rows: 40 };
    assert_eq!(sent(&course.opened(6.0)), [ClientFrame::Attach(attach).encode()]);
    let (show, orders) = course.heard(&ServerFrame::Welcome { input_offset: 0, end: 9 }, 0, 7.0);
    assert_eq!(show, Some(Show::CatchUp { present: 9 }));
    assert_eq!(sent(&orders), [ClientFrame::Resize { cols: 60, rows: 20 }.encode()]);
}

#[test]
fn a_refused_ticket_is_replaced_by_asking() {
    let mut course = Course::new(7, Some("old".into()), (80, 24));
    course.begin(0.0);
    assert!(course.closed(4401, 1.0, 0.0).contains(&Order::AskTicket));
    assert!(course.ticket_answer(Ok("new".into()), 2.0, 0.0).contains(&Order::Open { ticket: Some("new".into()) }));
}

#[test]
fn each_refusal_has_its_word() {
    for (code, why) in [
        (FaultCode::Unauthenticated, Refusal::SignedOut),
        (FaultCode::NotFound, Refusal::Gone),
        (FaultCode::Forbidden, Refusal::Forbidden),
    ] {
        let mut course = live();
        course.closed(4401, 1.0, 0.0);
        course.ticket_answer(Err(code), 2.0, 0.0);
        assert_eq!(course.phase(), &Phase::Refused(why));
    }
    let mut course = live();
    course.closed(4404, 1.0, 0.0);
    assert_eq!(course.phase(), &Phase::Refused(Refusal::Gone));
    assert!(course.retry(2.0).contains(&Order::AskTicket));
}

#[test]
fn a_gap_attaches_again_from_where_the_terminal_stands() {
    let mut course = live();
    course.heard(&ServerFrame::Output { offset: 0, data: b"ab" }, 2, 3.0);
    let (show, orders) = course.heard(&ServerFrame::Output { offset: 9, data: b"x" }, 1, 4.0);
    assert_eq!((show, &orders[0]), (None, &Order::Drop));
    let attach = Attach { client: 7, from: Some(2), cols: 80, rows: 24 };
    assert_eq!(sent(&course.opened(5.0)), [ClientFrame::Attach(attach).encode()]);
}

#[test]
fn the_past_ends_where_the_output_did_when_the_page_came() {
    let mut course = Course::new(7, None, (80, 24));
    course.begin(0.0);
    course.opened(1.0);
    course.heard(&ServerFrame::Welcome { input_offset: 0, end: 90 }, 0, 2.0);
    let picture = |offset| ServerFrame::Snapshot { offset, cols: 80, rows: 24, dump: b"" };
    let shown = |offset, present| Some(Show::Snapshot { cols: 80, rows: 24, offset, present });
    assert_eq!(course.heard(&picture(10), 0, 3.0).0, shown(10, 90));
    course.heard(&ServerFrame::Output { offset: 10, data: b"" }, 200, 4.0);
    assert_eq!(course.heard(&picture(150), 0, 5.0).0, shown(150, 210));
}

#[test]
fn a_notice_is_shown_and_an_unknown_one_is_not() {
    let mut course = live();
    let heard = |course: &mut Course, notice: &[u8]| course.heard(&ServerFrame::Notice { notice }, 0, 3.0).0;
    assert_eq!(heard(&mut course, br#"{"notice":"ends_later"}"#), Some(Show::Notice(Notice::EndsLater {})));
    assert_eq!(heard(&mut course, br#"{"notice":"from_tomorrow"}"#), None);
}

#[test]
fn a_silent_connection_is_left_after_four_seconds() {
    let mut course = live();
    assert_eq!(sent(&course.nudge(100.0)).len(), 1);
    assert_eq!(course.tick(4_099.0, 0.0), []);
    assert!(matches!(course.tick(4_100.0, 0.0)[..], [Order::Drop, Order::Open { .. }, ..]));
}

#[test]
fn a_socket_that_does_not_open_is_given_up() {
    let mut course = Course::new(7, None, (80, 24));
    course.begin(0.0);
    assert_eq!(course.tick(9_999.0, 0.0), []);
    course.tick(10_000.0, 1.0);
    assert_eq!(course.phase(), &Phase::Waiting { until: 10_250.0 });
}

#[test]
fn the_end_is_the_end() {
    let mut course = live();
    let ending = br#"{"reason":"remote_exit","exit_code":3}"#;
    course.heard(&ServerFrame::Ended { ending }, ending.len(), 3.0);
    let end = Phase::Ended(Ending { exit_code: Some(3), ..EndReason::RemoteExit.into() });
    assert_eq!(course.phase(), &end);
    assert_eq!(
        (course.closed(1000, 4.0, 0.0), course.tick(99_999.0, 0.0), course.nudge(5.0)),
        (vec![], vec![], vec![])
    );
    assert_eq!(course.phase(), &end);
}

proptest! {
    /// Whatever happens in whatever order, nothing panics and no wait is longer than eight seconds.
    #[test]
    fn no_order_of_events_breaks_it(steps in proptest::collection::vec((0u8..10, 0u64..300_000, 0.0..1.0f64), 0..200)) {
        let mut course = Course::new(1, None, (80, 24));
        let mut now = 0.0;
        course.begin(now);
        for (step, number, chance) in steps {
            now += chance * 20_000.0;
            match step {
                0 => { course.opened(now); }
                1 => { course.heard(&ServerFrame::Welcome { input_offset: number, end: number }, 0, now); }
                2 => { course.heard(&ServerFrame::Output { offset: number, data: b"" }, number as usize, now); }
                3 => { course.heard(&ServerFrame::InputAck { offset: number }, 0, now); }
                4 => { course.closed([1006, 4401, 4403, 1000][number as usize % 4], now, chance); }
                5 => { course.ticket_answer(Err(FaultCode::Unavailable), now, chance); }
                6 => { let _ = course.input(&vec![0; number as usize % 5000]); }
                7 => { course.drawn(number); }
                8 => { course.nudge(now); }
                _ => { course.tick(now, chance); }
            }
            if let Phase::Waiting { until } = course.phase() {
                prop_assert!(*until - now <= 8_000.0);
            }
        }
    }
}
