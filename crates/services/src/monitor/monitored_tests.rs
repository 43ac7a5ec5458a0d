use super::*;
use crate::{Via, Visitor, monitor::rates};
use futures::FutureExt;
use wire::{FaultCode, Timestamp, TokenId, accounts::Role};

fn caller() -> Caller {
    Caller {
        account: "a1".parse().unwrap(),
        name: "ada".into(),
        role: Role::Member,
        vault: None,
        visitor: Visitor::default(),
        via: Via::Token("t1".parse::<TokenId>().unwrap()),
        factor: None,
        scopes: None,
        vouched: false,
    }
}

fn monitored() -> Arc<Monitored> {
    Arc::new(Monitored::new("a1".parse().unwrap(), "h1".parse().unwrap()))
}

fn figures(second: i64) -> MonitorFigures {
    rates::figures(Timestamp::from_millis(second * 1_000), None, &Default::default())
}

/// What is there for a viewer now, in short: a point's or figures' second, or a word.
fn heard(viewer: &mut Look) -> Vec<String> {
    let second = |at: Timestamp| at.millis() / 1_000;
    let messages = viewer.next().now_or_never().flatten().unwrap_or_default();
    let words = messages.into_iter().flat_map(|message| match message {
        MonitorMessage::Connecting => vec!["connecting".into()],
        MonitorMessage::History { points } => points.iter().map(|point| format!("p{}", second(point.at))).collect(),
        MonitorMessage::Figures { figures } => vec![format!("f{}", second(figures.at))],
        MonitorMessage::Failed { fault, retry_seconds } => vec![format!("{:?} {retry_seconds:?}", fault.code)],
        MonitorMessage::Alive => vec!["alive".into()],
    });
    words.collect()
}

#[test]
fn a_look_gets_what_was_then_what_is() {
    let host = monitored();
    let mut first = Look::new(&host, 1, caller());
    assert_eq!(heard(&mut first), ["connecting"]);
    assert_eq!(heard(&mut first), [""; 0], "nothing new");
    host.shows(figures(1));
    assert_eq!(heard(&mut first), ["f1"]);
    host.shows(figures(2));
    host.shows(figures(3));
    // One that comes late, and one that was slow, miss no point.
    let mut second = Look::new(&host, 2, caller());
    assert_eq!(heard(&mut second), ["p1", "p2", "f3"]);
    assert_eq!(heard(&mut first), ["p2", "f3"]);
}

#[test]
fn a_failure_is_told_after_the_last_figures_and_forgotten_for_whoever_comes() {
    let host = monitored();
    let mut first = Look::new(&host, 1, caller());
    host.shows(figures(1));
    let fault = Box::new(Fault::new(FaultCode::HostOffline, "it is off"));
    host.stands(Standing::Failed(fault, Some(4)));
    assert_eq!(heard(&mut first), ["f1", "HostOffline Some(4)"]);
    let mut second = Look::new(&host, 2, caller());
    assert_eq!(heard(&mut second), ["f1", "connecting"]);
    assert_eq!(heard(&mut first), ["connecting"]);
}

#[test]
fn the_past_is_bounded() {
    let host = monitored();
    let mut slow = Look::new(&host, 1, caller());
    for second in 0..2 * KEPT as i64 {
        host.shows(figures(second));
    }
    let heard = heard(&mut slow);
    assert_eq!(heard.len(), KEPT);
    assert_eq!((heard[0].as_str(), heard[KEPT - 1].as_str()), ("p300", "f599"));
}

#[tokio::test]
async fn the_end_is_told_and_who_left_is_forgotten() {
    let host = monitored();
    let (mut stays, goes) = (Look::new(&host, 1, caller()), Look::new(&host, 2, caller()));
    assert_eq!(host.callers().len(), 2);
    drop(goes);
    host.left().await;
    assert_eq!(host.looked_at_by(), 1);
    stays.next().await.unwrap();
    host.over.cancel();
    assert_eq!(stays.next().await, None);
}
