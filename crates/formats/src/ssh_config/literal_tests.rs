//! The client that reads the file takes every name, user and key's name for that one word: no option comes from inside of one.

use crate::{Document, Form, HostEntry, Outgoing, write};
use proptest::prelude::*;
use std::{io::Write, process::Command};
use tempfile::NamedTempFile;

/// What the client could take for more than a letter.
const HOSTILE: &[&str] = &[
    "'",
    "\"",
    "\\",
    "\\\"",
    "#",
    "=",
    " ",
    "  ",
    ",",
    "!",
    "*",
    "?",
    "%h",
    "%%",
    "$(id)",
    "`id`",
    ";",
    "|",
    "&&",
    "-",
    "--",
    "-oProxyCommand=id",
    "ProxyCommand id",
    "Match all",
    "Host *",
    "\u{a0}",
    "\u{2028}",
    "é",
    "漢字",
    "a",
    "b1",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(HOSTILE), 1..6)
        .prop_map(|pieces| pieces.concat().trim().to_owned())
        .prop_filter("a word", |word| !word.is_empty())
}

/// As a host's username is: no blank in it, no dash before it.
fn user() -> impl Strategy<Value = String> {
    hostile()
        .prop_map(|word| word.replace(char::is_whitespace, "").trim_start_matches('-').to_owned())
        .prop_filter("a user", |word| !word.is_empty())
}

fn host(name: &str, username: &str, credential: Option<String>) -> HostEntry {
    HostEntry {
        name: name.to_owned(),
        address: "192.0.2.9".to_owned(),
        port: 22,
        username: Some(username.to_owned()),
        credential,
        ..HostEntry::default()
    }
}

/// What the client would do for a host of a file.
fn understood(hosts: &[HostEntry], alias: &str) -> Vec<String> {
    let document = Document { hosts: hosts.to_vec(), ..Document::default() };
    let written = write(Form::SshConfig, &Outgoing::from(document)).expect("a file");
    let mut file = NamedTempFile::new().expect("a file");
    file.write_all(&written).expect("it is written");
    let done = Command::new("ssh").args(["-G", "-F"]).arg(file.path()).args(["--", alias]).output().expect("ssh");
    let text = String::from_utf8_lossy(&written).into_owned();
    assert!(done.status.success(), "{text}\n{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).lines().map(ToOwned::to_owned).collect()
}

fn said<'a>(lines: &'a [String], key: &str) -> Option<&'a str> {
    lines.iter().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_user_is_one_word(user in user()) {
        let lines = understood(&[host("plain", &user, None)], "plain");
        prop_assert_eq!(said(&lines, "user"), Some(user.as_str()));
        let usual = understood(&[host("plain", "root", None)], "plain");
        let others = |lines: &[String]| lines.iter().filter(|line| !line.starts_with("user ")).cloned().collect::<Vec<_>>();
        prop_assert_eq!(others(&lines), others(&usual), "nothing else is said");
    }

    #[test]
    fn what_others_are_called_says_nothing_of_a_host(name in hostile(), user in user(), key in hostile()) {
        let plain = host("plain", "root", Some("key".to_owned()));
        let alone = understood(std::slice::from_ref(&plain), "plain");
        for hosts in [[host(&name, &user, Some(key.clone())), plain.clone()], [plain.clone(), host(&name, &user, Some(key.clone()))]] {
            prop_assert_eq!(&understood(&hosts, "plain"), &alone);
        }
    }
}
