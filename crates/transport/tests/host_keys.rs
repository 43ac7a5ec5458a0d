//! Trust in host keys: unknown, trusted, changed, and the kind that a host is asked for.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{PATIENCE, by_password, endpoint, try_dial};
use testkit::{
    keygen::show_key,
    sshd::{PASSWORD, Sshd},
};
use transport::{DialError, describe_key, dial, scan_host_key};

#[tokio::test]
async fn an_unknown_key_is_shown_and_nothing_is_sent_to_sign_in() {
    let sshd = Sshd::start().await;
    let error = dial(&endpoint(sshd.port()), &by_password(PASSWORD), &[], None, PATIENCE).await.unwrap_err();
    let DialError::HostKeyUnknown(shown) = error else { panic!("{error:?}") };
    assert_eq!(shown.openssh, sshd.host_keys()[0]);
    assert_eq!(shown.randomart, show_key(&sshd.host_keys()[0]).1);
    assert!(!sshd.log().contains("password"), "{}", sshd.log());
}

#[tokio::test]
async fn a_scan_shows_the_key() {
    let sshd = Sshd::builder().host_key("rsa").start().await;
    let shown = scan_host_key(&endpoint(sshd.port()), None, PATIENCE).await.unwrap();
    assert_eq!(shown, describe_key(&sshd.host_keys()[0]).unwrap());
    assert_eq!(shown.algorithm, "ssh-rsa");
}

#[tokio::test]
async fn each_kind_of_trusted_key_is_found_among_several() {
    let sshd = Sshd::builder().host_key("ed25519").host_key("rsa").host_key("ecdsa").start().await;
    for key in sshd.host_keys() {
        let trusted = [key.clone()];
        let link = dial(&endpoint(sshd.port()), &by_password(PASSWORD), &trusted, None, PATIENCE).await;
        link.unwrap_or_else(|error| panic!("{key}: {error}"));
    }
}

#[tokio::test]
async fn a_changed_key_is_a_full_stop() {
    let mut sshd = Sshd::start().await;
    let before = sshd.host_keys();
    sshd.restart_with_host_key("ed25519").await;
    let dialled = dial(&endpoint(sshd.port()), &by_password(PASSWORD), &before, None, PATIENCE).await;
    let Err(DialError::HostKeyChanged { shown, trusted }) = dialled else { panic!("{dialled:?}") };
    assert_eq!(trusted.openssh, before[0]);
    assert_eq!(shown.openssh, sshd.host_keys()[0]);
    assert!(!sshd.log().contains("Accepted"));
    try_dial(&sshd, &by_password(PASSWORD)).await.unwrap();
}

#[tokio::test]
async fn a_key_of_another_kind_is_a_change_too() {
    let mut sshd = Sshd::start().await;
    let before = sshd.host_keys();
    sshd.restart_with_host_key("ecdsa").await;
    let dialled = dial(&endpoint(sshd.port()), &by_password(PASSWORD), &before, None, PATIENCE).await;
    let Err(DialError::HostKeyChanged { shown, trusted }) = dialled else { panic!("{dialled:?}") };
    assert_eq!(trusted.algorithm, "ssh-ed25519");
    assert_eq!(shown.algorithm, "ecdsa-sha2-nistp256");
}
