//! After real use no secret stands in the database's files, the write-ahead log included.

use crate::common::{ADMIN, Cookies, PASSWORD, Person, TestServer, json};
use reqwest::StatusCode;
use serde_json::json;
use std::{fs, path::Path};
use testkit::keygen::{KeySpec, make_key};

const ROUTER_PASSWORD: &str = "r0uter-Passw0rd-very-unique";
const NEW_PASSWORD: &str = "another correct horse battery";

/// Every file of the data folder, in one piece each.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| (path.display().to_string(), fs::read(&path).unwrap())).collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// A secret as it is written, and in the ways in which bytes are usually written.
fn guises(secret: &str) -> Vec<Vec<u8>> {
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![secret.as_bytes().to_vec(), hex.clone().into_bytes(), hex.to_uppercase().into_bytes()]
}

#[tokio::test]
async fn no_secret_stands_in_the_database() {
    let server = TestServer::start().await;
    let admin = Person::new(&server);
    let set_up = admin.set_up(server.setup_code()).await;
    let mut secrets =
        vec![PASSWORD.to_owned(), NEW_PASSWORD.to_owned(), server.setup_code().to_owned(), ROUTER_PASSWORD.to_owned()];
    let mut keep =
        |cookies: &Cookies| secrets.extend(["berth_session", "berth_vault"].map(|name| cookies.value(name).to_owned()));
    keep(&Cookies::of(&set_up));
    let recovery_code = json(set_up, StatusCode::OK).await["recovery_code"].as_str().unwrap().to_owned();
    keep(&Cookies::of(&admin.sign_in(ADMIN, PASSWORD).await));

    let key = make_key(KeySpec { passphrase: "a passphrase to find", ..KeySpec::default() });
    let credential = json!({"name": "both", "username": "root", "password": ROUTER_PASSWORD, "private_key": key.private, "passphrase": "a passphrase to find"});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    assert!(!credential.to_string().contains(ROUTER_PASSWORD), "secrets never come out: {credential}");
    let host = json!({"name": "router", "address": "127.0.0.1", "port": 1, "credential_id": credential["id"]});
    json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    // Nothing listens there: the open fails, and the one-time password must not be left in the session's row.
    let open = json!({"password": ROUTER_PASSWORD, "username": "root"});
    assert!(admin.post("/api/terminal/router/terminal-sessions", open).await.status().as_u16() >= 400);
    let token = admin.make_token("script").await;
    json(Person::with_token(&server, &token).get("/api/credentials").await, StatusCode::OK).await;
    let changed = admin.post("/api/account/password", json!({"current": PASSWORD, "new": NEW_PASSWORD})).await;
    assert_eq!(changed.status(), StatusCode::OK);
    keep(&Cookies::of(&changed));
    secrets.extend([recovery_code.clone(), recovery_code.replace('-', ""), token, "a passphrase to find".into()]);
    // Any line of the key's text would be a piece of it.
    secrets.extend(key.private.lines().filter(|line| line.len() > 40 && !line.starts_with("-----")).map(str::to_owned));

    let while_running = files(server.data());
    let data = server.stop().await;
    let all = [while_running, files(data.path())].concat();
    assert!(all.iter().any(|(name, _)| name.ends_with("-wal")), "the write-ahead log was looked at");
    assert!(all.iter().any(|(_, bytes)| contains(bytes, b"router")), "what is no secret is found by the same search");
    for (file, bytes) in &all {
        for secret in secrets.iter().flat_map(|secret| guises(secret)) {
            assert!(!contains(bytes, &secret), "{} stands in {file}", String::from_utf8_lossy(&secret));
        }
    }
}
