//! The terminal's WebSocket: who gets in, bytes once and in order whatever breaks, and the JSON language.

use crate::common::{ClientSocket, Lab, PATIENCE, Socket, connect, json};
use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{
    proxy::FaultProxy,
    sshd::{ADDRESS, PASSWORD, USER},
    wait,
};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use wire::frames::ClientFrame;

#[tokio::test]
async fn a_key_stroke_comes_back() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("echo $((40+2)) $COLUMNS\n").await;
    terminal.until("42 100").await;
    terminal.say(ClientFrame::Resize { cols: 132, rows: 40 }).await;
    terminal.type_in("stty size; echo $TERM\n").await;
    terminal.until("40 132").await;
    terminal.until("xterm-256color").await;
    assert!(terminal.view.ticket.is_some(), "a ticket for coming back was given");
    while terminal.view.taken < terminal.view.typed {
        assert!(terminal.hear().await, "input is acknowledged");
    }
}

#[tokio::test]
async fn two_viewers_see_the_same() {
    let lab = Lab::start(&[]).await;
    let (_, mut first) = lab.terminal(json!({})).await;
    let (_, mut second) = lab.terminal(json!({})).await;
    first.type_in("echo both$((1+1))\n").await;
    first.until("both2").await;
    second.until("both2").await;
    assert_eq!(lab.sessions("live").await[0]["attachments"], 2);
}

#[tokio::test]
async fn only_a_good_ticket_or_the_owner_gets_in() {
    let lab = Lab::start(&[]).await;
    let opened = lab.open(json!({})).await;
    let (id, ticket) = (opened["session_id"].as_str().unwrap(), opened["token"].as_str().unwrap());
    let (address, path) = (lab.server.address(), format!("/ws/terminal/{id}"));
    assert_eq!(connect(address, &path, &[]).await.unwrap_err(), 401);
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(connect(address, &format!("{path}?token={ticket}"), &foreign).await.unwrap_err(), 403);
    let refused = |path: String| async move {
        ClientSocket::over(connect(address, &path, &[]).await.unwrap(), Default::default()).until_closed().await.closed
    };
    assert_eq!(refused(format!("{path}?token=wrong")).await, Some(4401));
    let other = lab.open(json!({"reuse": false})).await;
    assert_eq!(
        refused(format!("/ws/terminal/{}?token={ticket}", other["session_id"].as_str().unwrap())).await,
        Some(4401)
    );
    let own = format!("http://{address}");
    let mut terminal = ClientSocket::over(
        connect(address, &format!("{path}?token={ticket}"), &[("origin", &own)]).await.unwrap(),
        Default::default(),
    );
    terminal.attach(None).await;
    terminal.until("$").await;
    assert_eq!(refused(format!("{path}?token={ticket}")).await, Some(4401), "a ticket opens once");

    let token = lab.admin.make_token("script").await;
    let bearer = format!("Bearer {token}");
    let owner = [("authorization", bearer.as_str())];
    assert!(connect(address, &path, &owner).await.is_ok(), "the owner needs no ticket");
    assert_eq!(connect(address, "/ws/terminal/unknown", &owner).await.unwrap_err(), 404);
    lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await;
    assert_eq!(lab.reason(id).await, "user");
    assert_eq!(connect(address, &path, &owner).await.unwrap_err(), 404, "it is gone");
    assert_eq!(refused(format!("{path}?token={}", terminal.view.ticket.unwrap())).await, Some(4401));
}

#[tokio::test]
async fn what_is_no_frame_closes_the_socket_and_not_the_session() {
    let lab = Lab::start(&[]).await;
    for noise in [Message::Binary(vec![0xff, 1, 2].into()), Message::Binary(vec![].into()), Message::Text("{".into())] {
        let opened = lab.open(json!({})).await;
        let mut socket = connect(lab.server.address(), opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap();
        socket.send(noise).await.unwrap();
        let closed = ClientSocket::over(socket, Default::default()).until_closed().await.closed;
        assert_eq!(closed, Some(4400));
    }
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("echo still$((1+1))\n").await;
    terminal.until("still2").await;
}

/// Cuts the connection 200 times at random places while 1.5 MB go by.
#[tokio::test]
async fn a_client_that_is_cut_again_and_again_misses_nothing() {
    const CUTS: u64 = 200;
    // Larger than the whole output, so that every byte can be had however slow this machine is.
    let lab = Lab::start(&[("sessions.scrollback", "4MiB")]).await;
    let proxy = FaultProxy::start(lab.server.address()).await;
    let address = ([127, 0, 0, 1], proxy.port()).into();
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("stty -echo -onlcr; PS1=; echo begin; seq 1 200000; echo over$((1+1))\n").await;
    terminal.until("begin\n").await;
    let bearer = format!("Bearer {}", lab.admin.make_token("cut").await);
    let mut view = terminal.drop_it();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for cut in 0..=CUTS {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let by_ticket = view.ticket.take().map(|ticket| format!("?token={ticket}")).unwrap_or_default();
        let headers = [("authorization", bearer.as_str())];
        let path = format!("/ws/terminal/{id}{by_ticket}");
        // The cut may hit the handshake itself: then the ticket is spent and the next try comes with the token.
        let Ok(socket) = connect(address, &path, if by_ticket.is_empty() { &headers } else { &[] }).await else {
            continue;
        };
        if cut < CUTS {
            // Up to a little more than the largest frame: most cuts hit the middle of one, some let one through.
            proxy.cut_after((random >> 33) % 80_000);
        }
        let from = Some(view.offset);
        let mut terminal = ClientSocket::over(socket, view);
        terminal.attach(from).await;
        while !terminal.view.tail().contains("over2\n") && terminal.hear().await {}
        view = terminal.drop_it();
        view.closed = None;
    }
    assert!(view.offset > 500_000, "the cut connections carried much of it: {}", view.offset);
    let headers = [("authorization", bearer.as_str())];
    let socket = connect(lab.server.address(), &format!("/ws/terminal/{id}"), &headers).await.unwrap();
    let from = Some(view.offset);
    let mut terminal = ClientSocket::over(socket, view);
    terminal.attach(from).await;
    terminal.until("over2\n").await;
    assert_eq!(terminal.view.snapshots, 1, "the first one only, of an empty screen");
    assert!(proxy.accepted() >= CUTS, "{} connections", proxy.accepted());
    let expected: String = (1..=200_000).map(|number| format!("{number}\n")).collect();
    let text = terminal.view.text();
    let shown = text.split("begin\n").last().unwrap().split("over2").next().unwrap();
    assert!(shown == expected, "every line once and in order: {} bytes for {}", shown.len(), expected.len());
}

#[tokio::test]
async fn input_that_is_sent_again_is_typed_once() {
    let lab = Lab::start(&[]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("echo on").await;
    terminal.until("echo on").await;
    let ticket = terminal.view.ticket.clone().unwrap();
    let view = terminal.drop_it();
    let socket = connect(lab.server.address(), &format!("/ws/terminal/{id}?token={ticket}"), &[]).await.unwrap();
    let (from, mut terminal) = (Some(view.offset), ClientSocket::over(socket, view));
    terminal.attach(from).await;
    // As after a lost acknowledgement: everything from the beginning.
    terminal.say(ClientFrame::Input { offset: 0, data: b"echo once$((1+1))\n" }).await;
    terminal.until("once2").await;
    assert!(!terminal.view.text().contains("echo onecho"), "{}", terminal.view.text());
}

/// A script with the JSON language.
struct Script(Socket);

impl Script {
    async fn say(&mut self, message: Value) {
        self.0.send(Message::Text(message.to_string().into())).await.unwrap();
    }

    async fn hear(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message in time")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Hears until a message of this type, and returns all output on the way with it.
    async fn until(&mut self, kind: &str, has: &str) -> (String, Value) {
        let mut output = String::new();
        loop {
            let message = self.hear().await.unwrap_or_else(|| panic!("closed before {kind} {has:?}: {output}"));
            if message["type"] == "output" {
                output.push_str(message["data"].as_str().unwrap());
            }
            let text = if kind == "output" { output.clone() } else { message.to_string() };
            if message["type"] == kind && text.contains(has) {
                return (output, message);
            }
        }
    }
}

#[tokio::test]
async fn a_script_speaks_json() {
    let lab = Lab::start(&[]).await;
    let opened = lab.open(json!({})).await;
    let mut script =
        Script(connect(lab.server.address(), opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap());
    script.say(json!({"type": "attach", "cols": 90, "rows": 20})).await;
    let (_, connected) = script.until("connected", "").await;
    assert_eq!((&connected["session_id"], &connected["host"]), (&opened["session_id"], &json!("lab")));
    script.say(json!({"type": "resize", "cols": 120, "rows": 30})).await;
    script.say(json!({"type": "input", "data": "stty size; printf '\\342\\202'; sleep 0.3; printf '\\254 %s\\n' euro$((1+1))\n"})).await;
    let (output, message) = script.until("output", "euro2").await;
    assert!(output.contains("30 120") && output.contains("€ euro2"), "no character is split: {output}");
    assert!(message["offset"].as_u64().unwrap() >= output.len() as u64 - 10);
    script.say(json!({"type": "ping"})).await;
    script.until("pong", "").await;
    script.say(json!({"type": "input", "data": "exit 5\n"})).await;
    let (_, ended) = script.until("ended", "").await;
    assert_eq!((&ended["reason"], &ended["exit_code"]), (&json!("remote_exit"), &json!(5)));
    assert_eq!(script.hear().await, None);
}

#[tokio::test]
async fn a_script_opens_a_host_that_is_not_in_the_inventory() {
    let lab = Lab::start(&[]).await;
    let bearer = format!("Bearer {}", lab.admin.make_token("script").await);
    let owner = [("authorization", bearer.as_str())];
    let address = lab.server.address();
    assert_eq!(connect(address, "/ws/terminal/new", &[]).await.unwrap_err(), 401);
    let connect_to = |fingerprint: Value| json!({"type": "connect", "hostname": "localhost", "port": lab.sshd.port(), "username": USER, "password": PASSWORD, "fingerprint": fingerprint});
    let mut script = Script(connect(address, "/ws/terminal/new", &owner).await.unwrap());
    script.say(connect_to(Value::Null)).await;
    let (_, error) = script.until("error", "").await;
    assert_eq!(error["code"], "host_key_unknown");
    let shown = error["fingerprint"].clone();
    assert_eq!(script.hear().await, None, "and it is closed");
    let mut script = Script(connect(address, "/ws/terminal/new", &owner).await.unwrap());
    script.say(connect_to(shown)).await;
    let (_, connected) = script.until("connected", "").await;
    assert_eq!(connected["host"], "localhost");
    script.say(json!({"type": "input", "data": "echo hello$((1+1))\n"})).await;
    script.until("output", "hello2").await;
    let id = connected["session_id"].as_str().unwrap();
    assert_eq!(lab.session(id).await["host_id"], Value::Null);
    drop(script);
    let mut pinned = Script(connect(address, "/ws/terminal/new", &owner).await.unwrap());
    pinned.say(connect_to(json!("SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))).await;
    let (_, error) = pinned.until("error", "").await;
    assert_eq!(error["code"], "host_key_changed", "a named key must be the key, whatever is trusted");
    wait::until("the detach", PATIENCE, || async { lab.session(id).await["status"] == "detached" }).await;
    let mut wrong = Script(connect(address, "/ws/terminal/new", &owner).await.unwrap());
    wrong.say(json!({"type": "connect", "hostname": ADDRESS, "port": lab.sshd.port(), "username": USER, "password": "wrong"})).await;
    let (_, error) = wrong.until("error", "").await;
    assert_eq!(error["code"], "host_sign_in_failed");
}

#[tokio::test]
async fn what_is_typed_at_the_prompt_is_remembered_and_what_is_not_echoed_is_not() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    terminal.type_in("echo remember$((1+1))\n").await;
    terminal.until("remember2").await;
    // What is typed before the prompt is back, or before the echo is off, would be echoed by the line discipline.
    while !terminal.view.text().rsplit_once("remember2").is_some_and(|(_, after)| after.contains('$')) {
        assert!(terminal.hear().await, "no prompt: {}", terminal.view.text());
    }
    terminal.type_in("stty -echo; echo as''king; read -r secret; stty echo; echo got$((1+1))\n").await;
    terminal.until("asking").await;
    terminal.type_in("hunter2-typed-blind\n").await;
    terminal.until("got2").await;
    let path = "/api/terminal/lab/command-history";
    let history = || async { json(lab.admin.get(path).await, StatusCode::OK).await };
    wait::until("the history", PATIENCE, || async { history().await["total"].as_u64() >= Some(2) }).await;
    let history = history().await;
    let first = history["commands"].as_array().unwrap().last().unwrap();
    assert_eq!((&first["command"], &first["host_name"]), (&json!("echo remember$((1+1))"), &json!("lab")));
    assert!(!history.to_string().contains("typed-blind"), "{history}");
    let unique = json(lab.admin.get(&format!("{path}/unique?search=remember")).await, StatusCode::OK).await;
    assert_eq!((&unique["total"], &unique["commands"][0]["count"]), (&json!(1), &json!(1)));
    let all = json(lab.admin.get("/api/terminal/command-history?limit=1").await, StatusCode::OK).await;
    assert_eq!(all["commands"].as_array().unwrap().len(), 1);
}
