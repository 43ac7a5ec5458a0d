//! A passkey is one account's; its count goes forward, once for each; what it holds of the vault comes and goes; it goes with its
//! account.

use crate::cast::{at, two_accounts};
use sea_orm::ConnectionTrait;
use storage::{PasskeyRecord, Storage, StorageError};
use wire::AccountId;

pub(crate) async fn story(storage: &Storage, url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    kept(storage, &anna, &benny).await;
    counted(storage).await;
    wrapped(storage, &anna, &benny).await;
    gone(storage, &anna, &benny, url).await;
}

fn passkey(account: &AccountId, id: &str) -> PasskeyRecord {
    PasskeyRecord {
        id: id.into(),
        account_id: account.clone(),
        credential_id: id.as_bytes().repeat(9),
        name: format!("{id}'s key"),
        public: "{}".into(),
        counter: 0,
        wrap: None,
        created_at: at(1),
        last_used_at: None,
    }
}

async fn kept(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let passkeys = storage.passkeys();
    for one in [passkey(anna, "phone"), passkey(anna, "stick"), passkey(benny, "laptop")] {
        passkeys.insert(&one).await.unwrap();
    }
    assert_eq!(passkeys.of_account(anna).await.unwrap(), [passkey(anna, "phone"), passkey(anna, "stick")]);
    let counts = passkeys.counts().await.unwrap();
    assert_eq!((counts.len(), counts[anna], counts[benny]), (2, 2, 1));
    assert_eq!((passkeys.count(anna).await.unwrap(), passkeys.count(benny).await.unwrap()), (2, 1));
    let found = passkeys.by_credential(&b"laptop".repeat(9)).await.unwrap();
    assert_eq!(found, Some(passkey(benny, "laptop")));
    assert_eq!(passkeys.by_credential(b"laptop").await.unwrap(), None);
    let same = PasskeyRecord { id: "copy".into(), ..passkey(benny, "phone") };
    let refused = passkeys.insert(&same).await.unwrap_err();
    assert!(matches!(refused, StorageError::Taken { .. }), "{refused}");
    assert!(!passkeys.rename(benny, "phone", "mine").await.unwrap(), "not Benny's");
    assert!(passkeys.rename(anna, "phone", "The \0 phone").await.unwrap());
    assert_eq!(passkeys.get(anna, "phone").await.unwrap().unwrap().name, "The \u{FFFD} phone");
    assert_eq!(passkeys.get(benny, "phone").await.unwrap(), None);
}

async fn counted(storage: &Storage) {
    let passkeys = storage.passkeys();
    assert!(passkeys.used("phone", "{}", 0, at(2)).await.unwrap(), "it does not count");
    assert!(passkeys.used("phone", "{}", 0, at(3)).await.unwrap());
    let tries = (0..20).map(|_| {
        let passkeys = passkeys.clone();
        tokio::spawn(async move { passkeys.used("stick", "{\"n\":5}", 5, at(4)).await.unwrap() })
    });
    let mut first = 0;
    for one in tries.collect::<Vec<_>>() {
        first += u32::from(one.await.unwrap());
    }
    assert_eq!(first, 1);
    for backward in [0, 4, 5] {
        assert!(!passkeys.used("stick", "{}", backward, at(5)).await.unwrap(), "{backward}");
    }
    let stick = passkeys.by_credential(&b"stick".repeat(9)).await.unwrap().unwrap();
    assert_eq!((stick.counter, stick.public.as_str(), stick.last_used_at), (5, "{\"n\":5}", Some(at(4))));
}

async fn wrapped(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let passkeys = storage.passkeys();
    assert!(!passkeys.set_wrap(benny, "stick", vec![7]).await.unwrap(), "not Benny's");
    assert!(passkeys.set_wrap(anna, "stick", vec![7; 81]).await.unwrap());
    assert!(passkeys.set_wrap(benny, "laptop", vec![8; 81]).await.unwrap());
    let stick = passkeys.get(anna, "stick").await.unwrap().unwrap();
    assert_eq!(stick.wrap, Some(vec![7; 81]));
    assert!(!format!("{stick:?}").contains("7, 7"), "a record's Debug shows no wrap");
    passkeys.drop_wraps(anna).await.unwrap();
    assert_eq!(passkeys.get(anna, "stick").await.unwrap().unwrap().wrap, None);
    assert!(passkeys.get(benny, "laptop").await.unwrap().unwrap().wrap.is_some());
}

async fn gone(storage: &Storage, anna: &AccountId, benny: &AccountId, url: &str) {
    let passkeys = storage.passkeys();
    assert!(!passkeys.delete(benny, "phone").await.unwrap(), "not Benny's");
    assert!(passkeys.delete(anna, "phone").await.unwrap());
    assert_eq!((passkeys.delete_all(anna).await.unwrap(), passkeys.delete_all(anna).await.unwrap()), (1, 0));
    let sql = format!("DELETE FROM accounts WHERE id = '{benny}'");
    sea_orm::Database::connect(url).await.unwrap().execute_unprepared(&sql).await.unwrap();
    assert!(passkeys.counts().await.unwrap().is_empty());
}
