//! A second factor is a draft until it is confirmed; of many who come with one code, one is let in; devices are listed, used
//! and ended by their account only.

use crate::cast::{at, two_accounts};
use storage::{Device, SecondFactorRecord, SignInRecord, Storage, StorageError};
use wire::AccountId;

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    drafts(storage, &anna).await;
    once(storage, &anna).await;
    gone(storage, &anna, &benny).await;
    devices(storage, &anna, &benny).await;
    ended(storage, &anna).await;
}

fn draft(account: &AccountId, id: &str) -> SecondFactorRecord {
    SecondFactorRecord {
        account_id: account.clone(),
        id: id.into(),
        totp: vec![7; 60],
        confirmed_at: None,
        last_step: 0,
    }
}

fn codes(numbers: std::ops::Range<u8>) -> Vec<Vec<u8>> {
    numbers.map(|number| vec![number; 32]).collect()
}

async fn mark(storage: &Storage, account: &AccountId) -> Option<String> {
    storage.accounts().by_id(account).await.unwrap().unwrap().second_factor
}

async fn drafts(storage: &Storage, anna: &AccountId) {
    let factors = storage.second_factors();
    factors.draft(&draft(anna, "first")).await.unwrap();
    factors.draft(&draft(anna, "second")).await.unwrap();
    assert_eq!(factors.get(anna).await.unwrap().unwrap(), draft(anna, "second"));
    assert_eq!(mark(storage, anna).await, None, "a draft is not asked for");
    assert!(!factors.confirm(&draft(anna, "first"), 100, at(1), &codes(0..3)).await.unwrap(), "an older draft");
    assert_eq!(factors.codes_left(anna).await.unwrap(), 0);
    assert!(factors.confirm(&draft(anna, "second"), 100, at(1), &codes(0..10)).await.unwrap());
    assert!(!factors.confirm(&draft(anna, "second"), 101, at(2), &codes(10..12)).await.unwrap(), "twice");
    let on = SecondFactorRecord { confirmed_at: Some(at(1)), last_step: 100, ..draft(anna, "second") };
    assert_eq!(factors.get(anna).await.unwrap().unwrap(), on);
    assert_eq!(mark(storage, anna).await.as_deref(), Some("second"));
    let refused = factors.draft(&draft(anna, "third")).await.unwrap_err();
    assert!(matches!(refused, StorageError::Taken { .. }), "{refused}");
    assert!(!format!("{on:?}").contains('7'), "a record's Debug shows no secret");
}

async fn once(storage: &Storage, anna: &AccountId) {
    let factors = storage.second_factors();
    assert!(!factors.take_step(anna, "second", 100).await.unwrap(), "the confirming code");
    assert!(!factors.take_step(anna, "another", 101).await.unwrap());
    let steps = (0..20).map(|_| {
        let (factors, anna) = (factors.clone(), anna.clone());
        tokio::spawn(async move { factors.take_step(&anna, "second", 103).await.unwrap() })
    });
    assert_eq!(count(steps.collect()).await, 1);
    assert!(!factors.take_step(anna, "second", 102).await.unwrap(), "one before a later one");
    assert!(factors.take_step(anna, "second", 104).await.unwrap());

    let uses = (0..20).map(|_| {
        let (factors, anna) = (factors.clone(), anna.clone());
        tokio::spawn(async move { factors.take_code(&anna, &[4; 32]).await.unwrap() })
    });
    assert_eq!(count(uses.collect()).await, 1);
    assert_eq!(factors.codes_left(anna).await.unwrap(), 9);
    factors.replace_codes(anna, &codes(20..30)).await.unwrap();
    assert!(!factors.take_code(anna, &[5; 32]).await.unwrap(), "an older one");
    assert!(factors.take_code(anna, &[20; 32]).await.unwrap());
}

async fn count(tasks: Vec<tokio::task::JoinHandle<bool>>) -> u32 {
    let mut count = 0;
    for task in tasks {
        count += u32::from(task.await.unwrap());
    }
    count
}

async fn gone(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let factors = storage.second_factors();
    let none = factors.replace_codes(benny, &codes(0..2)).await.unwrap_err();
    assert!(matches!(none, StorageError::Gone { .. }), "{none}");
    assert!(!factors.delete(benny).await.unwrap());
    assert!(factors.delete(anna).await.unwrap());
    assert_eq!((factors.get(anna).await.unwrap(), mark(storage, anna).await), (None, None));
    assert!(!factors.take_code(anna, &[21; 32]).await.unwrap(), "codes go with it");
}

async fn devices(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let sign_ins = storage.sign_ins();
    let device = |name: &str, second| Device {
        sign_in: name.into(),
        address: Some("192.0.2.1".into()),
        user_agent: Some("Browser\0".into()),
        last_used_at: at(second),
    };
    let sign_in = |key: u8, account: &AccountId, device: Option<Device>| SignInRecord {
        id_hash: vec![key; 32],
        account_id: Some(account.clone()),
        data: vec![key],
        created_at: at(0),
        expires_at: at(100),
        device,
    };
    sign_ins.insert(&sign_in(1, anna, Some(device("laptop", 1)))).await.unwrap();
    sign_ins.insert(&sign_in(2, anna, Some(device("phone", 2)))).await.unwrap();
    sign_ins.insert(&sign_in(3, anna, None)).await.unwrap();
    sign_ins.insert(&sign_in(4, benny, Some(device("other", 3)))).await.unwrap();
    sign_ins.touch(&[1; 32], &Device { address: None, ..device("laptop", 9) }).await.unwrap();
    let listed = sign_ins.devices(anna, at(50)).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|line| (line.device.sign_in.as_str(), line.device.last_used_at)).collect();
    assert_eq!(listed, [("laptop", at(9)), ("phone", at(2))]);
    assert!(sign_ins.devices(anna, at(100)).await.unwrap().is_empty(), "expired");
    let stands = async |account, second| sign_ins.stands(account, "laptop", at(second)).await.unwrap();
    assert_eq!((stands(anna, 50).await, stands(benny, 50).await, stands(anna, 100).await), (true, false, false));
    assert!(!sign_ins.delete_device(benny, "laptop").await.unwrap(), "not Benny's");
    assert!(sign_ins.delete_device(anna, "laptop").await.unwrap());
    sign_ins.touch(&[1; 32], &device("laptop", 10)).await.unwrap();
    assert_eq!(sign_ins.load(&[1; 32], at(1)).await.unwrap(), None, "an ended one does not come back by being used");
    let phone = sign_ins.load(&[2; 32], at(1)).await.unwrap().unwrap().device.unwrap();
    assert_eq!(phone.user_agent.as_deref(), Some("Browser\u{FFFD}"));
}

async fn ended(storage: &Storage, anna: &AccountId) {
    let accounts = storage.accounts();
    assert!(accounts.ended_since(at(0)).await.unwrap().is_empty());
    assert!(accounts.all_ended(anna, at(5)).await.unwrap());
    assert_eq!(accounts.ended_since(at(5)).await.unwrap(), [(anna.clone(), at(5))]);
    assert!(accounts.ended_since(at(6)).await.unwrap().is_empty());
}
