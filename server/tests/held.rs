//! Requests whose body comes late: who asks is asked again when it is there, and what they may not any more is not done.

use crate::common::{ADMIN, Cookies, PASSWORD, PATIENCE, Person, TestServer, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A request that was let in, and whose body the server waits for.
struct Held {
    socket: TcpStream,
    body: String,
}

impl Held {
    async fn begin(server: &TestServer, by: &str, operation: &str, body: &Value) -> Self {
        Self::of_kind(server, by, operation, ("application/json", body.to_string())).await
    }

    async fn of_kind(server: &TestServer, by: &str, operation: &str, (kind, body): (&str, String)) -> Self {
        let host = server.address();
        let head = format!(
            "{operation} HTTP/1.1\r\nhost: {host}\r\n{by}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\
             expect: 100-continue\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let mut socket = TcpStream::connect(host).await.unwrap();
        socket.write_all(head.as_bytes()).await.unwrap();
        // Sent when the body is first asked for: the gate has been passed.
        let mut told = vec![0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
        timeout(PATIENCE, socket.read_exact(&mut told)).await.unwrap().unwrap();
        assert!(told.starts_with(b"HTTP/1.1 100 "), "{operation}: {}", String::from_utf8_lossy(&told));
        Self { socket, body }
    }

    /// The status that it ends with.
    async fn end(mut self) -> u16 {
        self.socket.write_all(self.body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, self.socket.read_to_string(&mut answer)).await.unwrap().unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// A sign-in of its own, as the header that shows it.
async fn sign_in(server: &TestServer, name: &str) -> String {
    let answer = Person::new(server).sign_in(name, PASSWORD).await;
    let cookies = Cookies::of(&answer);
    format!("cookie: berth_session={}; berth_vault={}", cookies.value("berth_session"), cookies.value("berth_vault"))
}

/// What may be held, and would do something.
fn changes() -> [(&'static str, Value); 6] {
    [
        ("POST /api/tokens", json!({"name": "late"})),
        ("POST /api/fn/accounts/create_token", json!({"draft": {"name": "late"}})),
        ("POST /api/hosts", json!({"name": "late", "address": "192.0.2.1"})),
        ("POST /api/inventory/import?form=json", json!({"hosts": [{"name": "late", "address": "192.0.2.1"}]})),
        ("POST /api/sessions/import", json!({"late": {"address": "192.0.2.1"}})),
        ("PUT /api/hosts/none/files/text", json!({"path": "/tmp/late", "text": "late"})),
    ]
}

#[tokio::test]
async fn what_comes_after_its_sign_in_has_ended_does_nothing() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let other = sign_in(&server, ADMIN).await;
    let mut held = Vec::new();
    for (operation, body) in changes() {
        held.push((operation, Held::begin(&server, &other, operation, &body).await));
    }
    let form = "--b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"late\"\r\n\r\nlate\r\n--b--\r\n";
    let (upload, kind) = ("POST /connections/none/upload?remote_path=late", "multipart/form-data; boundary=b");
    held.push((upload, Held::of_kind(&server, &other, upload, (kind, form.to_owned())).await));
    json(admin.delete("/api/account/devices").await, StatusCode::OK).await;
    for (operation, held) in held {
        assert_eq!(held.end().await, 401, "{operation}");
    }
    assert_eq!(json(admin.get("/api/tokens").await, StatusCode::OK).await, json!([]));
    let hosts = json(admin.get("/api/hosts").await, StatusCode::OK).await;
    assert!(!hosts.to_string().contains("late"), "{hosts}");
}

#[tokio::test]
async fn what_comes_after_its_token_was_deleted_does_nothing() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let token = admin.make_token("ci").await;
    let by = format!("authorization: Bearer {token}");
    let body = json!({"name": "late", "address": "192.0.2.1"});
    let held = Held::begin(&server, &by, "POST /api/hosts", &body).await;
    let kept = Held::begin(&server, &by, "POST /api/hosts", &json!({"name": "kept", "address": "192.0.2.1"})).await;
    assert_eq!(kept.end().await, 201, "nothing has ended yet");
    let tokens = json(admin.get("/api/tokens").await, StatusCode::OK).await;
    let id = tokens[0]["id"].as_str().unwrap();
    assert_eq!(admin.delete(&format!("/api/tokens/{id}")).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(held.end().await, 401);
    let hosts = json(admin.get("/api/hosts").await, StatusCode::OK).await;
    assert!(hosts.to_string().contains("kept") && !hosts.to_string().contains("late"), "{hosts}");
}

#[tokio::test]
async fn what_comes_after_its_role_was_taken_does_nothing() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let grace = server.person("grace", "admin").await;
    let me = json(grace.get("/api/auth/status").await, StatusCode::OK).await;
    let by = sign_in(&server, "grace").await;
    let draft = json!({"name": "mallory", "password": "a password of hers", "role": "admin"});
    let held = Held::begin(&server, &by, "POST /api/accounts", &draft).await;
    let path = format!("/api/accounts/{}", me["user_id"].as_str().unwrap());
    json(admin.patch(&path, json!({"role": "member"})).await, StatusCode::OK).await;
    assert!(matches!(held.end().await, 401 | 403));
    let accounts = json(admin.get("/api/accounts").await, StatusCode::OK).await;
    assert!(!accounts.to_string().contains("mallory"), "{accounts}");
}
