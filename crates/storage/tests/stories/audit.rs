//! The audit log's chain: numbers without gaps whoever writes at once, what the database refuses, what the walk finds when
//! somebody changes the tables all the same, and retention that leaves a chain.

use crate::cast::{at, id};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use storage::{
    AuditLine, Storage,
    chain::{Flaw, Walk, Walked},
};
use wire::audit::{AuditEvent, AuditFilter, AuditHead, AuditPage};

fn line(action: &str, second: i64) -> AuditLine {
    AuditLine {
        at: at(second),
        account_id: Some(id("acc-4")),
        account_name: "Ada".into(),
        address: Some("192.0.2.7".into()),
        request_id: "r".into(),
        action: action.into(),
        object: format!("session:s{second}"),
        outcome: "done".into(),
    }
}

pub(crate) async fn story(storage: &Storage, url: &str) {
    filters(storage).await;
    many_at_once(storage, url).await;
    refusals(storage, url).await;
    retention(storage).await;
}

/// The tables without the repositories around them.
async fn beside(url: &str) -> DatabaseConnection {
    Database::connect(url.replace("?mode=rwc", "")).await.unwrap()
}

async fn lines(storage: &Storage, filter: &AuditFilter) -> Vec<AuditEvent> {
    storage.audit().walk(filter, (0, i64::MAX), 10_000).await.unwrap()
}

/// The walk as the command line does it.
async fn walk(storage: &Storage, kept: Option<AuditHead>) -> Walked {
    let ends = storage.audit().ends().await.unwrap();
    let walk = Walk::after(Some(ends.removed)).must_pass(ends.head);
    let mut walk = kept.into_iter().fold(walk, Walk::must_pass);
    for line in lines(storage, &AuditFilter::default()).await {
        walk.step(&line);
    }
    walk.end()
}

async fn filters(storage: &Storage) {
    let log = storage.audit();
    log.add(line("session.open", 1)).await.unwrap();
    log.add(line("session.close", 2)).await.unwrap();
    log.add(line("sessions.other", 3)).await.unwrap();
    let guest = AuditLine {
        account_id: None,
        account_name: "a guest\0".into(),
        address: Some("2001:db8::1".into()),
        object: "100% of_it".into(),
        outcome: "Failed: no".into(),
        ..line("account.sign_in", 4)
    };
    log.add(guest).await.unwrap();
    let text = |text: &str| Some(text.to_owned());
    for (filter, expected) in [
        (AuditFilter::default(), &[1, 2, 3, 4][..]),
        (AuditFilter { account: text("acc-4"), ..AuditFilter::default() }, &[1, 2, 3]),
        (AuditFilter { account: text("ADA"), ..AuditFilter::default() }, &[1, 2, 3]),
        (AuditFilter { account: text("ad"), ..AuditFilter::default() }, &[]),
        (AuditFilter { action: text("session"), ..AuditFilter::default() }, &[1, 2]),
        (AuditFilter { action: text("session.*"), ..AuditFilter::default() }, &[1, 2]),
        (AuditFilter { action: text("session.open"), ..AuditFilter::default() }, &[1]),
        (AuditFilter { object: text("% OF_"), ..AuditFilter::default() }, &[4]),
        (AuditFilter { object: text("_"), ..AuditFilter::default() }, &[4]),
        (AuditFilter { outcome: text("failed"), ..AuditFilter::default() }, &[4]),
        (AuditFilter { address: text("192.0."), ..AuditFilter::default() }, &[1, 2, 3]),
        (AuditFilter { address: text("0.2"), ..AuditFilter::default() }, &[]),
        (AuditFilter { from: Some(at(2)), until: Some(at(4)), ..AuditFilter::default() }, &[2, 3]),
        (AuditFilter { account: text(" "), action: text(""), ..AuditFilter::default() }, &[1, 2, 3, 4]),
    ] {
        let found: Vec<_> = lines(storage, &filter).await.iter().map(|line| line.id).collect();
        assert_eq!(found, expected, "{filter:?}");
        let page = AuditPage { limit: Some(2), before: Some(4) };
        let newest = log.list(&filter, &page).await.unwrap();
        let last: Vec<_> = expected.iter().copied().filter(|id| *id < 4).rev().take(2).collect();
        assert_eq!(newest.iter().map(|line| line.id).collect::<Vec<_>>(), last, "{filter:?}");
    }
}

/// Two processes that write at once make one chain.
async fn many_at_once(storage: &Storage, url: &str) {
    let other = Storage::open(url).await.unwrap();
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let log = if number % 2 == 0 { storage.audit() } else { other.audit() };
            tokio::spawn(async move { log.add(line("race.run", 10 + number)).await.unwrap() })
        })
        .collect();
    let mut heads = Vec::new();
    for task in tasks {
        heads.push(task.await.unwrap());
    }
    heads.sort_by_key(|head| head.number);
    assert_eq!(heads.iter().map(|head| head.number).collect::<Vec<_>>(), (5..=64).collect::<Vec<_>>());
    let walked = walk(storage, heads.first().copied()).await;
    assert_eq!((walked.flaw, walked.lines, Some(walked.head)), (None, 64, heads.last().copied()));
    let before = storage.audit().ends().await.unwrap().head;
    let after = storage.audit().add_after(|head| AuditLine { object: head.to_string(), ..line("place", 99) }).await;
    let line = lines(storage, &AuditFilter { action: Some("place".into()), ..AuditFilter::default() }).await.remove(0);
    assert_eq!((line.object.clone(), line.head()), (before.to_string(), after.unwrap()));
}

/// What the database refuses of itself.
async fn refusals(storage: &Storage, url: &str) {
    let db = beside(url).await;
    let zeros = if url.starts_with("sqlite") { "zeroblob(32)" } else { "decode(repeat('00', 32), 'hex')" };
    let insert = |number: i64, hash: &str| {
        format!(
            "INSERT INTO audit_lines (number, \"at\", account_name, request_id, action, object, outcome, previous, hash) \
             VALUES ({number}, 0, '', '', '', '', '', {hash}, {hash})"
        )
    };
    let mut refused = vec![
        "UPDATE audit_lines SET outcome = 'nothing' WHERE number = 3".to_owned(),
        "DELETE FROM audit_lines WHERE number = 65".to_owned(),
        "DELETE FROM audit_lines WHERE number = 1".to_owned(),
        "DELETE FROM audit_chain".to_owned(),
        "UPDATE audit_chain SET head_number = 3".to_owned(),
        "UPDATE audit_chain SET head_number = 66".to_owned(),
        format!("UPDATE audit_chain SET head_hash = {zeros}"),
        "UPDATE audit_chain SET removed_number = 3".to_owned(),
        format!("INSERT INTO audit_chain VALUES (2, 0, {zeros}, 0, {zeros})"),
        insert(66, zeros),
        insert(70, zeros),
        insert(3, zeros),
    ];
    if url.starts_with("sqlite") {
        refused.push(insert(3, zeros).replace("INSERT", "INSERT OR REPLACE"));
    } else {
        refused.extend(["TRUNCATE audit_lines".to_owned(), "TRUNCATE audit_chain".to_owned()]);
    }
    for statement in refused {
        assert!(db.execute_unprepared(&statement).await.is_err(), "{statement}");
    }
    let walked = walk(storage, None).await;
    assert_eq!((walked.flaw, walked.lines), (None, 65));
}

async fn retention(storage: &Storage) {
    let log = storage.audit();
    assert_eq!(log.last_before(at(0)).await.unwrap(), None);
    let kept = log.ends().await.unwrap().head;
    let all = lines(storage, &AuditFilter::default()).await;
    // The clock went back once: what is young stays, and what stands behind it.
    let first_young = all.iter().position(|line| line.at >= at(30)).unwrap();
    let last = log.last_before(at(30)).await.unwrap().unwrap();
    assert_eq!(last, all[first_young - 1].head());
    assert!(last.number >= 4);
    assert!(log.remove_up_to(last.number, 3).await.unwrap(), "some are left");
    while log.remove_up_to(last.number, 3).await.unwrap() {}
    assert!(!log.remove_up_to(last.number, 3).await.unwrap(), "done is done");
    assert_eq!(log.ends().await.unwrap().removed, last);
    let walked = walk(storage, Some(kept)).await;
    assert_eq!((walked.flaw, walked.after, walked.head), (None, last, kept));
    assert_eq!(walk(storage, Some(last)).await.flaw, None, "the last that went is still known");
    assert_eq!(walk(storage, Some(all[0].head())).await.flaw, Some(Flaw::HeadRemoved { number: 1 }));
    log.add(line("after.all", 200)).await.unwrap();
    assert_eq!(walk(storage, Some(kept)).await.flaw, None);
    assert_eq!(log.last_before(at(9_999)).await.unwrap().map(|head| head.number), Some(66));
}

/// What somebody does who switches the database's own guards off.
pub(crate) async fn tampering(storage: &Storage, url: &str) {
    for second in 1..=6 {
        storage.audit().add(line("session.open", second)).await.unwrap();
    }
    let head = storage.audit().ends().await.unwrap().head;
    let db = beside(url).await;
    unguarded(&db, url.starts_with("sqlite")).await;
    let sql = async |statement: &str| db.execute_unprepared(statement).await.map(drop).unwrap();
    sql("CREATE TABLE kept AS SELECT * FROM audit_lines").await;
    for (statements, expected) in [
        (&["UPDATE audit_lines SET outcome = 'failed' WHERE number = 3"][..], Flaw::Changed { number: 3 }),
        (&["UPDATE audit_lines SET \"at\" = \"at\" + 1 WHERE number = 6"], Flaw::Changed { number: 6 }),
        (&["UPDATE audit_lines SET account_id = NULL WHERE number = 1"], Flaw::Changed { number: 1 }),
        (&["DELETE FROM audit_lines WHERE number = 4"], Flaw::Missing { number: 4 }),
        (&["DELETE FROM audit_lines WHERE number < 3"], Flaw::Missing { number: 1 }),
        (&["DELETE FROM audit_lines WHERE number > 4"], Flaw::CutOff { number: 5, until: 6 }),
        (
            &[
                "UPDATE audit_lines SET number = 99 WHERE number = 2",
                "UPDATE audit_lines SET number = 2 WHERE number = 3",
                "UPDATE audit_lines SET number = 3 WHERE number = 99",
            ],
            Flaw::Changed { number: 2 },
        ),
    ] {
        for statement in statements {
            sql(statement).await;
        }
        let walked = walk(storage, None).await;
        assert_eq!(walked.flaw, Some(expected), "{statements:?}");
        assert_eq!(walk(storage, Some(head)).await.flaw, Some(expected), "{statements:?}");
        sql("DELETE FROM audit_lines").await;
        sql("INSERT INTO audit_lines SELECT * FROM kept").await;
        assert_eq!(walk(storage, Some(head)).await.flaw, None);
    }
    // Whoever cuts the end off and says so in the chain's row is noticed by a head that was kept elsewhere alone.
    sql("DELETE FROM audit_lines WHERE number > 4").await;
    sql("UPDATE audit_chain SET head_number = 4, head_hash = (SELECT hash FROM audit_lines WHERE number = 4)").await;
    assert_eq!(walk(storage, None).await.flaw, None);
    assert_eq!(walk(storage, Some(head)).await.flaw, Some(Flaw::CutOff { number: 5, until: 6 }));
    storage.audit().add(line("session.open", 7)).await.unwrap();
    storage.audit().add(line("session.open", 8)).await.unwrap();
    assert_eq!(walk(storage, None).await.flaw, None);
    assert_eq!(walk(storage, Some(head)).await.flaw, Some(Flaw::OtherHead { number: 6 }));
}

async fn unguarded(db: &DatabaseConnection, sqlite: bool) {
    let triggers: &[&str] = if sqlite {
        &["lines_follow", "lines_stay", "lines_remain", "chain_one", "chain_remains", "chain_forward"]
    } else {
        &["lines_guarded ON audit_lines", "chain_guarded ON audit_chain"]
    };
    for trigger in triggers {
        db.execute_unprepared(&format!("DROP TRIGGER audit_{trigger}")).await.unwrap();
    }
}

/// A log from before there was a chain.
pub(crate) async fn before_the_chain(_storage: &Storage, url: &str) {
    let db = beside(url).await;
    let sql = async |statement: &str| db.execute_unprepared(statement).await.map(drop).unwrap();
    sql("DROP TABLE audit_lines").await;
    sql("DROP TABLE audit_chain").await;
    if !url.starts_with("sqlite") {
        sql("DROP FUNCTION audit_lines_guard").await;
        sql("DROP FUNCTION audit_chain_guard").await;
    }
    sql("CREATE TABLE audit_events (id bigint PRIMARY KEY, \"at\" bigint NOT NULL, account_id text, account_name text NOT NULL, \
         address text, request_id text NOT NULL, action text NOT NULL, object text NOT NULL, outcome text NOT NULL)")
    .await;
    for number in [3, 4, 1700] {
        sql(&format!("INSERT INTO audit_events VALUES ({number}, {number}, 'acc-4', 'Ada', NULL, 'r', 'session.open', 'é', 'done')"))
            .await;
    }
    sql("DELETE FROM seaql_migrations WHERE version LIKE '%audit_chain'").await;
    let storage = Storage::open(url).await.unwrap();
    let walked = walk(&storage, None).await;
    assert_eq!((walked.flaw, walked.lines), (None, 4));
    let lines = lines(&storage, &AuditFilter::default()).await;
    assert_eq!(lines.iter().map(|line| line.at.millis()).take(3).collect::<Vec<_>>(), [3, 4, 1700]);
    assert_eq!((lines[3].action.as_str(), lines[3].object.as_str()), ("audit.begin", "lines 1 to 3"));
    storage.audit().add(line("session.open", 1)).await.unwrap();
    assert_eq!(walk(&storage, Some(lines[1].head())).await.lines, 5);
}
