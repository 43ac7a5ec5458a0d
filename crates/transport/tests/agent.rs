//! An agent that is forwarded to a host, and one that is not.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod common;

use common::{LIMITS, PATIENCE, SIZE, by_key, say, shown_until, try_dial};
use testkit::{
    keygen::{KeySpec, TestKey, make_key},
    sshd::{ADDRESS, Sshd, USER},
};
use transport::{Link, Login, ShellExit, Stream};

/// A link to a host that knows the key, with its agent forwarded.
async fn forwarding_to(sshd: &Sshd, key: &TestKey) -> Link {
    sshd.authorize(&key.public);
    try_dial(sshd, &Login { forward_agent: true, ..by_key(&key.private, None) }).await.unwrap()
}

/// What runs on one host to sign in on another.
fn hop_to(far: &Sshd) -> String {
    format!(
        "ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p {} {USER}@{ADDRESS} \
         'echo there-$((6*7))'",
        far.port()
    )
}

/// Runs a command of a person's, and tells what it wrote and how it ended.
async fn ran(link: &Link, command: &str) -> (String, ShellExit) {
    let mut running = link.start(command, 1 << 20).await.unwrap();
    let mut wrote = String::new();
    while let Some((stream, piece)) = running.next().await {
        let sign = if stream == Stream::Stderr { "!" } else { "" };
        wrote += &format!("{sign}{}", String::from_utf8_lossy(&piece));
    }
    (wrote, running.end().await.exit.unwrap())
}

#[tokio::test]
async fn what_runs_on_a_host_signs_in_elsewhere_by_it() {
    let (near, far) = tokio::join!(Sshd::start(), Sshd::start());
    for (kind, bits) in [("ed25519", ""), ("rsa", "2048"), ("ecdsa", "256")] {
        let key = make_key(KeySpec { kind, bits, ..KeySpec::default() });
        far.authorize(&key.public);
        let link = forwarding_to(&near, &key).await;
        let (wrote, exit) = ran(&link, &hop_to(&far)).await;
        assert_eq!(exit, ShellExit::Exited(0), "{kind}: {wrote}");
        assert!(wrote.contains("there-42"), "{kind}: {wrote}");
        let mut shell = link.open_shell(SIZE).await.unwrap();
        say(&shell, &format!("{}\n", hop_to(&far))).await;
        shown_until(&mut shell, "there-42").await;
    }
}

#[tokio::test]
async fn it_shows_the_one_key_and_lets_nobody_change_that() {
    let near = Sshd::start().await;
    let (key, other) = (make_key(KeySpec::default()), make_key(KeySpec::default()));
    let link = forwarding_to(&near, &key).await;
    let bare = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let listed = || async { bare(&ran(&link, "ssh-add -L").await.0) };
    assert_eq!(listed().await, bare(&key.public));
    let folder = near.dir().join("others");
    std::fs::write(&folder, &other.private).unwrap();
    for command in [
        format!("umask 077; cat {0} > ~/k-$$ && ssh-add ~/k-$$; r=$?; rm ~/k-$$; exit $r", folder.display()),
        "ssh-add -D".into(),
    ] {
        let (wrote, exit) = ran(&link, &command).await;
        assert_ne!(exit, ShellExit::Exited(0), "{command}: {wrote}");
    }
    assert_eq!(listed().await, bare(&key.public));
}

#[tokio::test]
async fn nothing_is_forwarded_without_being_asked_for() {
    let near = Sshd::start().await;
    let key = make_key(KeySpec::default());
    near.authorize(&key.public);
    let link = try_dial(&near, &by_key(&key.private, None)).await.unwrap();
    assert_eq!(ran(&link, "echo agent:$SSH_AUTH_SOCK.").await.0, "agent:.\n");
    let forwarding = forwarding_to(&near, &key).await;
    assert_ne!(ran(&forwarding, "echo agent:$SSH_AUTH_SOCK.").await.0, "agent:.\n");
}

#[tokio::test]
async fn a_host_that_takes_no_agent_opens_its_shell_all_the_same() {
    let near = Sshd::builder().config("AllowAgentForwarding no").start().await;
    let link = forwarding_to(&near, &make_key(KeySpec::default())).await;
    let mut shell = link.open_shell(SIZE).await.unwrap();
    say(&shell, "echo agent:$SSH_AUTH_SOCK.\n").await;
    shown_until(&mut shell, "agent:.\r").await;
    assert!(tokio::time::timeout(PATIENCE, link.run("true", b"", LIMITS)).await.unwrap().is_ok());
}
