//! Many want to be the first account, one is; names are one name in any case; passwords change, wraps stay.

use crate::cast::{account, at, id};
use storage::{AccountChange, Storage, StorageError};
use wire::{AccountId, accounts::Role};

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
    an_admin_stays(storage).await;
}

/// Two admins who take the role from each other in the same moment: one of them stays.
async fn an_admin_stays(storage: &Storage) {
    let accounts = storage.accounts();
    let [mut one, mut two] = ["an-admin-with-a-longer-name", "another-admin-with-a-longer-name"].map(account);
    (one.role, two.role) = (Role::Admin, Role::Admin);
    accounts.insert(&one).await.unwrap();
    accounts.insert(&two).await.unwrap();
    let change = |id: AccountId, role, disabled| {
        let accounts = storage.accounts();
        async move { accounts.change(&id, role, disabled).await.unwrap() }
    };
    let (first, second) =
        tokio::join!(change(one.id.clone(), Some(Role::Member), None), change(two.id.clone(), None, Some(true)));
    let refused = [&first, &second].into_iter().filter(|done| **done == AccountChange::LastAdmin).count();
    assert_eq!(refused, 1, "{first:?}, {second:?}");
    assert_eq!(change(id("nobody"), None, Some(true)).await, AccountChange::Gone);
    let left = if second == AccountChange::LastAdmin { &two } else { &one };
    assert!(accounts.that_open([&one.id, &two.id]).await.unwrap().contains(&left.id));
    assert_eq!(change(left.id.clone(), Some(Role::Viewer), None).await, AccountChange::LastAdmin);
    let other = if left == &one { &two } else { &one };
    let back = change(other.id.clone(), Some(Role::Admin), Some(false)).await;
    assert!(matches!(back, AccountChange::Done(_)), "{back:?}");
    assert!(matches!(change(left.id.clone(), Some(Role::Viewer), None).await, AccountChange::Done(_)));
    assert!(!accounts.that_open([&left.id]).await.unwrap().contains(&left.id), "a viewer opens nothing");
    assert!(accounts.seen(&left.id, at(7)).await.unwrap());
    assert_eq!(accounts.by_id(&left.id).await.unwrap().unwrap().last_seen_at, Some(at(7)));
    assert!(storage.terminal().live_counts().await.unwrap().is_empty());
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
