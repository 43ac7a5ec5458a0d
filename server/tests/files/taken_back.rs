//! What goes on with the files of a host, or waits to, when a right, a credential, a trusted key or a sign-in is taken back.

use super::{
    Folder, encoded,
    switched_off::{assert_broken, large},
};
use crate::{
    common::{HOST, PASSWORD as OWN_PASSWORD, PATIENCE, Person, json, take_in_at},
    grants::{own_login, share},
    monitor::Looker,
    shared_credentials::{LENT, handed, host, lent, rights},
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use testkit::{
    folder::give,
    keygen::{KeySpec, make_key},
    proxy::FaultProxy,
    sshd::PASSWORD,
    wait,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// So many transfers of an account work at once.
const AT_WORK: usize = 4;

/// More than lies between a host and somebody who reads nothing, and soon read.
const MUCH: u64 = 64 << 20;

const WARM: [(&str, &str); 1] = [("hosts.link_idle", "1m")];

async fn transfer(person: &Person, id: &str) -> Value {
    json(person.get(&format!("/api/transfers/{id}")).await, StatusCode::OK).await
}

#[tokio::test]
async fn a_transfer_that_waits_for_its_turn_is_asked_for_its_right_anew() {
    let (lab, ben, account) = lent(&WARM).await;
    let wire = FaultProxy::start(([127, 0, 0, 1], lab.sshd.port()).into()).await;
    let own = take_in_at(&ben, wire.port()).await;
    let (folder, target) = (Folder::new(), Folder::new());
    let path = large(&folder, "large");
    let begin = async |at: &str, what: &str, body: Value| {
        let begun = ben.post(&format!("/api/hosts/{at}/files/{what}"), body).await;
        json(begun, StatusCode::ACCEPTED).await["id"].as_str().unwrap().to_owned()
    };
    // They are at work for as long as ben likes.
    wire.delay(Duration::from_millis(200));
    let mut working = Vec::new();
    for number in 0..AT_WORK {
        fs::create_dir(target.at(number.to_string())).unwrap();
        give(&target.at(number.to_string()));
        let to = format!("{}/{number}", target.text());
        working.push(begin(&own, "copy", json!({"paths": [path], "to": to, "to_host": own})).await);
    }
    folder.put("victim", "stays");
    let victim = format!("{}/victim", folder.text());
    let waiting = begin(&lab.host, "delete", json!({"paths": [victim]})).await;
    assert_eq!(transfer(&ben, &waiting).await["state"], "waiting");

    share(&lab.admin, &[&lab.host], &[], &account, rights(&[])).await;
    for id in &working {
        let path = format!("/api/transfers/{id}");
        assert_eq!(ben.delete(&path).await.status(), StatusCode::NO_CONTENT);
    }
    let over = || async { transfer(&ben, &waiting).await["ended_at"].is_string() };
    wait::until("the transfer's end", PATIENCE, over).await;
    let told = transfer(&ben, &waiting).await;
    assert_eq!((&told["state"], &told["items_done"]), (&json!("cancelled"), &json!(0)), "{told}");
    assert!(told["failures"][0].as_str().is_some_and(|why| !why.is_empty()), "it says why: {told}");
    assert_eq!(fs::read(folder.at("victim")).unwrap(), b"stays");
}

#[tokio::test]
async fn what_flows_ends_with_the_right_the_token_or_the_sign_in_that_it_goes_by() {
    let (lab, ben, account) = lent(&WARM).await;
    let token = ben.make_token("script").await;
    let script = Person::with_token(&lab.server, &token);
    let (folder, target) = (Folder::new(), Folder::new());
    let path = large(&folder, "large");
    let down = async |who: &Person, what: &str| {
        let answer = who.get(&format!("/api/hosts/{}/files/{what}?path={}", lab.host, encoded(&path))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer
    };
    // The token's.
    let (content, by_sign_in) = (down(&script, "content").await, down(&ben, "content").await);
    let tokens = json(ben.get("/api/tokens").await, StatusCode::OK).await;
    let id = tokens[0]["id"].as_str().unwrap();
    assert_eq!(ben.delete(&format!("/api/tokens/{id}")).await.status(), StatusCode::NO_CONTENT);
    assert_broken("the download by a token", content).await;

    // The sign-in's.
    assert!(ben.post("/api/auth/logout", json!({})).await.status().is_success());
    assert_broken("the download by a sign-in", by_sign_in).await;

    // The right's.
    assert_eq!(ben.sign_in("ben", OWN_PASSWORD).await.status(), StatusCode::OK);
    handed(&lab.admin, &ben, &lab.host).await;
    let token = ben.make_token("up").await;
    let (content, tar) = (down(&ben, "content").await, down(&ben, "archive").await);
    let up = format!("{}/up", target.text());
    let mut sending = TcpStream::connect(lab.server.address()).await.unwrap();
    let head = format!(
        "PUT /api/hosts/{}/files/content?path={}&total=10 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 10\r\n\r\nabc",
        lab.host,
        encoded(&up)
    );
    sending.write_all(head.as_bytes()).await.unwrap();
    wait::until("the upload", PATIENCE, || async { target.at("up.berth-part").exists() }).await;
    share(&lab.admin, &[&lab.host], &[], &account, rights(&["connect", "credential"])).await;
    assert_broken("the download", content).await;
    assert_broken("the tar", tar).await;
    let mut answer = [0; 12];
    sending.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 409");
}

/// Waits until what goes on was looked at: a download by a token that has ended is over then.
async fn until_looked_at(ben: &Person, by_token: Response) {
    let tokens = json(ben.get("/api/tokens").await, StatusCode::OK).await;
    for token in tokens.as_array().unwrap() {
        let path = format!("/api/tokens/{}", token["id"].as_str().unwrap());
        assert_eq!(ben.delete(&path).await.status(), StatusCode::NO_CONTENT);
    }
    assert_broken("the download by a token", by_token).await;
}

#[tokio::test]
async fn what_is_added_and_what_is_not_used_end_nothing() {
    let (lab, ben, account) = lent(&WARM).await;
    let folder = Folder::new();
    let (most, much) = (large(&folder, "large"), format!("{}/much", folder.text()));
    fs::File::create(folder.at("much")).unwrap().set_len(MUCH).unwrap();
    give(&folder.at("much"));
    let down = async |who: &Person, path: &str| {
        let path = format!("/api/hosts/{}/files/content?path={}", lab.host, encoded(path));
        let answer = who.get(&path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer
    };
    let script = Person::with_token(&lab.server, &ben.make_token("script").await);
    let (goes_on, by_token) = (down(&ben, &much).await, down(&script, &most).await);
    let watches = [&LENT[..], &["watch"]].concat();
    share(&lab.admin, &[&lab.host], &[], &account, rights(&watches)).await;
    share(&lab.admin, &[&lab.host], &[], &account, rights(&LENT)).await;
    let lines = format!("@revoked * {}\n", make_key(KeySpec::default()).public);
    json(lab.admin.post("/api/host-authorities", json!({"lines": lines})).await, StatusCode::CREATED).await;
    own_login(&ben, &lab.host).await;
    until_looked_at(&ben, by_token).await;
    assert_eq!(goes_on.bytes().await.expect("all of it").len() as u64, MUCH);
}

#[tokio::test]
async fn a_download_ends_when_its_owner_has_the_host_signed_in_to_as_somebody_else() {
    let (lab, ben, _) = lent(&WARM).await;
    let folder = Folder::new();
    let path = format!("/api/hosts/{}/files/content?path={}", lab.host, encoded(&large(&folder, "large")));
    let answer = ben.get(&path).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let host = format!("/api/hosts/{}", lab.host);
    json(lab.admin.patch(&host, json!({"username": "nobody"})).await, StatusCode::OK).await;
    assert_broken("the download", answer).await;
}

#[tokio::test]
async fn a_key_that_is_revoked_closes_a_warm_way_too() {
    let (lab, ben, _) = lent(&WARM).await;
    let files = format!("/api/hosts/{}/files?path=/", lab.host);
    let mut looker = Looker::by_token(&lab.server, &lab.admin.make_token("script").await, HOST).await;
    looker.until("figures").await;
    for person in [&lab.admin, &ben] {
        json(person.get(&files).await, StatusCode::OK).await;
    }
    let keys = lab.sshd.host_keys();
    let lines: String = keys.iter().map(|key| format!("@revoked * {key}\n@revoked [*]:* {key}\n")).collect();
    json(lab.admin.post("/api/host-authorities", json!({"lines": lines})).await, StatusCode::CREATED).await;
    for person in [&lab.admin, &ben] {
        let refused = person.get(&files).await;
        assert!(refused.status().is_client_error() || refused.status().is_server_error(), "{}", refused.status());
    }
    looker.until("failed").await;
}

#[tokio::test]
async fn another_credential_on_a_shared_host_is_signed_in_with_at_once() {
    let (lab, ben, _) = lent(&WARM).await;
    let files = format!("/api/hosts/{}/files?path=/", lab.host);
    json(ben.get(&files).await, StatusCode::OK).await;
    let sign_ins = || lab.sshd.log().matches("Accepted").count();
    let before = sign_ins();
    json(ben.get(&files).await, StatusCode::OK).await;
    assert_eq!(sign_ins(), before, "the way is warm");
    let user = host(&lab.admin, &lab.host).await["effective"]["username"].clone();
    let other = json!({"name": "other", "username": user, "password": PASSWORD});
    let other = json(lab.admin.post("/api/credentials", other).await, StatusCode::CREATED).await["id"].clone();
    let change = lab.admin.patch(&format!("/api/hosts/{}", lab.host), json!({"credential_id": other})).await;
    json(change, StatusCode::OK).await;
    handed(&lab.admin, &ben, &lab.host).await;
    json(ben.get(&files).await, StatusCode::OK).await;
    assert!(sign_ins() > before, "the old credential's way is used on");
}
