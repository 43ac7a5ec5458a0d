//! The pool: many at once, one after the other, when the host refuses, is gone, or is not to be used any more.

use super::{sharing::sign_ins, *};
use crate::inventory::links::Links;
use futures::future::join_all;
use testkit::wait::until;
use transport::{PtySize, RunOutput, Shell};
use wire::links::LinkPurpose;

const PATIENCE: Duration = Duration::from_secs(30);
const LIMITS: RunLimits = RunLimits { timeout: PATIENCE, max_output: 1024 };
const SIZE: PtySize = PtySize { cols: 80, rows: 24 };

/// Longer than any test.
const LONG: Duration = Duration::from_secs(600);

impl House {
    async fn keeping(link_idle: Duration) -> Self {
        let mut house = Self::with(1, link_idle).await;
        // A busy machine is no reason for a second handshake here.
        house.rooms.patience(PATIENCE);
        house
    }

    async fn run_by(&self, caller: &Caller, host: &HostView, uses: Use, command: &str) -> (Link, RunOutput) {
        self.try_run(caller, host, uses, command).await.unwrap()
    }

    async fn try_run(
        &self,
        caller: &Caller,
        host: &HostView,
        uses: Use,
        command: &str,
    ) -> Result<(Link, RunOutput), ServiceError> {
        let permit = access::connect(caller, self.rooms.host(caller, &host.id).await?)?;
        let run = |link: Link| async move { link.run(command, b"", LIMITS).await.map_err(ServiceError::Dial) };
        self.rooms.with_link(caller, &permit, nothing(), uses, run).await
    }

    async fn opened(&self, caller: &Caller, host: &HostView) -> (Link, Shell) {
        let permit = access::connect(caller, self.rooms.host(caller, &host.id).await.unwrap()).unwrap();
        let open = |link: Link| async move { link.open_shell(SIZE).await.map_err(ServiceError::Dial) };
        self.rooms.with_link(caller, &permit, nothing(), Use::Shell, open).await.unwrap()
    }
}

impl Inventory {
    fn patience(&mut self, patience: Duration) {
        let room = std::sync::Arc::get_mut(&mut self.0).expect("the only one");
        let idle = room.links.idle();
        room.links = std::sync::Arc::new(Links::new(1, idle, patience));
        let stop = room.probing.clone();
        crate::inventory::links::keeper::start(room.links.clone(), room.storage.clone(), room.events.clone(), stop);
    }
}

#[tokio::test]
async fn fifty_at_once_make_one_handshake() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let all = join_all((0..50).map(|_| house.run_by(&alice, &host, Use::Command, "echo here"))).await;
    assert!(all.iter().all(|(_, output)| output.stdout == b"here\n"));
    assert_eq!(sign_ins(&sshd), 1);
}

#[tokio::test]
async fn what_fails_fails_once_for_all_who_wait() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let draft = CredentialDraft {
        name: "wrong".into(),
        username: Some(USER.into()),
        password: Some(Secret::new("wrong")),
        ..CredentialDraft::default()
    };
    let id = house.vault.add(&alice, draft).await.unwrap().id;
    let patch = HostPatch { credential_id: Patch::Set(id), ..HostPatch::default() };
    house.rooms.update(&alice, &host.id, patch).await.unwrap();
    let all = join_all((0..20).map(|_| house.try_run(&alice, &host, Use::Command, "true"))).await;
    assert!(all.into_iter().all(|one| matches!(why(one), ServiceError::Dial(DialError::SignInFailed { .. }))));
    assert_eq!(sshd.log().matches("Failed password").count(), 1, "{}", sshd.log());
}

#[tokio::test]
async fn a_link_stays_for_the_next_use_and_ends_when_there_is_none() {
    let (house, sshd) = (House::keeping(Duration::from_secs(1)).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    house.run_by(&alice, &host, Use::Command, "true").await;
    drop(house.opened(&alice, &host).await);
    house.run_by(&alice, &host, Use::Files, "true").await;
    assert_eq!((sign_ins(&sshd), house.rooms.links(&alice).links.len()), (1, 1));
    until("the unused link to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
    assert_eq!(house.rooms.links(&alice).links, []);
    house.run_by(&alice, &host, Use::Command, "true").await;
    assert_eq!(sign_ins(&sshd), 2, "the next use dials again");
}

#[tokio::test]
async fn a_used_link_does_not_end_however_long_nothing_comes() {
    let (house, sshd) = (House::keeping(Duration::from_millis(100)).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let output = house.run_by(&alice, &host, Use::Command, "sleep 3; echo awake").await.1;
    assert_eq!((output.stdout.as_slice(), sign_ins(&sshd)), (b"awake\n".as_slice(), 1));
}

#[tokio::test]
async fn bulk_never_rides_with_a_shell() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let shell = house.opened(&alice, &host).await;
    let files = house.run_by(&alice, &host, Use::Files, "true").await.0;
    let bulk = house.run_by(&alice, &host, Use::Bulk, "true").await.0;
    let again = house.run_by(&alice, &host, Use::Bulk, "true").await.0;
    assert_eq!(shell.0.number(), files.number());
    assert_ne!(shell.0.number(), bulk.number());
    assert_eq!(bulk.number(), again.number());
    let next = house.opened(&alice, &host).await.0;
    assert_eq!(next.number(), shell.0.number());
    let purposes: Vec<_> = house.rooms.links(&alice).links.iter().map(|link| (link.purpose, link.shells)).collect();
    assert_eq!(purposes, [(LinkPurpose::Shared, 2), (LinkPurpose::Bulk, 0)]);
}

#[tokio::test]
async fn a_host_that_opens_no_further_channel_gets_a_second_link_and_only_one_for_all() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::builder().max_sessions(2).start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "narrow").await;
    let _shells = (house.opened(&alice, &host).await, house.opened(&alice, &host).await);
    assert_eq!(sign_ins(&sshd), 1);
    let all = join_all((0..10).map(|_| house.run_by(&alice, &host, Use::Command, "echo here"))).await;
    assert!(all.iter().all(|(_, output)| output.stdout == b"here\n"));
    assert_eq!(sign_ins(&sshd), 2);
}

#[tokio::test]
async fn who_waits_too_long_for_a_command_to_end_gets_a_further_link() {
    let (mut house, sshd) = (House::with(1, LONG).await, Sshd::start().await);
    house.rooms.patience(Duration::from_millis(50));
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "busy").await;
    let all = join_all((0..10).map(|_| house.run_by(&alice, &host, Use::Command, "sleep 2"))).await;
    assert_eq!((all.len(), sign_ins(&sshd)), (10, 2));
}

#[tokio::test]
async fn a_host_that_went_away_without_a_word_is_dialled_again_soon() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let first = house.run_by(&alice, &host, Use::Command, "true").await.0;
    sshd.freeze_sessions();
    let began = std::time::Instant::now();
    let second = house.run_by(&alice, &host, Use::Command, "true").await.0;
    assert_ne!(first.number(), second.number());
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    sshd.kill_sessions();
    until("the end to be noticed", PATIENCE, || async { !second.is_open() }).await;
    house.run_by(&alice, &host, Use::Command, "true").await;
}

#[tokio::test]
async fn many_go_through_one_link_to_the_jump_host() {
    let (house, near, far) = (House::keeping(LONG).await, Sshd::start().await, Sshd::start().await);
    let alice = house.member().await;
    let jump = house.ready_host(&alice, &near, "jump").await;
    let host = house.ready_host(&alice, &far, "far").await;
    let patch = HostPatch { jump_host_id: Patch::Set(jump.id.clone()), ..HostPatch::default() };
    let host = house.rooms.update(&alice, &host.id, patch).await.unwrap();
    house.trust(&alice, &host).await;
    let before = sign_ins(&near);
    join_all((0..20).map(|_| house.run_by(&alice, &host, Use::Command, "true"))).await;
    assert_eq!((sign_ins(&near) - before, sign_ins(&far)), (0, 1), "the link by which the key was looked at stays");
    let links = house.rooms.links(&alice).links;
    let seen: Vec<_> = links.iter().map(|link| (link.host_name.as_str(), link.via.join(" "), link.links)).collect();
    assert_eq!(seen, [("jump", String::new(), 1), ("far", "jump".to_owned(), 0)]);
}

#[tokio::test]
async fn nothing_stays_of_a_deleted_host_and_of_a_disabled_account() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::start().await);
    let alice = house.member().await;
    let host = house.ready_host(&alice, &sshd, "ready").await;
    house.run_by(&alice, &host, Use::Command, "true").await;
    house.rooms.delete(&alice, &host.id).await.unwrap();
    until("the link to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
    let host = house.ready_host(&alice, &sshd, "again").await;
    house.run_by(&alice, &host, Use::Command, "true").await;
    assert_eq!(house.rooms.links(&alice).links.len(), 1);
    assert!(house.storage.accounts().set_disabled(alice.account(), true).await.unwrap());
    until("the link to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_link_shows_what_runs_over_it_and_can_be_closed_by_its_owner() {
    let (house, sshd) = (House::keeping(LONG).await, Sshd::start().await);
    let (alice, bob) = (house.member().await, house.named("bob").await);
    let host = house.ready_host(&alice, &sshd, "ready").await;
    let (_link, mut shell) = house.opened(&alice, &host).await;
    let [view] = house.rooms.links(&alice).links.try_into().unwrap();
    assert_eq!(
        (view.host_id.as_ref(), view.host_name.as_str(), view.username.as_str()),
        (Some(&host.id), "ready", USER)
    );
    assert_eq!((view.shells, view.commands, view.files, view.is_idle()), (1, 0, 0, false));
    assert!(view.bytes_sent > 500 && view.bytes_received > 500, "{view:?}");
    house.run_by(&alice, &host, Use::Command, "head -c 100000 /dev/zero | tr '\\0' x").await;
    let after = house.rooms.links(&alice).links.remove(0);
    assert!(after.bytes_received > view.bytes_received + 100_000, "{after:?}");
    assert_eq!(house.rooms.links(&bob).links, []);
    let refused = why(house.rooms.close_link(&bob, &view.id).await);
    assert!(matches!(refused, ServiceError::NotFound { .. }), "{refused:?}");
    house.rooms.close_link(&alice, &view.id).await.unwrap();
    while shell.output.recv().await.is_some() {}
    until("the connection to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
    assert_eq!(house.rooms.links(&alice).links, []);
}
