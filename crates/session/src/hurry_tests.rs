//! Typing beside a flood: who lags and types sees the present.

use crate::{
    Attachment, Event, Session, Settings, Who,
    hurry::{EVERY, LASTS, WINDOW},
    start,
};
use bytes::Bytes;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use transport::{FarEnd, PtySize, ShellInput, scripted_shell};
use wire::frames::Attach;

const SIZE: PtySize = PtySize { cols: 80, rows: 24 };

/// What a viewer that lags has before it.
const FLOOD: usize = 900 * 1024;

fn begin() -> (Session, FarEnd) {
    let (shell, far) = scripted_shell();
    (start(shell, SIZE, Settings::default(), None).0, far)
}

async fn come(session: &Session, client: u64) -> Attachment {
    let attach = Attach { client, from: Some(0), cols: SIZE.cols, rows: SIZE.rows };
    session.attach_as(attach, Who::default()).await.unwrap()
}

async fn flood(session: &Session, far: &FarEnd, bytes: usize) {
    let end = session.glance().bytes_out + bytes as u64;
    for _ in 0..bytes / 1024 {
        far.output.send(Bytes::from("y\r\n".repeat(342)[..1024].to_owned())).await.unwrap();
    }
    while session.glance().bytes_out < end {
        sleep(Duration::from_millis(1)).await;
    }
}

/// What comes until nothing more does: how much output, and the pictures.
async fn drain(attachment: &mut Attachment) -> (usize, Vec<Bytes>) {
    let (mut output, mut pictures) = (0, Vec::new());
    while let Ok(event) = timeout(Duration::from_millis(40), attachment.next()).await {
        match event {
            Event::Output { data, .. } => output += data.len(),
            Event::Snapshot { dump, .. } => pictures.push(dump),
            _ => {}
        }
    }
    (output, pictures)
}

async fn types(attachment: &Attachment, far: &mut FarEnd, offset: u64, text: &'static str) {
    attachment.control().input(offset, Bytes::from_static(text.as_bytes())).await;
    assert_eq!(far.input.recv().await, Some(ShellInput::Data(Bytes::from_static(text.as_bytes()))));
}

#[tokio::test(start_paused = true)]
async fn who_lags_and_types_sees_the_present() {
    let (session, mut far) = begin();
    let (mut typing, mut looking) = (come(&session, 1).await, come(&session, 2).await);
    drain(&mut typing).await;
    drain(&mut looking).await;
    flood(&session, &far, FLOOD).await;
    let window = Settings::default().viewer_window;
    assert_eq!(drain(&mut typing).await, (window, vec![]), "what was under way");
    types(&typing, &mut far, 0, "\x03").await;
    far.output.send(Bytes::from_static(b"^C\r\n$ ")).await.unwrap();
    let end = FLOOD as u64 + 6;
    while session.glance().bytes_out < end {
        sleep(Duration::from_millis(1)).await;
    }
    let (output, pictures) = drain(&mut typing).await;
    let shown = String::from_utf8_lossy(pictures.last().expect("it skips")).into_owned();
    assert!(shown.contains("^C") && shown.contains('$'), "{shown:?}");
    assert_eq!((output, pictures.len(), session.glance().jumps), (0, 1, 1));
    typing.control().ack(end);
    types(&typing, &mut far, 1, "l").await;
    far.output.send(Bytes::from_static(b"l")).await.unwrap();
    assert_eq!(drain(&mut typing).await, (1, vec![]), "the output goes on behind the picture");
    looking.control().ack(window as u64);
    let (rest, pictures) = drain(&mut looking).await;
    assert_eq!((rest, pictures.len()), (end as usize + 1, 0), "who does not type loses nothing");
}

#[tokio::test(start_paused = true)]
async fn a_flood_that_goes_on_is_skipped_again_once_something_was_drawn() {
    let (session, mut far) = begin();
    let mut typing = come(&session, 1).await;
    drain(&mut typing).await;
    flood(&session, &far, FLOOD).await;
    drain(&mut typing).await;
    types(&typing, &mut far, 0, "\x03").await;
    assert_eq!(drain(&mut typing).await.1.len(), 1);
    flood(&session, &far, 300 * 1024).await;
    let (output, pictures) = drain(&mut typing).await;
    assert_eq!((output, pictures.len()), (WINDOW, 0), "a small window, and no further picture that nobody drew");
    sleep(EVERY).await;
    typing.control().ack((FLOOD + WINDOW / 2) as u64);
    assert_eq!(drain(&mut typing).await.1.len(), 1);
    sleep(LASTS).await;
    flood(&session, &far, FLOOD).await;
    typing.control().ack(session.glance().bytes_out - FLOOD as u64);
    let (output, pictures) = drain(&mut typing).await;
    assert!(output > WINDOW && pictures.is_empty(), "the hurry is over: {output} bytes, {} pictures", pictures.len());
}

#[tokio::test(start_paused = true)]
async fn nobody_is_hurried_who_keeps_up_or_whose_terminal_answers_or_reads_the_past() {
    let (session, mut far) = begin();
    let mut quick = come(&session, 1).await;
    drain(&mut quick).await;
    flood(&session, &far, 300 * 1024).await;
    drain(&mut quick).await;
    quick.control().ack(300 * 1024);
    types(&quick, &mut far, 0, "x").await;
    flood(&session, &far, FLOOD).await;
    assert_eq!(drain(&mut quick).await.1.len(), 0, "it kept up when it typed");
    types(&quick, &mut far, 1, "\x1b[24;80R").await;
    assert_eq!(drain(&mut quick).await.1.len(), 0, "an answer is not typing");
    let mut back = come(&session, 3).await;
    let input = back.control();
    assert!(matches!(back.next().await, Event::Welcome { .. }));
    input.input(0, Bytes::from_static(b"x")).await;
    let (_, pictures) = drain(&mut back).await;
    assert_eq!(pictures.len(), 0, "no skipping over what is read again");
    assert_eq!(session.glance().jumps, 0);
}
