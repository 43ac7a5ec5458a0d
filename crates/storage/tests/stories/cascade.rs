//! An account goes, and all that was its goes with it; its neighbour keeps everything.

use crate::cast::{at, credential, folder, host, id, session, two_accounts};
use crate::sharing::owner;
use sea_orm::ConnectionTrait;
use storage::{SignInRecord, Storage, TokenRecord, Typed};
use wire::{
    AccountId,
    accounts::Scope,
    inventory::{FolderView, HostQuery, HostView},
    terminal::HistoryQuery,
};

pub(crate) async fn story(storage: &Storage, url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    furnish(storage, &anna, "a").await;
    furnish(storage, &benny, "b").await;
    assert_eq!(belongings(storage, &anna, "a").await, [1, 1, 1, 2, 2, 1, 1, 1]);

    let sql = format!("DELETE FROM accounts WHERE id = '{anna}'");
    sea_orm::Database::connect(url).await.unwrap().execute_unprepared(&sql).await.unwrap();
    assert_eq!(belongings(storage, &anna, "a").await, [0; 8]);
    assert_eq!(belongings(storage, &benny, "b").await, [1, 1, 1, 2, 2, 1, 1, 1]);
}

async fn furnish(storage: &Storage, account: &AccountId, of: &str) {
    let sign_in = SignInRecord {
        id_hash: of.into(),
        account_id: Some(account.clone()),
        data: Vec::new(),
        created_at: at(0),
        expires_at: at(9),
        device: None,
    };
    storage.sign_ins().insert(&sign_in).await.unwrap();
    let token = TokenRecord {
        id: id(of),
        account_id: account.clone(),
        name: of.into(),
        secret_hash: Vec::new(),
        vault_wrap: None,
        created_at: at(0),
        last_used_at: None,
        expires_at: None,
        scopes: [Scope::Read].into(),
    };
    storage.tokens().insert(&token).await.unwrap();
    let secret = credential(of, account);
    storage.vault().insert(&secret).await.unwrap();
    let (outer, inner) = (folder(&format!("{of}-outer")), folder(&format!("{of}-inner")));
    storage.inventory().insert_folder(account, &outer).await.unwrap();
    let inner = FolderView { parent_id: Some(outer.id), ..inner };
    storage.inventory().insert_folder(account, &inner).await.unwrap();
    let bastion = host(&format!("{of}-bastion"));
    storage.inventory().insert_host(account, &bastion).await.unwrap();
    let behind = HostView {
        jump_host_id: Some(bastion.id.clone()),
        folder_id: Some(inner.id),
        credential_id: Some(secret.id),
        ..host(&format!("{of}-behind"))
    };
    storage.inventory().insert_host(account, &behind).await.unwrap();
    storage.host_keys().trust(account, "h:22", "ssh-ed25519 A", at(0)).await.unwrap();
    storage.terminal().reserve(&session(of, account, Some(behind.id.clone())), 0, 0, 0).await.unwrap();
    storage.terminal().add_ticket(of.as_bytes(), &id(of), &owner(), at(0), at(9)).await.unwrap();
    let typed = Typed {
        account: account.clone(),
        host_id: Some(behind.id),
        host_name: String::new(),
        username: String::new(),
        command: "ls".into(),
        at: at(0),
        session_id: id(of),
        directory: None,
    };
    storage.history().add(&typed).await.unwrap();
}

async fn belongings(storage: &Storage, account: &AccountId, of: &str) -> [usize; 8] {
    [
        usize::from(storage.sign_ins().load(of.as_bytes(), at(0)).await.unwrap().is_some()),
        storage.tokens().list(account).await.unwrap().len(),
        storage.vault().list(account).await.unwrap().len(),
        storage.inventory().folders(account).await.unwrap().len(),
        storage.inventory().hosts(account, &HostQuery::default(), None).await.unwrap().hosts.len(),
        storage.host_keys().trusted(account, "h:22").await.unwrap().len(),
        usize::from(storage.terminal().knows_ticket(of.as_bytes(), &id(of)).await.unwrap()),
        storage.history().list(account, None, &HistoryQuery::default()).await.unwrap().commands.len(),
    ]
}
