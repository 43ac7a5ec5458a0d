//! Opening: many at once, the file's mode, two processes that write, nothing left of what was deleted, clear refusals.

use crate::{
    SqliteFile,
    cast::{account, at, session, two_accounts},
};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use storage::{SignInRecord, Storage, StorageError};

/// Servers that start at the same moment on an empty database: one of them makes the tables, all of them start.
pub(crate) async fn many_start_at_once(storage: &Storage, url: &str) {
    storage.accounts().insert(&account("Anna")).await.unwrap();
    let fresh = fresh_beside(url).await;
    let starts: Vec<_> = (0..8)
        .map(|_| {
            let url = fresh.clone();
            tokio::spawn(async move { Storage::open(&url).await.unwrap().accounts().count().await.unwrap() })
        })
        .collect();
    for start in starts {
        assert_eq!(start.await.unwrap(), 0);
    }
    storage.ping().await.unwrap();
    assert_eq!(Storage::open(url).await.unwrap().accounts().count().await.unwrap(), 1, "a second start keeps all");
    storage.close().await.unwrap();
    assert!(storage.ping().await.is_err());
}

/// The address of another database that nobody has opened yet.
async fn fresh_beside(url: &str) -> String {
    if url.starts_with("sqlite") {
        return url.replace("berth.db", "fresh.db");
    }
    testkit::postgres::Postgres::shared().new_database()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_its_owner_can_read_the_sqlite_file() {
    let file = SqliteFile::new();
    let storage = Storage::open(&file.url()).await.unwrap();
    storage.accounts().insert(&account("Anna")).await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let path = format!("{}{suffix}", file.path().display());
        assert_eq!(mode(Path::new(&path)), 0o600, "{path}");
    }
    storage.close().await.unwrap();
    assert!(!file.path().with_extension("db-wal").exists(), "closing folds the log into the file");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_is_never_locked_for_50_tasks_of_two_processes() {
    let file = SqliteFile::new();
    let storages = [Storage::open(&file.url()).await.unwrap(), Storage::open(&file.url()).await.unwrap()];
    let (anna, _) = two_accounts(&storages[0]).await;
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let (storage, anna) = (storages[number % 2].clone(), anna.clone());
            tokio::spawn(async move {
                for round in 0..20 {
                    let session = session(&format!("s-{number}-{round}"), &anna, None);
                    storage.terminal().reserve(&session, 0, 0, 0).await.unwrap();
                    storage.terminal().seen(&[(session.id.clone(), at(99))]).await.unwrap();
                    assert!(storage.terminal().get(&session.id).await.unwrap().is_some());
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(storages[0].terminal().count_live().await.unwrap(), 1000);
}

#[tokio::test]
async fn sqlite_overwrites_what_is_deleted() {
    let file = SqliteFile::new();
    let storage = Storage::open(&file.url()).await.unwrap();
    let marker = b"remember-me-not".repeat(20);
    let sign_in = SignInRecord {
        id_hash: vec![1],
        account_id: None,
        data: marker.clone(),
        created_at: at(0),
        expires_at: at(9),
        device: None,
    };
    storage.sign_ins().insert(&sign_in).await.unwrap();
    storage.sign_ins().delete(&[1]).await.unwrap();
    storage.close().await.unwrap();
    let bytes = fs::read(file.path()).unwrap();
    assert!(!bytes.windows(15).any(|window| window == &marker[..15]));
}

#[tokio::test]
async fn a_bad_address_is_refused_without_repeating_its_password() {
    let addresses = [
        "mysql://root:hunter2@localhost/berth",
        "postgres://root:hunter2@localhost:notaport/berth",
        "postgres://root:hunter2@[::1/berth",
        "sqlite://:memory:",
        "sqlite::memory:",
        "",
    ];
    for address in addresses {
        let refused = Storage::open(address).await.unwrap_err();
        assert!(matches!(refused, StorageError::BadAddress(_)), "{address}: {refused}");
        assert!(!refused.to_string().contains("hunter2"), "{refused}");
    }
    let nowhere = Storage::open("sqlite:///dev/null/berth.db?mode=rwc").await.unwrap_err();
    assert!(matches!(nowhere, StorageError::NoFile { .. }), "{nowhere}");
    let nobody = Storage::open("postgres://root:hunter2@localhost/berth?host=/nowhere").await.unwrap_err();
    assert!(matches!(nobody, StorageError::Unavailable(_)) && !nobody.to_string().contains("hunter2"), "{nobody}");
}
