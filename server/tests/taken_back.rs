//! What was lent and is not any more: commands that waited meanwhile, dials that took long, tokens that may not lend, owners who
//! are switched off.

use crate::{
    common::{ADMIN, ClientSocket, Lab, PATIENCE, Person, TestServer, fault, json, trust},
    grants::{account_id, put, share},
    shared_credentials::{LENT, handed, host, lent, log, open, refused, rights, works},
    time::starting,
    viewers::{invite, join},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{
    ftp::{self, Vsftpd},
    proxy::FaultProxy,
    sshd::{ADDRESS, Sshd},
    wait,
};
use wire::terminal::EndReason;

/// The lab's host once more, behind a wire that can be held.
pub(crate) async fn behind_a_wire(lab: &Lab) -> (FaultProxy, String) {
    let admin = &lab.admin;
    let wire = FaultProxy::start(([127, 0, 0, 1], lab.sshd.port()).into()).await;
    let credential = host(admin, &lab.host).await["credential_id"].clone();
    let draft = json!({"name": "far", "address": ADDRESS, "port": wire.port(), "credential_id": credential});
    let far = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned();
    trust(admin, &far).await;
    (wire, far)
}

async fn ended_by_an_admin(mut terminal: ClientSocket) {
    assert_eq!(terminal.until_closed().await.ended.as_ref().map(|end| end.reason), Some(EndReason::Admin));
}

#[tokio::test]
async fn what_is_taken_back_while_a_host_is_dialled_is_not_used() {
    let (lab, ben, account) = lent(&[]).await;
    let admin = &lab.admin;
    let (wire, far) = behind_a_wire(&lab).await;
    share(admin, &[&far], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, &far).await;
    let narrow = async || share(admin, &[&far], &[], &account, rights(&["connect", "files"])).await;
    let taken = "what is shared of far was changed";

    // A terminal, while the host is signed in to.
    wire.stall(true);
    let (opened, ()) = tokio::join!(open(&ben, &far), async {
        starting(&ben).await;
        wait::until("the dial", PATIENCE, || async { wire.open() == 1 }).await;
        narrow().await;
        wire.stall(false);
    });
    let told = fault(opened, StatusCode::CONFLICT, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains(taken), "{told}");

    // One more on a link that stands, while its shell is asked for.
    share(admin, &[&far], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, &far).await;
    let terminal = works(&lab.server, &ben, &far).await;
    wire.stall(true);
    let (opened, ()) = tokio::join!(open(&ben, &far), async {
        let shells = || async { json(ben.get("/api/links").await, StatusCode::OK).await["links"][0]["shells"] == 2 };
        wait::until("the second shell", PATIENCE, shells).await;
        narrow().await;
        wire.stall(false);
    });
    ended_by_an_admin(terminal).await;
    let told = fault(opened, StatusCode::CONFLICT, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains(taken), "{told}");

    // A command.
    share(admin, &[&far], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, &far).await;
    wire.cut();
    wire.stall(true);
    let run = json!({"command": "id -un", "hosts": [far]});
    let run = json(ben.post("/api/commands/runs", run).await, StatusCode::CREATED).await;
    let path = format!("/api/commands/runs/{}", run["id"].as_str().unwrap());
    wait::until("the dial", PATIENCE, || async { wire.open() == 1 }).await;
    narrow().await;
    wire.stall(false);
    let over = || async { json(ben.get(&path).await, StatusCode::OK).await["ended_at"].is_string() };
    wait::until("the run's end", PATIENCE, over).await;
    let run = json(ben.get(&path).await, StatusCode::OK).await;
    assert_eq!(run["hosts"][0]["state"], "failed", "{run}");
}

#[tokio::test]
async fn files_by_ftp_are_not_listed_with_what_is_taken_back_at_sign_in() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    let ftpd = Vsftpd::builder().start().await;
    let wire = FaultProxy::start(([127, 0, 0, 1], ftpd.port()).into()).await;
    let credential = json!({"name": "ftp", "username": ftp::USER, "password": ftp::PASSWORD});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await["id"].clone();
    let draft = json!({
        "name": "files", "address": ADDRESS, "port": wire.port(), "protocol": "ftp", "credential_id": credential
    });
    let at = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned();
    let ben = server.member("ben").await;
    let account = account_id(&admin, "ben").await;
    share(&admin, &[&at], &[], &account, rights(&LENT)).await;
    handed(&admin, &ben, &at).await;
    let list = format!("/api/hosts/{at}/files?path=/");
    wire.stall(true);
    let (listed, ()) = tokio::join!(ben.get(&list), async {
        wait::until("the sign-in", PATIENCE, || async { wire.open() == 1 }).await;
        share(&admin, &[&at], &[], &account, rights(&["files"])).await;
        wire.stall(false);
    });
    let told = fault(listed, StatusCode::CONFLICT, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains("what is shared of files was changed"), "{told}");
    // Lent again it works, and taken back it does not, although its connection is warm.
    share(&admin, &[&at], &[], &account, rights(&LENT)).await;
    handed(&admin, &ben, &at).await;
    json(ben.get(&list).await, StatusCode::OK).await;
    // Each connection of it signs in, and each is written down.
    let uses = log(&admin, "credential.use").await.len();
    wire.cut();
    json(ben.get(&list).await, StatusCode::OK).await;
    assert_eq!(log(&admin, "credential.use").await.len(), uses + 1);
    share(&admin, &[&at], &[], &account, rights(&["files"])).await;
    fault(ben.get(&list).await, StatusCode::CONFLICT, "secret_needed").await;
}

#[tokio::test]
async fn guests_leave_with_whom_a_host_is_taken_back_from() {
    let (lab, ben, account) = lent(&[]).await;
    let opened = json(open(&ben, &lab.host).await, StatusCode::OK).await;
    let (_, secret) = invite(&ben, opened["session_id"].as_str().unwrap(), json!({"rights": "type"})).await;
    let mut guest = join(&lab.server, &secret, "bo").await;
    guest.type_in("echo gu''est\n").await;
    guest.until("guest").await;
    share(&lab.admin, &[&lab.host], &[], &account, rights(&[])).await;
    ended_by_an_admin(guest).await;
    let late = json!({"invite": secret, "name": "bo"});
    let late = Person::new(&lab.server).post("/api/terminal/join", late).await;
    fault(late, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn what_is_taken_back_of_one_entry_leaves_another_of_the_same_machine_alone() {
    let (lab, ben, account) = lent(&[("hosts.link_idle", "1m")]).await;
    let (server, admin, at) = (&lab.server, &lab.admin, lab.host.as_str());
    let credential = host(admin, at).await["credential_id"].clone();
    let draft = json!({"name": "twin", "address": ADDRESS, "port": lab.sshd.port(), "credential_id": credential});
    let twin = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].clone();
    let twin = twin.as_str().unwrap();
    share(admin, &[twin], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, twin).await;
    for (gone, left) in [(at, twin), (twin, at)] {
        let ends = works(server, &ben, gone).await;
        let mut goes_on = works(server, &ben, left).await;
        share(admin, &[gone], &[], &account, rights(&[])).await;
        ended_by_an_admin(ends).await;
        // The link of the other one is warm still.
        works(server, &ben, left).await;
        goes_on.type_in("echo st''ill\n").await;
        goes_on.until("still").await;
        share(admin, &[gone], &[], &account, rights(&LENT)).await;
        handed(admin, &ben, gone).await;
    }
}

#[tokio::test]
async fn a_credential_that_its_owner_takes_off_the_host_is_stood_on_no_more() {
    let (lab, ben, _) = lent(&[]).await;
    let at = lab.host.as_str();
    let terminal = works(&lab.server, &ben, at).await;
    let off = lab.admin.patch(&format!("/api/hosts/{at}"), json!({"credential_id": null})).await;
    json(off, StatusCode::OK).await;
    ended_by_an_admin(terminal).await;
}

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
    // Nor by who comes into a group.
    let group = json(admin.post("/api/groups", json!({"name": "Ops"})).await, StatusCode::CREATED).await["id"].clone();
    let members = |of: &[&Value]| json!({"name": "Ops", "members": of});
    let path = format!("/api/groups/{}", group.as_str().unwrap());
    json(put(&keeper, &path, members(&[&account])).await, StatusCode::OK).await;
    json(put(&keeper, &path, members(&[])).await, StatusCode::OK).await;
    let to_group = json!({"hosts": {"kind": "hosts", "ids": [at]}, "to": [{"kind": "group", "id": group}], "rights": rights(&LENT)});
    json(admin.post("/api/grants", to_group).await, StatusCode::OK).await;
    fault(put(&keeper, &path, members(&[&account])).await, StatusCode::FORBIDDEN, "forbidden").await;
    json(put(&keeper, &path, members(&[])).await, StatusCode::OK).await;
    share(admin, &[at], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, at).await;

    // What stands ends, and what is warm is no way round.
    let terminal = works(&lab.server, &ben, at).await;
    let files = format!("/api/hosts/{at}/files?path=/");
    json(ben.get(&files).await, StatusCode::OK).await;
    let dora = lab.server.person("dora", "admin").await;
    let owner = account_id(&dora, ADMIN).await;
    let off = dora.patch(&format!("/api/accounts/{}", owner.as_str().unwrap()), json!({"disabled": true})).await;
    json(off, StatusCode::OK).await;
    ended_by_an_admin(terminal).await;
    refused(&ben, at, "is switched off").await;
    fault(ben.get(&files).await, StatusCode::CONFLICT, "conflict").await;
}
