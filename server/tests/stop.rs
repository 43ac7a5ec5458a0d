//! The end of the process: asked to stop with everything hanging, asked twice, and killed without a word.

use crate::common::{ClientSocket, HOST, PATIENCE, Person, ServerProcess, View, connect, fault, json, take_in};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::sshd::{ADDRESS, Sshd, USER};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};
use wire::{recordings::RecordingState, terminal::Notice};

/// The longest that a stop may take.
const STOP: Duration = Duration::from_secs(10);

async fn open(admin: &Person, host: &str, body: Value) -> Value {
    json(admin.post(&format!("/api/terminal/{host}/terminal-sessions"), body).await, StatusCode::OK).await
}

async fn attach(server: &ServerProcess, opened: &Value) -> ClientSocket {
    let socket = connect(server.address, opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap();
    let mut terminal = ClientSocket::over(socket, View::default());
    terminal.attach(None).await;
    terminal
}

async fn listed(admin: &Person, filter: &str) -> Vec<Value> {
    let list = admin.get(&format!("/api/terminal/sessions?status_filter={filter}")).await;
    json(list, StatusCode::OK).await["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_process_that_stops_says_so_to_its_pages_first() {
    let data = tempfile::tempdir().unwrap();
    let (server, sshd) = (ServerProcess::start(data.path()), Sshd::start().await);
    let admin = server.admin().await;
    take_in(&admin, &sshd).await;
    let mut terminal = attach(&server, &open(&admin, HOST, json!({})).await).await;
    terminal.until("$").await;
    server.signal("TERM");
    let ((ended, _), view) = tokio::join!(server.ended(), terminal.until_closed());
    assert!(ended.success(), "a graceful stop is a success: {ended}");
    let ending = view.ended.as_ref().expect("an ending");
    assert_eq!(ending.reason.as_str(), "server_restart");
    assert_eq!(ending.message.as_deref(), Some("the server was stopped"));
    assert_eq!(view.closed, Some(1000));
    assert!(view.notices.contains(&Notice::ServerStopping {}), "{:?}", view.notices);
}

/// A server on which everything hangs that can: a page that reads nothing of a flood, half a request's head, and a dial
/// to a host that never says a word.
struct Hung {
    server: ServerProcess,
    admin: Person,
    _flooded: ClientSocket,
    _half: TcpStream,
    _mute: TcpStream,
    dial: tokio::task::JoinHandle<StatusCode>,
    _sshd: Sshd,
}

async fn hung(data: &std::path::Path) -> Hung {
    let (server, sshd) = (ServerProcess::start(data), Sshd::start().await);
    let admin = server.admin().await;
    take_in(&admin, &sshd).await;
    let mut flooded = attach(&server, &open(&admin, HOST, json!({})).await).await;
    flooded.until("$").await;
    flooded.type_in("yes flood\n").await;
    flooded.until("flood").await;

    let mute = TcpListener::bind((ADDRESS, 0)).await.unwrap();
    let host = json!({"name": "mute", "address": ADDRESS, "port": mute.local_addr().unwrap().port(), "username": USER});
    json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    let dialling = admin.clone();
    let dial = tokio::spawn(async move {
        let body = json!({"password": "x"});
        dialling.post("/api/terminal/mute/terminal-sessions", body).await.status()
    });
    let (mute, _) = mute.accept().await.unwrap();

    let mut half = TcpStream::connect(server.address).await.unwrap();
    half.write_all(b"GET /api/hosts HTTP/1.1\r\nHost: half").await.unwrap();
    Hung { server, admin, _flooded: flooded, _half: half, _mute: mute, dial, _sshd: sshd }
}

#[tokio::test]
async fn a_stop_takes_ten_seconds_at_most_whatever_hangs() {
    let data = tempfile::tempdir().unwrap();
    let hung = hung(data.path()).await;
    drop(hung.admin);
    hung.server.signal("TERM");
    let (ended, took) = hung.server.ended().await;
    assert!(ended.success() && took < STOP, "{ended} after {took:?}");
    assert_eq!(hung.dial.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE, "a dial under way is told");

    let server = ServerProcess::start(data.path());
    let admin = server.admin().await;
    assert_eq!(listed(&admin, "live").await, Vec::<Value>::new());
    let ended = listed(&admin, "all").await;
    assert_eq!(ended.len(), 2, "{ended:?}");
    for session in ended {
        assert_eq!(session["ending"]["reason"], "server_restart", "{session}");
        assert_eq!(session["ending"]["message"], "the server was stopped", "{session}");
    }
}

/// Hosts that hang, with a page that listens, one that reads nothing, and a command under way; all is recorded.
#[tokio::test]
async fn a_frozen_host_holds_no_stop_and_pages_and_recordings_are_told() {
    let data = tempfile::tempdir().unwrap();
    let server = ServerProcess::with(data.path(), &[("BERTH_RECORDING_ENABLED", "true")]);
    let (admin, sshd) = (server.admin().await, Sshd::start().await);
    take_in(&admin, &sshd).await;
    let opened = [open(&admin, HOST, json!({"reuse": false})).await, open(&admin, HOST, json!({"reuse": false})).await];
    let (mut listening, mut deaf) = (attach(&server, &opened[0]).await, attach(&server, &opened[1]).await);
    listening.type_in("echo be''fore\n").await;
    listening.until("before").await;
    deaf.type_in("yes flood\n").await;
    deaf.until("flood").await;
    let running = {
        let admin = admin.clone();
        let body = json!({"command": "sleep 600", "timeout": 600});
        tokio::spawn(async move { admin.post("/api/terminal/bastion/run", body).await })
    };
    testkit::wait::until("the command", PATIENCE, || async { sshd.runs("sleep") }).await;
    sshd.freeze_sessions();
    server.signal("TERM");
    let ((ended, took), view) = tokio::join!(server.ended(), listening.until_closed());
    assert!(ended.success() && took < STOP, "{ended} after {took:?}");
    assert!(
        view.notices.contains(&Notice::ServerStopping {}),
        "it is said before the socket closes: {:?}",
        view.notices
    );
    assert_eq!((view.ended.as_ref().unwrap().reason.as_str(), view.closed), ("server_restart", Some(1000)));
    fault(running.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE, "unavailable").await;

    let url = format!("sqlite://{}?mode=rw", data.path().join("berth.db").display());
    let storage = storage::Storage::open(&url).await.unwrap();
    for session in &opened {
        let id = session["session_id"].as_str().unwrap();
        let recording = storage.recordings().get(&id.parse().unwrap()).await.unwrap().expect("a recording");
        assert_eq!(recording.state, RecordingState::Finished, "closed by the stop, not by the next start");
    }
    drop(storage);
    let server = ServerProcess::start(data.path());
    let admin = server.admin().await;
    for (session, shown) in opened.iter().zip(["before", "flood"]) {
        let path = format!("/api/recordings/{}/cast", session["session_id"].as_str().unwrap());
        let cast = admin.get(&path).await.text().await.unwrap();
        assert!(cast.ends_with('\n') && cast.contains(shown));
        for line in cast.lines() {
            serde_json::from_str::<Value>(line).unwrap_or_else(|why| panic!("{why}: {line}"));
        }
    }
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once() {
    let data = tempfile::tempdir().unwrap();
    let hung = hung(data.path()).await;
    hung.server.signal("INT");
    // The first one is heard when nobody is let in any more.
    testkit::wait::until("the stop's begin", STOP, || async { TcpStream::connect(hung.server.address).await.is_err() })
        .await;
    hung.server.signal("TERM");
    let (ended, took) = hung.server.ended().await;
    assert!(!ended.success() && took < Duration::from_secs(3), "{ended} after {took:?}");
}

#[tokio::test]
async fn what_a_killed_process_left_is_marked_at_the_next_start() {
    let data = tempfile::tempdir().unwrap();
    let (server, sshd) = (ServerProcess::start(data.path()), Sshd::start().await);
    let admin = server.admin().await;
    take_in(&admin, &sshd).await;
    let opened = open(&admin, HOST, json!({})).await;
    let mut terminal = attach(&server, &opened).await;
    terminal.until("$").await;
    server.signal("KILL");
    assert!(!server.ended().await.0.success());
    terminal.until_closed().await;
    assert_eq!(terminal.view.ended, None, "nobody could say anything");

    let server = ServerProcess::start(data.path());
    let admin = server.admin().await;
    let all = listed(&admin, "all").await;
    let marked = all.iter().find(|session| session["session_id"] == opened["session_id"]).expect("the session");
    assert_eq!(marked["status"], "error");
    assert_eq!(marked["ending"], json!({"reason": "server_restart"}), "a restart, not a stop");
    assert_eq!(marked["tmux"], false);
    let again = open(&admin, HOST, json!({})).await;
    assert_eq!((&again["reused"], &again["resumed"]), (&json!(false), &json!(false)));
}
