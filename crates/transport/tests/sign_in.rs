//! Every way to sign in, against a real sshd.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{PATIENCE, by_key, by_password, link_to, try_dial};
use testkit::{
    keygen::{Certify, KeySpec, certify, make_key},
    sshd::{CODES, PASSWORD, Sshd, USER},
    wait::until,
};
use transport::{Asked, DialError, KeyError, Link, Login, NeededSecret};
use wire::vault::Secret;

#[tokio::test]
async fn with_a_password() {
    let sshd = Sshd::start().await;
    let link = link_to(&sshd).await;
    assert!(link.is_open());
    until("the log", PATIENCE, || async { sshd.log().contains("Accepted password") }).await;
}

#[tokio::test]
async fn with_a_wrong_password() {
    let sshd = Sshd::start().await;
    match try_dial(&sshd, &by_password("guess")).await {
        Err(DialError::SignInFailed { username, tried, offered, .. }) => {
            assert_eq!((username.as_str(), tried.as_slice()), (USER, ["password"].as_slice()));
            assert!(offered.contains(&"publickey".to_owned()));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(sshd.log().matches("Failed password").count(), 1, "a wrong password is sent once");
}

#[tokio::test]
async fn with_a_key_of_each_kind() {
    let sshd = Sshd::start().await;
    for (kind, bits) in [("ed25519", ""), ("rsa", "2048"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")] {
        let key = make_key(KeySpec { kind, bits, ..KeySpec::default() });
        sshd.authorize(&key.public);
        try_dial(&sshd, &by_key(&key.private, None)).await.unwrap_or_else(|error| panic!("{kind} {bits}: {error}"));
    }
}

#[tokio::test]
async fn with_rsa_and_only_one_hash() {
    for hash in ["rsa-sha2-256", "rsa-sha2-512"] {
        let sshd = Sshd::builder().config(&format!("PubkeyAcceptedAlgorithms {hash}")).start().await;
        let key = make_key(KeySpec { kind: "rsa", bits: "2048", ..KeySpec::default() });
        sshd.authorize(&key.public);
        try_dial(&sshd, &by_key(&key.private, None)).await.unwrap_or_else(|error| panic!("{hash}: {error}"));
    }
}

#[tokio::test]
async fn with_encrypted_keys() {
    let sshd = Sshd::start().await;
    for (kind, format) in [("ed25519", "RFC4716"), ("rsa", "PEM"), ("ecdsa", "PEM"), ("ecdsa", "PKCS8")] {
        let key = make_key(KeySpec { kind, format, passphrase: "open sesame", ..KeySpec::default() });
        sshd.authorize(&key.public);
        let opened = try_dial(&sshd, &by_key(&key.private, Some("open sesame"))).await;
        opened.unwrap_or_else(|error| panic!("{kind} {format}: {error}"));
        let wrong = try_dial(&sshd, &by_key(&key.private, Some("guess"))).await.unwrap_err();
        assert_eq!(wrong, DialError::Key(KeyError::WrongPassphrase), "{kind} {format}");
        let missing = try_dial(&sshd, &by_key(&key.private, None)).await.unwrap_err();
        let needed = DialError::SecretNeeded { username: USER.to_owned(), what: NeededSecret::Passphrase };
        assert_eq!(missing, needed, "{kind} {format}");
    }
}

#[tokio::test]
async fn with_an_unknown_key() {
    let sshd = Sshd::start().await;
    let key = make_key(KeySpec::default());
    match try_dial(&sshd, &by_key(&key.private, None)).await {
        Err(DialError::SignInFailed { tried, .. }) => assert_eq!(tried, ["publickey"]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn with_nothing() {
    let sshd = Sshd::start().await;
    let login = Login { username: USER.to_owned(), ..Login::default() };
    let error = try_dial(&sshd, &login).await.unwrap_err();
    assert_eq!(error, DialError::SecretNeeded { username: USER.to_owned(), what: NeededSecret::Password });
}

#[tokio::test]
async fn by_answering_the_one_hidden_question() {
    let sshd = Sshd::builder()
        .config("PasswordAuthentication no")
        .config("KbdInteractiveAuthentication yes")
        .authentication_methods("keyboard-interactive")
        .start()
        .await;
    link_to(&sshd).await;
    until("the log", PATIENCE, || async { sshd.log().contains("Accepted keyboard-interactive") }).await;
    match try_dial(&sshd, &by_password("guess")).await {
        Err(DialError::SignInFailed { tried, .. }) => assert_eq!(tried, ["keyboard-interactive"]),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn by_several_methods_in_sequence() {
    let key = make_key(KeySpec::default());
    for methods in ["publickey,password", "password,publickey", "publickey,keyboard-interactive"] {
        let sshd =
            Sshd::builder().config("KbdInteractiveAuthentication yes").authentication_methods(methods).start().await;
        sshd.authorize(&key.public);
        let both = Login { password: Some(Secret::new(PASSWORD)), ..by_key(&key.private, None) };
        try_dial(&sshd, &both).await.unwrap_or_else(|error| panic!("{methods}: {error}"));
        if methods.starts_with("publickey") {
            let half = try_dial(&sshd, &by_key(&key.private, None)).await.unwrap_err();
            let needed = DialError::SecretNeeded { username: USER.to_owned(), what: NeededSecret::Password };
            let asked = matches!(&half, DialError::Asked(asked) if asked.question().asks_password());
            assert!(half == needed || asked && methods.contains("keyboard"), "{methods}: {half:?}");
        }
    }
}

fn asked(error: DialError) -> Asked {
    match error {
        DialError::Asked(asked) => asked,
        other => panic!("nothing was asked: {other:?}"),
    }
}

async fn says(asked: &Asked, answer: &str) -> Result<Link, DialError> {
    asked.answer(vec![Secret::new(answer)], PATIENCE).await
}

#[tokio::test]
async fn by_a_one_time_code_that_a_person_answers_with() {
    let sshd = Sshd::builder().one_time_codes().authentication_methods("keyboard-interactive").start().await;
    let waiting = asked(try_dial(&sshd, &by_password(PASSWORD)).await.unwrap_err());
    let [prompt] = waiting.question().prompts.as_slice() else { panic!("one field: {waiting:?}") };
    assert!(prompt.text.contains("One-time password") && !prompt.echo, "{prompt:?}");
    assert!(says(&waiting, CODES[0]).await.unwrap().is_open());
    let twice = says(&waiting, CODES[1]).await;
    assert!(matches!(twice, Err(DialError::Lost { .. })), "a question is answered once: {twice:?}");

    // The same code a second time is refused by the host, which asks anew within the same sign-in.
    let waiting = asked(try_dial(&sshd, &by_password(PASSWORD)).await.unwrap_err());
    let again = asked(says(&waiting, CODES[0]).await.unwrap_err());
    assert!(again.question().asks_password(), "PAM begins from its first question: {again:?}");
    let code = asked(says(&again, PASSWORD).await.unwrap_err());
    assert!(says(&code, CODES[1]).await.unwrap().is_open());
}

#[tokio::test]
async fn by_a_key_and_then_what_the_host_asks() {
    let sshd = Sshd::builder().one_time_codes().authentication_methods("publickey,keyboard-interactive").start().await;
    let key = make_key(KeySpec::default());
    sshd.authorize(&key.public);
    let password = asked(try_dial(&sshd, &by_key(&key.private, None)).await.unwrap_err());
    assert!(password.question().asks_password());
    let code = asked(says(&password, PASSWORD).await.unwrap_err());
    assert!(!code.question().asks_password());
    assert!(says(&code, CODES[0]).await.unwrap().is_open());
}

#[tokio::test]
async fn a_question_that_nobody_answers_ends_with_its_connection() {
    let sshd = Sshd::builder().one_time_codes().authentication_methods("keyboard-interactive").start().await;
    let waiting = asked(try_dial(&sshd, &by_password(PASSWORD)).await.unwrap_err());
    assert!(sshd.connection_processes() > 0);
    drop(waiting);
    until("the connection to end", PATIENCE, || async { sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn with_a_certificate_of_an_authority() {
    let authority = make_key(KeySpec::default());
    for kind in ["ed25519", "rsa", "ecdsa"] {
        let key = make_key(KeySpec { kind, ..KeySpec::default() });
        let sshd = Sshd::builder().user_authority(&authority.public).start().await;
        let signed = |principal: &str| certify(&authority, &key, Certify { principal, ..Certify::default() });
        let login = |certificate| Login { certificate: Some(certificate), ..by_key(&key.private, None) };
        try_dial(&sshd, &login(signed(USER))).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let other = try_dial(&sshd, &login(signed("somebody-else"))).await;
        assert!(matches!(other, Err(DialError::SignInFailed { .. })), "{kind}: {other:?}");
        let alone = try_dial(&sshd, &by_key(&key.private, None)).await;
        assert!(
            matches!(alone, Err(DialError::SignInFailed { .. })),
            "{kind}: the key alone lets nobody in: {alone:?}"
        );
        // A host that knows the key lets it in, whatever the certificate is worth.
        sshd.authorize(&key.public);
        try_dial(&sshd, &login(signed("somebody-else"))).await.unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
}

#[tokio::test]
async fn a_host_that_hangs_up_after_failures_says_so() {
    let sshd = Sshd::builder().config("MaxAuthTries 1").start().await;
    let key = make_key(KeySpec::default());
    let both = Login { password: Some(Secret::new(PASSWORD)), ..by_key(&key.private, None) };
    match try_dial(&sshd, &both).await {
        Err(DialError::SignInFailed { tried, .. }) => assert_eq!(tried, ["publickey"]),
        other => panic!("{other:?}"),
    }
}
