//! Work that outlives the server and its links: real tmux behind real sshd.

use crate::common::{
    ClientSocket, HOST, Lab, PATIENCE, Person, ServerProcess, TestServer, View, connect, json, take_in,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{fs, net::SocketAddr, os::unix::fs::PermissionsExt, process::Command};
use testkit::{
    sshd::{Sshd, USER},
    wait,
};

async fn keep_in_tmux(admin: &Person, host: &str) {
    json(admin.patch(&format!("/api/hosts/{host}"), json!({"tmux": true})).await, StatusCode::OK).await;
}

/// Opens the host and attaches.
async fn open(admin: &Person, address: SocketAddr, body: Value) -> (Value, ClientSocket) {
    let opened = admin.post(&format!("/api/terminal/{HOST}/terminal-sessions"), body).await;
    let opened = json(opened, StatusCode::OK).await;
    let socket = connect(address, opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap();
    let mut terminal = ClientSocket::over(socket, View::default());
    terminal.attach(None).await;
    (opened, terminal)
}

/// The name of the tmux session that the terminal shows, told by tmux itself.
async fn tmux_name(terminal: &mut ClientSocket) -> String {
    terminal.type_in("echo \"<$(tmux display-message -p '#S')>\"\n").await;
    terminal.until("<berth-").await;
    let text = terminal.view.text();
    let name = text.rsplit_once("<berth-").unwrap().1.split_once('>').unwrap().0;
    format!("berth-{name}")
}

fn runs(name: &str) -> bool {
    let asked =
        Command::new("runuser").args(["-u", USER, "--", "tmux", "has-session", "-t", &format!("={name}")]).output();
    asked.unwrap().status.success()
}

#[tokio::test]
async fn after_a_sudden_death_of_the_server_the_same_work_is_there_again() {
    let data = tempfile::tempdir().unwrap();
    let (server, sshd) = (ServerProcess::start(data.path()), Sshd::start().await);
    let admin = server.admin().await;
    let host = take_in(&admin, &sshd).await;
    keep_in_tmux(&admin, &host).await;
    let (opened, mut terminal) = open(&admin, server.address, json!({})).await;
    assert_eq!(opened["resumed"], false);
    let name = tmux_name(&mut terminal).await;
    terminal.type_in("WORK=kept$((1+1))\n").await;
    terminal.until("WORK=kept").await;
    server.signal("KILL");
    server.ended().await;

    let server = ServerProcess::start(data.path());
    let admin = server.admin().await;
    let all = json(admin.get("/api/terminal/sessions?status_filter=all").await, StatusCode::OK).await;
    assert_eq!(
        (&all["sessions"][0]["tmux"], &all["sessions"][0]["ending"]["reason"]),
        (&json!(true), &json!("server_restart"))
    );
    let (again, mut terminal) = open(&admin, server.address, json!({"resume": opened["session_id"]})).await;
    assert_eq!((&again["resumed"], &again["reused"]), (&json!(true), &json!(false)));
    terminal.type_in("echo \"[$WORK]\"\n").await;
    terminal.until("[kept2]").await;
    assert_eq!(tmux_name(&mut terminal).await, name);

    let (other, _) = open(&admin, server.address, json!({"reuse": false, "resume": opened["session_id"]})).await;
    assert_eq!(other["resumed"], false, "nobody shares work that is taken up already");
    for session in [&again, &other] {
        admin.delete(&format!("/api/terminal/sessions/{}", session["session_id"].as_str().unwrap())).await;
    }
    wait::until("the end of what was closed on purpose", PATIENCE, || async { !runs(&name) }).await;
}

#[tokio::test]
async fn a_lost_link_leaves_the_work_to_the_next_open_and_the_idle_timeout_ends_it() {
    let lab = Lab::start(&[]).await;
    keep_in_tmux(&lab.admin, &lab.host).await;
    let (opened, mut terminal) = open(&lab.admin, lab.server.address(), json!({})).await;
    let name = tmux_name(&mut terminal).await;
    lab.sshd.kill_sessions();
    assert_eq!(lab.reason(opened["session_id"].as_str().unwrap()).await, "error");
    assert!(runs(&name), "tmux does not mind");

    let limit = json!({"idle_timeout_seconds": 2});
    json(lab.admin.patch(&format!("/api/hosts/{}", lab.host), limit).await, StatusCode::OK).await;
    let (again, mut terminal) = open(&lab.admin, lab.server.address(), json!({})).await;
    assert_eq!(again["resumed"], true);
    assert_eq!(tmux_name(&mut terminal).await, name);
    drop(terminal);
    assert_eq!(lab.reason(again["session_id"].as_str().unwrap()).await, "idle");
    wait::until("the end of tmux", PATIENCE, || async { !runs(&name) }).await;
    wait::until("the name's end", PATIENCE, || async {
        lab.session(again["session_id"].as_str().unwrap()).await["tmux"] == false
    })
    .await;
}

#[tokio::test]
async fn a_host_without_tmux_gives_a_login_shell_and_says_so() {
    let bare = tempfile::tempdir().unwrap();
    fs::set_permissions(bare.path(), fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink("/bin/sh", bare.path().join("sh")).unwrap();
    let sshd = Sshd::builder().config(&format!("SetEnv PATH={}", bare.path().display())).start().await;
    let (server, admin) = TestServer::with_admin(&[]).await;
    let host = take_in(&admin, &sshd).await;
    keep_in_tmux(&admin, &host).await;
    let (opened, mut terminal) = open(&admin, server.address(), json!({})).await;
    terminal.until("tmux is not installed on this host").await;
    terminal.type_in("echo \"shell$((1+1))\"\n").await;
    terminal.until("shell2").await;
    let view = json(admin.get("/api/terminal/sessions").await, StatusCode::OK).await;
    assert_eq!(
        (&view["sessions"][0]["session_id"], &view["sessions"][0]["tmux"]),
        (&opened["session_id"], &json!(false))
    );
}
