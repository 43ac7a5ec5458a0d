//! Host keys and "Set up access" against a real OpenSSH server.

#![expect(clippy::unwrap_used, reason = "what a test stands on must hold")]

#[path = "support/house.rs"]
mod house;

use house::House;
use services::{Caller, ServiceError};
use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};
use tempfile::TempDir;
use testkit::{
    keygen::{KeySpec, make_key},
    sshd::{PASSWORD, Sshd, USER},
};
use wire::{
    HostId,
    inventory::{BootstrapReport, BootstrapRequest, BootstrapState, HostDraft, HostKeyState, HostKeyTrust},
    vault::{CredentialKind, Secret},
};

/// The file of a host key that a server gets later.
const LATER: &str = "later_host_key";

/// A server whose visitors have a home of their own, where `authorized_keys` counts.
struct Server {
    sshd: Sshd,
    home: TempDir,
}

impl Server {
    async fn start(kind: &str) -> Self {
        let home = tempfile::Builder::new().prefix("home-").tempdir().unwrap();
        fs::set_permissions(home.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let path = home.path().display();
        let builder = Sshd::builder()
            .config(&format!("SetEnv HOME={path}"))
            .config(&format!("AuthorizedKeysFile {path}/.ssh/authorized_keys"))
            // Missing at first, which sshd only mentions in its log.
            .config(&format!("HostKey {path}/{LATER}"));
        Self { sshd: builder.host_key(kind).start().await, home }
    }

    /// Gives it one more host key, beside the one that it has.
    async fn add_host_key(&mut self, kind: &str) {
        let file = self.home.path().join(LATER);
        fs::write(&file, make_key(KeySpec { kind, ..KeySpec::default() }).private).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        self.sshd.restart().await;
    }

    fn authorized_keys(&self) -> PathBuf {
        self.home.path().join(".ssh/authorized_keys")
    }

    fn installed(&self) -> Vec<String> {
        let text = fs::read_to_string(self.authorized_keys()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

async fn add(house: &House, caller: &Caller, server: &Server) -> HostId {
    let draft = HostDraft {
        name: "web01".into(),
        address: "127.0.0.1".into(),
        port: Some(server.sshd.port()),
        ..HostDraft::default()
    };
    house.inventory.add(caller, draft).await.unwrap().id
}

async fn trust_what_it_shows(house: &House, caller: &Caller, id: &HostId) {
    let scan = house.inventory.scan_host_key(caller, id).await.unwrap();
    let trusted = HostKeyTrust { fingerprint: scan.fingerprint };
    house.inventory.trust_host_key(caller, id, trusted).await.unwrap();
}

fn by_password(password: &str, install_key: bool) -> BootstrapRequest {
    let password = Some(Secret::new(password));
    BootstrapRequest { username: USER.into(), password, credential_id: None, install_key }
}

async fn set_up(house: &House, caller: &Caller, id: &HostId, request: BootstrapRequest) -> BootstrapReport {
    house.inventory.bootstrap(caller, id, request).await.unwrap()
}

#[tokio::test]
async fn a_key_is_trusted_only_when_the_host_shows_it() {
    let (house, server) = (House::new().await, Server::start("ed25519").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    let scan = house.inventory.scan_host_key(&alice, &id).await.unwrap();
    assert_eq!((scan.known, scan.host_id.as_ref()), (HostKeyState::Unknown, Some(&id)));
    assert_eq!((scan.algorithm.as_str(), scan.randomart.lines().count()), ("ssh-ed25519", 11));

    let wrong = HostKeyTrust { fingerprint: "SHA256:AAAA".into() };
    let refused = house.inventory.trust_host_key(&alice, &id, wrong).await;
    assert!(matches!(&refused, Err(ServiceError::Conflict(text)) if text.contains(&scan.fingerprint)), "{refused:?}");
    assert_eq!(house.inventory.scan_host_key(&alice, &id).await.unwrap().known, HostKeyState::Unknown);

    let right = HostKeyTrust { fingerprint: scan.fingerprint.clone() };
    let trusted = house.inventory.trust_host_key(&alice, &id, right).await.unwrap();
    assert_eq!(trusted.known, HostKeyState::Trusted);
    assert_eq!(house.inventory.scan_host_key(&alice, &id).await.unwrap(), trusted);
}

#[tokio::test]
async fn another_host_key_stops_everything_until_it_is_trusted() {
    for kind in ["ed25519", "ecdsa"] {
        let (house, mut server) = (House::new().await, Server::start("ed25519").await);
        let alice = house.member("alice").await;
        let id = add(&house, &alice, &server).await;
        trust_what_it_shows(&house, &alice, &id).await;
        let before = house.inventory.scan_host_key(&alice, &id).await.unwrap();
        server.sshd.restart_with_host_key(kind).await;

        let scan = house.inventory.scan_host_key(&alice, &id).await.unwrap();
        assert_eq!(scan.known, HostKeyState::Changed, "{kind}");
        assert_eq!(scan.trusted_fingerprint.as_ref(), Some(&before.fingerprint));
        assert_eq!(scan.trusted_algorithm.as_deref(), Some("ssh-ed25519"));
        let stopped = house.inventory.bootstrap(&alice, &id, by_password(PASSWORD, false)).await;
        let Err(ServiceError::HostKeyChanged(shown)) = stopped else { panic!("{kind}: {stopped:?}") };
        assert_eq!(*shown, scan);
        assert!(!server.sshd.log().contains("Accepted"), "nothing may be sent to sign in");

        trust_what_it_shows(&house, &alice, &id).await;
        let report = set_up(&house, &alice, &id, by_password(PASSWORD, false)).await;
        assert_eq!(report.status, BootstrapState::Success, "{}", report.message);
    }
}

#[tokio::test]
async fn a_second_kind_of_key_does_not_unsettle_the_trusted_one() {
    let (house, mut server) = (House::new().await, Server::start("ecdsa").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    trust_what_it_shows(&house, &alice, &id).await;
    server.add_host_key("ed25519").await;
    let scan = house.inventory.scan_host_key(&alice, &id).await.unwrap();
    assert_eq!((scan.known, scan.algorithm.as_str()), (HostKeyState::Trusted, "ecdsa-sha2-nistp256"));
    let report = set_up(&house, &alice, &id, by_password(PASSWORD, false)).await;
    assert_eq!(report.status, BootstrapState::Success, "{}", report.message);
}

#[tokio::test]
async fn access_waits_for_the_host_key() {
    let (house, server) = (House::new().await, Server::start("ed25519").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    let stopped = house.inventory.bootstrap(&alice, &id, by_password(PASSWORD, true)).await;
    let Err(ServiceError::HostKeyUnknown(scan)) = stopped else { panic!("{stopped:?}") };
    assert_eq!(scan.host_id.as_ref(), Some(&id));
    assert_eq!(house.inventory.host(&alice, &id).await.unwrap().bootstrap, BootstrapState::Never);
}

#[tokio::test]
async fn a_key_is_installed_tested_and_used_from_then_on() {
    let (house, server) = (House::new().await, Server::start("ed25519").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    trust_what_it_shows(&house, &alice, &id).await;
    let report = set_up(&house, &alice, &id, by_password(PASSWORD, true)).await;
    assert_eq!(report.status, BootstrapState::Success, "{}", report.message);
    assert!(report.os.is_some() && report.hostname.is_some(), "{report:?}");

    let host = house.inventory.host(&alice, &id).await.unwrap();
    assert_eq!((host.bootstrap, host.username.as_deref()), (BootstrapState::Success, Some(USER)));
    assert_eq!((&host.os, &host.hostname), (&report.os, &report.hostname));
    let credential = house.vault.list(&alice).await.unwrap().remove(0);
    assert_eq!((host.credential_id.as_ref(), credential.kind), (Some(&credential.id), CredentialKind::PrivateKey));
    let installed = server.installed();
    assert!(installed.len() == 1 && installed[0].ends_with(" berth-alice"), "{installed:?}");
    let mode = fs::metadata(server.authorized_keys()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(server.sshd.log().contains("Accepted publickey"), "{}", server.sshd.log());

    // A second time, with the key alone: the same key stays the only one.
    let again = BootstrapRequest {
        username: USER.into(),
        credential_id: Some(credential.id.clone()),
        install_key: true,
        password: None,
    };
    let report = set_up(&house, &alice, &id, again).await;
    assert_eq!(report.status, BootstrapState::Success, "{}", report.message);
    assert_eq!(server.installed(), installed);
    assert_eq!(house.vault.list(&alice).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_kept_as_the_reason() {
    let (house, server) = (House::new().await, Server::start("ed25519").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    trust_what_it_shows(&house, &alice, &id).await;
    let report = set_up(&house, &alice, &id, by_password("not the password", true)).await;
    assert_eq!(report.status, BootstrapState::Failed);
    assert!(report.message.contains(USER) && !report.message.contains("not the password"), "{}", report.message);
    let host = house.inventory.host(&alice, &id).await.unwrap();
    assert_eq!((host.bootstrap, host.bootstrap_message), (BootstrapState::Failed, Some(report.message)));
    assert!(host.bootstrap_at.is_some() && host.credential_id.is_none());
    assert!(server.installed().is_empty());
}

#[tokio::test]
async fn a_home_that_takes_no_key_is_kept_as_the_reason() {
    let (house, server) = (House::new().await, Server::start("ed25519").await);
    fs::write(server.home.path().join(".ssh"), "a file where the folder should be").unwrap();
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    trust_what_it_shows(&house, &alice, &id).await;
    let report = set_up(&house, &alice, &id, by_password(PASSWORD, true)).await;
    assert_eq!(report.status, BootstrapState::Failed);
    assert!(report.message.contains("could not be installed"), "{}", report.message);
    assert!(house.vault.list(&alice).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_silent_host_is_an_error_and_changes_nothing() {
    let (house, mut server) = (House::new().await, Server::start("ed25519").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    trust_what_it_shows(&house, &alice, &id).await;
    server.sshd.kill_now();
    let refused = house.inventory.bootstrap(&alice, &id, by_password(PASSWORD, true)).await;
    assert!(matches!(refused, Err(ServiceError::Dial(_))), "{refused:?}");
    assert_eq!(house.inventory.host(&alice, &id).await.unwrap().bootstrap, BootstrapState::Never);
}

#[tokio::test]
async fn something_to_sign_in_with_is_needed() {
    let (house, server) = (House::new().await, Server::start("ed25519").await);
    let alice = house.member("alice").await;
    let id = add(&house, &alice, &server).await;
    for request in [
        BootstrapRequest { username: USER.into(), ..BootstrapRequest::default() },
        BootstrapRequest { username: " ".into(), password: Some(Secret::new("x")), ..BootstrapRequest::default() },
        BootstrapRequest { username: "-l".into(), password: Some(Secret::new("x")), ..BootstrapRequest::default() },
    ] {
        let refused = house.inventory.bootstrap(&alice, &id, request).await;
        assert!(matches!(refused, Err(ServiceError::BadInput(_))), "{refused:?}");
    }
}
