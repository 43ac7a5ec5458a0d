//! One policy for the keys of hosts: what an authority vouches for opens every path, and what is revoked closes every path.

use crate::common::{HOST, Lab, TestServer, fault, json};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use testkit::{
    keygen::{Certify, KeySpec, TestKey, make_key},
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
};

const CERTIFIED: Certify<'_> = Certify { host: true, principal: HOST, validity: "-5m:+1h" };

/// A host that shows a certificate, whose key nobody has trusted.
async fn untrusted(authority: &TestKey) -> Lab {
    let sshd = Sshd::builder().host_certificate(authority, CERTIFIED).start();
    let ((server, admin), sshd) = tokio::join!(TestServer::with_admin(&[]), sshd);
    let credential = json!({"name": "lab", "username": USER, "password": PASSWORD});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    let host = json!({"name": HOST, "address": ADDRESS, "port": sshd.port(), "credential_id": credential["id"]});
    let host = json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await["id"].clone();
    Lab { server, host: host.as_str().unwrap().to_owned(), admin, sshd }
}

impl Lab {
    async fn authority(&self, line: &str) -> Response {
        self.admin.post("/api/host-authorities", json!({"lines": line})).await
    }

    /// Every path to the host: what each is called, and its answer.
    async fn paths(&self) -> Vec<(&'static str, Response)> {
        let body = json!({"mode": "embedded", "reuse": false});
        let bootstrap = json!({"username": USER, "password": PASSWORD});
        let files = self.admin.get(&format!("/api/hosts/{HOST}/files")).await;
        vec![
            ("terminal", self.ask(body).await),
            ("files", files),
            ("set up", self.admin.post(&format!("/api/hosts/{}/bootstrap", self.host), bootstrap).await),
        ]
    }

    async fn scan(&self) -> Value {
        let scan = self.admin.post(&format!("/api/hosts/{}/host-key/scan", self.host), json!({})).await;
        json(scan, StatusCode::OK).await
    }
}

#[tokio::test]
async fn an_authority_opens_every_path_and_a_revoked_key_closes_it() {
    let authority = make_key(KeySpec::default());
    let lab = untrusted(&authority).await;
    for (path, answer) in lab.paths().await {
        assert_eq!(answer.status(), StatusCode::CONFLICT, "{path}");
        fault(answer, StatusCode::CONFLICT, "host_key_unknown").await;
    }
    assert_eq!(lab.scan().await["known"], "unknown");

    let other_port = format!("@cert-authority {HOST} {}", authority.public);
    json(lab.authority(&other_port).await, StatusCode::CREATED).await;
    assert_eq!(lab.scan().await["known"], "unknown", "a name without a port is for port 22 alone");
    let line = format!("# ours\n@cert-authority [*]:* {}\n", authority.public);
    let all = json(lab.authority(&line).await, StatusCode::CREATED).await;
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!(json(lab.authority(&line).await, StatusCode::CREATED).await, all, "twice is once");
    assert_eq!(lab.scan().await["known"], "trusted");
    for (path, answer) in lab.paths().await {
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
    }

    let key = &lab.sshd.host_keys()[0];
    let revoked =
        json(lab.authority(&format!("@revoked * {key}\n@revoked [*]:* {key}")).await, StatusCode::CREATED).await;
    assert!(revoked.as_array().unwrap().iter().filter(|one| one["revoked"] == true).count() == 2, "{revoked}");
    for (path, answer) in lab.paths().await {
        let told = fault(answer, StatusCode::BAD_GATEWAY, "remote_failed").await;
        assert!(told["detail"].as_str().unwrap().contains("revoked"), "{path}: {told}");
    }

    for one in revoked.as_array().unwrap() {
        let gone = lab.admin.delete(&format!("/api/host-authorities/{}", one["id"].as_str().unwrap())).await;
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
    }
    assert_eq!(lab.scan().await["known"], "unknown");
    let none = json(lab.admin.get("/api/host-authorities").await, StatusCode::OK).await;
    assert_eq!(none, json!([]));
}

#[tokio::test]
async fn lines_that_are_wrong_are_told_by_number_and_nothing_is_added() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let key = make_key(KeySpec::default()).public;
    let add = async |lines: String| admin.post("/api/host-authorities", json!({"lines": lines})).await;
    for (lines, says) in [
        (String::new(), "give a line"),
        (format!("@cert-authority * {key}\nweb01 {key}"), "line 2 has no marker"),
        (format!("@cert-authority * {key}\n\n@mine * {key}"), "line 3"),
        ("@cert-authority * ssh-ed25519 AAAA".to_owned(), "line 1"),
    ] {
        let told = fault(add(lines.clone()).await, StatusCode::BAD_REQUEST, "bad_input").await;
        assert!(told["detail"].as_str().unwrap().contains(says), "{lines}: {told}");
    }
    assert_eq!(json(admin.get("/api/host-authorities").await, StatusCode::OK).await, json!([]));

    let line = format!("@cert-authority *.example,!old.example {key}");
    let mine = json(add(line).await, StatusCode::CREATED).await;
    let bob = server.member("bob").await;
    assert_eq!(json(bob.get("/api/host-authorities").await, StatusCode::OK).await, json!([]));
    let path = format!("/api/host-authorities/{}", mine[0]["id"].as_str().unwrap());
    fault(bob.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
}
