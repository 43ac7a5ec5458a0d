//! Snippets have one name each, whatever its case, are found by what is in them, and are one account's.

use crate::cast::{at, id, two_accounts};
use storage::{SnippetRecord, Storage, StorageError};
use wire::AccountId;

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    let snippets = storage.snippets();
    let disk = snippet("disk", &anna, "Disk use", "df -h {{path=/}}");
    snippets.insert(&disk).await.unwrap();
    snippets.insert(&snippet("logs", &anna, "errors", "journalctl -p err | grep 100%_")).await.unwrap();
    snippets.insert(&snippet("other", &benny, "DISK USE", "df")).await.unwrap();

    let twin = snippets.insert(&snippet("twin", &anna, "disk USE", "df")).await;
    assert!(matches!(twin, Err(StorageError::Taken { .. })), "{twin:?}");
    assert_eq!(snippets.get(&anna, &disk.id).await.unwrap().as_ref(), Some(&disk));
    assert_eq!(snippets.get(&benny, &disk.id).await.unwrap(), None);
    assert_eq!(snippets.by_name(&anna, " disk use ").await.unwrap().as_ref(), Some(&disk));

    let names = async |search: &str| -> Vec<String> {
        snippets.list(&anna, search).await.unwrap().into_iter().map(|snippet| snippet.name).collect()
    };
    assert_eq!(names("").await, ["Disk use", "errors"]);
    assert_eq!(names("PATH disk").await, ["Disk use"]);
    assert_eq!(names("100%_").await, ["errors"]);
    assert!(names("100__").await.is_empty());

    let renamed = SnippetRecord { name: "errors".into(), ..disk.clone() };
    assert!(matches!(snippets.update(&renamed).await, Err(StorageError::Taken { .. })));
    let changed = SnippetRecord { text: "du -sh {{path}}".into(), updated_at: at(5), ..disk.clone() };
    assert!(snippets.update(&changed).await.unwrap());
    assert_eq!(names("du").await, ["Disk use"]);
    assert!(!snippets.update(&SnippetRecord { account_id: benny.clone(), ..changed }).await.unwrap());

    assert!(!snippets.delete(&benny, &disk.id).await.unwrap());
    assert!(snippets.delete(&anna, &disk.id).await.unwrap());
    assert_eq!(snippets.count(&anna).await.unwrap(), 1);
}

fn snippet(name: &str, account: &AccountId, title: &str, text: &str) -> SnippetRecord {
    SnippetRecord {
        id: id(name),
        account_id: account.clone(),
        name: title.into(),
        text: text.into(),
        description: String::new(),
        created_at: at(1),
        updated_at: at(1),
    }
}
