//! Hosts that speak FTP: they are kept, their certificate is compared, and they have no terminal.

use crate::common::{Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::ftp::{PASSWORD, USER, Vsftpd};

async fn add(person: &Person, host: Value) -> Value {
    json(person.post("/api/hosts", host).await, StatusCode::CREATED).await
}

fn path(host: &Value, what: &str) -> String {
    format!("/api/hosts/{}{what}", host["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_protocol_has_its_port_and_no_terminal() {
    let (_server, admin) = TestServer::with_admin(&[]).await;
    for (protocol, port) in [("ftp", 21), ("ftps", 21), ("ftps_implicit", 990)] {
        let name = format!("host-{protocol}");
        let host = add(&admin, json!({"name": name, "address": "192.0.2.7", "protocol": protocol})).await;
        assert_eq!((&host["protocol"], &host["port"]), (&json!(protocol), &json!(port)));
        let open = json!({"username": USER, "password": PASSWORD});
        let refused = admin.post(&format!("/api/terminal/{name}/terminal-sessions"), open.clone()).await;
        let refused = fault(refused, StatusCode::BAD_REQUEST, "bad_input").await;
        assert!(refused["detail"].as_str().unwrap_or_default().contains("FTP"), "{refused}");
        let bootstrap = admin.post(&path(&host, "/bootstrap"), open).await;
        fault(bootstrap, StatusCode::BAD_REQUEST, "bad_input").await;
        let through = json!({"name": "behind", "address": "h", "jump_host_id": host["id"]});
        fault(admin.post("/api/hosts", through).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    let jump = add(&admin, json!({"name": "jump", "address": "h"})).await;
    let through = json!({"name": "behind", "address": "h", "protocol": "ftp", "jump_host_id": jump["id"]});
    fault(admin.post("/api/hosts", through).await, StatusCode::BAD_REQUEST, "bad_input").await;
    add(&admin, json!({"name": "behind", "address": "h", "jump_host_id": jump["id"]})).await;
    let change = admin.patch(&path(&jump, ""), json!({"protocol": "ftp"})).await;
    fault(change, StatusCode::CONFLICT, "conflict").await;
    let unknown = admin.post("/api/hosts", json!({"name": "x", "address": "h", "protocol": "gopher"})).await;
    assert!(unknown.status().is_client_error());
}

#[tokio::test]
async fn a_certificate_is_scanned_and_trusted_like_a_host_key() {
    let ftpd = Vsftpd::builder().tls().start().await;
    let (_server, admin) = TestServer::with_admin(&[]).await;
    let host = json!({"name": "files", "address": "127.0.0.1", "port": ftpd.port(), "protocol": "ftps"});
    let host = add(&admin, host).await;
    let (scan, trust) = (path(&host, "/host-key/scan"), path(&host, "/host-key/trust"));
    let shown = json(admin.post(&scan, json!({})).await, StatusCode::OK).await;
    assert_eq!((&shown["fingerprint"], &shown["known"]), (&json!(ftpd.fingerprint()), &json!("unknown")));
    let other = admin.post(&trust, json!({"fingerprint": "AB:CD"})).await;
    fault(other, StatusCode::CONFLICT, "conflict").await;
    let trusted = json(admin.post(&trust, json!({"fingerprint": ftpd.fingerprint()})).await, StatusCode::OK).await;
    assert_eq!(trusted["known"], "trusted");
    let shown = json(admin.post(&scan, json!({})).await, StatusCode::OK).await;
    assert_eq!(shown["known"], "trusted");
    let plain = json(admin.patch(&path(&host, ""), json!({"protocol": "ftp"})).await, StatusCode::OK).await;
    assert_eq!(plain["protocol"], "ftp");
    fault(admin.post(&scan, json!({})).await, StatusCode::BAD_REQUEST, "bad_input").await;
}
