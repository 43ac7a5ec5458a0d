//! Sign-ins are replaced, expire and end together; tokens are listed, used and ended by their owner only.

use crate::cast::{account, at, id, two_accounts};
use sea_orm::ConnectionTrait;
use storage::{SignInRecord, Storage, StorageError, TokenRecord};
use wire::{
    AccountId,
    accounts::{Role, Scope},
};

pub(crate) async fn story(storage: &Storage, url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    sign_ins(storage, &anna, &benny).await;
    tokens(storage, &anna, &benny).await;
    from_before_there_were_scopes(storage, url, &anna).await;
}

fn sign_in(key: u8, account: Option<&AccountId>) -> SignInRecord {
    SignInRecord {
        id_hash: vec![key; 32],
        account_id: account.cloned(),
        data: vec![0, key],
        created_at: at(0),
        expires_at: at(100),
        device: None,
    }
}

/// A token of a member and one of an admin that were made without scopes may be used for what they could be used for.
async fn from_before_there_were_scopes(storage: &Storage, url: &str, anna: &AccountId) {
    let db = sea_orm::Database::connect(url).await.unwrap();
    let sql = async |statement: String| db.execute_unprepared(&statement).await.map(drop).unwrap();
    let mut root = account("superuser");
    root.role = Role::Admin;
    storage.accounts().insert(&root).await.unwrap();
    sql("ALTER TABLE tokens DROP COLUMN scopes".to_owned()).await;
    sql("ALTER TABLE accounts DROP COLUMN last_seen_at".to_owned()).await;
    sql("DELETE FROM seaql_migrations WHERE version LIKE '%_scopes'".to_owned()).await;
    let hash = if url.starts_with("sqlite") { "x'00'" } else { "'\\x00'" };
    let insert = "INSERT INTO tokens (id, account_id, name, secret_hash, created_at)";
    for (token, owner) in [("tok-member", anna), ("tok-admin", &root.id)] {
        sql(format!("{insert} VALUES ('{token}', '{owner}', 'old', {hash}, 1)")).await;
    }
    let storage = Storage::open(url).await.unwrap();
    let scopes = async |token: &str| storage.tokens().by_id(&id(token)).await.unwrap().unwrap().scopes;
    assert_eq!(scopes("tok-member").await, Scope::of(Role::Member));
    assert_eq!(scopes("tok-admin").await, Scope::of(Role::Admin));
}

async fn sign_ins(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let sign_ins = storage.sign_ins();
    for (key, account) in [(1, None), (2, Some(anna)), (3, Some(anna)), (4, Some(anna)), (5, Some(benny))] {
        sign_ins.insert(&sign_in(key, account)).await.unwrap();
    }
    let signed_in = SignInRecord { data: vec![7; 3000], expires_at: at(200), ..sign_in(1, Some(anna)) };
    assert!(sign_ins.update(&signed_in, at(99)).await.unwrap());
    assert_eq!(sign_ins.load(&[1; 32], at(199)).await.unwrap().unwrap(), signed_in);
    assert_eq!(sign_ins.load(&[1; 32], at(200)).await.unwrap(), None, "expired");

    assert_eq!(sign_ins.delete_of_account(anna, Some(&[3; 32])).await.unwrap(), 3);
    assert_eq!(sign_ins.load(&[2; 32], at(1)).await.unwrap(), None);
    assert_eq!(sign_ins.load(&[3; 32], at(1)).await.unwrap().unwrap(), sign_in(3, Some(anna)));
    sign_ins.delete(&[3; 32]).await.unwrap();
    assert!(!sign_ins.update(&sign_in(3, Some(anna)), at(1)).await.unwrap(), "what has ended does not come back");
    assert_eq!(sign_ins.load(&[3; 32], at(1)).await.unwrap(), None);
    let late = SignInRecord { expires_at: at(300), ..sign_in(5, Some(benny)) };
    assert!(!sign_ins.update(&late, at(100)).await.unwrap(), "nor what has run out");
    assert_eq!(sign_ins.delete_expired(at(99)).await.unwrap(), 0);
    assert_eq!(sign_ins.delete_expired(at(100)).await.unwrap(), 1, "Benny's");
    let stranger = sign_ins.insert(&sign_in(6, Some(&id("nobody")))).await.unwrap_err();
    assert!(matches!(stranger, StorageError::Gone { .. }), "{stranger}");
}

async fn tokens(storage: &Storage, anna: &AccountId, benny: &AccountId) {
    let tokens = storage.tokens();
    let token = |name: &str, second| TokenRecord {
        id: id(name),
        account_id: anna.clone(),
        name: name.into(),
        secret_hash: vec![1; 32],
        vault_wrap: Some(vec![2; 48]),
        created_at: at(second),
        last_used_at: None,
        expires_at: Some(at(500)),
        scopes: [Scope::Read, Scope::Files].into(),
    };
    tokens.insert(&token("old", 1)).await.unwrap();
    tokens.insert(&TokenRecord { vault_wrap: None, expires_at: None, ..token("new", 2) }).await.unwrap();
    tokens.touch(&id("old"), at(9)).await.unwrap();
    let used = TokenRecord { last_used_at: Some(at(9)), ..token("old", 1) };
    assert_eq!(tokens.by_id(&id("old")).await.unwrap().unwrap(), used);
    let names: Vec<_> = tokens.list(anna).await.unwrap().into_iter().map(|token| token.name).collect();
    assert_eq!(names, ["new", "old"]);
    assert!(tokens.list(benny).await.unwrap().is_empty());
    assert!(!tokens.delete(benny, &id("old")).await.unwrap(), "not Benny's");
    assert!(tokens.delete(anna, &id("old")).await.unwrap());
    assert_eq!(tokens.by_id(&id("old")).await.unwrap(), None);
}
