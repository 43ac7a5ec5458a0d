//! What was typed without an echo is nowhere: every file of the server's data folder is searched for it, after a session in
//! which real programs asked for passwords.

use crate::common::{ClientSocket, HOST, Person, Process, View, connect, json, take_in};
use reqwest::StatusCode;
use serde_json::json;
use std::{fs, path::Path};
use testkit::sshd::{ADDRESS, PASSWORD, Sshd, USER};

/// Typed where nothing is echoed, by the program that asks.
const BLIND: [(&str, &str, &str); 3] = [
    ("read -rsp 'Password: ' x; echo read-$((1+1))", "Password: ", "blind-mast-93571"),
    ("su -c true nobody; echo su-$((1+1))", "assword: ", "blind-keel-48260"),
    ("ssh", "assword: ", "blind-hull-71934"),
];

#[tokio::test]
async fn a_password_that_was_typed_blind_is_in_no_file() {
    let data = tempfile::tempdir().unwrap();
    let (mut process, address) = Process::serve(data.path(), &[("BERTH_LOG_LEVEL", "debug")]);
    let (admin, sshd) = (Person::at(address), Sshd::start().await);
    admin.set_up(&process.set_up_code()).await;
    take_in(&admin, &sshd).await;
    let open = format!("/api/terminal/{HOST}/terminal-sessions");
    let opened = json(admin.post(&open, json!({})).await, StatusCode::OK).await;
    let socket = connect(address, opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap();
    let mut terminal = ClientSocket::over(socket, View { client: 1, ..View::default() });
    terminal.attach(None).await;
    terminal.until("$").await;
    for (number, (command, prompt, secret)) in BLIND.into_iter().enumerate() {
        let ssh = format!(
            "ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o NumberOfPasswordPrompts=1 \
             -o PreferredAuthentications=password -p {} {USER}@{ADDRESS}",
            sshd.port()
        );
        let command = if command == "ssh" { &ssh } else { command };
        terminal.type_in(&format!("{command}; echo done-{number}-$((40+{number}))\n")).await;
        while !terminal.view.tail().ends_with(prompt) {
            assert!(terminal.hear().await, "{command} asked for no password: {}", terminal.view.text());
        }
        terminal.type_in(&format!("{secret}\n")).await;
        terminal.until(&format!("done-{number}-{}", 40 + number)).await;
    }
    terminal.type_in("echo seen-by-all\n").await;
    terminal.until("seen-by-all").await;
    drop(terminal);
    process.stop().await;
    let found = files_with(data.path(), &BLIND.map(|(_, _, secret)| secret));
    assert_eq!(found, Vec::<String>::new(), "a blind password was kept");
    assert_eq!(files_with(data.path(), &[PASSWORD]), Vec::<String>::new(), "a host's password was kept in the open");
}

/// The files below a folder in which one of these texts stands.
fn files_with(folder: &Path, texts: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut look_at = vec![folder.to_owned()];
    while let Some(path) = look_at.pop() {
        if path.is_dir() {
            look_at.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let has = |text: &&&str| memchr::memmem::find(&bytes, text.as_bytes()).is_some();
        found.extend(texts.iter().filter(has).map(|text| format!("{text} in {}", path.display())));
    }
    found
}
