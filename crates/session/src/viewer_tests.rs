//! Several viewers: who is there, who may type, whose size counts, and who is sent away.

use crate::{Attachment, Dismissal, Event, Session, Settings, Who, start};
use bytes::Bytes;
use std::time::Duration;
use tokio::time::timeout;
use transport::{FarEnd, PtySize, ShellInput, scripted_shell};
use wire::{
    frames::Attach,
    terminal::{FixedSize, Notice, Person, PersonKind},
};

const SIZE: PtySize = PtySize { cols: 80, rows: 24 };

fn begin() -> (Session, FarEnd) {
    let (shell, far) = scripted_shell();
    (start(shell, SIZE, Settings::default(), None).0, far)
}

fn of(client: u64, cols: u16, rows: u16) -> Attach {
    Attach { client, from: None, cols, rows }
}

fn guest(name: &str, may_type: bool) -> Who {
    Who { name: name.into(), kind: PersonKind::Guest, may_type, by: Some("invite:1".into()), ..Who::default() }
}

/// Hears until something is told.
async fn until<T>(attachment: &mut Attachment, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
    loop {
        let event = timeout(Duration::from_secs(3_600), attachment.next()).await.expect("something is told");
        if let Some(found) = wanted(event) {
            return found;
        }
    }
}

async fn people(attachment: &mut Attachment) -> Vec<Person> {
    until(attachment, |event| match event {
        Event::Notice(Notice::People { people, .. }) => Some(people),
        _ => None,
    })
    .await
}

async fn resized(attachment: &mut Attachment) -> PtySize {
    until(attachment, |event| if let Event::Resized(size) = event { Some(size) } else { None }).await
}

async fn rights(attachment: &mut Attachment) -> bool {
    until(attachment, |event| match event {
        Event::Notice(Notice::Rights { may_type }) => Some(may_type),
        _ => None,
    })
    .await
}

fn input(far: &mut FarEnd) -> Option<ShellInput> {
    far.input.try_recv().ok()
}

#[tokio::test(start_paused = true)]
async fn the_size_follows_the_one_who_types() {
    let (session, mut far) = begin();
    let mut large = session.attach(of(1, 120, 40)).await.unwrap();
    assert_eq!(input(&mut far), Some(ShellInput::Resize(PtySize { cols: 120, rows: 40 })));
    let mut small = session.attach(of(2, 60, 20)).await.unwrap();
    assert_eq!(input(&mut far), None, "looking changes nothing");
    assert_eq!(resized(&mut small).await, PtySize { cols: 120, rows: 40 });
    small.control().input(0, Bytes::from_static(b"\x1b[?1;2c")).await;
    assert_eq!(input(&mut far), Some(ShellInput::Data(Bytes::from_static(b"\x1b[?1;2c"))), "an answer is not typing");
    small.control().input(7, Bytes::from_static(b"l")).await;
    assert_eq!(input(&mut far), Some(ShellInput::Resize(PtySize { cols: 60, rows: 20 })), "before what was typed");
    assert_eq!(input(&mut far), Some(ShellInput::Data(Bytes::from_static(b"l"))));
    assert_eq!(resized(&mut large).await, PtySize { cols: 60, rows: 20 });
    drop(small);
    assert_eq!(input(&mut far), Some(ShellInput::Resize(PtySize { cols: 120, rows: 40 })), "the only one left");
}

#[tokio::test(start_paused = true)]
async fn watchers_and_tiny_viewers_shrink_nobody() {
    let (session, mut far) = begin();
    let _owner = session.attach(of(1, 80, 24)).await.unwrap();
    let watcher = session.attach_as(of(2, 30, 10), guest("bo", false)).await.unwrap();
    watcher.control().resize(PtySize { cols: 31, rows: 11 }).await;
    assert_eq!(input(&mut far), None);
    let tiny = session.attach(of(3, 1, 1)).await.unwrap();
    tiny.control().input(0, Bytes::from_static(b"x")).await;
    assert_eq!(input(&mut far), Some(ShellInput::Resize(PtySize { cols: 20, rows: 5 })));
}

#[tokio::test(start_paused = true)]
async fn the_owner_can_hold_the_size() {
    let (session, mut far) = begin();
    let owner = session.attach(of(1, 80, 24)).await.unwrap();
    session.fix_size(Some(PtySize { cols: 100, rows: 30 })).await;
    assert_eq!(input(&mut far), Some(ShellInput::Resize(PtySize { cols: 100, rows: 30 })));
    owner.control().resize(PtySize { cols: 90, rows: 30 }).await;
    assert_eq!(input(&mut far), None);
    let mut looks = session.attach(of(2, 80, 24)).await.unwrap();
    let held = until(&mut looks, |event| match event {
        Event::Notice(Notice::People { fixed, .. }) => Some(fixed),
        _ => None,
    });
    assert_eq!(held.await, Some(FixedSize { cols: 100, rows: 30 }));
    session.fix_size(None).await;
    assert_eq!(input(&mut far), Some(ShellInput::Resize(PtySize { cols: 90, rows: 30 })));
}

/// What a viewer is told of output and sizes, until everything before `end` was shown.
async fn shown(attachment: &mut Attachment, end: u64) -> Vec<Event> {
    let mut told = Vec::new();
    loop {
        let event = attachment.next().await;
        let done = matches!(&event, Event::Output { offset, data } if offset + data.len() as u64 == end);
        if matches!(event, Event::Output { .. } | Event::Resized(_) | Event::Snapshot { .. }) {
            told.push(event);
        }
        if done {
            return told;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_shown_again_is_shown_at_the_size_that_it_had() {
    let (session, far) = begin();
    let show = async |text: &'static str, end: u64| {
        far.output.send(Bytes::from_static(text.as_bytes())).await.unwrap();
        while session.glance().bytes_out < end {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let size = |cols, rows| Event::Resized(PtySize { cols, rows });
    let output = |offset, text: &'static str| Event::Output { offset, data: Bytes::from_static(text.as_bytes()) };
    show("one", 3).await;
    let owner = session.attach(of(1, 60, 20)).await.unwrap();
    show("two", 6).await;
    owner.control().resize(PtySize { cols: 100, rows: 30 }).await;
    show("three", 11).await;

    let late = session.attach_as(of(2, 40, 10), guest("bo", false)).await.unwrap();
    let again = [output(3, "two"), size(100, 30), output(6, "three")];
    let picture = Event::Snapshot { offset: 0, size: SIZE, dump: Bytes::new() };
    let mut all = vec![picture, size(80, 24), output(0, "one"), size(60, 20)];
    all.extend(again.clone());
    assert_eq!(shown(&mut { late }, 11).await, all);

    let mut back = session.attach(Attach { from: Some(3), ..of(1, 100, 30) }).await.unwrap();
    assert_eq!(shown(&mut back, 11).await[1..], again);
    show("!", 12).await;
    assert_eq!(shown(&mut back, 12).await, [output(11, "!")], "the present has the present size");
}

#[tokio::test(start_paused = true)]
async fn who_may_not_type_types_nothing_then_or_later() {
    let (session, mut far) = begin();
    let mut watcher = session.attach_as(of(2, 80, 24), guest("bo", false)).await.unwrap();
    let control = watcher.control();
    control.input(0, Bytes::from_static(b"rm -rf")).await;
    control.input(6, Bytes::from_static(b" /")).await;
    assert!(!rights(&mut watcher).await);
    assert_eq!(input(&mut far), None);
    assert!(session.let_type(watcher.id(), true));
    assert!(rights(&mut watcher).await);
    control.input(8, Bytes::from_static(b"ls")).await;
    // Sent again after a reconnect, what was refused is still not typed.
    control.input(0, Bytes::from_static(b"rm -rf /ls")).await;
    assert_eq!(input(&mut far), Some(ShellInput::Data(Bytes::from_static(b"ls"))));
    assert_eq!(input(&mut far), None);
    drop(watcher);
    let mut again = session.attach_as(of(2, 80, 24), guest("bo", false)).await.unwrap();
    assert!(again.may_type(), "what was given is kept over a reconnect");
    assert_eq!(again.next().await, Event::Welcome { input_offset: 10, end: 0 });
    assert!(session.let_type(again.id(), false));
    assert!(!rights(&mut again).await);
}

#[tokio::test(start_paused = true)]
async fn everybody_knows_who_is_there() {
    let (session, _far) = begin();
    let owner = Who { name: "ada".into(), ..Who::default() };
    let mut ada = session.attach_as(of(1, 80, 24), owner).await.unwrap();
    assert_eq!(people(&mut ada).await.len(), 1);
    let mut bo = session.attach_as(of(2, 80, 24), guest("bo", false)).await.unwrap();
    let seen = people(&mut ada).await;
    assert_eq!(seen, people(&mut bo).await);
    assert_eq!(seen, session.people());
    let named: Vec<_> = seen.iter().map(|person| (person.name.as_str(), person.kind, person.leads)).collect();
    assert_eq!(named, [("ada", PersonKind::Owner, true), ("bo", PersonKind::Guest, false)]);
    drop(bo);
    assert_eq!(people(&mut ada).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_is_sent_away_hears_why_and_the_others_stay() {
    let (session, _far) = begin();
    let mut owner = session.attach(of(1, 80, 24)).await.unwrap();
    let mut bo = session.attach_as(of(2, 80, 24), guest("bo", true)).await.unwrap();
    let mut cy = session.attach_as(of(3, 80, 24), guest("cy", true)).await.unwrap();
    let why = |event| if let Event::Dismissed(why) = event { Some(why) } else { None };
    assert!(session.remove(cy.id()));
    assert_eq!(until(&mut cy, why).await, Dismissal::Removed);
    drop(cy);
    assert_eq!(session.let_in_by(), ["invite:1"]);
    assert_eq!(session.dismiss("invite:1", Dismissal::Revoked), 1);
    assert_eq!(until(&mut bo, why).await, Dismissal::Revoked);
    drop(bo);
    assert_eq!(people(&mut owner).await.len(), 1);
    assert!(session.glance().status.is_live());
}

#[tokio::test(start_paused = true)]
async fn who_comes_anew_by_the_same_invite_does_not_get_back_what_was_taken() {
    let (session, _far) = begin();
    let came = async |client, name: &str, may_type| {
        session.attach_as(of(client, 80, 24), guest(name, may_type)).await.unwrap()
    };
    let (bo, cy) = (came(1, "bo", true).await, came(2, "cy", true).await);
    assert!(bo.may_type() && cy.may_type());
    assert!(session.let_type(bo.id(), false));
    assert!(!bo.may_type() && cy.may_type(), "it was taken from one of them");
    assert!(session.withholds_typing("invite:1") && !session.withholds_typing("invite:2"));
    drop((bo, cy));
    let mut anew = came(3, "bo again", true).await;
    assert!(!anew.may_type() && !rights(&mut anew).await, "another number, the same person");
    assert!(!came(1, "bo", true).await.may_type());
    assert!(came(2, "cy", true).await.may_type(), "a lost connection takes nothing");
    let other = Who { by: Some("invite:2".into()), ..guest("di", true) };
    assert!(session.attach_as(of(4, 80, 24), other).await.unwrap().may_type());
    assert!(session.attach(of(5, 80, 24)).await.unwrap().may_type(), "the owner came by no invite");
    assert!(session.let_type(anew.id(), true));
    assert!(came(6, "ed", true).await.may_type() && !came(7, "flo", false).await.may_type());
}

#[tokio::test(start_paused = true)]
async fn who_is_held_to_watching_types_nothing_until_that_is_over() {
    let (session, _far) = begin();
    let signed_in = |name: &str| Who { under: Some(format!("sign_in:{name}")), ..guest(name, true) };
    let bo = session.attach_as(of(1, 80, 24), signed_in("bo")).await.unwrap();
    let cy = session.attach_as(of(2, 80, 24), signed_in("cy")).await.unwrap();
    assert_eq!(session.stands_under(), ["sign_in:bo", "sign_in:cy"]);
    session.only_watch("sign_in:bo", true);
    assert!(!bo.may_type() && cy.may_type() && session.only_watches(bo.id()));
    assert!(session.let_type(bo.id(), true) && !bo.may_type(), "whatever it is given");
    session.only_watch("sign_in:bo", false);
    assert!(bo.may_type());
    assert!(session.let_type(cy.id(), false));
    session.only_watch("sign_in:cy", true);
    session.only_watch("sign_in:cy", false);
    assert!(!cy.may_type(), "what was taken before stays so");
    let watcher = Who { kind: PersonKind::Watcher, only_watches: true, ..signed_in("di") };
    let di = session.attach_as(of(1, 80, 24), watcher).await.unwrap();
    session.only_watch("sign_in:di", false);
    assert!(!di.may_type(), "who watches is no guest, also where the same page was given the keyboard as one");
    assert_eq!(session.dismiss_under("sign_in:bo", Dismissal::SignedOut), 1);
}
