//! A session's life in the table: seen, detached, ended once, orphaned, forgotten; its tickets go with it.

use crate::cast::{at, host, id, session, two_accounts};
use crate::sharing::owner;
use std::collections::HashSet;
use storage::{SessionRecord, Storage, StorageError};
use wire::{
    AccountId, HostId,
    terminal::{EndReason, Ending, Mode, Status},
};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    let router: HostId = id("host-router");
    storage.inventory().insert_host(&anna, &host("router")).await.unwrap();
    lists(storage, &anna, &benny, &router).await;
    tickets(storage).await;
    endings(storage, &anna).await;
    orphans(storage, &anna).await;
    left_in_tmux(storage, &anna, &router).await;

    storage.inventory().delete_host(&anna, &router).await.unwrap();
    let kept = storage.terminal().get(&id("s1")).await.unwrap().unwrap();
    assert_eq!((kept.host_id, kept.host_name.as_str()), (None, "router"), "the name stays when the host goes");
    assert_eq!(storage.terminal().delete_ended_before(at(100)).await.unwrap(), 0);
    assert_eq!(storage.terminal().delete_ended_before(at(101)).await.unwrap(), 1);
    assert_eq!(storage.terminal().get(&id("s1")).await.unwrap(), None);
}

fn ids(sessions: Vec<SessionRecord>) -> Vec<String> {
    sessions.into_iter().map(|session| session.id.to_string()).collect()
}

async fn lists(storage: &Storage, anna: &AccountId, benny: &AccountId, router: &HostId) {
    let terminal = storage.terminal();
    for (number, name) in ["s1", "s2", "s3"].into_iter().enumerate() {
        let opened = SessionRecord { created_at: at(10 + number as i64), ..session(name, anna, Some(router.clone())) };
        terminal.reserve(&opened, 0, 0, 0).await.unwrap();
    }
    terminal.reserve(&SessionRecord { created_at: at(50), ..session("b1", benny, None) }, 0, 0, 0).await.unwrap();
    assert_eq!(ids(terminal.live(anna).await.unwrap()), ["s1", "s2", "s3"]);
    assert_eq!(ids(terminal.list(Some(anna), &[], 2).await.unwrap()), ["s3", "s2"]);
    assert_eq!(ids(terminal.list(None, &[Status::Starting], 9).await.unwrap()), ["b1", "s3", "s2", "s1"]);

    assert_eq!(terminal.reusable(anna, router, Mode::Embedded).await.unwrap(), None, "a starting one is not ready");
    assert!(terminal.set_status(&id("s1"), Status::Active).await.unwrap());
    assert!(terminal.set_status(&id("s2"), Status::Detached).await.unwrap());
    assert_eq!(ids(terminal.reusable(anna, router, Mode::Embedded).await.unwrap().into_iter().collect()), ["s2"]);
    assert_eq!(terminal.reusable(anna, router, Mode::Popout).await.unwrap(), None);
    assert_eq!(terminal.reusable(benny, router, Mode::Embedded).await.unwrap(), None);
    assert_eq!(ids(terminal.list(None, &[Status::Active, Status::Detached], 9).await.unwrap()), ["s2", "s1"]);
    assert!(!terminal.set_status(&id("s2"), Status::Closed).await.unwrap(), "an end has a reason");

    terminal.seen(&[(id("s2"), at(30)), (id("s1"), at(40)), (id("none"), at(1))]).await.unwrap();
    terminal.seen(&[(id("s1"), at(35))]).await.unwrap();
    assert_eq!(terminal.get(&id("s1")).await.unwrap().unwrap().last_seen_at, at(40), "never back");
}

async fn tickets(storage: &Storage) {
    let terminal = storage.terminal();
    let (s1, s2) = (id("s1"), id("s2"));
    terminal.add_ticket(b"hash-1", &s1, &owner(), at(0), at(300)).await.unwrap();
    let lost = terminal.add_ticket(b"hash-2", &id("none"), &owner(), at(0), at(300)).await.unwrap_err();
    assert!(matches!(lost, StorageError::Gone { .. }), "{lost}");
    assert!(terminal.peek_ticket(b"hash-1", &s1, at(299)).await.unwrap());
    assert!(!terminal.peek_ticket(b"hash-1", &s1, at(300)).await.unwrap(), "expired");
    assert!(terminal.redeem_ticket(b"hash-1", &s2, at(1)).await.unwrap().is_none(), "another session's");
    assert!(terminal.redeem_ticket(b"hash-1", &s1, at(300)).await.unwrap().is_none(), "expired");

    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (terminal, s1) = (terminal.clone(), s1.clone());
            tokio::spawn(async move { terminal.redeem_ticket(b"hash-1", &s1, at(1)).await.unwrap().is_some() })
        })
        .collect();
    let mut used = 0;
    for task in tries {
        used += u32::from(task.await.unwrap());
    }
    assert_eq!(used, 1, "a ticket opens once");
    assert!(!terminal.peek_ticket(b"hash-1", &s1, at(2)).await.unwrap());
    assert!(terminal.knows_ticket(b"hash-1", &s1).await.unwrap());
    assert!(!terminal.knows_ticket(b"hash-9", &s1).await.unwrap());
}

async fn endings(storage: &Storage, anna: &AccountId) {
    let terminal = storage.terminal();
    let exit =
        Ending { reason: EndReason::RemoteExit, exit_code: Some(u32::MAX), signal: Some("TERM".into()), message: None };
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (terminal, exit) = (terminal.clone(), exit.clone());
            tokio::spawn(async move { terminal.finish(&id("s1"), &exit, at(100)).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for task in tries {
        first += u32::from(task.await.unwrap());
    }
    assert_eq!(first, 1, "a session ends once");
    assert!(!terminal.finish(&id("s1"), &EndReason::Admin.into(), at(101)).await.unwrap());
    assert!(!terminal.set_status(&id("s1"), Status::Active).await.unwrap());
    terminal.seen(&[(id("s1"), at(999))]).await.unwrap();
    let ended = terminal.get(&id("s1")).await.unwrap().unwrap();
    assert_eq!((ended.status, ended.ended_at, ended.last_seen_at), (Status::Closed, Some(at(100)), at(40)));
    assert_eq!(ended.ending, Some(exit));
    assert!(!terminal.knows_ticket(b"hash-1", &id("s1")).await.unwrap(), "its tickets went with it");
    assert_eq!(ids(terminal.live(anna).await.unwrap()), ["s2", "s3"]);
}

async fn orphans(storage: &Storage, anna: &AccountId) {
    let terminal = storage.terminal();
    let elsewhere = SessionRecord { node: "node-b".into(), ..session("far", anna, None) };
    terminal.reserve(&elsewhere, 0, 0, 0).await.unwrap();
    terminal.add_ticket(b"s2", &id("s2"), &owner(), at(0), at(9000)).await.unwrap();
    assert_eq!(terminal.orphan_all("node-a", at(200)).await.unwrap(), 3, "s2, s3 and Benny's");
    let orphan = terminal.get(&id("s2")).await.unwrap().unwrap();
    assert_eq!((orphan.status, orphan.ending), (Status::Error, Some(EndReason::ServerRestart.into())));
    assert!(!terminal.knows_ticket(b"s2", &id("s2")).await.unwrap());
    assert_eq!(ids(terminal.live(anna).await.unwrap()), ["far"], "another node's stay");
    assert_eq!(terminal.live_on("node-b").await.unwrap(), HashSet::from([id("far")]));
    assert_eq!(terminal.live_on("node-a").await.unwrap(), HashSet::new());
}

/// What a lost session left in tmux goes to one other session, the asked one's first, and never to two.
async fn left_in_tmux(storage: &Storage, anna: &AccountId, router: &HostId) {
    let terminal = storage.terminal();
    let open = async |name: &str| {
        let opened = session(name, anna, Some(router.clone()));
        terminal.reserve(&opened, 0, 0, 0).await.unwrap();
        opened
    };
    let claim = async |of: &SessionRecord, resume: Option<&str>| {
        terminal.claim_tmux(of, resume.map(id).as_ref(), &format!("fresh-{}", of.id)).await.unwrap()
    };
    let ended = [EndReason::ServerRestart, EndReason::ServerRestart, EndReason::Error, EndReason::User];
    for number in 0..ended.len() {
        let lost = open(&format!("t{number}")).await;
        assert_eq!(claim(&lost, None).await, (format!("fresh-t{number}"), false));
    }
    for (number, reason) in ended.into_iter().enumerate() {
        let at = at(500 + number as i64);
        terminal.finish(&id(&format!("t{number}")), &reason.into(), at).await.unwrap();
    }
    let (asked, newest) = (open("t10").await, open("t11").await);
    assert_eq!(claim(&asked, Some("t0")).await, ("fresh-t0".into(), true));
    assert_eq!(claim(&newest, Some("t0")).await, ("fresh-t2".into(), true), "t0's is taken");
    assert_eq!(terminal.get(&id("t0")).await.unwrap().unwrap().tmux, None, "it went over");
    assert_eq!(terminal.get(&id("t10")).await.unwrap().unwrap().tmux.as_deref(), Some("fresh-t0"));
    terminal.forget_tmux(&id("t1")).await.unwrap();
    let last = open("t12").await;
    assert_eq!(claim(&last, None).await, ("fresh-t12".into(), false), "what a person closed is not taken up");
    for ended in ["t10", "t11", "t12"] {
        terminal.finish(&id(ended), &EndReason::User.into(), at(600)).await.unwrap();
    }
}
