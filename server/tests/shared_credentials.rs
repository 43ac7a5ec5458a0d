//! Credentials that others use and do not read: handed over by their owner, good on the owner's host alone, and taken back.

use crate::{
    common::{
        ADMIN, ClientSocket, HOST, Lab, PASSWORD as OWN_PASSWORD, PATIENCE, Person, TestServer, at_console, fault,
        json, take_in, trust,
    },
    grants::{account_id, put, share},
};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;
use storage::{CopyName, CopyRecord, Storage};
use testkit::{
    sshd::{ADDRESS, PASSWORD, Sshd, USER},
    wait,
};
use wire::{AccountId, CredentialId, terminal::EndReason};

pub(crate) const LENT: [&str; 3] = ["connect", "files", "credential"];

pub(crate) fn rights(of: &[&str]) -> Value {
    Value::Object(of.iter().map(|right| ((*right).to_owned(), json!(true))).collect())
}

fn id<T: std::str::FromStr<Err = wire::InvalidId>>(text: &Value) -> T {
    text.as_str().unwrap().parse().unwrap()
}

pub(crate) async fn host(person: &Person, host: &str) -> Value {
    json(person.get(&format!("/api/hosts/{host}")).await, StatusCode::OK).await
}

/// Waits until a credential that is shared on a host was handed over: any request of the owner does it, once the vault of who
/// gets it was open.
pub(crate) async fn handed(owner: &Person, to: &Person, at: &str) {
    let ready = || async {
        json(owner.get("/api/folders").await, StatusCode::OK).await;
        host(to, at).await["shared"]["credential"] == "ready"
    };
    wait::until("the shared credential", PATIENCE, ready).await;
}

pub(crate) async fn open(person: &Person, host: &str) -> Response {
    person.post(&format!("/api/terminal/{host}/terminal-sessions"), json!({"reuse": false})).await
}

/// Opens a terminal on a host and works in it.
pub(crate) async fn works(server: &TestServer, person: &Person, host: &str) -> ClientSocket {
    let opened = json(open(person, host).await, StatusCode::OK).await;
    let mut socket = ClientSocket::open(server, opened["websocket_url"].as_str().unwrap()).await;
    socket.attach(None).await;
    socket.type_in("echo he''re as $USER\n").await;
    socket.until(&format!("here as {USER}")).await;
    socket
}

/// Opens a terminal and is refused with these words.
pub(crate) async fn refused(person: &Person, host: &str, words: &str) {
    let told = fault(open(person, host).await, StatusCode::CONFLICT, "conflict").await;
    assert!(told["detail"].as_str().unwrap().contains(words), "{told}");
}

pub(crate) async fn log(admin: &Person, action: &str) -> Vec<Value> {
    let lines = json(admin.get(&format!("/api/audit?action={action}")).await, StatusCode::OK).await;
    lines["events"].as_array().unwrap().clone()
}

/// A lab whose host is shared with its credential with ben, who has it.
pub(crate) async fn lent(settings: &[(&'static str, &str)]) -> (Lab, Person, Value) {
    let lab = Lab::start(settings).await;
    let ben = lab.server.member("ben").await;
    let account = account_id(&lab.admin, "ben").await;
    share(&lab.admin, &[&lab.host], &[], &account, rights(&LENT)).await;
    handed(&lab.admin, &ben, &lab.host).await;
    (lab, ben, account)
}

async fn database(lab: &Lab) -> Storage {
    Storage::open(&format!("sqlite://{}?mode=rw", lab.server.data().join("berth.db").display())).await.unwrap()
}

/// Everything that a person can read by GET, a host's id standing for every parameter.
async fn everything(person: &Person, host: &str) -> String {
    let interface = json(person.get("/api/openapi.json").await, StatusCode::OK).await;
    let mut all = String::new();
    for (path, ways) in interface["paths"].as_object().unwrap() {
        if ways.get("get").is_none() {
            continue;
        }
        let asked: String =
            path.split('/').map(|part| if part.starts_with('{') { host } else { part }).collect::<Vec<_>>().join("/");
        let answer = person.get(&asked).await;
        let status = answer.status();
        let text = tokio::time::timeout(Duration::from_secs(10), answer.text()).await;
        all += &format!("{asked} {status}\n{}\n", text.map(Result::unwrap_or_default).unwrap_or_default());
    }
    all
}

#[tokio::test]
async fn a_shared_credential_opens_the_host_and_is_never_seen() {
    let (lab, ben, _) = lent(&[]).await;
    let (server, admin, at) = (&lab.server, &lab.admin, lab.host.as_str());
    let credential = host(admin, at).await["credential_id"].clone();
    // No question: neither the key nor a password.
    let _terminal = works(server, &ben, HOST).await;
    let files = json(ben.get(&format!("/api/hosts/{at}/files?path=/")).await, StatusCode::OK).await;
    assert!(files.to_string().contains("etc"), "{files}");
    let token = Person::with_token(server, &ben.make_token("script").await);
    let _script = works(server, &token, at).await;

    let mut told = everything(&ben, at).await;
    assert!(told.contains(HOST) && told.contains("\"ready\""), "it looked at the host");
    for body in [json!({}), json!({"arrangement": {"group": "credential"}})] {
        told += &ben.post("/api/hosts/list", body).await.text().await.unwrap();
    }
    for secret in [PASSWORD, credential.as_str().unwrap()] {
        assert!(!told.contains(secret), "{secret} is in what ben reads");
    }

    // It is put nowhere else, and the host is sent nowhere else.
    let mine = json!({"name": "mine", "address": ADDRESS, "port": 9, "credential_id": credential});
    fault(ben.post("/api/hosts", mine).await, StatusCode::NOT_FOUND, "not_found").await;
    let login = json!({"credential_id": credential});
    fault(put(&ben, &format!("/api/hosts/{at}/own-login"), login).await, StatusCode::NOT_FOUND, "not_found").await;
    let connection = json!({"host": ADDRESS, "port": 9, "username": USER, "key_path": credential});
    fault(ben.post("/api/connections/ssh", connection).await, StatusCode::NOT_FOUND, "not_found").await;
    for change in [
        json!({"address": "192.0.2.9"}),
        json!({"port": 9}),
        json!({"username": "root"}),
        json!({"jump_host_id": at}),
        json!({"credential_id": null}),
    ] {
        fault(ben.patch(&format!("/api/hosts/{at}"), change).await, StatusCode::NOT_FOUND, "not_found").await;
    }
    let path = format!("/api/credentials/{}", credential.as_str().unwrap());
    fault(ben.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(
        put(&ben, &format!("{path}/certificate"), json!({"certificate": null})).await,
        StatusCode::NOT_FOUND,
        "not_found",
    )
    .await;
    let bulk = json!({"selection": {"kind": "hosts", "ids": [at]}, "change": {"kind": "edit", "patch": {"port": 9}}});
    assert!(!ben.post("/api/hosts/bulk", bulk).await.text().await.unwrap().contains("\"changed\":1"));
    assert_eq!(host(admin, at).await["port"], lab.sshd.port());
    // As somebody else ben signs in with what is his own: it begins with the key.
    let as_root = json!({"username": "root", "reuse": false});
    let as_root = ben.post(&format!("/api/terminal/{at}/terminal-sessions"), as_root).await;
    fault(as_root, StatusCode::CONFLICT, "host_key_unknown").await;

    let used = log(admin, "credential.use").await;
    assert!(!used.is_empty() && used.iter().all(|line| line["account_name"] == "ben" && line["outcome"] == "done"));
    assert!(used[0]["object"].as_str().unwrap().contains(&format!("of {ADMIN} on host {at} {HOST}")), "{used:?}");
    assert_eq!(log(admin, "credential.hand_over").await.len(), 1);
}

#[tokio::test]
async fn what_is_taken_back_is_gone_at_once() {
    let (lab, ben, account) = lent(&[("hosts.link_idle", "1m")]).await;
    let (server, admin, at) = (&lab.server, &lab.admin, lab.host.as_str());
    let credential: CredentialId = id(&host(admin, at).await["credential_id"]);
    let storage = database(&lab).await;
    let copies = async || {
        let name = CopyName { credential: credential.clone(), account: id(&account) };
        usize::from(storage.vault().copy(&name).await.unwrap().is_some())
    };
    // Ways that stay warm are no way round.
    json(ben.get(&format!("/api/hosts/{at}/files?path=/")).await, StatusCode::OK).await;
    // The right to connect stays, the credential goes: what stands on it ends.
    let mut terminal = works(server, &ben, at).await;
    share(admin, &[at], &[], &account, rights(&["connect", "files"])).await;
    assert_eq!(copies().await, 0);
    assert_eq!(terminal.until_closed().await.ended.as_ref().map(|end| end.reason), Some(EndReason::Admin));
    assert!(host(&ben, at).await["shared"].get("credential").is_none());
    fault(open(&ben, at).await, StatusCode::CONFLICT, "host_key_unknown").await;
    let files = ben.get(&format!("/api/hosts/{at}/files?path=/")).await;
    fault(files, StatusCode::CONFLICT, "host_key_unknown").await;
    assert_eq!(log(admin, "credential.take_back").await.len(), 1);

    // By a group, until ben leaves it.
    let group = json!({"name": "Ops", "members": [account]});
    let group = json(admin.post("/api/groups", group).await, StatusCode::CREATED).await;
    let grant = json!({"hosts": {"kind": "hosts", "ids": [at]}, "to": [{"kind": "group", "id": group["id"]}],
        "rights": rights(&LENT)});
    json(admin.post("/api/grants", grant).await, StatusCode::OK).await;
    share(admin, &[at], &[], &account, json!({})).await;
    handed(admin, &ben, at).await;
    let mut terminal = works(server, &ben, at).await;
    let path = format!("/api/groups/{}", group["id"].as_str().unwrap());
    json(put(admin, &path, json!({"name": "Ops", "members": []})).await, StatusCode::OK).await;
    assert_eq!(copies().await, 0);
    assert_eq!(terminal.until_closed().await.ended.as_ref().map(|end| end.reason), Some(EndReason::Admin));
    fault(open(&ben, at).await, StatusCode::NOT_FOUND, "not_found").await;

    // An account that is switched off has no use of it.
    json(put(admin, &path, json!({"name": "Ops", "members": [account]})).await, StatusCode::OK).await;
    handed(admin, &ben, at).await;
    let accounts = format!("/api/accounts/{}", account.as_str().unwrap());
    json(admin.patch(&accounts, json!({"disabled": true})).await, StatusCode::OK).await;
    fault(open(&ben, at).await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}

#[tokio::test]
async fn what_cannot_be_handed_over_yet_waits_and_comes_by_itself() {
    let lab = Lab::start(&[]).await;
    let (server, admin, at) = (&lab.server, &lab.admin, lab.host.as_str());
    server.account(&["add", "ben", "--role", "member", "--password-stdin"]).await;
    let account = account_id(admin, "ben").await;
    share(admin, &[at], &[], &account, rights(&LENT)).await;
    let ben = Person::new(server);
    json(ben.sign_in("ben", OWN_PASSWORD).await, StatusCode::OK).await;
    assert_eq!(host(&ben, at).await["shared"]["credential"], "waiting");
    refused(&ben, at, &format!("has not been handed to you yet: it will be when {ADMIN} next signs in")).await;
    handed(admin, &ben, at).await;
    works(server, &ben, at).await;

    // Another credential on the host reaches ben, too.
    let other = json!({"name": "other", "username": USER, "password": PASSWORD});
    let other = json(admin.post("/api/credentials", other).await, StatusCode::CREATED).await;
    let old: CredentialId = id(&host(admin, at).await["credential_id"]);
    json(admin.patch(&format!("/api/hosts/{at}"), json!({"credential_id": other["id"]})).await, StatusCode::OK).await;
    handed(admin, &ben, at).await;
    works(server, &ben, at).await;
    let old = CopyName { credential: old, account: id(&account) };
    let left = database(&lab).await.vault().copy(&old).await.unwrap();
    assert!(left.is_none(), "the one that is not needed is gone");

    // A vault that is shut opens nothing; one that began anew waits for what it had.
    let new = "a brand new password";
    at_console(server.data(), &["account", "reset-password", "ben", "--password-stdin"], new).await;
    let ben = Person::new(server);
    json(ben.sign_in("ben", new).await, StatusCode::OK).await;
    fault(open(&ben, at).await, StatusCode::CONFLICT, "vault_locked").await;
    json(ben.post("/api/account/vault", json!({"password": new})).await, StatusCode::OK).await;
    let opens = || async {
        json(admin.get("/api/folders").await, StatusCode::OK).await;
        open(&ben, at).await.status() == StatusCode::OK
    };
    wait::until("the credential to be handed over anew", PATIENCE, opens).await;
}

#[tokio::test]
async fn only_a_key_that_the_owner_trusts_gets_it() {
    let ((server, admin), mut sshd) =
        tokio::join!(TestServer::with_admin(&[]), Sshd::builder().host_key("ed25519").start());
    let credential = json!({"name": "lab", "username": USER, "password": PASSWORD});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await;
    let draft = json!({"name": HOST, "address": ADDRESS, "port": sshd.port(), "credential_id": credential["id"]});
    let at = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].clone();
    let at = at.as_str().unwrap();
    let ben = server.member("ben").await;
    share(&admin, &[at], &[], &account_id(&admin, "ben").await, rights(&LENT)).await;
    handed(&admin, &ben, at).await;
    let untrusted = format!("{ADMIN} has not trusted the key of {HOST} yet");
    refused(&ben, at, &untrusted).await;
    // What ben trusts does not count: it could be a host of his own.
    trust(&ben, at).await;
    refused(&ben, at, &untrusted).await;
    let files = ben.get(&format!("/api/hosts/{at}/files?path=/")).await;
    fault(files, StatusCode::CONFLICT, "conflict").await;
    trust(&admin, at).await;
    works(&server, &ben, at).await;

    sshd.restart_with_host_key("ecdsa").await;
    trust(&ben, at).await;
    refused(&ben, at, &format!("shows another key than the one that {ADMIN} trusts")).await;
    assert!(!sshd.log().contains("Failed password"), "nothing was sent to it");
}

#[tokio::test]
async fn a_stolen_or_rearranged_database_opens_nothing() {
    let (lab, ben, account) = lent(&[]).await;
    let (server, admin, at) = (&lab.server, &lab.admin, lab.host.as_str());
    let cy = server.member("cy").await;
    let cys = account_id(admin, "cy").await;
    share(admin, &[at], &[], &cys, rights(&LENT)).await;
    handed(admin, &cy, at).await;
    let credential: CredentialId = id(&host(admin, at).await["credential_id"]);
    let vault = database(&lab).await.vault();
    let copy = async |account: &Value| {
        let name = CopyName { credential: credential.clone(), account: id::<AccountId>(account) };
        vault.copy(&name).await.unwrap().unwrap()
    };
    let (bens, cys) = (copy(&account).await, copy(&cys).await);
    let pair = vault.pair(&bens.name.account).await.unwrap().unwrap();
    for bytes in [&bens.sealed, &cys.sealed, &pair.sealed, &pair.public_key] {
        assert!(!bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()));
    }
    let put_back = async |copy: CopyRecord| assert!(vault.change_copies(&[copy], &[]).await.unwrap().is_empty());
    let broken = format!("ask {ADMIN} to share it again");
    // What was sealed for another one.
    put_back(CopyRecord { sealed: cys.sealed.clone(), ..bens.clone() }).await;
    refused(&ben, at, &broken).await;
    put_back(bens.clone()).await;
    works(server, &ben, at).await;

    // What was sealed of another credential, and of another state of this one.
    let second = json!({"name": "second", "username": USER, "password": "not it"});
    let second = json(admin.post("/api/credentials", second).await, StatusCode::CREATED).await;
    let draft = json!({"name": "other", "address": ADDRESS, "port": 9, "credential_id": second["id"]});
    let other = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].clone();
    share(admin, &[other.as_str().unwrap()], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, other.as_str().unwrap()).await;
    let name = CopyName { credential: id(&second["id"]), account: bens.name.account.clone() };
    let of_other = vault.copy(&name).await.unwrap().unwrap();
    put_back(CopyRecord { sealed: of_other.sealed, ..bens.clone() }).await;
    refused(&ben, at, &broken).await;
    put_back(CopyRecord { revision: 7, ..bens.clone() }).await;
    refused(&ben, at, "has not been handed to you yet").await;
}

#[tokio::test]
async fn it_is_the_owners_to_share_and_asks_nobody_anything() {
    let lab = Lab::start(&[]).await;
    let (server, admin, at) = (&lab.server, &lab.admin, lab.host.as_str());
    let ben = server.member("ben").await;
    let account = account_id(admin, "ben").await;
    let request = |rights: Value| json!({"hosts": {"kind": "hosts", "ids": [at]}, "to": [{"kind": "account", "id": account}], "rights": rights});
    let dora = server.person("dora", "admin").await;
    fault(dora.post("/api/grants", request(rights(&LENT))).await, StatusCode::FORBIDDEN, "forbidden").await;
    let alone = request(rights(&["watch", "credential"]));
    fault(admin.post("/api/grants", alone).await, StatusCode::BAD_REQUEST, "bad_input").await;
    json(admin.post("/api/grants", request(rights(&LENT))).await, StatusCode::OK).await;
    handed(admin, &ben, at).await;
    // Anybody who shares may end it.
    json(dora.post("/api/grants", request(rights(&["connect"]))).await, StatusCode::OK).await;
    assert!(host(&ben, at).await["shared"].get("credential").is_none());

    // A host that asks every time has nothing to share, and one that asks for a code is not answered.
    let draft = json!({"name": "asks", "address": ADDRESS, "port": lab.sshd.port(), "username": USER});
    let asks = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].clone();
    let codes = Sshd::builder().one_time_codes().authentication_methods("keyboard-interactive").start().await;
    let coded = json!({"name": "coded", "address": ADDRESS, "port": codes.port(),
        "credential_id": host(admin, at).await["credential_id"]});
    let coded = json(admin.post("/api/hosts", coded).await, StatusCode::CREATED).await["id"].clone();
    let (asks, coded) = (asks.as_str().unwrap(), coded.as_str().unwrap());
    trust(admin, coded).await;
    share(admin, &[asks, coded], &[], &account, rights(&LENT)).await;
    handed(admin, &ben, coded).await;
    assert!(host(&ben, asks).await["shared"].get("credential").is_none());
    trust(&ben, asks).await;
    fault(open(&ben, asks).await, StatusCode::CONFLICT, "secret_needed").await;
    refused(&ben, coded, "asks at sign-in, which a shared credential does not answer").await;
}

#[tokio::test]
async fn the_hosts_on_the_way_are_shared_with_theirs_too_or_take_ones_own() {
    let ((server, admin), gate, inner) = tokio::join!(TestServer::with_admin(&[]), Sshd::start(), Sshd::start());
    let ben = server.member("ben").await;
    let account = account_id(&admin, "ben").await;
    let way = take_in(&admin, &gate).await;
    let credential = host(&admin, &way).await["credential_id"].clone();
    let draft = json!({"name": "inner", "address": ADDRESS, "port": inner.port(), "credential_id": credential, "jump_host_id": way});
    let behind = json(admin.post("/api/hosts", draft).await, StatusCode::CREATED).await["id"].clone();
    let behind = behind.as_str().unwrap();
    trust(&admin, behind).await;
    share(&admin, &[behind], &[], &account, rights(&LENT)).await;
    share(&admin, &[&way], &[], &account, rights(&["connect"])).await;
    handed(&admin, &ben, behind).await;
    trust(&ben, &way).await;
    refused(&ben, behind, &format!("the way leads through {HOST}, where you sign in with what is your own")).await;
    share(&admin, &[&way], &[], &account, rights(&["connect", "credential"])).await;
    let mut terminal = works(&server, &ben, behind).await;
    let files = format!("/api/hosts/{behind}/files?path=/");
    json(ben.get(&files).await, StatusCode::OK).await;

    // What leads there is taken back: what goes through it ends, the warm way to files as well.
    share(&admin, &[&way], &[], &account, rights(&["connect"])).await;
    terminal.until_closed().await;
    fault(ben.get(&files).await, StatusCode::CONFLICT, "conflict").await;
    share(&admin, &[&way], &[], &account, rights(&[])).await;
    fault(ben.get(&files).await, StatusCode::FORBIDDEN, "forbidden").await;
}
