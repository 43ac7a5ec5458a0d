//! The engine against shells that a script drives.

use crate::{Attachment, Event, Session, Settings, start};
use bytes::Bytes;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use transport::{FarEnd, PtySize, ShellExit, ShellInput, echo_shell, scripted_shell};
use wire::{
    frames::Attach,
    terminal::{EndReason, Ending, Notice},
};

const SIZE: PtySize = PtySize { cols: 80, rows: 24 };
const PATIENCE: Duration = Duration::from_secs(20);

fn small_ring() -> Settings {
    Settings { ring_bytes: 64 * 1024, viewer_window: 32 * 1024, ..Settings::default() }
}

fn scripted(settings: Settings) -> (Session, FarEnd) {
    let (shell, far) = scripted_shell();
    (start(shell, SIZE, settings, None).0, far)
}

fn viewer(client: u64, from: Option<u64>) -> Attach {
    Attach { client, from, cols: SIZE.cols, rows: SIZE.rows }
}

async fn next(attachment: &mut Attachment) -> Event {
    timeout(PATIENCE, attachment.next()).await.expect("the viewer is told nothing more")
}

/// Reads and draws until the output reaches `end`; checks that no byte is missing, doubled or out of order.
async fn read_to(attachment: &mut Attachment, seen: &mut Vec<u8>, end: usize) {
    let control = attachment.control();
    while seen.len() < end {
        match next(attachment).await {
            Event::Output { offset, data } => {
                assert_eq!(offset, seen.len() as u64);
                seen.extend_from_slice(&data);
                control.ack(seen.len() as u64);
            }
            Event::Snapshot { offset, .. } => {
                assert_eq!(offset, seen.len() as u64, "nothing was lost, so nothing is jumped")
            }
            Event::Welcome { .. } | Event::InputAck { .. } | Event::Notice(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_typed_comes_back() {
    let (session, _commands) = start(echo_shell(), SIZE, Settings::default(), None);
    let mut attachment = session.attach(viewer(1, None)).await.unwrap();
    attachment.control().input(0, Bytes::from_static(b"ahoy")).await;
    let mut seen = Vec::new();
    read_to(&mut attachment, &mut seen, 4).await;
    assert_eq!(seen, b"ahoy");
    assert_eq!(session.glance().bytes_in, 4);
}

#[tokio::test]
async fn cut_anywhere_every_byte_comes_once_and_in_order() {
    let text: Vec<u8> = (0..60_000).flat_map(|i| format!("{i}\r\n").into_bytes()).collect();
    let mut runner = TestRunner::deterministic();
    let cuts = prop::collection::btree_set(0..text.len(), 200).new_tree(&mut runner).unwrap().current();
    let (session, far) = scripted(Settings { ring_bytes: text.len(), ..Settings::default() });
    let source = text.clone();
    let shown = tokio::spawn(async move {
        for piece in source.chunks(997) {
            far.output.send(Bytes::copy_from_slice(piece)).await.unwrap();
        }
        far
    });
    let mut seen = Vec::new();
    for cut in cuts.into_iter().chain([text.len()]) {
        let mut attachment = session.attach(viewer(1, Some(seen.len() as u64))).await.unwrap();
        let goal = cut.max(seen.len());
        read_to(&mut attachment, &mut seen, goal).await;
    }
    assert_eq!(seen, text);
    drop(shown.await);
}

#[tokio::test]
async fn a_viewer_that_draws_nothing_gets_its_window_and_nobody_else_notices() {
    let (session, far) = scripted(small_ring());
    let mut slow = session.attach(viewer(1, None)).await.unwrap();
    assert!(matches!(next(&mut slow).await, Event::Welcome { .. }));
    assert!(matches!(next(&mut slow).await, Event::Snapshot { offset: 0, .. }));
    let mut quick = session.attach(viewer(2, None)).await.unwrap();
    let (total, mut seen) = (2_000_000, Vec::new());
    let piece = Bytes::from_static(&[b'y'; 1000]);
    for _ in 0..40 {
        far.output.send(piece.clone()).await.unwrap();
    }
    let mut got = 0;
    while got < small_ring().viewer_window {
        if let Event::Output { data, .. } = next(&mut slow).await {
            got += data.len();
        }
    }
    let flood = tokio::spawn(async move {
        for _ in 40..total / 1000 {
            far.output.send(piece.clone()).await.unwrap();
        }
        far
    });
    let end = Instant::now() + PATIENCE;
    let control = quick.control();
    while seen.last() != Some(&(total as u64)) {
        assert!(Instant::now() < end, "the quick viewer stands still at {:?}", seen.last());
        match next(&mut quick).await {
            Event::Output { offset, data } => seen.push(offset + data.len() as u64),
            Event::Snapshot { offset, .. } => seen.push(offset),
            _ => {}
        }
        control.ack(*seen.last().unwrap_or(&0));
    }
    while let Ok(event) = timeout(Duration::from_millis(50), slow.next()).await {
        assert!(matches!(event, Event::Notice(_)), "it was sent more than its window: {event:?}");
    }
    // It draws at last, and jumps to the present.
    slow.control().ack(session.glance().bytes_out);
    let jumped = loop {
        if let Event::Snapshot { offset, .. } = next(&mut slow).await {
            break offset;
        }
    };
    assert!(jumped > 1_000_000, "{jumped}");
    drop(flood.await);
}

#[tokio::test]
async fn a_place_that_is_gone_becomes_a_picture() {
    let (session, far) = scripted(small_ring());
    far.output.send(Bytes::from_static(b"\x1b[?1049h\x1b[2J\x1b[5;7Hmoored here")).await.unwrap();
    for line in 0..40_000 {
        far.output.send(format!("\x1b[10;1Hline {line:06}").into()).await.unwrap();
    }
    until(|| session.glance().bytes_out > 700_000).await;
    let mut attachment = session.attach(viewer(1, Some(3))).await.unwrap();
    assert!(matches!(next(&mut attachment).await, Event::Welcome { .. }));
    let Event::Snapshot { offset, dump, size } = next(&mut attachment).await else { panic!("a picture comes first") };
    let dump = String::from_utf8_lossy(&dump).into_owned();
    assert!(dump.contains("moored here"), "{dump:?}");
    assert_eq!(size, SIZE);
    let Event::Output { offset: goes_on, .. } = next(&mut attachment).await else { panic!("then the ring") };
    assert_eq!(goes_on, offset);
}

#[tokio::test]
async fn input_that_is_sent_again_is_typed_once() {
    let (session, mut far) = scripted(Settings::default());
    let first = session.attach(viewer(7, None)).await.unwrap();
    first.control().input(0, Bytes::from_static(b"ls -")).await;
    drop(first);
    let mut again = session.attach(viewer(7, Some(0))).await.unwrap();
    assert_eq!(next(&mut again).await, Event::Welcome { input_offset: 4, end: 0 });
    again.control().input(0, Bytes::from_static(b"ls -la\n")).await;
    let mut typed = Vec::new();
    while typed.len() < 7 {
        if let Some(ShellInput::Data(bytes)) = far.input.recv().await {
            typed.extend_from_slice(&bytes);
        }
    }
    assert_eq!(typed, b"ls -la\n");
}

#[tokio::test]
async fn closing_works_while_the_shell_takes_no_input() {
    let (session, far) = scripted(Settings::default());
    let attachment = session.attach(viewer(1, None)).await.unwrap();
    let control = attachment.control();
    let typing = tokio::spawn(async move {
        for offset in 0..1_000 {
            control.input(offset, Bytes::from_static(b"x")).await;
        }
    });
    session.close(EndReason::User.into()).await;
    assert_eq!(session.ended().await.reason, EndReason::User);
    drop(far.input);
    timeout(PATIENCE, typing).await.unwrap().unwrap();
    timeout(PATIENCE, far.output.closed()).await.expect("the shell was let go");
}

#[tokio::test]
async fn the_remote_end_is_told_after_its_last_output() {
    let (session, far) = scripted(Settings::default());
    let mut attachment = session.attach(viewer(1, None)).await.unwrap();
    far.output.send(Bytes::from_static(b"logout")).await.unwrap();
    drop(far.output);
    far.exit.send(ShellExit::Exited(3)).unwrap();
    let mut seen = Vec::new();
    read_to(&mut attachment, &mut seen, 6).await;
    let ending = Ending { exit_code: Some(3), ..EndReason::RemoteExit.into() };
    assert_eq!(next(&mut attachment).await, Event::Ended(ending.clone()));
    assert_eq!(session.ended().await, ending);
    assert!(session.attach(viewer(1, None)).await.is_err());
}

#[tokio::test]
async fn a_broken_link_is_an_error() {
    let (session, far) = scripted(Settings::default());
    drop(far.output);
    far.exit.send(ShellExit::Lost("reset by peer".into())).unwrap();
    let ending = session.ended().await;
    assert_eq!((ending.reason, ending.message.as_deref()), (EndReason::Error, Some("reset by peer")));
}

#[tokio::test]
async fn the_first_end_wins() {
    for first in [EndReason::User, EndReason::Admin, EndReason::ClientLost, EndReason::ServerRestart] {
        let (session, far) = scripted(Settings::default());
        session.close(first.into()).await;
        drop(far.output);
        let _ = far.exit.send(ShellExit::Exited(0));
        session.close(EndReason::Idle.into()).await;
        assert_eq!(session.ended().await.reason, first);
        assert_eq!(session.glance().status, first.status());
    }
}

#[tokio::test(start_paused = true)]
async fn unseen_for_too_long_it_ends_with_the_text_and_as_idle() {
    let settings = Settings { idle_timeout: Duration::from_secs(60), ..Settings::default() };
    let (session, far) = scripted(settings);
    let mut attachment = session.attach(viewer(1, None)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(50)).await;
    session.touch();
    tokio::time::sleep(Duration::from_secs(50)).await;
    assert!(session.glance().status.is_live());
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(session.ended().await.reason, EndReason::Idle);
    let mut seen = Vec::new();
    let text = b"\r\nSession timeout - connection closed\r\n";
    read_to(&mut attachment, &mut seen, text.len()).await;
    assert_eq!(seen, text);
    far.output.closed().await;
}

#[tokio::test(start_paused = true)]
async fn being_seen_does_not_outlast_the_longest_duration() {
    let settings = Settings { max_duration: Duration::from_secs(100), ..Settings::default() };
    let (session, _far) = scripted(settings);
    for _ in 0..9 {
        tokio::time::sleep(Duration::from_secs(11)).await;
        session.touch();
    }
    assert!(session.glance().status.is_live());
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(session.ended().await.reason, EndReason::Expired);
}

#[tokio::test]
async fn without_a_handle_the_shell_is_let_go() {
    let (session, far) = scripted(Settings::default());
    let attachment = session.attach(viewer(1, None)).await.unwrap();
    drop(session);
    timeout(PATIENCE, far.output.closed()).await.expect("the shell was let go");
    drop(attachment);
}

#[tokio::test]
async fn the_past_ends_with_a_piece_of_output() {
    let (session, far) = scripted(Settings::default());
    far.output.send(Bytes::from_static(b"before")).await.unwrap();
    until(|| session.glance().bytes_out == 6).await;
    let mut late = session.attach(viewer(1, None)).await.unwrap();
    far.output.send(Bytes::from_static(b"after")).await.unwrap();
    until(|| session.glance().bytes_out == 11).await;
    assert_eq!(next(&mut late).await, Event::Welcome { input_offset: 0, end: 6 });
    assert!(matches!(next(&mut late).await, Event::Snapshot { offset: 0, .. }));
    assert_eq!(next(&mut late).await, Event::Output { offset: 0, data: Bytes::from_static(b"before") });
    assert_eq!(next(&mut late).await, Event::Output { offset: 6, data: Bytes::from_static(b"after") });
}

#[tokio::test]
async fn every_viewer_hears_a_notice() {
    let (session, _far) = scripted(Settings::default());
    let mut viewers = Vec::new();
    for client in 1..=2 {
        viewers.push(session.attach(viewer(client, None)).await.unwrap());
    }
    session.notify(&Notice::ServerStopping {});
    for viewer in &mut viewers {
        while next(viewer).await != Event::Notice(Notice::ServerStopping {}) {}
    }
}

/// Waits until something holds, and fails when it never does.
async fn until(mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "waited in vain");
        tokio::task::yield_now().await;
    }
}
