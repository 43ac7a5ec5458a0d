//! The Connections table of SPEC §12, row by row: methods, paths, names of keys, statuses. Written from the table alone.

use crate::common::{Lab, Person, TestServer, fault, json};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::fs;
use testkit::{
    ftp::Vsftpd,
    sshd::{ADDRESS, PASSWORD, USER},
};

/// The answer has these keys; more may be there.
fn has(answer: &Value, keys: &str) {
    for key in keys.split(',') {
        assert!(answer.get(key).is_some(), "{key} is missing: {answer}");
    }
}

/// The lab's host, whose key its inventory trusts.
fn ssh(lab: &Lab) -> Value {
    json!({"hostname": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port()})
}

async fn open(lab: &Lab) -> String {
    let body = json!({"host": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port()});
    let opened = json(lab.admin.post("/connections/ssh", body).await, StatusCode::OK).await;
    opened["session_id"].as_str().unwrap().to_owned()
}

async fn me(lab: &Lab) -> Value {
    json(lab.admin.get("/api/auth/status").await, StatusCode::OK).await["user_id"].clone()
}

#[tokio::test]
async fn ssh_connect_status_disconnect() {
    let lab = Lab::start(&[]).await;
    let status = json(lab.admin.get("/ssh/status").await, StatusCode::OK).await;
    assert_eq!((&status["connected"], &status["count"], &status["sessions"]), (&json!(false), &json!(0), &json!([])));
    let connected = json(lab.admin.post("/ssh/connect", ssh(&lab)).await, StatusCode::OK).await;
    let expected = json!({"connected": true, "user_id": me(&lab).await, "session_id": "default", "hostname": ADDRESS,
        "port": lab.sshd.port()});
    assert_eq!(connected, expected);
    let second = json(lab.admin.post("/ssh/connect?session_id=second", ssh(&lab)).await, StatusCode::OK).await;
    assert_eq!(second["session_id"], "second");

    let status = json(lab.admin.get("/ssh/status").await, StatusCode::OK).await;
    has(&status, "connected,user_id,count,sessions");
    assert_eq!((&status["connected"], &status["count"]), (&json!(true), &json!(2)));
    let session = &status["sessions"][0];
    assert_eq!(session["session_id"], "default");
    assert_eq!((&session["hostname"], &session["username"]), (&json!(ADDRESS), &json!(USER)));
    assert_eq!((&session["port"], &session["active"]), (&json!(lab.sshd.port()), &json!(true)));
    let connected_at = session["connected_at"].as_i64().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!(connected_at.abs_diff(i64::try_from(now).unwrap()) < 120, "{connected_at} is in Unix seconds");

    let ended = json(lab.admin.post("/ssh/disconnect?session_id=second", json!({})).await, StatusCode::OK).await;
    assert_eq!(ended, json!({"disconnected": true, "user_id": me(&lab).await, "session_id": "second"}));
    fault(lab.admin.post("/ssh/disconnect?session_id=second", json!({})).await, StatusCode::NOT_FOUND, "not_found")
        .await;
    json(lab.admin.post("/ssh/disconnect", json!({})).await, StatusCode::OK).await;
    let status = json(lab.admin.get("/ssh/status").await, StatusCode::OK).await;
    assert_eq!(status["sessions"], json!([]));
}

#[tokio::test]
async fn ssh_connect_says_what_is_missing_and_what_failed() {
    let lab = Lab::start(&[]).await;
    for field in ["hostname", "username", "password"] {
        for value in [None, Some(json!(""))] {
            let mut body = ssh(&lab);
            match value {
                None => drop(body.as_object_mut().unwrap().remove(field)),
                Some(empty) => body[field] = empty,
            }
            let refused = fault(lab.admin.post("/ssh/connect", body).await, StatusCode::BAD_REQUEST, "bad_input").await;
            assert!(refused["detail"].as_str().unwrap().contains(field), "{refused}");
        }
    }
    let mut wrong = ssh(&lab);
    wrong["password"] = json!("wrong");
    fault(lab.admin.post("/ssh/connect", wrong).await, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;
    let mut nobody = ssh(&lab);
    nobody["port"] = json!(1);
    fault(lab.admin.post("/ssh/connect", nobody).await, StatusCode::BAD_GATEWAY, "remote_failed").await;
    let mut foreign = ssh(&lab);
    foreign["user_id"] = json!("somebody-else");
    let member = Person::with_token(&lab.server, &lab.admin.make_token("script").await);
    fault(member.post("/ssh/connect", foreign).await, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn an_unknown_host_key_is_a_question_that_a_script_can_answer() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let sshd = testkit::sshd::Sshd::start().await;
    for (path, host) in [("/ssh/connect", "hostname"), ("/connections/ssh", "host")] {
        let mut body = json!({"username": USER, "password": PASSWORD, "port": sshd.port()});
        body[host] = json!(ADDRESS);
        if path == "/ssh/connect" {
            let asked = fault(admin.post(path, body.clone()).await, StatusCode::CONFLICT, "host_key_unknown").await;
            has(&asked, "algorithm,fingerprint,known");
            let mut other = body.clone();
            other["fingerprint"] = json!("SHA256:AAAA");
            assert_eq!(admin.post(path, other).await.status(), StatusCode::CONFLICT);
            body["fingerprint"] = asked["fingerprint"].clone();
        }
        // Named once, it is known from then on.
        json(admin.post(path, body).await, StatusCode::OK).await;
    }
    drop(server);
}

#[tokio::test]
async fn the_limit_is_429_and_a_place_that_is_given_back_is_free() {
    let lab = Lab::start(&[("connections.max_per_account", "2")]).await;
    json(lab.admin.post("/ssh/connect?session_id=a", ssh(&lab)).await, StatusCode::OK).await;
    let id = open(&lab).await;
    let third = lab.admin.post("/ssh/connect?session_id=c", ssh(&lab)).await;
    assert!(third.headers().contains_key("retry-after"));
    fault(third, StatusCode::TOO_MANY_REQUESTS, "connection_limit").await;
    // The same name takes the same place.
    json(lab.admin.post("/ssh/connect?session_id=a", ssh(&lab)).await, StatusCode::OK).await;
    json(lab.admin.delete(&format!("/connections/{id}")).await, StatusCode::OK).await;
    json(lab.admin.post("/ssh/connect?session_id=c", ssh(&lab)).await, StatusCode::OK).await;
}

#[tokio::test]
async fn connections_are_opened_listed_and_closed() {
    let lab = Lab::start(&[]).await;
    let body = json!({"host": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port(), "timeout": 20,
        "sessionName": "nightly"});
    let opened = json(lab.admin.post("/connections/ssh", body).await, StatusCode::OK).await;
    let id = opened["session_id"].as_str().unwrap();
    let list = json(lab.admin.get("/connections").await, StatusCode::OK).await;
    let [session] = list["sessions"].as_array().unwrap().as_slice() else { panic!("{list}") };
    has(
        session,
        "session_id,type,host,port,username,session_name,connected_at,expires_at,last_activity,is_active,time_remaining_seconds",
    );
    assert_eq!((&session["session_id"], &session["type"]), (&json!(id), &json!("ssh")));
    assert_eq!((&session["host"], &session["port"]), (&json!(ADDRESS), &json!(lab.sshd.port())));
    assert_eq!((&session["username"], &session["session_name"]), (&json!(USER), &json!("nightly")));
    assert_eq!(session["is_active"], true);
    assert!((1790..=1800).contains(&session["time_remaining_seconds"].as_u64().unwrap()), "30 minutes: {session}");
    for time in ["connected_at", "expires_at", "last_activity"] {
        let text = session[time].as_str().unwrap();
        assert!(text.contains('T') && text.ends_with('Z'), "{time}: ISO 8601 in UTC: {text}");
    }
    let closed = json(lab.admin.delete(&format!("/connections/{id}")).await, StatusCode::OK).await;
    has(&closed, "message");
    fault(lab.admin.delete(&format!("/connections/{id}")).await, StatusCode::NOT_FOUND, "not_found").await;
    let cleaned = json(lab.admin.post("/connections/cleanup", json!({})).await, StatusCode::OK).await;
    assert_eq!(cleaned["cleaned"], 0);
    has(&cleaned, "message");
}

#[tokio::test]
async fn a_key_path_names_a_key_of_the_vault_and_never_a_file() {
    let lab = Lab::start(&[]).await;
    let key = testkit::keygen::make_key(testkit::keygen::KeySpec::default());
    lab.sshd.authorize(&key.public);
    let file = lab.server.data().join("id_ed25519");
    fs::write(&file, &key.private).unwrap();
    let body = |key: &str| json!({"host": ADDRESS, "username": USER, "port": lab.sshd.port(), "keyPath": key});
    for path in [file.to_str().unwrap(), "~/.ssh/id_ed25519", "../id_ed25519", "C:\\keys\\id", "file:///etc/passwd"] {
        let refused =
            fault(lab.admin.post("/connections/ssh", body(path)).await, StatusCode::BAD_REQUEST, "bad_input").await;
        assert!(refused["detail"].as_str().unwrap().contains("vault"), "{refused}");
    }
    fault(lab.admin.post("/connections/ssh", body("id_ed25519")).await, StatusCode::NOT_FOUND, "not_found").await;
    let stored = json!({"name": "deploy", "private_key": key.private});
    let stored = json(lab.admin.post("/api/credentials", stored).await, StatusCode::CREATED).await;
    for name in ["deploy", stored["id"].as_str().unwrap()] {
        has(&json(lab.admin.post("/connections/ssh", body(name)).await, StatusCode::OK).await, "session_id");
    }
    let nothing = json!({"host": ADDRESS, "username": USER, "port": lab.sshd.port()});
    fault(lab.admin.post("/connections/ssh", nothing).await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn files_are_listed_downloaded_and_uploaded() {
    let lab = Lab::start(&[]).await;
    let (id, host) = (open(&lab).await, tempfile::tempdir().unwrap());
    let folder = host.path().join("here");
    open_to_all(host.path());
    fs::create_dir(&folder).unwrap();
    open_to_all(&folder);
    fs::write(folder.join("data.bin"), b"0123456789").unwrap();
    fs::create_dir(folder.join("inner")).unwrap();
    let at = |path: &str| folder.join(path).to_str().unwrap().to_owned();

    let query = [("path", at(""))];
    let list = lab.admin.request(Method::GET, &format!("/connections/{id}/files")).query(&query).send().await.unwrap();
    let list = json(list, StatusCode::OK).await;
    assert_eq!(list["current_path"], folder.to_str().unwrap());
    let mut files = list["files"].as_array().unwrap().clone();
    files.sort_by_key(|file| file["name"].to_string());
    for file in &files {
        has(file, "name,path,is_directory,size,size_formatted,modified,permissions");
    }
    assert_eq!((&files[0]["name"], &files[0]["path"]), (&json!("data.bin"), &json!(at("data.bin"))));
    assert_eq!((&files[0]["size"], &files[0]["is_directory"]), (&json!(10), &json!(false)));
    assert!(files[0]["permissions"].as_str().unwrap().starts_with("-rw"));
    assert_eq!((&files[1]["name"], &files[1]["is_directory"]), (&json!("inner"), &json!(true)));
    let home = json(lab.admin.get(&format!("/connections/{id}/files")).await, StatusCode::OK).await;
    assert!(home["current_path"].as_str().unwrap().starts_with('/'));

    let wanted = json!({"remotePath": at("data.bin")});
    let answer = lab.admin.post(&format!("/connections/{id}/download"), wanted.clone()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!((header(&answer, "content-length"), header(&answer, "accept-ranges")), ("10".into(), "bytes".into()));
    assert!(header(&answer, "content-disposition").contains("filename*=UTF-8''data.bin"));
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"0123456789");
    let part = lab.admin.request(Method::POST, &format!("/connections/{id}/download")).json(&wanted);
    let part = part.header("range", "bytes=2-5").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(header(&part, "content-range"), "bytes 2-5/10");
    assert_eq!(part.bytes().await.unwrap().as_ref(), b"2345");
    let none = lab.admin.request(Method::POST, &format!("/connections/{id}/download")).json(&wanted);
    let none = none.header("range", "bytes=10-").send().await.unwrap();
    assert_eq!(none.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    let missing = json!({"remotePath": at("missing")});
    fault(lab.admin.post(&format!("/connections/{id}/download"), missing).await, StatusCode::NOT_FOUND, "not_found")
        .await;

    let upload = |path: String| {
        lab.admin.request(Method::POST, &format!("/connections/{id}/upload")).query(&[("remotePath", path)])
    };
    let raw = upload(at("raw.bin")).body(vec![7; 100_000]).send().await.unwrap();
    let raw = json(raw, StatusCode::OK).await;
    has(&raw, "message");
    assert_eq!(raw["size"], 100_000);
    assert_eq!(fs::read(folder.join("raw.bin")).unwrap(), vec![7; 100_000]);
    let form =
        "--edge\r\ncontent-disposition: form-data; name=\"file\"; filename=\"form.txt\"\r\n\r\nhello\r\n--edge--\r\n";
    let sent = upload(at("inner/")).header("content-type", "multipart/form-data; boundary=edge").body(form);
    let refused = sent.send().await.unwrap();
    fault(refused, StatusCode::FORBIDDEN, "forbidden").await;
    let sent = upload(at("")).header("content-type", "multipart/form-data; boundary=edge").body(form);
    assert_eq!(json(sent.send().await.unwrap(), StatusCode::OK).await["size"], 5);
    assert_eq!(fs::read(folder.join("form.txt")).unwrap(), b"hello");
}

/// The connection's user is not who runs the tests.
fn open_to_all(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
}

#[tokio::test]
async fn a_command_has_its_output_and_its_exit_code() {
    let lab = Lab::start(&[]).await;
    let id = open(&lab).await;
    let target = format!("/connections/{id}/execute");
    let run = |command: &str| lab.admin.post(&target, json!({"command": command}));
    let done = json(run("echo out; echo err >&2; exit 3").await, StatusCode::OK).await;
    has(&done, "output,stdout,stderr,exit_code");
    assert_eq!((&done["stdout"], &done["stderr"]), (&json!("out\n"), &json!("err\n")));
    assert_eq!((&done["output"], &done["exit_code"]), (&json!("out\nerr\n"), &json!(3)));
    fault(run("").await, StatusCode::BAD_REQUEST, "bad_input").await;
    let unknown = lab.admin.post("/connections/none/execute", json!({"command": "true"})).await;
    fault(unknown, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn the_file_browser_lists_and_reads() {
    let lab = Lab::start(&[]).await;
    let host = tempfile::tempdir().unwrap();
    open_to_all(host.path());
    fs::write(host.path().join("text"), "höher\n").unwrap();
    fs::write(host.path().join("bytes"), [0xff, 0x00]).unwrap();
    let at = |path: &str| host.path().join(path).to_str().unwrap().to_owned();
    fault(lab.admin.get("/api/fs/list?path=/").await, StatusCode::NOT_FOUND, "not_found").await;
    json(lab.admin.post("/ssh/connect?session_id=box", ssh(&lab)).await, StatusCode::OK).await;
    for id in ["", "&session_id=box"] {
        let list = json(lab.admin.get(&format!("/api/fs/list?path={}{id}", at(""))).await, StatusCode::OK).await;
        has(&list, "path,entries");
        for entry in list["entries"].as_array().unwrap() {
            has(entry, "name,size,mode");
            assert_eq!(entry["mode"].as_str().unwrap().len(), 10, "{entry}");
        }
        assert_eq!(list["entries"].as_array().unwrap().len(), 2);
    }
    let text = json(lab.admin.get(&format!("/api/fs/read?path={}", at("text"))).await, StatusCode::OK).await;
    assert_eq!((&text["path"], &text["offset"], &text["data"]), (&json!(at("text")), &json!(0), &json!("höher\n")));
    assert_eq!(text.get("encoding"), None);
    let part = format!("/api/fs/read?path={}&offset=3&length=2", at("text"));
    let part = json(lab.admin.get(&part).await, StatusCode::OK).await;
    assert_eq!((&part["offset"], &part["data"]), (&json!(3), &json!("he")));
    let bytes = json(lab.admin.get(&format!("/api/fs/read?path={}", at("bytes"))).await, StatusCode::OK).await;
    assert_eq!((&bytes["encoding"], &bytes["data"]), (&json!("base64"), &json!("/wA=")));
}

#[tokio::test]
async fn bastion_run_goes_over_a_session_else_over_a_connection_else_nowhere() {
    let lab = Lab::start(&[]).await;
    let run = |body: Value| lab.admin.post("/api/terminal/bastion/run", body);
    fault(run(json!({"command": "true"})).await, StatusCode::NOT_FOUND, "not_found").await;
    json(lab.admin.post("/ssh/connect", ssh(&lab)).await, StatusCode::OK).await;
    for body in [json!({"command": "echo over"}), json!({"command": "echo over", "session_id": "default"})] {
        let done = json(run(body).await, StatusCode::OK).await;
        has(&done, "stdout,stderr,exit_code,container_id");
        assert_eq!(
            (&done["stdout"], &done["exit_code"], &done["container_id"]),
            (&json!("over\n"), &json!(0), &Value::Null)
        );
    }
    fault(run(json!({"command": "true", "session_id": "other"})).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn ftp_connections_have_files_and_run_no_commands() {
    let ((server, admin), ftpd) = tokio::join!(TestServer::with_admin(&[]), Vsftpd::builder().tls().start());
    let mut body = json!({"host": ADDRESS, "username": USER, "password": PASSWORD, "port": ftpd.port(), "useTLS": true,
        "timeout": 20, "sessionName": "mirror"});
    for field in ["host", "username", "password"] {
        let mut without = body.clone();
        without.as_object_mut().unwrap().remove(field);
        fault(admin.post("/connections/ftp", without).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let asked = fault(admin.post("/connections/ftp", body.clone()).await, StatusCode::CONFLICT, "certificate_unknown");
    assert_eq!(asked.await["certificate_fingerprint"], ftpd.fingerprint());
    body["fingerprint"] = json!(ftpd.fingerprint());
    let mut wrong = body.clone();
    wrong["password"] = json!("wrong");
    fault(admin.post("/connections/ftp", wrong).await, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;
    let mut nobody = body.clone();
    nobody["port"] = json!(1);
    fault(admin.post("/connections/ftp", nobody).await, StatusCode::BAD_GATEWAY, "remote_failed").await;
    let opened = json(admin.post("/connections/ftp", body).await, StatusCode::OK).await;
    let id = opened["session_id"].as_str().unwrap();
    let list = json(admin.get("/connections").await, StatusCode::OK).await;
    assert_eq!((&list["sessions"][0]["type"], &list["sessions"][0]["is_active"]), (&json!("ftp"), &json!(true)));
    let status = json(admin.get("/ssh/status").await, StatusCode::OK).await;
    assert_eq!(status["count"], 0, "it is no SSH connection");
    let run = admin.post(&format!("/connections/{id}/execute"), json!({"command": "true"})).await;
    fault(run, StatusCode::BAD_REQUEST, "bad_input").await;

    let host = tempfile::tempdir().unwrap();
    open_to_all(host.path());
    let path = host.path().join("data.bin");
    let upload = admin.request(Method::POST, &format!("/connections/{id}/upload"));
    let upload = upload.query(&[("remotePath", path.to_str().unwrap())]).body(vec![7; 300_000]).send().await.unwrap();
    assert_eq!(json(upload, StatusCode::OK).await["size"], 300_000);
    let query = [("path", host.path().to_str().unwrap())];
    let list = admin.request(Method::GET, &format!("/connections/{id}/files")).query(&query).send().await.unwrap();
    let list = json(list, StatusCode::OK).await;
    assert_eq!((&list["files"][0]["name"], &list["files"][0]["size"]), (&json!("data.bin"), &json!(300_000)));
    let wanted = json!({"remotePath": path.to_str().unwrap()});
    let answer = admin.post(&format!("/connections/{id}/download"), wanted).await;
    assert_eq!(answer.bytes().await.unwrap().as_ref(), vec![7; 300_000]);
    has(&json(admin.delete(&format!("/connections/{id}")).await, StatusCode::OK).await, "message");
    drop(server);
}
