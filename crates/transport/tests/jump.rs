//! Hosts behind hosts.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{LIMITS, PATIENCE, SIZE, all_output, by_password, endpoint, link_to, say, shown_until};
use testkit::{
    sshd::{PASSWORD, Sshd},
    wait::until,
};
use tokio::{net::TcpListener, time::timeout};
use transport::{DialError, Endpoint, Link, ShellExit, dial, scan_host_key};

async fn through(jump: &Link, to: &Sshd) -> Link {
    dial(&endpoint(to.port()), &by_password(PASSWORD), &to.host_keys(), Some(jump), PATIENCE).await.unwrap()
}

#[tokio::test]
async fn a_shell_two_hosts_away() {
    let (near, middle, far) = tokio::join!(Sshd::start(), Sshd::start(), Sshd::start());
    let first = link_to(&near).await;
    let second = through(&first, &middle).await;
    let third = through(&second, &far).await;
    // The links in between live as long as the last one.
    drop((first, second));
    let mut shell = third.open_shell(SIZE).await.unwrap();
    say(&shell, "set -- $SSH_CONNECTION; echo port-$4\n").await;
    shown_until(&mut shell, &format!("port-{}", far.port())).await;
    drop((shell, third));
    for sshd in [&near, &middle, &far] {
        until("every connection to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
    }
}

#[tokio::test]
async fn keys_are_scanned_through_it() {
    let (near, far) = tokio::join!(Sshd::start(), Sshd::start());
    let link = link_to(&near).await;
    let shown = scan_host_key(&endpoint(far.port()), Some(&link), PATIENCE).await.unwrap();
    assert_eq!(shown.openssh, far.host_keys()[0]);
}

#[tokio::test]
async fn what_the_jump_host_cannot_reach_is_named() {
    let near = Sshd::start().await;
    let link = link_to(&near).await;
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    for to in [endpoint(port), Endpoint { address: "no-such-host.invalid".to_owned(), port: 22 }] {
        let error = dial(&to, &by_password(PASSWORD), &[], Some(&link), PATIENCE).await.unwrap_err();
        assert!(matches!(&error, DialError::Unreachable { endpoint, .. } if *endpoint == to), "{error:?}");
    }
    assert!(link.is_open());
}

#[tokio::test]
async fn a_jump_host_that_forwards_nothing_says_so() {
    let near = Sshd::builder().config("AllowTcpForwarding no").start().await;
    let far = Sshd::start().await;
    let link = link_to(&near).await;
    let to = endpoint(far.port());
    let error = dial(&to, &by_password(PASSWORD), &far.host_keys(), Some(&link), PATIENCE).await.unwrap_err();
    assert!(matches!(error, DialError::ChannelRefused { .. }), "{error:?}");
}

#[tokio::test]
async fn when_the_jump_host_dies_what_goes_through_it_is_lost() {
    let (mut near, far) = tokio::join!(Sshd::start(), Sshd::start());
    let link = through(&link_to(&near).await, &far).await;
    let mut shell = link.open_shell(SIZE).await.unwrap();
    near.kill_now();
    all_output(&mut shell).await;
    let exit = timeout(PATIENCE, shell.exit).await.unwrap().unwrap();
    assert!(matches!(exit, ShellExit::Lost(_)), "{exit:?}");
    assert!(matches!(link.run("true", b"", LIMITS).await, Err(DialError::Lost { .. })));
}
