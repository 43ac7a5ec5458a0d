//! An account that is switched off, and one that wants more than its share.

use super::{Folder, encoded, lab, load};
use crate::common::{HOST, Lab, PATIENCE, Person, fault, json, take_in, take_in_at};
use futures::future::join_all;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::{fs, time::Duration};
use testkit::{
    folder::{give, noise},
    sshd::ADDRESS,
    wait,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// More than lies between a host and somebody who reads nothing.
const LARGE: u64 = 1 << 30;

/// A file of zeros that takes no room.
pub(super) fn large(folder: &Folder, name: &str) -> String {
    fs::File::create(folder.at(name)).unwrap().set_len(LARGE).unwrap();
    give(&folder.at(name));
    format!("{}/{name}", folder.text())
}

/// An answer that ends before its end.
pub(super) async fn assert_broken(what: &str, mut answer: Response) {
    let reading = async {
        while let Ok(piece) = answer.chunk().await {
            assert!(piece.is_some(), "{what} looked whole");
        }
    };
    timeout(PATIENCE, reading).await.expect("its end");
}

#[tokio::test]
async fn what_an_account_does_with_files_ends_when_it_is_switched_off() {
    let (lab, proxy) = Lab::behind_a_proxy(&[("hosts.link_idle", "1m")]).await;
    let bo = lab.server.member("bo").await;
    let id = take_in_at(&bo, proxy.port()).await;
    let hosts = json(bo.get("/api/hosts").await, StatusCode::OK).await;
    let credential = &hosts["hosts"][0]["credential_id"];
    let twin = json!({"name": "twin", "address": ADDRESS, "port": proxy.port(), "credential_id": credential});
    json(bo.post("/api/hosts", twin).await, StatusCode::CREATED).await;
    let (folder, target) = (Folder::new(), Folder::new());
    let path = large(&folder, "large");
    fs::create_dir(folder.at("many")).unwrap();
    for number in 0..1000 {
        fs::write(folder.at(format!("many/{number}")), "").unwrap();
    }
    give(&folder.at("many"));
    let token = bo.make_token("up").await;

    let get = async |what: &str| {
        let answer = bo.get(&format!("/api/hosts/{id}/files/{what}?path={}", encoded(&path))).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer
    };
    let (whole, tar) = (get("content").await, get("archive").await);
    let up = format!("{}/up", target.text());
    let mut sending = TcpStream::connect(lab.server.address()).await.unwrap();
    let head = format!(
        "PUT /api/hosts/{id}/files/content?path={}&total=10 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 10\r\n\r\nabc",
        encoded(&up)
    );
    sending.write_all(head.as_bytes()).await.unwrap();
    wait::until("the upload", PATIENCE, || async { target.at("up.berth-part").exists() }).await;
    // Far away, so that a copy of many takes its time.
    proxy.delay(Duration::from_millis(100));
    let many = format!("{}/many", folder.text());
    let copy = json!({"paths": [many], "to_host": "twin", "to": target.text()});
    json(bo.post(&format!("/api/hosts/{id}/files/copy"), copy).await, StatusCode::ACCEPTED).await;
    let copied = || fs::read_dir(target.at("many")).map_or(0, Iterator::count);
    wait::until("the copy to begin", PATIENCE, || async { copied() > 0 }).await;

    lab.server.account(&["disable", "bo"]).await;
    let ended = || async {
        let log = json(lab.admin.get("/api/audit").await, StatusCode::OK).await;
        let end = log["events"].as_array().unwrap().iter().find(|entry| entry["action"] == "file.copy").cloned();
        end.is_some_and(|end| end.to_string().contains("cancelled: "))
    };
    wait::until("the copy's end", PATIENCE, ended).await;
    let names = || fs::read_dir(target.at("many")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    wait::until("no part to be left of it", PATIENCE, || async { names().all(|name| !name.ends_with("-part")) }).await;
    assert!(copied() < 1000, "all of it was copied");
    assert_broken("the download", whole).await;
    assert_broken("the tar", tar).await;
    let mut answer = [0; 12];
    sending.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 409");
    let next = load::put(&Person::with_token(&lab.server, &token), &id, &up, 3, 10, b"defghij".to_vec()).await;
    fault(next, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    assert_eq!(
        fs::read(target.at("up.berth-part")).unwrap(),
        b"abc",
        "it is gone on with when it is switched on again"
    );
}

#[tokio::test]
async fn who_downloads_much_slowly_leaves_room_for_all_others() {
    let lab = lab().await;
    let bo = lab.server.member("bo").await;
    take_in(&bo, &lab.sshd).await;
    let folder = Folder::new();
    let path = large(&folder, "large");
    folder.put("small", noise(100_000));
    let down = |path: &str| format!("/api/hosts/{HOST}/files/content?path={}", encoded(path));
    // Nobody reads any of them.
    let address = down(&path);
    let answers = join_all((0..100).map(|_| bo.get(&address))).await;
    let (let_in, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|one| one.status() == StatusCode::OK);
    assert_eq!((let_in.len(), refused.len()), (32, 68));
    for answer in refused {
        assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
        fault(answer, StatusCode::TOO_MANY_REQUESTS, "transfer_limit").await;
    }
    let small = format!("{}/small", folder.text());
    let others = lab.admin.get(&down(&small)).await;
    assert_eq!(others.bytes().await.unwrap().len(), 100_000, "another account's");
    let listed: Value = json(bo.get(&format!("/api/hosts/{HOST}/files")).await, StatusCode::OK).await;
    assert!(listed["entries"].is_array(), "the same account's other work");
    drop(let_in);
    let own = async || bo.get(&down(&small)).await.bytes().await.unwrap().len() == 100_000;
    wait::until("a place to be free", PATIENCE, || async { own().await }).await;
}
