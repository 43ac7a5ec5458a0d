use super::*;
use crate::{Via, Visitor};
use futures::FutureExt;

fn caller(account: &str, role: Role) -> Caller {
    Caller {
        account: account.parse().unwrap(),
        name: account.to_owned(),
        role,
        vault: None,
        visitor: Visitor::default(),
        via: Via::SignIn("here".into()),
        factor: None,
        scopes: None,
        vouched: false,
    }
}

fn id(account: &str) -> AccountId {
    account.parse().unwrap()
}

fn one(topic: Topic, id: &str) -> Change {
    Change { topic, id: Some(id.to_owned()) }
}

#[tokio::test(start_paused = true)]
async fn everybody_hears_of_their_own_things() {
    let events = Events::default();
    let (mut alice, mut bob) =
        (events.listen(&caller("alice", Role::Member)).unwrap(), events.listen(&caller("bob", Role::Member)).unwrap());
    for topic in Topic::ALL {
        events.changed(&id("alice"), topic, None);
    }
    let heard: Vec<_> = alice.next().await.unwrap().into_iter().map(|change| change.topic).collect();
    assert_eq!(heard, Topic::ALL);
    assert!(bob.next().now_or_never().is_none(), "nothing of another account");
}

#[tokio::test(start_paused = true)]
async fn an_admin_hears_of_all_sessions_and_a_viewer_of_all_recordings() {
    let events = Events::default();
    let (mut admin, mut viewer) =
        (events.listen(&caller("root", Role::Admin)).unwrap(), events.listen(&caller("vera", Role::Viewer)).unwrap());
    for topic in Topic::ALL {
        events.changed(&id("alice"), topic, Some("x"));
    }
    assert_eq!(admin.next().await.unwrap(), [one(Topic::Sessions, "x"), one(Topic::Recordings, "x")]);
    assert_eq!(viewer.next().await.unwrap(), [one(Topic::Recordings, "x")]);
}

#[tokio::test(start_paused = true)]
async fn whoever_follows_an_account_hears_of_its_hosts_and_not_which() {
    let events = Events::default();
    let mut bob = events.listen(&caller("bob", Role::Member)).unwrap();
    assert!(bob.follow([id("alice")].into()));
    assert!(!bob.follow([id("alice")].into()), "they are known");
    for topic in Topic::ALL {
        events.changed(&id("alice"), topic, Some("x"));
        events.changed(&id("carol"), topic, Some("y"));
    }
    let any = |topic| Change { topic, id: None };
    assert_eq!(bob.next().await.unwrap(), [any(Topic::Hosts), any(Topic::Folders)]);
    bob.follow(Default::default());
    events.changed(&id("alice"), Topic::Hosts, None);
    assert!(bob.next().now_or_never().is_none());
}

#[tokio::test(start_paused = true)]
async fn the_first_change_is_told_at_once_and_a_flood_seldom() {
    let events = Events::default();
    let mut alice = events.listen(&caller("alice", Role::Member)).unwrap();
    events.changed(&id("alice"), Topic::Hosts, Some("h1"));
    assert_eq!(alice.next().now_or_never().flatten().unwrap(), [one(Topic::Hosts, "h1")]);

    let begun = Instant::now();
    for _ in 0..3 {
        events.changed(&id("alice"), Topic::Hosts, Some("h1"));
        events.changed(&id("alice"), Topic::Hosts, Some("h2"));
    }
    assert_eq!(alice.next().await.unwrap(), [one(Topic::Hosts, "h1"), one(Topic::Hosts, "h2")], "each once");
    assert_eq!(begun.elapsed(), PAUSE);

    for number in 0..1_000 {
        events.changed(&id("alice"), Topic::Hosts, Some(&format!("h{number}")));
    }
    events.changed(&id("alice"), Topic::Tokens, Some("t1"));
    let any = Change { topic: Topic::Hosts, id: None };
    assert_eq!(alice.next().await.unwrap(), [any, one(Topic::Tokens, "t1")]);
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_is_given_up_loses_nothing() {
    let events = Events::default();
    let mut alice = events.listen(&caller("alice", Role::Member)).unwrap();
    for number in 0..5 {
        let id_of = format!("h{number}");
        assert!(tokio::time::timeout(Duration::from_millis(10), alice.next()).await.is_err());
        events.changed(&id("alice"), Topic::Hosts, Some(&id_of));
        assert!(alice.next().await.unwrap().contains(&one(Topic::Hosts, &id_of)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_went_is_forgotten_and_a_stop_reaches_the_others() {
    let events = Events::default();
    let mut alice = events.listen(&caller("alice", Role::Member)).unwrap();
    drop(events.listen(&caller("bob", Role::Member)).unwrap());
    assert_eq!(events.listening(), 1);
    events.close();
    assert_eq!(alice.next().await, None);
}

#[tokio::test(start_paused = true)]
async fn an_account_listens_a_hundred_times_at_most() {
    let events = Events::default();
    let mut all: Vec<_> = (0..LISTENERS).map(|_| events.listen(&caller("alice", Role::Member)).unwrap()).collect();
    assert!(events.listen(&caller("alice", Role::Member)).is_err());
    assert!(events.listen(&caller("bob", Role::Member)).is_ok());
    all.pop();
    assert!(events.listen(&caller("alice", Role::Member)).is_ok());
}
