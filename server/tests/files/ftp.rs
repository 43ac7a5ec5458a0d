//! Hosts that have files and nothing else: the same calls against a real vsftpd.

use super::{Folder, encoded, lab, list, load, transfers::whole};
use crate::common::{Lab, Person, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use testkit::{
    folder::{give, noise},
    ftp::{PASSWORD, USER, Vsftpd},
};

const AT: &str = "127.0.0.1";

/// Adds the server to the inventory, with its password; the host's id.
pub(crate) async fn take_in(person: &Person, port: u16, protocol: &str, password: &str) -> String {
    let credential = json!({"name": protocol, "username": USER, "password": password});
    let credential = json(person.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    let host = json!({"name": format!("ftp {protocol}"), "address": AT, "port": port, "protocol": protocol,
        "credential_id": credential["id"]});
    json(person.post("/api/hosts", host).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned()
}

/// Trusts the certificate that it showed.
pub(crate) async fn trust(person: &Person, host: &str, fingerprint: &str) {
    let path = format!("/api/hosts/{host}/host-key/trust");
    json(person.post(&path, json!({"fingerprint": fingerprint})).await, StatusCode::OK).await;
}

/// The lab, its host being the FTP server.
async fn ftp_lab(ftpd: &Vsftpd, protocol: &str) -> Lab {
    let mut lab = lab().await;
    lab.host = take_in(&lab.admin, ftpd.port(), protocol, PASSWORD).await;
    lab
}

/// Looks, writes, changes, deletes.
async fn everything(lab: &Lab) {
    let folder = Folder::new();
    let at = |name: &str| format!("{}/{name}", folder.text());
    let (content, host) = (noise(3_000_000), &lab.host);
    let sha256: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();

    json(load::put(&lab.admin, host, &at("up"), 0, 3_000_000, content[..1_000_000].to_vec()).await, StatusCode::OK)
        .await;
    assert_eq!(folder.names(), ["up.berth-part"], "it does not look whole");
    json(
        load::put(&lab.admin, host, &at("up"), 1_000_000, 3_000_000, content[1_000_000..].to_vec()).await,
        StatusCode::OK,
    )
    .await;
    let finish = json!({"path": at("up"), "total": 3_000_000, "sha256": sha256});
    json(lab.admin.post(&format!("/api/hosts/{host}/files/finish"), finish).await, StatusCode::OK).await;
    assert!(fs::read(folder.at("up")).unwrap() == content);

    let down = format!("/api/hosts/{host}/files/content?path={}", encoded(&at("up")));
    assert!(lab.admin.get(&down).await.bytes().await.unwrap() == content);
    let part = lab.admin.request(reqwest::Method::GET, &down).header("range", "bytes=2999990-").send().await.unwrap();
    assert_eq!(part.bytes().await.unwrap(), content[2_999_990..]);

    folder.put("conf", "one\n");
    let path = format!("/api/hosts/{host}/files/text?path={}", encoded(&at("conf")));
    let read = json(lab.admin.get(&path).await, StatusCode::OK).await;
    let save = async |text: &str| {
        let draft = json!({"path": at("conf"), "text": text, "version": read["version"]});
        let path = format!("/api/hosts/{host}/files/text");
        lab.admin.request(reqwest::Method::PUT, &path).json(&draft).send().await.unwrap()
    };
    json(save("longer\n").await, StatusCode::OK).await;
    fault(save("late\n").await, StatusCode::CONFLICT, "file_changed").await;
    assert_eq!(fs::read(folder.at("conf")).unwrap(), b"longer\n");

    let post = async |what: &str, body: Value| lab.admin.post(&format!("/api/hosts/{host}/files/{what}"), body).await;
    json(post("folder", json!({"path": at("new")})).await, StatusCode::CREATED).await;
    json(post("rename", json!({"from": at("conf"), "to": at("new/c")})).await, StatusCode::OK).await;
    fault(post("link", json!({"path": at("l"), "target": "up"})).await, StatusCode::BAD_REQUEST, "bad_input").await;
    let names = list(&lab.admin, host, &folder.text()).await;
    let names: Vec<_> = names.iter().map(|e| (e["name"].as_str().unwrap(), &e["is_directory"])).collect();
    assert_eq!(names, [("new", &json!(true)), ("up", &json!(false))]);

    let done = whole(lab, "delete", json!({"paths": [at("new"), at("up")]})).await;
    assert_eq!((&done["state"], &done["items_done"]), (&json!("done"), &json!(3)), "{done}");
    assert!(folder.names().is_empty());
}

#[tokio::test]
async fn the_files_of_an_ftp_host() {
    let ftpd = Vsftpd::start().await;
    everything(&ftp_lab(&ftpd, "ftp").await).await;
}

#[tokio::test]
async fn a_certificate_is_a_question_before_the_files_are_shown() {
    let ftpd = Vsftpd::builder().tls().start().await;
    let lab = ftp_lab(&ftpd, "ftps").await;
    let files = format!("/api/hosts/{}/files", lab.host);
    let asked = fault(lab.admin.get(&files).await, StatusCode::CONFLICT, "host_key_unknown").await;
    assert_eq!((&asked["algorithm"], &asked["fingerprint"]), (&json!("X.509"), &json!(ftpd.fingerprint())), "{asked}");
    assert!(!ftpd.log().contains("PASS"), "nothing was sent to sign in");
    trust(&lab.admin, &lab.host, &ftpd.fingerprint()).await;
    everything(&lab).await;

    // A script's connection to the same place needs no fingerprint any more.
    let body = json!({"host": AT, "username": USER, "password": PASSWORD, "port": ftpd.port(), "useTLS": true});
    json(lab.admin.post("/connections/ftp", body).await, StatusCode::OK).await;

    // The warm way ends with what it was opened for.
    json(lab.admin.patch(&format!("/api/hosts/{}", lab.host), json!({"protocol": "ftp"})).await, StatusCode::OK).await;
    fault(lab.admin.get(&files).await, StatusCode::BAD_GATEWAY, "remote_failed").await;
}

#[tokio::test]
async fn tls_from_the_first_byte_on_and_a_wrong_password() {
    let ftpd = Vsftpd::builder().implicit_tls().start().await;
    let lab = ftp_lab(&ftpd, "ftps_implicit").await;
    trust(&lab.admin, &lab.host, &ftpd.fingerprint()).await;
    everything(&lab).await;
    let plain = Vsftpd::start().await;
    let wrong = take_in(&lab.admin, plain.port(), "ftp", "wrong").await;
    let refused = lab.admin.get(&format!("/api/hosts/{wrong}/files")).await;
    fault(refused, StatusCode::BAD_GATEWAY, "host_sign_in_failed").await;
}

#[tokio::test]
async fn copying_between_ssh_and_ftp() {
    let (ftpd, mut lab) = tokio::join!(Vsftpd::start(), lab());
    let ftp = take_in(&lab.admin, ftpd.port(), "ftp", PASSWORD).await;
    let (folder, target, back) = (Folder::new(), Folder::new(), Folder::new());
    fs::create_dir(folder.at("tree")).unwrap();
    fs::write(folder.at("tree/large"), noise(5_000_000)).unwrap();
    fs::write(folder.at("tree/naïve"), "x").unwrap();
    give(&folder.at("tree"));
    let request = json!({"paths": [format!("{}/tree", folder.text())], "to_host": ftp, "to": target.text()});
    let done = whole(&lab, "copy", request).await;
    assert_eq!((&done["state"], &done["failures"]), (&json!("done"), &json!([])), "{done}");
    let ssh = std::mem::replace(&mut lab.host, ftp);
    let request = json!({"paths": [format!("{}/tree", target.text())], "to_host": ssh, "to": back.text()});
    assert_eq!(whole(&lab, "copy", request).await["state"], "done");
    assert!(fs::read(back.at("tree/large")).unwrap() == noise(5_000_000));
    assert_eq!(fs::read(back.at("tree/naïve")).unwrap(), b"x");
}

/// Each file that is copied takes two of the few connections; what is short has one left beside slow readers.
#[tokio::test]
async fn many_files_are_copied_on_one_ftp_host_while_slow_readers_hold_others() {
    let ftpd = Vsftpd::start().await;
    let lab = ftp_lab(&ftpd, "ftp").await;
    let (folder, target) = (Folder::new(), Folder::new());
    folder.put("slow", noise(64_000_000));
    fs::create_dir(folder.at("tree")).unwrap();
    for number in 0..12 {
        fs::write(folder.at(format!("tree/{number}")), noise(100_000)).unwrap();
    }
    give(&folder.at("tree"));

    let slow = format!("/api/hosts/{}/files/content?path={}/slow", lab.host, folder.text());
    let reader = lab.admin.get(&slow).await;
    assert_eq!(reader.status(), StatusCode::OK);
    let request = json!({"paths": [format!("{}/tree", folder.text())], "to": target.text()});
    let done = whole(&lab, "copy", request).await;
    assert_eq!((&done["state"], &done["failures"]), (&json!("done"), &json!([])), "{done}");
    for number in 0..12 {
        assert!(fs::read(target.at(format!("tree/{number}"))).unwrap() == noise(100_000));
    }

    let second = lab.admin.get(&slow).await;
    assert_eq!(second.status(), StatusCode::OK);
    let third = lab.admin.get(&slow);
    let path = folder.text();
    let listed = list(&lab.admin, &lab.host, &path);
    tokio::select! {
        biased;
        _ = third => panic!("two readers at once are all that an FTP host has"),
        listing = listed => assert_eq!(listing.len(), 2),
    }
    drop((reader, second));
}
