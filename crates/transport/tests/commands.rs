//! Commands over a link: output, input, limits, and what stays behind (nothing).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{LIMITS, PATIENCE, link_to};
use std::time::Duration;
use testkit::{sshd::Sshd, wait::until};
use transport::{DialError, RunLimits, ShellExit, Stream};

#[tokio::test]
async fn output_complaint_and_code() {
    let sshd = Sshd::start().await;
    let done = link_to(&sshd).await.run("echo out; echo err >&2; exit 3", b"", LIMITS).await.unwrap();
    assert_eq!((done.stdout.as_slice(), done.stderr.as_slice()), (b"out\n".as_slice(), b"err\n".as_slice()));
    assert_eq!((done.exit, done.truncated), (ShellExit::Exited(3), false));
}

#[tokio::test]
async fn a_signal() {
    let sshd = Sshd::start().await;
    let done = link_to(&sshd).await.run("kill -TERM $$", b"", LIMITS).await.unwrap();
    assert_eq!(done.exit, ShellExit::Signalled("TERM".to_owned()));
}

#[tokio::test]
async fn input_goes_in_and_ends() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let input = vec![b'z'; 5_000_000];
    let limits = RunLimits { max_output: 10_000_000, ..LIMITS };
    let done = link.run("cat", &input, limits).await.unwrap();
    assert!(done.stdout == input, "{} bytes came back", done.stdout.len());
    // A command that does not read its input ends all the same.
    assert_eq!(link.run("true", &input, LIMITS).await.unwrap().exit, ShellExit::Exited(0));
}

#[tokio::test]
async fn too_much_output_is_cut_and_the_code_still_comes() {
    let sshd = Sshd::start().await;
    let limits = RunLimits { max_output: 1000, ..LIMITS };
    let done = link_to(&sshd).await.run("head -c 5000000 /dev/zero; exit 4", b"", limits).await.unwrap();
    assert_eq!((done.stdout.len(), done.truncated, done.exit), (1000, true, ShellExit::Exited(4)));
}

#[tokio::test]
async fn what_takes_too_long_is_killed() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let limits = RunLimits { timeout: Duration::from_millis(500), ..LIMITS };
    let error = link.run("sleep 600", b"", limits).await.unwrap_err();
    assert!(matches!(error, DialError::TimedOut { step: "command", .. }), "{error:?}");
    until("the command to end", PATIENCE, || async { !sshd.runs("sleep") }).await;
    assert_eq!(link.run("echo on", b"", LIMITS).await.unwrap().stdout, b"on\n");
}

#[tokio::test]
async fn what_nobody_waits_for_is_killed() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let running = tokio::spawn({
        let link = link.clone();
        async move { link.run("yes", b"", LIMITS).await }
    });
    until("the command to run", PATIENCE, || async { sshd.runs("yes") }).await;
    running.abort();
    until("the command to end", PATIENCE, || async { !sshd.runs("yes") }).await;
    assert_eq!(link.run("echo on", b"", LIMITS).await.unwrap().stdout, b"on\n");
}

#[tokio::test]
async fn a_watched_one_tells_what_it_writes_as_it_comes() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let mut running = link.start("echo first; read line; echo \"$line\" >&2; exit 5", 4096).await.unwrap();
    let (stream, piece) = running.next().await.unwrap();
    assert_eq!((stream, piece.as_ref()), (Stream::Stdout, b"first\n".as_slice()));
    running.input.take().unwrap().send("second\n".into()).await.unwrap();
    let (stream, piece) = running.next().await.unwrap();
    assert_eq!((stream, piece.as_ref()), (Stream::Stderr, b"second\n".as_slice()));
    assert_eq!(running.next().await, None);
    let end = running.end().await;
    assert_eq!((end.exit, end.dropped_stdout, end.dropped_stderr), (Ok(ShellExit::Exited(5)), 0, 0));
}

#[tokio::test]
async fn a_watched_one_is_read_on_when_nobody_takes_it() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let mut running = link.start("head -c 5000000 /dev/zero; exit 4", 1000).await.unwrap();
    drop(running.input.take());
    // Nobody takes anything, and another command of the same link runs all the same.
    assert_eq!(link.run("echo on", b"", LIMITS).await.unwrap().stdout, b"on\n");
    let (_, piece) = running.next().await.unwrap();
    assert!((1..=1000).contains(&piece.len()));
    let mut taken = piece.len() as u64;
    while let Some((_, piece)) = running.next().await {
        taken += piece.len() as u64;
    }
    let end = running.end().await;
    assert_eq!((end.exit, taken + end.dropped_stdout), (Ok(ShellExit::Exited(4)), 5_000_000));
}

#[tokio::test]
async fn a_watched_one_that_is_dropped_is_killed() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let running = link.start("yes", 1000).await.unwrap();
    until("the command to run", PATIENCE, || async { sshd.runs("yes") }).await;
    drop(running);
    until("the command to end", PATIENCE, || async { !sshd.runs("yes") }).await;
    assert_eq!(link.run("echo on", b"", LIMITS).await.unwrap().stdout, b"on\n");
}
