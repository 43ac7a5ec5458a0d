//! Recordings are listed newest first, page by page; they end once, and outlive account and host.

use crate::cast::{at, id};
use storage::{RecordingEnd, RecordingFilter, RecordingRecord, Storage};
use wire::recordings::RecordingState;

fn recording(name: &str, account: &str, host: &str, second: i64) -> RecordingRecord {
    RecordingRecord {
        id: id(name),
        account_id: id(account),
        account_name: "Anna".into(),
        host_id: Some(id(&format!("host-{host}"))),
        host_name: host.into(),
        username: "root".into(),
        state: RecordingState::Running,
        message: None,
        started_at: at(second),
        ended_at: None,
        duration_ms: 0,
        cols: 80,
        rows: 24,
        commands: 0,
        file: format!("{name}.cast.zst"),
        sealed: false,
        required: true,
        indexed: false,
        node: "node-a".into(),
    }
}

async fn ids(storage: &Storage, filter: RecordingFilter, limit: u64) -> Vec<String> {
    let found = storage.recordings().list(&filter, limit).await.unwrap();
    found.into_iter().map(|recording| recording.id.to_string()).collect()
}

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let recordings = storage.recordings();
    for (name, account, host, second) in [
        ("r1", "anna", "router", 1),
        ("r2", "anna", "switch", 2),
        ("r3", "benny", "router", 3),
        ("r4", "anna", "router", 3),
    ] {
        recordings.insert(&recording(name, account, host, second)).await.unwrap();
    }
    let all = RecordingFilter::default();
    assert_eq!(ids(storage, all.clone(), 10).await, ["r4", "r3", "r2", "r1"]);
    let page = RecordingFilter { before: Some((at(3), id("r4"))), ..all.clone() };
    assert_eq!(ids(storage, page, 2).await, ["r3", "r2"]);
    assert_eq!(ids(storage, RecordingFilter { account: Some(id("anna")), ..all.clone() }, 2).await, ["r4", "r2"]);
    for host in ["router", "host-router"] {
        assert_eq!(
            ids(storage, RecordingFilter { host: Some(host.into()), ..all.clone() }, 9).await,
            ["r4", "r3", "r1"]
        );
    }
    assert_eq!(recordings.get(&id("r1")).await.unwrap(), Some(recording("r1", "anna", "router", 1)));

    let end = RecordingEnd {
        state: RecordingState::Failed,
        message: Some("the disk is full".into()),
        ended_at: at(9),
        duration_ms: 8000,
        commands: 3,
    };
    assert!(recordings.end(&id("r1"), &end).await.unwrap());
    assert!(!recordings.end(&id("r1"), &end).await.unwrap(), "it ends once");
    assert_eq!(recordings.running_on("node-a").await.unwrap().len(), 3);
    let waiting = recordings.unindexed_on("node-a").await.unwrap();
    assert_eq!((waiting.len(), waiting[0].message.as_deref()), (1, Some("the disk is full")));
    recordings.indexed(&id("r1"), 8123, 4).await.unwrap();
    assert!(recordings.unindexed_on("node-a").await.unwrap().is_empty());
    assert_eq!(recordings.ended_before(at(9), 10).await.unwrap().len(), 0);
    let old = recordings.ended_before(at(10), 10).await.unwrap();
    assert_eq!((old[0].duration_ms, old[0].commands, old[0].ended_at), (8123, 4, Some(at(9))));

    let files = ["r1.cast.zst".to_owned(), "foreign.cast.zst".to_owned()];
    assert_eq!(recordings.strangers(&files).await.unwrap(), ["foreign.cast.zst"]);
    assert!(recordings.delete(&id("r1")).await.unwrap() && !recordings.delete(&id("r1")).await.unwrap());
}
