//! Shells on a real host: what goes in, what comes out, how they end.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use bytes::Bytes;
use common::{LIMITS, PATIENCE, SIZE, all_output, link_to, say, shown_until};
use std::time::{Duration, Instant};
use testkit::{sshd::Sshd, wait::until};
use tokio::time::timeout;
use transport::{DialError, PtySize, ShellExit, ShellInput};

#[tokio::test]
async fn a_shell_has_a_terminal_of_the_right_size() {
    let sshd = Sshd::start().await;
    let mut shell = link_to(&sshd).await.open_shell(SIZE).await.unwrap();
    say(&shell, "echo $TERM $LANG $COLORTERM; stty size; stty -a | grep -o .iutf8; echo done-$((40 + 2))\n").await;
    let shown = shown_until(&mut shell, "done-42").await;
    assert!(shown.contains("xterm-256color"), "{shown}");
    assert!(shown.contains("truecolor"), "{shown}");
    assert!(shown.contains("24 80"), "{shown}");
    assert!(!shown.contains("-iutf8"), "{shown}");

    shell.input.send(ShellInput::Resize(PtySize { cols: 132, rows: 43 })).await.unwrap();
    say(&shell, "stty size\n").await;
    shown_until(&mut shell, "43 132").await;
}

#[tokio::test]
async fn the_exit_code_comes_after_all_output() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let mut shell = link.open_shell(SIZE).await.unwrap();
    say(&shell, "stty -echo; PS1=; echo; seq 1 50000; exit 7\n").await;
    let all = String::from_utf8(all_output(&mut shell).await).unwrap();
    let numbers = all.lines().filter_map(|line| line.trim().parse::<u32>().ok());
    assert!(numbers.eq(1..=50_000), "of {} bytes the last are {:?}", all.len(), &all[all.len().saturating_sub(200)..]);
    assert_eq!(timeout(PATIENCE, shell.exit).await.unwrap().unwrap(), ShellExit::Exited(7));
    assert!(link.is_open());
}

#[tokio::test]
async fn a_signal_is_told() {
    let sshd = Sshd::start().await;
    let mut shell = link_to(&sshd).await.open_shell(SIZE).await.unwrap();
    say(&shell, "kill -KILL $$\n").await;
    all_output(&mut shell).await;
    assert_eq!(timeout(PATIENCE, shell.exit).await.unwrap().unwrap(), ShellExit::Signalled("KILL".to_owned()));
}

#[tokio::test]
async fn a_server_that_dies_is_told_as_lost() {
    let mut sshd = Sshd::start().await;
    let mut shell = link_to(&sshd).await.open_shell(SIZE).await.unwrap();
    say(&shell, "echo ready-$((40 + 2))\n").await;
    shown_until(&mut shell, "ready-42").await;
    sshd.kill_now();
    all_output(&mut shell).await;
    let exit = timeout(PATIENCE, shell.exit).await.unwrap().unwrap();
    assert!(matches!(&exit, ShellExit::Lost(why) if why == "the host closed the connection"), "{exit:?}");
}

#[tokio::test]
async fn a_dropped_shell_ends_on_the_host_and_the_link_stays() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let shell = link.open_shell(SIZE).await.unwrap();
    until("the shell to run", PATIENCE, || async { sshd.runs("bash") }).await;
    drop(shell);
    until("the shell to end", PATIENCE, || async { !sshd.runs("bash") }).await;
    assert!(link.is_open());
}

#[tokio::test]
async fn a_shell_keeps_its_link_and_the_last_one_ends_it() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let mut shell = link.open_shell(SIZE).await.unwrap();
    drop(link);
    say(&shell, "echo still-$((40 + 2))\n").await;
    shown_until(&mut shell, "still-42").await;
    drop(shell);
    until("the connection to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_dropped_link_disconnects() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let other = link.clone();
    drop(link);
    assert_eq!(other.run("echo here", b"", LIMITS).await.unwrap().stdout, b"here\n");
    drop(other);
    until("the connection to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_flood_leaves_the_link_answering() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    let mut shell = link.open_shell(SIZE).await.unwrap();
    say(&shell, "yes\n").await;
    shown_until(&mut shell, "y\r\ny\r\n").await;
    let draining = tokio::spawn(async move {
        let mut bytes = 0;
        while let Some(chunk) = shell.output.recv().await {
            bytes += chunk.len();
        }
        bytes
    });
    for _ in 0..20 {
        let start = Instant::now();
        let answer = link.run("echo beside the flood", b"", LIMITS).await.unwrap();
        assert_eq!(answer.stdout, b"beside the flood\n");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
    assert!(!draining.is_finished());
    draining.abort();
}

#[tokio::test]
async fn much_input_arrives_whole() {
    let sshd = Sshd::start().await;
    let mut shell = link_to(&sshd).await.open_shell(SIZE).await.unwrap();
    say(&shell, "stty raw -echo; echo re''ady; head -c 3000000 | md5sum; exit\r").await;
    shown_until(&mut shell, "ready").await;
    let input = shell.input.clone();
    let typing = tokio::spawn(async move {
        for _ in 0..300 {
            input.send(ShellInput::Data(Bytes::from(vec![b'x'; 10_000]))).await.unwrap();
        }
    });
    // md5 of three million times the letter x
    shown_until(&mut shell, &expected_md5()).await;
    typing.await.unwrap();
}

fn expected_md5() -> String {
    let done =
        std::process::Command::new("sh").args(["-c", "head -c 3000000 /dev/zero | tr '\\0' x | md5sum"]).output();
    String::from_utf8(done.unwrap().stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn a_session_too_many_is_refused_in_words() {
    let sshd = Sshd::builder().max_sessions(1).start().await;
    let link = link_to(&sshd).await;
    let _first = link.open_shell(SIZE).await.unwrap();
    let error = link.open_shell(SIZE).await.unwrap_err();
    assert!(matches!(&error, DialError::ChannelRefused { why } if why.contains("MaxSessions")), "{error:?}");
}

#[tokio::test]
async fn a_host_without_terminals_says_so() {
    let sshd = Sshd::builder().config("PermitTTY no").start().await;
    let mut shell = link_to(&sshd).await.open_shell(SIZE).await.unwrap();
    all_output(&mut shell).await;
    let exit = timeout(PATIENCE, shell.exit).await.unwrap().unwrap();
    assert!(matches!(&exit, ShellExit::Lost(why) if why.contains("no terminal")), "{exit:?}");
}
