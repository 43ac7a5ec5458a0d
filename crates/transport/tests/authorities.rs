//! Certificates of hosts (`@cert-authority`), against a real sshd that shows one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{PATIENCE, by_password, endpoint};
use testkit::{
    keygen::{Certify, KeySpec, TestKey, make_key},
    sshd::{ADDRESS, PASSWORD, Sshd},
};
use transport::{DialError, HostTrust, Link, Wish, dial_for, scan_host_key_like};

const HOST: Certify<'_> = Certify { host: true, principal: ADDRESS, validity: "-5m:+1h" };

fn authority() -> TestKey {
    make_key(KeySpec::default())
}

/// Trusts the authority for the address, and no key.
fn trusting(authority: &TestKey) -> HostTrust {
    HostTrust {
        authorities: vec![authority.public.clone()],
        names: vec![ADDRESS.to_owned(), "web01.example".to_owned()],
        ..HostTrust::default()
    }
}

async fn dialled(sshd: &Sshd, trust: &HostTrust) -> Result<Link, DialError> {
    dial_for(Wish::Quick, &endpoint(sshd.port()), &by_password(PASSWORD), trust, None, PATIENCE).await
}

fn is_unknown(dialled: Result<Link, DialError>) -> bool {
    matches!(dialled, Err(DialError::HostKeyUnknown(_)))
}

#[tokio::test]
async fn a_host_that_its_authority_vouches_for_is_trusted() {
    for kind in ["ed25519", "rsa", "ecdsa"] {
        let authority = authority();
        let sshd = Sshd::builder().host_key(kind).host_certificate(&authority, HOST).start().await;
        let trust = trusting(&authority);
        dialled(&sshd, &trust).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let (shown, vouched) = scan_host_key_like(&endpoint(sshd.port()), &trust, None, PATIENCE).await.unwrap();
        assert!(vouched && sshd.host_keys()[0] == shown.openssh, "{kind}: {shown:?}");
        let other_name = HostTrust { names: vec!["db01.example".to_owned()], ..trust.clone() };
        assert!(is_unknown(dialled(&sshd, &other_name).await), "{kind}: it is for another host");
        let nobody = HostTrust::default();
        assert!(is_unknown(dialled(&sshd, &nobody).await), "{kind}: nobody is trusted");
    }
}

#[tokio::test]
async fn by_any_of_its_names_in_whatever_case() {
    let authority = authority();
    let names = Certify { principal: "db01.example,WEB01.example", ..HOST };
    let sshd = Sshd::builder().host_certificate(&authority, names).start().await;
    dialled(&sshd, &trusting(&authority)).await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_does_not_count_leaves_the_key_unknown() {
    let (authority, stranger) = (authority(), make_key(KeySpec::default()));
    let cases = [
        ("over", &authority, Certify { validity: "-2h:-1h", ..HOST }),
        ("not yet", &authority, Certify { validity: "+1h:+2h", ..HOST }),
        ("for another host", &authority, Certify { principal: "db01.example", ..HOST }),
        ("by a stranger", &stranger, HOST),
    ];
    for (what, signer, certificate) in cases {
        let sshd = Sshd::builder().host_certificate(signer, certificate).start().await;
        let trust = trusting(&authority);
        assert!(is_unknown(dialled(&sshd, &trust).await), "{what}");
        let (_, vouched) = scan_host_key_like(&endpoint(sshd.port()), &trust, None, PATIENCE).await.unwrap();
        assert!(!vouched, "{what}");
        // The key alone, trusted by a person, is as good as ever.
        let known = HostTrust { keys: sshd.host_keys(), ..trust };
        dialled(&sshd, &known).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    }
}

#[tokio::test]
async fn what_is_revoked_is_refused_whoever_vouches() {
    let authority = authority();
    let sshd = Sshd::builder().host_certificate(&authority, HOST).start().await;
    let key = HostTrust { revoked: sshd.host_keys(), keys: sshd.host_keys(), ..trusting(&authority) };
    assert!(matches!(dialled(&sshd, &key).await, Err(DialError::HostKeyRevoked(_))));
    let signer = HostTrust { revoked: vec![authority.public.clone()], ..trusting(&authority) };
    assert!(is_unknown(dialled(&sshd, &signer).await));
}

#[tokio::test]
async fn a_host_without_a_certificate_is_asked_as_ever() {
    let authority = authority();
    let sshd = Sshd::start().await;
    assert!(is_unknown(dialled(&sshd, &trusting(&authority)).await));
    let known = HostTrust { keys: sshd.host_keys(), ..trusting(&authority) };
    dialled(&sshd, &known).await.unwrap();
}
