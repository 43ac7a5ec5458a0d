//! Links that stand, over REST: what is open, told when it changes, closed by its owner alone.

use crate::common::{HOST, Lab, PATIENCE, Person, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{
    sshd::{ADDRESS, PASSWORD, USER},
    wait,
};

const PATH: &str = "/api/links";

async fn links(person: &Person) -> Vec<Value> {
    json(person.get(PATH).await, StatusCode::OK).await["links"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_session_shows_its_link_which_stays_for_the_next_and_can_be_closed() {
    let lab = Lab::start(&[("hosts.link_idle", "5m"), ("hosts.links_apart", "1")]).await;
    assert_eq!(links(&lab.admin).await, Vec::<Value>::new());
    let (id, _terminal) = lab.terminal(json!({})).await;
    let [link] = links(&lab.admin).await.try_into().unwrap();
    assert_eq!((&link["host_id"], &link["host_name"]), (&json!(lab.host), &json!(HOST)));
    assert_eq!(
        (&link["username"], &link["endpoint"]),
        (&json!(USER), &json!(format!("{ADDRESS}:{}", lab.sshd.port())))
    );
    assert_eq!((&link["shells"], &link["purpose"], &link["via"]), (&json!(1), &json!("shared"), &json!([])));
    assert!(link["bytes_received"].as_u64().unwrap() > 0 && link["bytes_sent"].as_u64().unwrap() > 0);
    json(lab.admin.delete(&format!("/api/terminal/sessions/{id}")).await, StatusCode::OK).await;
    wait::until("the link to be unused", PATIENCE, || async { links(&lab.admin).await[0]["shells"] == 0 }).await;
    let (_, _again) = lab.terminal(json!({})).await;
    let [same] = links(&lab.admin).await.try_into().unwrap();
    assert_eq!((&same["id"], &same["shells"]), (&link["id"], &json!(1)));
    let path = format!("{PATH}/{}", link["id"].as_str().unwrap());
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    wait::until("the link to end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
    assert_eq!(links(&lab.admin).await, Vec::<Value>::new());
    fault(lab.admin.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(lab.admin.delete(&format!("{PATH}/none")).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_scripts_connection_is_a_link_too() {
    let lab = Lab::start(&[]).await;
    let body = json!({"hostname": ADDRESS, "username": USER, "password": PASSWORD, "port": lab.sshd.port()});
    json(lab.admin.post("/ssh/connect", body).await, StatusCode::OK).await;
    let [link] = links(&lab.admin).await.try_into().unwrap();
    assert_eq!(
        (&link["purpose"], &link["host_id"], &link["host_name"]),
        (&json!("connection"), &Value::Null, &json!(ADDRESS))
    );
    json(lab.admin.post("/ssh/disconnect", json!({})).await, StatusCode::OK).await;
    wait::until("the link to end", PATIENCE, || async { links(&lab.admin).await.is_empty() }).await;
}
