//! Many want to be the first account, one is; names are one name in any case; passwords change, wraps stay.

use crate::cast::{account, id};
use storage::{Storage, StorageError};
use wire::accounts::Role;

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let accounts = storage.accounts();
    assert_eq!(accounts.count().await.unwrap(), 0);
    one_of_many_is_first(storage).await;

    let mut anna = account("Ännä");
    anna.role = Role::Admin;
    anna.recovery_wrap = Some(vec![9; 40]);
    accounts.insert(&anna).await.unwrap();
    assert_eq!(accounts.by_name("äNNÄ").await.unwrap().unwrap(), anna);
    let mut twin = account("ÄNNÄ");
    twin.id = id("another");
    let refused = accounts.insert(&twin).await.unwrap_err();
    assert!(matches!(refused, StorageError::Taken { .. }), "{refused}");
    assert!(refused.to_string().contains("choose another"), "{refused}");

    assert!(accounts.set_password(&anna.id, "$new", None, None).await.unwrap());
    let changed = accounts.by_id(&anna.id).await.unwrap().unwrap();
    assert_eq!((changed.password_hash.as_str(), &changed.password_wrap), ("$new", &anna.password_wrap));
    assert!(accounts.set_password(&anna.id, "$newer", Some(vec![4]), Some(vec![5])).await.unwrap());
    assert!(accounts.set_disabled(&anna.id, true).await.unwrap());
    let changed = accounts.by_id(&anna.id).await.unwrap().unwrap();
    assert_eq!((changed.password_wrap, changed.recovery_wrap, changed.disabled), (Some(vec![4]), Some(vec![5]), true));
    assert!(!format!("{anna:?}").contains("argon2"), "a record's Debug shows no hash");

    let names: Vec<_> = accounts.list().await.unwrap().into_iter().map(|account| account.name).collect();
    assert_eq!((names.len(), names[1].as_str()), (2, "Ännä"));
    assert_eq!(accounts.by_name("än\0nä").await.unwrap(), None);
    assert_eq!(accounts.by_name("nobody").await.unwrap(), None);
    assert!(!accounts.set_disabled(&id("nobody"), true).await.unwrap());
}

async fn one_of_many_is_first(storage: &Storage) {
    let tries = (1..=20).map(|number| {
        let accounts = storage.accounts();
        tokio::spawn(async move { accounts.insert_first(&account(&"x".repeat(number))).await.unwrap() })
    });
    let mut firsts = 0;
    for task in tries.collect::<Vec<_>>() {
        firsts += u32::from(task.await.unwrap());
    }
    assert_eq!((firsts, storage.accounts().count().await.unwrap()), (1, 1));
}
