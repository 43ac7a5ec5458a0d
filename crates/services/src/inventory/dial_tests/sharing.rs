//! Which sessions share a link, and which never do. Sign-ins are counted in the host's log.

use super::*;
use testkit::wait::until;
use transport::{PtySize, Shell};

const SIZE: PtySize = PtySize { cols: 80, rows: 24 };
const PATIENCE: Duration = Duration::from_secs(30);

async fn plainly(link: Link) -> Result<Shell, ServiceError> {
    link.open_shell(SIZE).await.map_err(ServiceError::Dial)
}

impl House {
    async fn shell(&self, caller: &Caller, host: &HostView, once: OneTimeLogin) -> (Link, Shell) {
        let host = self.rooms.host(caller, &host.id).await.unwrap();
        self.rooms.with_link(caller, &access::connect(caller, host).unwrap(), once, Use::Shell, plainly).await.unwrap()
    }
}

pub(super) fn sign_ins(sshd: &Sshd) -> usize {
    let log = sshd.log();
    ["Accepted password", "Accepted publickey"].iter().map(|way| log.matches(way).count()).sum()
}

#[tokio::test]
async fn the_second_shell_needs_no_second_handshake_and_the_link_ends_with_its_last_user() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let first = house.shell(&alice, &host, nothing()).await;
    let second = house.shell(&alice, &host, nothing()).await;
    assert_eq!((sign_ins(&sshd), first.0.number(), first.0.shells()), (1, second.0.number(), 2));
    drop(first);
    assert_eq!(who(&second.0).await, USER);
    drop(second);
    until("the connection to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
    let third = house.shell(&alice, &host, nothing()).await;
    assert!(third.0.is_open());
    assert_eq!(sign_ins(&sshd), 2);
}

#[tokio::test]
async fn the_next_session_finds_a_link_of_its_own_that_ends_with_the_last_one() {
    let (house, sshd) = (House::apart(2).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let first = house.shell(&alice, &host, nothing()).await;
    until("the spare link to stand", PATIENCE, || async { sign_ins(&sshd) == 2 }).await;
    let second = until_apart(&house, &alice, &host, &first.0).await;
    assert_eq!((sign_ins(&sshd), first.0.shells(), second.0.shells()), (2, 1, 1), "no third one was dialled");
    let third = house.shell(&alice, &host, nothing()).await;
    assert_eq!((sign_ins(&sshd), third.0.shells()), (2, 2), "only so many are kept apart");
    drop((first, third, second));
    until("the connections to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
    let again = house.shell(&alice, &host, nothing()).await;
    until("the spare link to stand", PATIENCE, || async { sign_ins(&sshd) == 4 }).await;
    drop(again);
    until("the unused spare link to end as well", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
}

/// The host notes a sign-in before this side knows of it: shells that came too early go again.
async fn until_apart(house: &House, caller: &Caller, host: &HostView, first: &Link) -> (Link, Shell) {
    loop {
        let opened = house.shell(caller, host, nothing()).await;
        if opened.0.number() != first.number() {
            return opened;
        }
    }
}

#[tokio::test]
async fn a_host_that_opens_no_further_channel_gets_a_second_link() {
    let (house, sshd) = (House::new().await, Sshd::builder().max_sessions(1).start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "narrow").await;
    let first = house.shell(&alice, &host, nothing()).await;
    let second = house.shell(&alice, &host, nothing()).await;
    assert_ne!(first.0.number(), second.0.number());
    assert_eq!(sign_ins(&sshd), 2);
}

#[tokio::test]
async fn a_link_carries_a_few_shells_and_the_next_one_gets_another() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "busy").await;
    let mut shells = Vec::new();
    for _ in 0..7 {
        shells.push(house.shell(&alice, &host, nothing()).await);
    }
    assert_eq!(sign_ins(&sshd), 2);
}

#[tokio::test]
async fn what_was_typed_for_once_opens_once() {
    let (house, sshd) = (House::new().await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.asking_host(&alice, &sshd).await;
    house.trust(&alice, &host).await;
    let _first = house.shell(&alice, &host, typed(PASSWORD)).await;
    let asked = {
        let grant = access::connect(&alice, house.rooms.host(&alice, &host.id).await.unwrap()).unwrap();
        why(house.rooms.with_link(&alice, &grant, nothing(), Use::Shell, plainly).await)
    };
    assert!(matches!(asked, ServiceError::Dial(DialError::SecretNeeded { .. })), "{asked:?}");
    let _second = house.shell(&alice, &host, typed(PASSWORD)).await;
    assert_eq!(sign_ins(&sshd), 2);
    let stored = house.ready_host(&alice, &sshd, "stored").await;
    let _third = house.shell(&alice, &stored, nothing()).await;
    assert_eq!(sign_ins(&sshd), 3);
}

#[tokio::test]
async fn a_changed_login_or_host_key_is_dialled_anew() {
    let (house, mut sshd) = (House::new().await, Sshd::builder().host_key("ed25519").start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let first = house.shell(&alice, &host, nothing()).await;
    let key = make_key(KeySpec::default());
    sshd.authorize(&key.public);
    let draft = CredentialDraft {
        name: "key".into(),
        username: Some(USER.into()),
        private_key: Some(Secret::new(key.private)),
        ..CredentialDraft::default()
    };
    let id = house.vault.add(&alice, draft).await.unwrap().id;
    let patch = HostPatch { credential_id: Patch::Set(id), ..HostPatch::default() };
    house.rooms.update(&alice, &host.id, patch).await.unwrap();
    let second = house.shell(&alice, &host, nothing()).await;
    assert_ne!(first.0.number(), second.0.number());
    assert_eq!(sign_ins(&sshd), 2);

    sshd.restart_with_host_key("ecdsa").await;
    house.trust(&alice, &host).await;
    let third = house.shell(&alice, &host, nothing()).await;
    assert_ne!(second.0.number(), third.0.number());
}

#[tokio::test]
async fn hosts_behind_one_jump_host_share_the_link_to_it() {
    let (house, near, far) = (House::new().await, Sshd::start().await, Sshd::start().await);
    let alice = house.member().await;
    let jump = house.ready_host(&alice, &near, "jump").await;
    let mut host = house.ready_host(&alice, &far, "far").await;
    let patch = HostPatch { jump_host_id: Patch::Set(jump.id.clone()), ..HostPatch::default() };
    host = house.rooms.update(&alice, &host.id, patch).await.unwrap();
    // Keys are trusted for a way, too.
    house.trust(&alice, &host).await;
    let before = sign_ins(&near);
    let _first = house.shell(&alice, &host, nothing()).await;
    let _second = house.shell(&alice, &host, nothing()).await;
    assert_eq!((sign_ins(&near) - before, sign_ins(&far)), (1, 1));
}
