//! Recordings: begun before the first byte, listed, searched, played, downloaded, sealed, deleted; and what happens when
//! they cannot be written (SPEC §5).

use crate::common::{
    ClientSocket, HOST, Lab, PASSWORD as ADMIN_PASSWORD, PATIENCE, Person, ServerProcess, View, connect, fault, json,
    take_in,
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use testkit::{sshd::Sshd, wait};

const ON: (&str, &str) = ("recording.enabled", "true");

async fn close(lab: &Lab, id: &str) {
    json(lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
}

async fn detail(person: &Person, id: &str) -> Value {
    json(person.get(&format!("/api/recordings/{id}")).await, StatusCode::OK).await
}

async fn text(person: &Person, id: &str) -> String {
    let answer = person.get(&format!("/api/recordings/{id}/cast")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.text().await.unwrap()
}

async fn found(person: &Person, search: &str) -> Vec<Value> {
    let list = json(person.get(&format!("/api/recordings?search={search}")).await, StatusCode::OK).await;
    list["recordings"].as_array().unwrap().clone()
}

async fn moments(person: &Person, id: &str, text: &str) -> Value {
    json(person.get(&format!("/api/recordings/{id}/search?q={text}")).await, StatusCode::OK).await
}

/// Records a session that shows a word which was not typed as such; its id, after it was closed and can be searched.
async fn recorded(lab: &Lab) -> String {
    let (id, mut socket) = lab.terminal(json!({})).await;
    socket.until("$ ").await;
    socket.type_in("echo mari''time\r").await;
    socket.until("maritime").await;
    close(lab, &id).await;
    wait::until("the recording's index", PATIENCE, || async { !found(&lab.admin, "maritime").await.is_empty() }).await;
    id
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

/// What `asciinema` shows of a download.
fn played(folder: &Path, cast: &str) -> String {
    fs::write(folder.join("download.cast"), cast).unwrap();
    // It wants a terminal of its own.
    let mut played = Command::new("script");
    played.args(["-qec", "asciinema cat download.cast", "/dev/null"]).env("LC_ALL", "C.UTF-8");
    let played = played.current_dir(folder).stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&played.stdout).into_owned()
}

#[tokio::test]
async fn a_session_is_recorded_found_played_downloaded_and_deleted() {
    let lab = Lab::start(&[ON]).await;
    let folder = lab.server.data().join("recordings");
    let (id, mut socket) = lab.terminal(json!({"cols": 100, "rows": 30})).await;
    // What is typed before there is a prompt is no command.
    socket.until("$ ").await;
    socket.type_in("echo mari''time\r").await;
    socket.until("maritime").await;
    let running = detail(&lab.admin, &id).await;
    assert_eq!((&running["state"], &running["session_id"]), (&json!("running"), &json!(id)));
    wait::until("the first flush", PATIENCE, || async { text(&lab.admin, &id).await.contains("maritime") }).await;
    let so_far = moments(&lab.admin, &id, "maritime").await;
    assert_eq!(so_far["moments"][0]["excerpt"], "maritime", "a running one is searched as far as it is written");
    assert_eq!(lab.session(&id).await["recording"], "on");
    fault(lab.admin.delete(&format!("/api/recordings/{id}")).await, StatusCode::CONFLICT, "conflict").await;
    close(&lab, &id).await;
    wait::until("the recording's index", PATIENCE, || async { !found(&lab.admin, "MARITIME").await.is_empty() }).await;
    let hit = &found(&lab.admin, "maritime").await[0];
    assert!(hit["matches"][0]["excerpt"].as_str().unwrap().contains("maritime"), "{hit}");
    assert!(found(&lab.admin, "submarine").await.is_empty());
    assert_eq!(moments(&lab.admin, &id, "MARItime").await, moments(&lab.admin, &id, "maritime").await);
    assert_eq!(moments(&lab.admin, &id, "submarine").await, json!({"moments": [], "more": false}));
    fault(lab.admin.get(&format!("/api/recordings/{id}/search?q=+")).await, StatusCode::BAD_REQUEST, "bad_input").await;

    let known = detail(&lab.admin, &id).await;
    assert_eq!(lab.session(&id).await["recording"], "off", "of an ended one");
    assert_eq!(
        (&known["state"], &known["running"], &known["torn"]),
        (&json!("finished"), &json!(false), &json!(false))
    );
    assert_eq!((&known["cols"], &known["rows"], &known["sealed"]), (&json!(100), &json!(30), &json!(false)));
    assert_eq!(known["chunks"].as_array().unwrap().len(), 1);
    assert!(known["markers"].to_string().contains("mari"), "the command is marked: {known}");
    let chunk = json(lab.admin.get(&format!("/api/recordings/{id}/chunks/0")).await, StatusCode::OK).await;
    assert_eq!((&chunk["last"], &chunk["cols"]), (&json!(true), &json!(100)));
    assert!(chunk["events"].to_string().contains("maritime"));
    fault(lab.admin.get(&format!("/api/recordings/{id}/chunks/1")).await, StatusCode::NOT_FOUND, "not_found").await;

    let answer = lab.admin.get(&format!("/api/recordings/{id}/cast")).await;
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.starts_with("attachment; filename=\"lab-") && name.ends_with(".cast\""), "{name}");
    let cast = answer.text().await.unwrap();
    let file = only_file(&folder);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let unpacked = Command::new("zstd").arg("-dcq").arg(&file).output().unwrap();
    assert_eq!(String::from_utf8(unpacked.stdout).unwrap(), cast);
    assert!(played(lab.server.data(), &cast).contains("maritime"));

    assert_eq!(lab.admin.delete(&format!("/api/recordings/{id}")).await.status(), StatusCode::NO_CONTENT);
    fault(lab.admin.get(&format!("/api/recordings/{id}")).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
}

#[tokio::test]
async fn others_watch_recordings_by_their_role() {
    let lab = Lab::start(&[ON]).await;
    let id = recorded(&lab).await;
    let (member, viewer) = (lab.server.member("bob").await, lab.server.person("eve", "viewer").await);
    for path in ["", "/cast", "/chunks/0", "/search?q=maritime"] {
        fault(member.get(&format!("/api/recordings/{id}{path}")).await, StatusCode::NOT_FOUND, "not_found").await;
        assert_eq!(viewer.get(&format!("/api/recordings/{id}{path}")).await.status(), StatusCode::OK);
    }
    assert!(found(&member, "maritime").await.is_empty());
    assert_eq!(found(&viewer, "maritime").await.len(), 1);
    fault(member.get("/api/recordings?account=ada").await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(member.delete(&format!("/api/recordings/{id}")).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(viewer.delete(&format!("/api/recordings/{id}")).await, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn with_a_key_nothing_lies_open_and_older_recordings_stay_readable() {
    let lab = Lab::start(&[ON]).await;
    let plain = recorded(&lab).await;
    let data = lab.server.stop().await;
    let key = data.path().join("recordings.key");
    fs::write(&key, [5; 32]).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let settings = [ON, ("recording.key_file", key.to_str().unwrap())];
    let server = crate::common::TestServer::on(data, &settings).await;
    let admin = Person::new(&server);
    assert_eq!(admin.sign_in(crate::common::ADMIN, ADMIN_PASSWORD).await.status(), StatusCode::OK);
    let lab = Lab { server, admin, sshd: lab.sshd, host: lab.host };
    let (sealed, mut socket) = lab.terminal(json!({})).await;
    socket.type_in("echo sub''marine\r").await;
    socket.until("submarine").await;
    close(&lab, &sealed).await;
    wait::until("the recording's index", PATIENCE, || async { !found(&lab.admin, "submarine").await.is_empty() }).await;
    assert!(text(&lab.admin, &sealed).await.contains("submarine"));
    assert!(text(&lab.admin, &plain).await.contains("maritime"), "the one from before the key");
    assert_eq!(detail(&lab.admin, &sealed).await["sealed"], true);
    let bytes = fs::read(lab.server.data().join(format!("recordings/{sealed}.cast.sealed"))).unwrap();
    assert!(bytes.starts_with(b"BERTHRS1") && !bytes.windows(4).any(|window| window == [0x28, 0xb5, 0x2f, 0xfd]));
}

/// A folder of one megabyte that is really a file system of its own; `None` where that is not allowed.
struct Small(tempfile::TempDir);

impl Small {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs"]).arg(folder.path());
        let mounted = mount.output().is_ok_and(|done| done.status.success());
        mounted.then_some(Self(folder))
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// Shows what does not compress, more than fits.
async fn fill(socket: &mut ClientSocket) {
    socket.type_in("head -c 6000000 /dev/urandom | base64; echo do''ne\r").await;
}

#[tokio::test]
async fn on_a_full_disk_a_required_recording_takes_its_session_along_and_another_says_so() {
    for required in [true, false] {
        let Some(small) = Small::mount() else { return eprintln!("no file system can be mounted here: not tested") };
        let directory = small.0.path().to_str().unwrap().to_owned();
        let word = required.to_string();
        let lab = Lab::start(&[ON, ("recording.required", &word), ("recording.directory", &directory)]).await;
        let (id, mut socket) = lab.terminal(json!({})).await;
        fill(&mut socket).await;
        if required {
            assert_eq!(lab.reason(&id).await, "error");
            let message = lab.session(&id).await["ending"]["message"].to_string();
            assert!(message.contains("recording"), "{message}");
        } else {
            socket.until("done").await;
            wait::until("the recording's failure", PATIENCE, || async {
                detail(&lab.admin, &id).await["state"] == "failed"
            })
            .await;
            let live = lab.sessions("live").await;
            assert_eq!((live.len(), &live[0]["recording"]), (1, &json!("failed")), "the session goes on, and says so");
        }
        wait::until("the recording's failure", PATIENCE, || async {
            detail(&lab.admin, &id).await["state"] == "failed"
        })
        .await;
        let known = detail(&lab.admin, &id).await;
        assert!(known["message"].as_str().unwrap().contains("space"), "{known}");
        assert!(text(&lab.admin, &id).await.lines().count() > 10, "what was written can be played");
        drop(lab);
    }
}

#[tokio::test]
async fn what_cannot_be_begun_is_refused_when_it_is_required_and_goes_on_loudly_otherwise() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let nowhere = file.path().join("recordings");
    let directory = ("recording.directory", nowhere.to_str().unwrap());
    let lab = Lab::start(&[("recording.required", "true"), directory]).await;
    let refused = fault(lab.ask(json!({})).await, StatusCode::SERVICE_UNAVAILABLE, "unavailable").await;
    assert!(refused["detail"].as_str().unwrap().contains("recorded"), "{refused}");
    assert!(lab.sessions("live").await.is_empty());
    let lab = Lab::start(&[ON, directory]).await;
    lab.terminal(json!({})).await.1.until("$").await;
}

#[tokio::test]
async fn a_host_says_for_itself_whether_it_is_recorded() {
    let lab = Lab::start(&[ON]).await;
    json(lab.admin.patch(&format!("/api/hosts/{}", lab.host), json!({"recording": "off"})).await, StatusCode::OK).await;
    let opened = lab.open(json!({})).await;
    let id = opened["session_id"].as_str().unwrap();
    fault(lab.admin.get(&format!("/api/recordings/{id}")).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn of_what_is_typed_only_what_was_echoed_is_recorded() {
    let lab = Lab::start(&[ON, ("recording.input", "true")]).await;
    let (id, mut socket) = lab.terminal(json!({})).await;
    socket.until("$").await;
    socket.type_in("stty -echo; echo as''king; read -r secret; stty echo; echo tha''nks\r").await;
    socket.until("asking").await;
    socket.type_in("hunter2hunter2\r").await;
    socket.until("thanks").await;
    close(&lab, &id).await;
    wait::until("the recording's end", PATIENCE, || async { detail(&lab.admin, &id).await["state"] == "finished" })
        .await;
    let cast = text(&lab.admin, &id).await;
    assert!(cast.contains("thanks") && !cast.contains("hunter2"), "{cast}");
}

/// The last moment, in milliseconds since 1970, that a text tells behind `tick `; 0 when it tells none.
fn last_tick(text: &str) -> u64 {
    let ticks = text.rsplit("tick ").filter_map(|rest| rest.get(..13)?.parse().ok());
    ticks.max().unwrap_or(0)
}

#[tokio::test]
async fn a_killed_server_leaves_all_up_to_the_last_flush_and_says_that_it_was_cut() {
    let key = tempfile::NamedTempFile::new().unwrap();
    fs::write(key.path(), [5; 32]).unwrap();
    let key = ("BERTH_RECORDING_KEY_FILE", key.path().to_str().unwrap());
    for settings in [&[("BERTH_RECORDING_ENABLED", "true")][..], &[("BERTH_RECORDING_ENABLED", "true"), key]] {
        let data = tempfile::tempdir().unwrap();
        let (server, sshd) = (ServerProcess::with(data.path(), settings), Sshd::start().await);
        let admin = server.admin().await;
        take_in(&admin, &sshd).await;
        let opened = admin.post(&format!("/api/terminal/{HOST}/terminal-sessions"), json!({})).await;
        let opened = json(opened, StatusCode::OK).await;
        let id = opened["session_id"].as_str().unwrap().to_owned();
        let socket = connect(server.address, opened["websocket_url"].as_str().unwrap(), &[]).await.unwrap();
        let mut terminal = ClientSocket::over(socket, View::default());
        terminal.attach(None).await;
        terminal.type_in("while :; do echo tick $(date +%s%3N); sleep 0.02; done\r").await;
        terminal.until("tick 1").await;
        wait::until("the first flush", PATIENCE, || async { last_tick(&text(&admin, &id).await) > 0 }).await;
        let (flushed, from) = (text(&admin, &id).await, last_tick(&terminal.view.text()));
        while last_tick(&terminal.view.text()) < from + 1000 {
            assert!(terminal.hear().await);
        }
        server.signal("KILL");
        server.ended().await;
        let seen = last_tick(&terminal.view.text());

        let server = ServerProcess::with(data.path(), settings);
        let admin = server.admin().await;
        let (whole, known) = (text(&admin, &id).await, detail(&admin, &id).await);
        assert!(whole.len() > flushed.len() && whole.starts_with(&flushed) && whole.ends_with("]\n"), "{whole}");
        assert_eq!((&known["state"], &known["running"]), (&json!("failed"), &json!(false)), "{known}");
        assert!(known["message"].as_str().unwrap().contains("the server ended while"), "{known}");
        let list = json(admin.get("/api/recordings").await, StatusCode::OK).await;
        assert_eq!((&list["recordings"][0]["id"], &list["recordings"][0]["state"]), (&json!(id), &json!("failed")));
        let chunk = json(admin.get(&format!("/api/recordings/{id}/chunks/0")).await, StatusCode::OK).await;
        let shown: String = chunk["events"].as_array().unwrap().iter().filter_map(|event| event[2].as_str()).collect();
        // A flush is due every 250 ms; the rest is for a machine that has much else to do.
        assert!(last_tick(&shown) + 1000 > seen, "recorded until {}, shown until {seen}", last_tick(&shown));
        assert_eq!(last_tick(&played(data.path(), &whole)), last_tick(&shown));
    }
}
