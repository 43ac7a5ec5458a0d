//! What stands in the way of a connection, each with its name.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{PATIENCE, by_password, endpoint, link_to, try_dial};
use std::time::{Duration, Instant};
use testkit::{proxy::FaultProxy, sshd::PASSWORD, sshd::Sshd, wait::until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use transport::{DialError, Endpoint, dial, probe};

const SHORT: Duration = Duration::from_millis(400);

async fn failure(to: &Endpoint, timeout: Duration) -> DialError {
    dial(to, &by_password(PASSWORD), &[], None, timeout).await.unwrap_err()
}

/// A port on which a script answers each connection.
async fn answering(bytes: &'static [u8], then_close: bool) -> Endpoint {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.write_all(bytes).await;
                if !then_close {
                    let _ = stream.read_to_end(&mut Vec::new()).await;
                }
            });
        }
    });
    endpoint(port)
}

#[tokio::test]
async fn a_refused_port() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    assert_eq!(failure(&endpoint(port), PATIENCE).await, DialError::Refused { endpoint: endpoint(port) });
    assert!(!probe(&endpoint(port), PATIENCE).await);
}

#[tokio::test]
async fn an_unknown_name() {
    let nowhere = Endpoint { address: "no-such-host.invalid".to_owned(), port: 22 };
    assert_eq!(failure(&nowhere, PATIENCE).await, DialError::UnknownName { endpoint: nowhere.clone() });
}

#[tokio::test]
async fn a_silent_port() {
    let silent = answering(b"", false).await;
    let start = Instant::now();
    let timed_out = DialError::TimedOut { endpoint: silent.clone(), step: "greeting" };
    assert_eq!(failure(&silent, SHORT).await, timed_out);
    assert!(start.elapsed() < SHORT * 5);
    assert!(probe(&silent, PATIENCE).await, "the port itself is open");
}

#[tokio::test]
async fn a_host_that_stops_after_its_greeting() {
    let stuck = answering(b"SSH-2.0-Stuck\r\n", false).await;
    let timed_out = DialError::TimedOut { endpoint: stuck.clone(), step: "key exchange" };
    assert_eq!(failure(&stuck, SHORT).await, timed_out);
}

#[tokio::test]
async fn a_dial_that_was_given_up_leaves_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stuck = endpoint(listener.local_addr().unwrap().port());
    let dialling = tokio::spawn(async move { failure(&stuck, PATIENCE).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.write_all(b"SSH-2.0-Stuck\r\n").await.unwrap();
    // Its greeting and its offer have come: the key exchange has begun.
    let mut heard = [0; 256];
    stream.read_exact(&mut heard).await.unwrap();
    dialling.abort();
    let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await;
    assert!(ended.is_ok(), "the connection still stands");
}

#[tokio::test]
async fn a_stall_while_signing_in() {
    let sshd = Sshd::builder().config("LogLevel DEBUG1").start().await;
    let proxy = FaultProxy::start(([127, 0, 0, 1], sshd.port()).into()).await;
    let through = endpoint(proxy.port());
    // A wrong password is answered only after two seconds, once the host has noted it: time to stall.
    let (login, trusted) = (by_password("guess"), sshd.host_keys());
    let dialling = dial(&through, &login, &trusted, None, Duration::from_secs(5));
    let stalling = async {
        until("the password to arrive", PATIENCE, || async { sshd.log().contains("method password") }).await;
        proxy.stall(true);
    };
    let (dialled, ()) = tokio::join!(dialling, stalling);
    assert_eq!(dialled.unwrap_err(), DialError::TimedOut { endpoint: through, step: "sign-in" });
}

#[tokio::test]
async fn a_server_that_is_not_ssh() {
    let web = answering(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", true).await;
    let why = "it answered \"HTTP/1.1 400 Bad Request\"".to_owned();
    assert_eq!(failure(&web, PATIENCE).await, DialError::NotSsh { endpoint: web.clone(), why: why.clone() });

    let keeps_open = answering(b"HTTP/1.1 400 Bad Request\r\n\r\n", false).await;
    assert_eq!(failure(&keeps_open, SHORT).await, DialError::NotSsh { endpoint: keeps_open.clone(), why });

    let shuts = answering(b"", true).await;
    assert!(matches!(failure(&shuts, PATIENCE).await, DialError::NotSsh { .. }));
}

#[tokio::test]
async fn no_algorithm_in_common() {
    let sshd = Sshd::builder().config("KexAlgorithms ecdh-sha2-nistp256").start().await;
    let error = try_dial(&sshd, &by_password(PASSWORD)).await.unwrap_err();
    assert!(matches!(error, DialError::NoCommonAlgorithm { .. }), "{error:?}");
}

#[tokio::test]
async fn a_broken_link_knows_it() {
    let mut sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    sshd.kill_now();
    until("the link to notice", PATIENCE, || async { !link.is_open() }).await;
    let error = link.open_shell(common::SIZE).await.unwrap_err();
    assert!(matches!(error, DialError::Lost { .. }), "{error:?}");
}
