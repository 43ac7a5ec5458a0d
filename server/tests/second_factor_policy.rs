//! The policy that requires a second factor: who has none gets to setting one up and nowhere else.

use crate::common::{ADMIN, PASSWORD, Person, TestServer, fault, json};
use reqwest::StatusCode;
use serde_json::json;

const POLICY: &str = "accounts.require_second_factor";

async fn status(person: &Person) -> String {
    let told = json(person.get("/api/auth/status").await, StatusCode::OK).await;
    told["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn everybody_has_to_set_one_up_first() {
    let (server, admin) = TestServer::with_admin(&[(POLICY, "all")]).await;
    assert_eq!(status(&admin).await, "second_factor_setup_needed");
    for path in ["/api/hosts", "/api/tokens", "/api/account/devices", "/api/audit"] {
        fault(admin.get(path).await, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    }
    let token = admin.post("/api/tokens", json!({"name": "a way around"})).await;
    fault(token, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    let password = json!({"current": PASSWORD, "new": "another good password"});
    let password = admin.post("/api/account/password", password).await;
    fault(password, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    let view = json(admin.get("/api/account/second-factor").await, StatusCode::OK).await;
    assert_eq!((&view["required"], &view["recovery_codes_left"]), (&json!(true), &json!(0)));
    let (mut app, _) = admin.set_up_second_factor(PASSWORD).await;
    json(admin.get("/api/hosts").await, StatusCode::OK).await;
    // Switched off, it has to be set up anew before anything else.
    let proof = json!({"password": PASSWORD, "code": app.next().await});
    assert_eq!(admin.post("/api/account/second-factor/off", proof).await.status(), StatusCode::NO_CONTENT);
    fault(admin.get("/api/hosts").await, StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    drop(server);
}

#[tokio::test]
async fn admins_alone_if_the_policy_says_so() {
    let (server, admin) = TestServer::with_admin(&[(POLICY, "admins")]).await;
    assert_eq!(status(&admin).await, "second_factor_setup_needed");
    let member = server.member("grace").await;
    assert_eq!(status(&member).await, "signed_in");
    json(member.get("/api/hosts").await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_sign_in_from_before_the_policy_is_let_to_nothing_else_either() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let token = admin.make_token("ci").await;
    let cookies = crate::common::Cookies::of(&Person::new(&server).sign_in(ADMIN, PASSWORD).await);
    let data = server.stop().await;
    let server = TestServer::on(data, &[(POLICY, "all")]).await;
    let cookie = ["berth_session", "berth_vault"].map(|name| format!("{name}={}", cookies.value(name))).join("; ");
    let before = Person::new(&server).request(reqwest::Method::GET, "/api/hosts").header("cookie", &cookie);
    fault(before.send().await.unwrap(), StatusCode::FORBIDDEN, "second_factor_setup_needed").await;
    let script = Person::with_token(&server, &token);
    json(script.get("/api/hosts").await, StatusCode::OK).await;
}

#[tokio::test]
async fn a_locked_vault_is_opened_on_the_way() {
    let (server, _admin) = TestServer::with_admin(&[(POLICY, "all")]).await;
    server.account(&["add", "grace", "--role", "member", "--password-stdin"]).await;
    server.account(&["reset-password", "grace", "--password-stdin"]).await;
    let person = Person::new(&server);
    let told = json(person.sign_in("grace", PASSWORD).await, StatusCode::OK).await;
    assert_eq!((&told["status"], &told["vault_open"]), (&json!("second_factor_setup_needed"), &json!(false)));
    let begun = person.post("/api/account/second-factor", json!({"password": PASSWORD})).await;
    fault(begun, StatusCode::CONFLICT, "vault_locked").await;
    let anew = json(person.post("/api/account/vault", json!({"password": PASSWORD})).await, StatusCode::OK).await;
    assert_eq!((&anew["status"], &anew["vault_open"]), (&json!("second_factor_setup_needed"), &json!(true)));
    let _ = person.set_up_second_factor(PASSWORD).await;
    json(person.get("/api/hosts").await, StatusCode::OK).await;
}
