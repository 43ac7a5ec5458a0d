//! Hosts that lie: an SSH server of our own that says and asks what no honest one does. Nothing panics, nothing grows, every
//! dial comes to an answer.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;
#[path = "hostile/liar.rs"]
mod liar;
#[path = "hostile/raw.rs"]
mod raw;

use common::{LIMITS, PATIENCE, SIZE, by_password, endpoint, shown_until};
use liar::{Liar, Lie};
use std::{fs, time::Duration};
use testkit::wait::until;
use transport::{Asked, DialError, Link, dial};
use wire::vault::Secret;

/// So long a dial may take here.
const SHORT: Duration = Duration::from_secs(5);

/// A host that sends for ever may not make this process larger by more, in KiB.
const GROWTH: u64 = 64 * 1024;

fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn link_to(liar: &Liar) -> Result<Link, DialError> {
    dial(&endpoint(liar.port()), &by_password("secret"), &[liar.host_key()], None, SHORT).await
}

#[tokio::test]
async fn what_is_no_ssh_is_given_up_without_growing() {
    let before = resident();
    for lie in raw::LIES {
        let host = raw::serve(lie).await;
        let dialled = dial(&endpoint(host.port), &by_password("secret"), &[], None, SHORT).await;
        let error = dialled.map(|_| ()).unwrap_err();
        let told = matches!(
            error,
            DialError::NotSsh { .. }
                | DialError::TimedOut { .. }
                | DialError::Lost { .. }
                | DialError::NoCommonAlgorithm { .. }
        );
        assert!(told, "{}: {error:?}", lie.name);
        assert!(error.to_string().len() < 2_000, "{}: the host writes our words: {error}", lie.name);
    }
    assert!(resident() < before + GROWTH, "{} KiB before, {} now", before, resident());
}

#[tokio::test]
async fn questions_without_end_end() {
    let liar = Liar::start(Lie::AsksForEver).await;
    let mut asked = match link_to(&liar).await.unwrap_err() {
        DialError::Asked(asked) => asked,
        other => panic!("{other:?}"),
    };
    let answer = |asked: Asked| async move { asked.answer(vec![Secret::new("again")], PATIENCE).await };
    for _ in 0..20 {
        match answer(asked).await.unwrap_err() {
            DialError::Asked(next) => asked = next,
            DialError::SignInFailed { .. } => return,
            other => panic!("{other:?}"),
        }
    }
    panic!("it goes on asking");
}

#[tokio::test]
async fn a_question_of_megabytes_or_of_a_thousand_fields_is_none() {
    let long = Liar::start(Lie::AsksAtLength).await;
    let DialError::Asked(asked) = link_to(&long).await.unwrap_err() else { panic!("it asks") };
    let question = asked.question();
    let words = question.name.len() + question.instructions.len() + question.prompts[0].text.len();
    assert!(words < 16_000, "{words} bytes are shown");
    assert!(!question.instructions.contains('\u{1b}') && !question.prompts[0].text.contains('\u{202e}'));

    let many = Liar::start(Lie::AsksAThousandThings).await;
    let refused = link_to(&many).await.unwrap_err();
    assert!(matches!(refused, DialError::SignInFailed { .. }), "{refused:?}");
}

#[tokio::test]
async fn channels_that_nobody_asked_for_are_refused() {
    let liar = Liar::start(Lie::OpensChannels).await;
    let link = link_to(&liar).await.unwrap();
    until("the host has tried", PATIENCE, || async { liar.refused() == liar::CHANNELS }).await;
    assert_eq!(liar.opened(), 0, "a channel of the host's was accepted");
    assert!(link.is_open());
    let output = link.run("true", b"", LIMITS).await.unwrap();
    assert_eq!(output.stdout, b"ran");
}

#[tokio::test]
async fn a_banner_of_megabytes_is_passed_over() {
    let liar = Liar::start(Lie::LongBanner).await;
    let before = resident();
    link_to(&liar).await.unwrap();
    assert!(resident() < before + GROWTH);
}

#[tokio::test]
async fn a_window_of_four_gigabytes_is_not_believed_with_our_memory() {
    let liar = Liar::start(Lie::HugeWindow).await;
    let link = link_to(&liar).await.unwrap();
    let mut shell = link.open_shell(SIZE).await.unwrap();
    shown_until(&mut shell, "ready").await;
    assert!(link.is_open());
}

#[tokio::test]
async fn only_compression_is_no_algorithm() {
    let liar = Liar::start(Lie::OnlyCompresses).await;
    let refused = link_to(&liar).await.unwrap_err();
    assert!(matches!(refused, DialError::NoCommonAlgorithm { .. }), "{refused:?}");
}
