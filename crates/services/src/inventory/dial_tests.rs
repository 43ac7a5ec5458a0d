//! Dialling against real OpenSSH servers: which question comes when, what is used to sign in, and the way through others.

mod pool;
mod sharing;

use super::{AdHoc, Inventory, OneTimeLogin, Use, dial::Ask};
use crate::{
    Caller, ServiceError, Settings, Via, Visitor, access,
    audit::Audit,
    clock,
    vault::{Vault, VaultKey, random},
};
use std::time::Duration;
use storage::{AccountRecord, Storage};
use tempfile::TempDir;
use testkit::{
    keygen::{KeySpec, make_key},
    sshd::{PASSWORD, Sshd, USER},
};
use transport::{DialError, KeyError, Link, NeededSecret, RunLimits, Wish};
use wire::{
    Patch,
    accounts::Role,
    inventory::{HostDraft, HostKeyState, HostKeyTrust, HostPatch, HostView, Reachability},
    vault::{CredentialDraft, Secret},
};

struct House {
    storage: Storage,
    vault: Vault,
    rooms: Inventory,
    _dir: TempDir,
}

impl House {
    /// Sessions share their links at once, and a link ends with its last user.
    async fn new() -> Self {
        Self::apart(1).await
    }

    async fn apart(links_apart: usize) -> Self {
        Self::with(links_apart, Duration::ZERO).await
    }

    async fn with(links_apart: usize, link_idle: Duration) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/berth.db?mode=rwc", dir.path().display());
        let storage = Storage::open(&url).await.unwrap();
        let audit = Audit::new(storage.clone(), Default::default(), dir.path().join("server.key"));
        let vault = Vault::new(storage.clone(), Default::default(), audit.clone());
        let settings = Settings { probe_interval: Duration::ZERO, links_apart, link_idle, ..Settings::new(url) };
        let rooms = Inventory::new(storage.clone(), vault.clone(), &settings, Default::default(), audit);
        Self { storage, vault, rooms, _dir: dir }
    }

    async fn member(&self) -> Caller {
        self.named("alice").await
    }

    async fn named(&self, name: &str) -> Caller {
        let record = AccountRecord {
            id: random::id().unwrap(),
            name: name.into(),
            role: Role::Member,
            password_hash: String::new(),
            disabled: false,
            created_at: clock::now(),
            password_wrap: None,
            recovery_wrap: None,
            second_factor: None,
            last_seen_at: None,
            has_password: true,
        };
        self.storage.accounts().insert(&record).await.unwrap();
        Caller {
            account: record.id,
            name: record.name,
            role: record.role,
            vault: Some(VaultKey::generate().unwrap()),
            visitor: Visitor::default(),
            via: Via::SignIn("test".into()),
            factor: None,
            scopes: None,
            vouched: false,
        }
    }

    async fn host(&self, caller: &Caller, sshd: &Sshd, draft: HostDraft) -> HostView {
        let draft = HostDraft { address: "127.0.0.1".into(), port: Some(sshd.port()), ..draft };
        self.rooms.add(caller, draft).await.unwrap()
    }

    /// A host that asks for its password every time.
    async fn asking_host(&self, caller: &Caller, sshd: &Sshd) -> HostView {
        let draft = HostDraft { name: "asking".into(), username: Some(USER.into()), ..HostDraft::default() };
        self.host(caller, sshd, draft).await
    }

    /// A host whose password is in the vault, with a trusted key.
    async fn ready_host(&self, caller: &Caller, sshd: &Sshd, name: &str) -> HostView {
        let draft = CredentialDraft {
            name: name.into(),
            username: Some(USER.into()),
            password: Some(Secret::new(PASSWORD)),
            ..CredentialDraft::default()
        };
        let credential_id = Some(self.vault.add(caller, draft).await.unwrap().id);
        let host =
            self.host(caller, sshd, HostDraft { name: name.into(), credential_id, ..HostDraft::default() }).await;
        self.trust(caller, &host).await;
        host
    }

    async fn trust(&self, caller: &Caller, host: &HostView) {
        let fingerprint = self.rooms.scan_host_key(caller, &host.id).await.unwrap().fingerprint;
        self.rooms.trust_host_key(caller, &host.id, HostKeyTrust { fingerprint }).await.unwrap();
    }

    async fn dial(&self, caller: &Caller, host: &HostView, once: OneTimeLogin) -> Result<Link, ServiceError> {
        let host = self.rooms.host(caller, &host.id).await.unwrap();
        self.rooms
            .link(caller, &access::connect(caller, host).unwrap(), once, Ask::New(Wish::Quick))
            .await
            .map(|found| found.link)
    }
}

fn typed(password: &str) -> OneTimeLogin {
    OneTimeLogin { password: Some(Secret::new(password)), ..OneTimeLogin::default() }
}

fn nothing() -> OneTimeLogin {
    OneTimeLogin::default()
}

async fn who(link: &Link) -> String {
    let limits = RunLimits { timeout: Duration::from_secs(10), max_output: 1024 };
    let output = link.run("id -un", b"", limits).await.unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn why<T>(outcome: Result<T, ServiceError>) -> ServiceError {
    outcome.map(drop).unwrap_err()
}

#[tokio::test]
async fn questions_come_in_the_order_in_which_they_can_be_answered() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.asking_host(&alice, &sshd).await;
    let ServiceError::HostKeyUnknown(scan) = why(house.dial(&alice, &host, nothing()).await) else { panic!() };
    assert_eq!((scan.host_id.as_ref(), scan.known), (Some(&host.id), HostKeyState::Unknown));
    house.trust(&alice, &host).await;
    let asked = why(house.dial(&alice, &host, nothing()).await);
    let needed = matches!(
        &asked,
        ServiceError::Dial(DialError::SecretNeeded { username, what: NeededSecret::Password }) if username == USER
    );
    assert!(needed, "{asked:?}");
    let wrong = why(house.dial(&alice, &host, typed("wrong")).await);
    assert!(matches!(wrong, ServiceError::Dial(DialError::SignInFailed { .. })), "{wrong:?}");
    let link = house.dial(&alice, &host, typed(PASSWORD)).await.unwrap();
    assert_eq!(who(&link).await, USER);
}

#[tokio::test]
async fn a_host_with_nothing_to_sign_in_with_is_refused_before_it_is_touched() {
    let house = House::new().await;
    let alice = house.member().await;
    let draft = HostDraft { name: "bare".into(), address: "192.0.2.7".into(), ..HostDraft::default() };
    let host = house.rooms.add(&alice, draft).await.unwrap();
    let refused = why(house.dial(&alice, &host, nothing()).await);
    assert!(matches!(refused, ServiceError::NotBootstrapped { .. }), "{refused:?}");
}

#[tokio::test]
async fn the_vault_is_opened_only_when_it_is_needed() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    assert_eq!(who(&house.dial(&alice, &host, nothing()).await.unwrap()).await, USER);
    let locked = alice.without_vault();
    let refused = why(house.dial(&locked, &host, nothing()).await);
    assert!(matches!(refused, ServiceError::VaultLocked { by_token: false }), "{refused:?}");
    // The username still comes from the credential, which needs no key.
    assert_eq!(who(&house.dial(&locked, &host, typed(PASSWORD)).await.unwrap()).await, USER);
}

#[tokio::test]
async fn a_typed_passphrase_opens_the_stored_key() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let key = make_key(KeySpec { passphrase: "open sesame", ..KeySpec::default() });
    sshd.authorize(&key.public);
    let draft = CredentialDraft {
        name: "key".into(),
        private_key: Some(Secret::new(key.private)),
        ..CredentialDraft::default()
    };
    let credential = house.vault.add(&alice, draft).await.unwrap();
    let host = house.asking_host(&alice, &sshd).await;
    let patch = HostPatch { credential_id: Patch::Set(credential.id), ..HostPatch::default() };
    house.rooms.update(&alice, &host.id, patch).await.unwrap();
    house.trust(&alice, &host).await;
    let passphrase = |text: &str| OneTimeLogin { passphrase: Some(Secret::new(text)), ..OneTimeLogin::default() };

    let asked = why(house.dial(&alice, &host, nothing()).await);
    let needed = matches!(&asked, ServiceError::Dial(DialError::SecretNeeded { what: NeededSecret::Passphrase, .. }));
    assert!(needed, "{asked:?}");
    let wrong = why(house.dial(&alice, &host, passphrase("open barley")).await);
    assert!(matches!(wrong, ServiceError::Dial(DialError::Key(KeyError::WrongPassphrase))), "{wrong:?}");
    assert_eq!(who(&house.dial(&alice, &host, passphrase("open sesame")).await.unwrap()).await, USER);
}

#[tokio::test]
async fn a_host_behind_another_is_reached_through_it() {
    let (house, near, far) = (House::new().await, Sshd::start().await, Sshd::start().await);
    let alice = house.member().await;
    let jump = house.ready_host(&alice, &near, "jump").await;
    let draft = HostDraft {
        name: "far".into(),
        username: Some(USER.into()),
        jump_host_id: Some(jump.id.clone()),
        ..HostDraft::default()
    };
    let host = house.host(&alice, &far, draft).await;
    let ServiceError::HostKeyUnknown(scan) = why(house.dial(&alice, &host, typed(PASSWORD)).await) else { panic!() };
    assert_eq!(scan.host_id.as_ref(), Some(&host.id));
    house.trust(&alice, &host).await;
    let link = house.dial(&alice, &host, typed(PASSWORD)).await.unwrap();
    assert_eq!(who(&link).await, USER);
    assert!(near.log().contains("Accepted password"), "{}", near.log());
    near.kill_sessions();
    let gone = async {
        while link.is_open() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone).await.expect("the way led through the jump host");
}

#[tokio::test]
async fn a_jump_host_has_a_key_and_a_credential_of_its_own() {
    let (house, mut near, far) = (House::new().await, Sshd::start().await, Sshd::start().await);
    let alice = house.member().await;
    let jump = house.ready_host(&alice, &near, "jump").await;
    let draft = HostDraft { name: "far".into(), jump_host_id: Some(jump.id.clone()), ..HostDraft::default() };
    let host = house.host(&alice, &far, draft).await;
    let once = || OneTimeLogin { username: Some(USER.into()), ..typed(PASSWORD) };
    near.restart_with_host_key("ed25519").await;
    let ServiceError::HostKeyChanged(scan) = why(house.dial(&alice, &host, once()).await) else { panic!() };
    assert_eq!((scan.host_id.as_ref(), scan.known), (Some(&jump.id), HostKeyState::Changed));
    house.trust(&alice, &jump).await;
    let patch = HostPatch { credential_id: Patch::Clear, ..HostPatch::default() };
    house.rooms.update(&alice, &jump.id, patch).await.unwrap();
    let refused = why(house.dial(&alice, &host, once()).await);
    assert!(matches!(&refused, ServiceError::NotBootstrapped { name } if name.contains("jump")), "{refused:?}");
    for log in [near.log(), far.log()] {
        assert!(!log.contains("Accepted"), "what was typed for the far host went somewhere: {log}");
    }
}

#[tokio::test]
async fn a_circle_that_two_edits_closed_is_refused_at_dial() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let first = house.ready_host(&alice, &sshd, "first").await;
    let mut second = house.ready_host(&alice, &sshd, "second").await;
    let patch = HostPatch { jump_host_id: Patch::Set(second.id.clone()), ..HostPatch::default() };
    house.rooms.update(&alice, &first.id, patch).await.unwrap();
    second.jump_host_id = Some(first.id.clone());
    assert!(house.storage.inventory().update_host(alice.account(), &second).await.unwrap());
    let refused = why(house.dial(&alice, &first, nothing()).await);
    assert!(matches!(&refused, ServiceError::BadInput(text) if text.contains("circle")), "{refused:?}");
}

#[tokio::test]
async fn a_host_outside_the_inventory_shows_its_key_first() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let adhoc = |fingerprint: Option<String>| AdHoc {
        hostname: "127.0.0.1".into(),
        port: sshd.port(),
        username: USER.into(),
        password: Secret::new(PASSWORD),
        fingerprint,
    };
    let ServiceError::HostKeyUnknown(scan) = why(house.rooms.dial_adhoc(&alice, adhoc(None)).await) else { panic!() };
    assert_eq!(scan.host_id, None);
    let wrong = why(house.rooms.dial_adhoc(&alice, adhoc(Some("SHA256:AAAA".into()))).await);
    assert!(matches!(wrong, ServiceError::HostKeyChanged(_)), "it is not the one that was named: {wrong:?}");
    let link = house.rooms.dial_adhoc(&alice, adhoc(Some(scan.fingerprint))).await.unwrap();
    assert_eq!(who(&link).await, USER);
    // Known from here on, to the inventory too.
    house.rooms.dial_adhoc(&alice, adhoc(None)).await.unwrap();
    let host = house.asking_host(&alice, &sshd).await;
    assert_eq!(house.rooms.scan_host_key(&alice, &host.id).await.unwrap().known, HostKeyState::Trusted);
}

#[tokio::test]
async fn a_host_is_found_by_id_and_by_name() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.asking_host(&alice, &sshd).await;
    assert_eq!(house.rooms.find(&alice, host.id.as_str()).await.unwrap().id, host.id);
    assert_eq!(house.rooms.find(&alice, "ASKING").await.unwrap().id, host.id);
    let missing = why(house.rooms.find(&alice, "no such/host").await);
    assert!(matches!(missing, ServiceError::NotFound { .. }), "{missing:?}");
    house.rooms.mark_used(&alice, &host.id).await.unwrap();
    assert!(house.rooms.host(&alice, &host.id).await.unwrap().last_used_at.is_some());
}

#[tokio::test]
async fn an_offline_mark_is_checked_once_more() {
    let (house, mut sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.asking_host(&alice, &sshd).await;
    house.storage.inventory().set_reachability(&host.id, Reachability::Offline, clock::now()).await.unwrap();
    let marked = house.rooms.host(&alice, &host.id).await.unwrap();
    assert!(house.rooms.check_reachable(&alice, &marked).await);
    assert_eq!(house.rooms.host(&alice, &host.id).await.unwrap().status, Reachability::Online);
    sshd.kill_now();
    assert!(!house.rooms.check_reachable(&alice, &marked).await);
}
