//! What was lent and is not any more: commands that waited meanwhile, tokens that may not lend, owners who are switched off.

use crate::{
    common::{ADMIN, PATIENCE, Person, fault, json, trust},
    grants::{account_id, share},
    shared_credentials::{LENT, handed, host, lent, refused, rights},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{
    sshd::{ADDRESS, Sshd},
    wait,
};

#[tokio::test]
async fn a_command_that_waited_for_its_turn_is_asked_for_its_right_anew() {
    let (lab, ben, account) = lent(&[]).await;
    let (admin, at) = (&lab.admin, lab.host.as_str());
    let second = Sshd::start().await;
    let credential = host(admin, at).await["credential_id"].clone();
    let draft = json!({"name": "second", "address": ADDRESS, "port": second.port(), "credential_id": credential});
    let second_at = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].clone();
    let second_at = second_at.as_str().unwrap();
    trust(admin, second_at).await;
    share(admin, &[second_at], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, second_at).await;
    let gate = lab.sshd.dir().join("go-on");
    let command = format!("while ! test -e {}; do sleep 0.1; done; id -un", gate.display());
    let run = json!({"command": command, "hosts": [at, second_at], "concurrency": 1});
    let run = json(ben.post("/api/commands/runs", run).await, StatusCode::CREATED).await;
    let path = format!("/api/commands/runs/{}", run["id"].as_str().unwrap());
    share(admin, &[second_at], &[], &account, rights(&[])).await;
    std::fs::write(&gate, "").unwrap();
    let over = || async { json(ben.get(&path).await, StatusCode::OK).await["ended_at"].is_string() };
    wait::until("the run's end", PATIENCE, over).await;
    let run = json(ben.get(&path).await, StatusCode::OK).await;
    assert_eq!((&run["hosts"][0]["state"], &run["hosts"][0]["exit_code"]), (&json!("done"), &json!(0)), "{run}");
    assert_eq!((&run["hosts"][1]["state"], &run["hosts"][1]["code"]), (&json!("failed"), &json!("not_found")), "{run}");
    assert!(!second.log().contains("Accepted"), "{}", second.log());
}

#[tokio::test]
async fn a_token_that_uses_no_hosts_lends_none_and_who_is_switched_off_lends_nothing() {
    let (lab, ben, account) = lent(&[]).await;
    let (admin, at) = (&lab.admin, lab.host.as_str());
    let token = json!({"name": "keeper", "scopes": ["admin"]});
    let token = json(admin.post("/api/tokens", token).await, StatusCode::CREATED).await;
    let keeper = Person::with_token(&lab.server, token["token"].as_str().unwrap());
    let grant = |rights: Value| json!({"hosts": {"kind": "hosts", "ids": [at]}, "to": [{"kind": "account", "id": account}], "rights": rights});
    fault(keeper.post("/api/grants", grant(rights(&LENT))).await, StatusCode::FORBIDDEN, "forbidden").await;
    json(keeper.post("/api/grants", grant(rights(&["watch"]))).await, StatusCode::OK).await;
    share(admin, &[at], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, at).await;

    let dora = lab.server.person("dora", "admin").await;
    let owner = account_id(&dora, ADMIN).await;
    let off = dora.patch(&format!("/api/accounts/{}", owner.as_str().unwrap()), json!({"disabled": true})).await;
    json(off, StatusCode::OK).await;
    refused(&ben, at, "is switched off").await;
}
