//! Commands are listed newest first, searched as text, counted once each; they outlive their host.

use crate::cast::{at, host, id, two_accounts};
use std::time::Duration;
use storage::{Storage, Typed};
use wire::{
    AccountId, HostId,
    terminal::{HistoryQuery, TypedCommand},
};

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    let router: HostId = id("host-router");
    storage.inventory().insert_host(&anna, &host("router")).await.unwrap();
    let typed = [
        (&anna, Some(&router), "ls -la"),
        (&anna, Some(&router), "echo Ärger 100%\0"),
        (&anna, None, "ls -la"),
        (&benny, None, "rm -rf /tmp/x"),
        (&anna, Some(&router), "ls -la"),
        (&anna, Some(&router), "LS"),
    ];
    for (second, (account, host_id, command)) in typed.into_iter().enumerate() {
        storage.history().add(&line(account, host_id, command, second as i64)).await.unwrap();
    }
    listed(storage, &anna, &router).await;
    ended(storage, &anna).await;
    unique(storage, &anna, &router).await;

    storage.inventory().delete_host(&anna, &router).await.unwrap();
    let all = storage.history().list(&anna, None, &HistoryQuery::default()).await.unwrap();
    assert_eq!((all.total, all.commands[0].host_name.as_str()), (5, "router"));
    forgotten(storage, &anna, &benny).await;
}

fn line(account: &AccountId, host_id: Option<&HostId>, command: &str, second: i64) -> Typed {
    Typed {
        account: account.clone(),
        host_id: host_id.cloned(),
        host_name: "router".into(),
        username: "root".into(),
        command: command.into(),
        at: at(second),
        session_id: id("s1"),
        directory: Some("/srv/ä".into()),
    }
}

/// A command that ran has an end; the others have none.
async fn ended(storage: &Storage, anna: &AccountId) {
    let history = storage.history();
    let newest = history.list(anna, None, &HistoryQuery::default()).await.unwrap().commands.remove(0);
    assert_eq!((newest.exit_code, newest.duration_ms, newest.directory.as_deref()), (None, None, Some("/srv/ä")));
    history.finish(newest.id, Some(-1), Duration::from_millis(1_234)).await.unwrap();
    let listed = history.list(anna, None, &HistoryQuery::default()).await.unwrap().commands;
    assert_eq!((listed[0].exit_code, listed[0].duration_ms), (Some(-1), Some(1_234)));
    assert_eq!((listed[1].exit_code, listed[1].duration_ms), (None, None));
}

/// One, by text, by age, by number; never another account's.
async fn forgotten(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let history = storage.history();
    let left = async |account| history.list(account, None, &HistoryQuery::default()).await.unwrap().commands;
    let newest = left(anna).await.remove(0);
    assert!(!history.delete(benny, newest.id).await.unwrap(), "another's");
    assert!(history.delete(anna, newest.id).await.unwrap());
    assert!(!history.delete(anna, newest.id).await.unwrap(), "it is gone");
    assert_eq!(history.delete_matching(anna, None, Some("100%"), None).await.unwrap(), 1);
    assert_eq!(history.delete_matching(anna, None, None, Some("ls")).await.unwrap(), 0, "only exactly that");
    assert_eq!(texts(left(anna).await), ["ls -la"; 3]);
    assert_eq!(history.forget_beyond(2).await.unwrap(), 1);
    let seconds: Vec<_> = left(anna).await.into_iter().map(|typed| typed.timestamp).collect();
    assert_eq!(seconds, [at(4), at(2)], "the oldest went");
    assert_eq!(history.forget_before(at(4)).await.unwrap(), 2, "both accounts'");
    assert_eq!((left(anna).await.len(), left(benny).await.len()), (1, 0));
    assert_eq!(history.delete_matching(anna, None, None, Some("ls -la")).await.unwrap(), 1);
}

fn search(text: &str) -> HistoryQuery {
    HistoryQuery { search: Some(text.into()), ..HistoryQuery::default() }
}

fn texts(commands: Vec<TypedCommand>) -> Vec<String> {
    commands.into_iter().map(|typed| typed.command).collect()
}

async fn listed(storage: &Storage, anna: &AccountId, router: &HostId) {
    let history = storage.history();
    let here = history.list(anna, Some(router), &HistoryQuery::default()).await.unwrap();
    assert_eq!((here.total, here.commands[0].timestamp, here.commands[0].username.as_str()), (4, at(5), "root"));
    assert_eq!(texts(here.commands), ["LS", "ls -la", "echo Ärger 100%\u{FFFD}", "ls -la"]);
    let page = HistoryQuery { limit: Some(2), offset: Some(1), search: None };
    let page = history.list(anna, Some(router), &page).await.unwrap();
    assert_eq!(
        (page.total, texts(page.commands)),
        (4, vec!["ls -la".to_owned(), "echo Ärger 100%\u{FFFD}".to_owned()])
    );
    for (text, found) in [("Ls", 4), ("ärGER", 1), ("%", 1), ("_", 0), ("rm", 0), ("  ", 5)] {
        assert_eq!(history.list(anna, None, &search(text)).await.unwrap().total, found, "{text:?}");
    }
}

async fn unique(storage: &Storage, anna: &AccountId, router: &HostId) {
    let history = storage.history();
    let all = history.unique(anna, None, &HistoryQuery::default()).await.unwrap();
    let counts: Vec<_> =
        all.commands.iter().map(|unique| (unique.command.as_str(), unique.count, unique.last_used)).collect();
    assert_eq!(counts, [("LS", 1, at(5)), ("ls -la", 3, at(4)), ("echo Ärger 100%\u{FFFD}", 1, at(1))]);
    assert_eq!(all.total, 3);
    let page = HistoryQuery { limit: Some(1), offset: Some(1), search: Some("ls".into()) };
    let page = history.unique(anna, Some(router), &page).await.unwrap();
    assert_eq!((page.total, page.commands.len(), page.commands[0].count), (2, 1, 2));
}
