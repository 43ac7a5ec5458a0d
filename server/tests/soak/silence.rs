//! Networks that fall silent for good: nobody says goodbye, so only time can tell. These wait for real timeouts.

use crate::common::{ClientSocket, Lab, PATIENCE, View, connect, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{proxy::FaultProxy, wait};
use tokio::time::timeout;

/// Keepalives and pings find a dead peer within a minute; the machine may be busy.
const MINUTE: Duration = Duration::from_secs(90);

#[tokio::test]
#[ignore = "waits a minute; `make soak` runs it"]
async fn a_host_that_fell_silent_ends_the_session() {
    let (lab, proxy) = Lab::behind_a_proxy(&[]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    proxy.stall(true);
    let ended = timeout(MINUTE, terminal.until_closed()).await.expect("its end in time").ended.clone();
    let ended = ended.expect("an ending");
    assert_eq!(lab.reason(&id).await, "error");
    assert!(ended.message.as_ref().is_some_and(|message| message.len() > 20), "{ended:?}");
    assert_eq!(lab.sessions("live").await, Vec::<Value>::new());
    proxy.stall(false);
    wait::until("both ends to let go", PATIENCE, || async {
        (lab.sshd.connection_processes(), proxy.open()) == (0, 0)
    })
    .await;
}

#[tokio::test]
#[ignore = "waits a minute; `make soak` runs it"]
async fn a_page_that_fell_silent_is_let_go_and_its_session_stays() {
    let lab = Lab::start(&[]).await;
    let opened = lab.open(json!({})).await;
    let (id, ticket) = (opened["session_id"].as_str().unwrap(), opened["token"].as_str().unwrap());
    let proxy = FaultProxy::start(lab.server.address()).await;
    let address = ([127, 0, 0, 1], proxy.port()).into();
    let path = format!("/ws/terminal/{id}?token={ticket}");
    let socket = connect(address, &path, &[]).await.unwrap();
    let mut terminal = ClientSocket::over(socket, View::default());
    terminal.attach(None).await;
    terminal.type_in("yes\r").await;
    terminal.until("y\r\ny").await;
    proxy.stall(true);
    wait::until("the server to let go of a silent page", MINUTE, || async {
        lab.session(id).await["status"] == "detached"
    })
    .await;
    assert_eq!(lab.session(id).await["attachments"], 0);
}

#[tokio::test]
#[ignore = "waits a minute; `make soak` runs it"]
async fn a_host_that_hangs_is_told_and_its_files_are_reached_anew() {
    let lab = Lab::start(&[("hosts.link_idle", "5m")]).await;
    let files = format!("/api/hosts/{}/files", lab.host);
    json(lab.admin.get(&files).await, StatusCode::OK).await;
    lab.sshd.freeze_sessions();
    let hangs = timeout(MINUTE, lab.admin.get(&files)).await.expect("an answer in time");
    let (status, told) = (hangs.status(), hangs.text().await.unwrap());
    assert!(status == StatusCode::GATEWAY_TIMEOUT || status == StatusCode::BAD_GATEWAY, "{status} {told}");
    assert!(told.contains("did not answer in time") || told.contains("was lost"), "{told}");
    json(lab.admin.get(&files).await, StatusCode::OK).await;
}
