//! Who and what the stories are about.

use storage::{AccountRecord, CredentialRecord, SessionRecord, Storage};
use wire::{
    AccountId, HostId, Timestamp,
    accounts::Role,
    inventory::{BootstrapState, DeviceMetadata, Effective, FolderView, HostView, Protocol, Reachability},
    terminal::{Mode, Status},
    vault::CredentialKind,
};

pub(crate) fn id<T: std::str::FromStr<Err = wire::InvalidId>>(text: &str) -> T {
    text.parse().unwrap()
}

/// A moment of the stories' day.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_millis(1_795_250_000_000 + second * 1000)
}

pub(crate) fn account(name: &str) -> AccountRecord {
    AccountRecord {
        id: id(&format!("acc-{}", name.len())),
        name: name.into(),
        role: Role::Member,
        password_hash: format!("$argon2id${name}"),
        disabled: false,
        created_at: at(0),
        password_wrap: Some(vec![1, 2, 3]),
        recovery_wrap: None,
        second_factor: None,
        last_seen_at: None,
        has_password: true,
    }
}

/// Anna's and Benny's accounts.
pub(crate) async fn two_accounts(storage: &Storage) -> (AccountId, AccountId) {
    let (anna, benny) = (account("Anna"), account("Benny"));
    storage.accounts().insert(&anna).await.unwrap();
    storage.accounts().insert(&benny).await.unwrap();
    (anna.id, benny.id)
}

pub(crate) fn host(name: &str) -> HostView {
    HostView {
        id: id(&format!("host-{name}")),
        name: name.into(),
        address: "192.0.2.7".into(),
        port: 22,
        protocol: Protocol::Ssh,
        username: None,
        credential_id: None,
        folder: None,
        folder_id: None,
        tags: Vec::new(),
        jump_host_id: None,
        direct: false,
        idle_timeout_seconds: None,
        max_duration_seconds: None,
        max_sessions: None,
        tmux: false,
        agent_forwarding: true,
        recording: None,
        device: DeviceMetadata::default(),
        status: Reachability::Unknown,
        probed_at: None,
        bootstrap: BootstrapState::Never,
        bootstrap_message: None,
        bootstrap_at: None,
        os: None,
        hostname: None,
        created_at: at(0),
        last_used_at: None,
        favourite: false,
        effective: Effective::default(),
        shared: None,
    }
}

pub(crate) fn folder(name: &str) -> FolderView {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    FolderView::new(id(&format!("folder-{letters}")), name, None)
}

pub(crate) fn credential(name: &str, account: &AccountId) -> CredentialRecord {
    CredentialRecord {
        id: id(&format!("cred-{name}")),
        account_id: account.clone(),
        name: name.into(),
        kind: CredentialKind::Both,
        username: Some("root".into()),
        public_key: Some("ssh-ed25519 AAAA".into()),
        sealed: vec![0, 255, 7],
        created_at: at(1),
        certificate: Some("ssh-ed25519-cert-v01@openssh.com AAAA".into()),
        revision: 0,
    }
}

pub(crate) fn session(name: &str, account: &AccountId, host_id: Option<HostId>) -> SessionRecord {
    SessionRecord {
        id: id(name),
        account_id: account.clone(),
        host_id,
        host_name: "router".into(),
        username: "root".into(),
        mode: Mode::Embedded,
        status: Status::Starting,
        created_at: at(10),
        expires_at: Some(at(3600)),
        last_seen_at: at(10),
        ended_at: None,
        ending: None,
        node: "node-a".into(),
        tmux: None,
    }
}
