//! Every operation of the REST interface that is no question is done once, and leaves a line; or it is on a list that says
//! why it leaves none.

use super::lines;
use crate::common::{HOST, Lab, PASSWORD, PATIENCE, Person, json};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::{
    folder::Folder,
    keygen::{KeySpec, make_key},
    sshd::{ADDRESS, PASSWORD as HOST_PASSWORD, USER},
    wait,
};

/// What leaves no line of its own, and why.
const EXCEPT: &[(&str, &str)] = &[
    ("POST /api/hosts/list", "a question with a body"),
    ("POST /api/hosts/values", "a question with a body"),
    ("POST /api/hosts/{id}/files/count", "a question with a body"),
    ("POST /api/hosts/{id}/probe", "a look at a port"),
    ("POST /api/hosts/{id}/host-key/scan", "a look at a key; trusting it is noted"),
    ("POST /api/hosts/{id}/files/open", "a sign-in that is used for files; what is done with them is noted"),
    ("POST /api/terminal/sessions/{id}/heartbeat", "four a minute from each page that is open"),
    ("POST /api/terminal/sessions/{id}/size", "how wide a terminal is"),
    ("PUT /api/hosts/{id}/favourite", "a mark that its account alone sees"),
    ("DELETE /api/hosts/{id}/favourite", "a mark that its account alone sees"),
    ("POST /api/filters", "a bookmark that its account alone sees"),
    ("PUT /api/filters/{id}", "a bookmark that its account alone sees"),
    ("DELETE /api/filters/{id}", "a bookmark that its account alone sees"),
    ("DELETE /api/commands/runs/{id}", "the run's own end says that it was cancelled"),
    ("DELETE /api/commands/runs/{id}/hosts/{host}", "the run's own end says that it was cancelled"),
    ("DELETE /api/hosts/rounds/{id}", "the round's own end says that it was cancelled"),
    ("DELETE /api/transfers/{id}", "the transfer's own end says that it was cancelled"),
    ("DELETE /api/netbox/import/{id}", "the import's own lines say what was written"),
    ("POST /api/netbox/token/configure", "noted; needs a NetBox: server/tests/netbox"),
    ("DELETE /api/netbox/token/configure", "noted; needs a NetBox: server/tests/netbox"),
    ("PUT /api/netbox/sync", "noted; needs a NetBox: server/tests/netbox"),
    ("POST /api/netbox/sync/run", "noted; needs a NetBox: server/tests/netbox"),
    ("POST /api/netbox/import", "noted; needs a NetBox: server/tests/netbox"),
    ("POST /connections/ftp", "noted as for SSH; needs an FTP server: server/tests/ftp"),
    ("POST /api/account/vault", "noted; needs a vault that is locked: crates/services/tests/accounts"),
    ("POST /api/account/vault/passphrase", "noted; needs an account without a password: server/tests/oidc/vault"),
    ("POST /api/auth/passkey", "begins a sign-in; that it is made is noted: server/tests/passkeys"),
    ("POST /api/auth/passkey/finish", "noted as a sign-in: server/tests/passkeys"),
    ("POST /api/account/passkeys", "begins to add one; that it is added is noted"),
    ("POST /api/account/passkeys/confirm", "noted; needs an authenticator: server/tests/passkeys"),
    ("PATCH /api/account/passkeys/{id}", "noted; needs an authenticator: server/tests/passkeys"),
    ("POST /api/account/passkeys/{id}/remove", "noted; needs an authenticator: server/tests/passkeys"),
    ("POST /api/account/vault/passkey", "begins to open the vault; that it is opened is noted"),
    ("POST /api/account/vault/passkey/open", "noted; needs an authenticator: server/tests/passkeys"),
    ("POST /api/account/identities", "begins a link; that it is made is noted: server/tests/oidc/linked"),
    ("DELETE /api/account/identities/{id}", "noted: server/tests/oidc/linked"),
    ("POST /api/auth/second-factor", "noted as a sign-in: server/tests/second_factor"),
    ("POST /api/account/second-factor", "begins a set-up; that it is confirmed is noted"),
    ("POST /api/account/second-factor/confirm", "noted; needs codes: server/tests/second_factor"),
    ("POST /api/account/second-factor/off", "noted; needs codes: server/tests/second_factor"),
    ("POST /api/account/second-factor/recovery-codes", "noted; needs codes: server/tests/second_factor"),
    ("POST /api/accounts/{id}/reset-second-factor", "noted; needs codes: server/tests/account_keeping"),
    ("DELETE /api/account/devices/{id}", "noted: server/tests/devices"),
    ("DELETE /api/account/devices", "noted: server/tests/devices"),
    ("POST /api/auth/setup", "noted: who_came_in_and_who_did_not_is_noted_without_a_secret"),
    ("DELETE /api/recordings/{id}", "noted: server/tests/recordings"),
    ("DELETE /api/terminal/command-history/{id}", "noted as for many; needs a shell with marks: server/tests/history"),
    (
        "DELETE /api/terminal/command-history",
        "noted when there was any; needs a shell with marks: server/tests/history",
    ),
    ("DELETE /api/terminal/sessions/{id}/attachments/{attachment}", "noted: server/tests/viewers"),
    ("POST /api/terminal/sessions/{id}/keyboard", "noted: server/tests/viewers"),
    ("POST /api/hosts/trust", "noted: server/tests/rounds/look"),
    ("POST /connections/cleanup", "noted when there was any that stood no more"),
];

struct Walk<'a> {
    lab: &'a Lab,
    done: BTreeSet<String>,
}

impl Walk<'_> {
    /// Does something, and looks for its line.
    async fn act(&mut self, who: &Person, route: &str, path: &str, body: Value, action: &str) -> Value {
        let method: Method = route.split(' ').next().unwrap().parse().unwrap();
        let request = who.request(method, path);
        let request = match &body {
            Value::Null => request,
            Value::String(bytes) => request.body(bytes.clone()),
            body => request.json(body),
        };
        let before = self.newest().await;
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{route} {path}: {status} {text}");
        let query = format!("?action={action}&limit=1");
        let noted = || async {
            lines(&self.lab.admin, &query).await.first().is_some_and(|line| line["id"].as_i64() > Some(before))
        };
        wait::until(&format!("a line {action} of {route}"), PATIENCE, noted).await;
        self.done.insert(route.to_owned());
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn newest(&self) -> i64 {
        lines(&self.lab.admin, "?limit=1").await[0]["id"].as_i64().unwrap()
    }
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("an id in {value}")).to_owned()
}

#[tokio::test]
async fn whatever_changes_something_leaves_a_line() {
    let lab = Lab::start(&[("hosts.link_idle", "1m")]).await;
    let mut walk = Walk { lab: &lab, done: BTreeSet::new() };
    inventory(&mut walk).await;
    sharing(&mut walk).await;
    sessions(&mut walk).await;
    files(&mut walk).await;
    commands(&mut walk).await;
    connections(&mut walk).await;
    accounts(&mut walk).await;
    let document = json(lab.admin.get("/api/openapi.json").await, StatusCode::OK).await;
    let mut missed = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|method| *method != "get") {
            let route = format!("{} {path}", method.to_uppercase());
            if !walk.done.contains(&route) && EXCEPT.iter().all(|(except, _)| *except != route) {
                missed.insert(route);
            }
        }
    }
    assert_eq!(missed, BTreeSet::new(), "do it here, or say above why it leaves no line");
}

async fn inventory(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let made = walk.act(me, "POST /api/folders", "/api/folders", json!({"name": "A"}), "folder.add").await;
    let folder = format!("/api/folders/{}", id(&made));
    walk.act(me, "PATCH /api/folders/{id}", &folder, json!({"name": "B"}), "folder.change").await;
    walk.act(me, "DELETE /api/folders/{id}", &folder, Value::Null, "folder.delete").await;
    let draft = json!({"name": "n", "address": "192.0.2.7"});
    let made = walk.act(me, "POST /api/hosts", "/api/hosts", draft, "host.add").await;
    let host = format!("/api/hosts/{}", id(&made));
    walk.act(me, "PATCH /api/hosts/{id}", &host, json!({"name": "m"}), "host.change").await;
    let copy =
        walk.act(me, "POST /api/hosts/{id}/duplicate", &format!("{host}/duplicate"), json!({}), "host.add").await;
    walk.act(me, "DELETE /api/hosts/{id}", &host, Value::Null, "host.delete").await;
    let bulk = json!({"selection": {"kind": "hosts", "ids": [id(&copy)]}, "change": {"kind": "edit", "patch": {}, "add_tags": ["x"]}});
    let done = walk.act(me, "POST /api/hosts/bulk", "/api/hosts/bulk", bulk, "inventory.bulk").await;
    let undo = format!("/api/undos/{}", done["undo"].as_str().unwrap());
    walk.act(me, "POST /api/undos/{id}", &undo, json!({}), "inventory.undo").await;
    let yaml = json!("- folder_name: Y\n  sessions:\n  - display_name: y1\n    host: 192.0.2.9\n");
    walk.act(me, "POST /api/inventory/import", "/api/inventory/import?name=y.yaml", yaml.clone(), "inventory.import")
        .await;
    let again = json!("- folder_name: Z\n  sessions:\n  - display_name: z1\n    host: 192.0.2.9\n");
    walk.act(me, "POST /api/sessions/import", "/api/sessions/import", again, "inventory.import").await;
    let saved = json!({"display_name": "s1", "host": "192.0.2.8", "port": "22", "folder_name": "Y"});
    let saved = walk.act(me, "POST /api/sessions", "/api/sessions", saved, "host.add").await;
    let path = format!("/api/sessions/{}", id(&saved));
    let other = json!({"display_name": "s1", "host": "192.0.2.8", "port": "23", "folder_name": "Y"});
    let saved = walk.act(me, "PUT /api/sessions/{id}", &path, other, "host.change").await;
    let path = format!("/api/sessions/{}", id(&saved));
    walk.act(me, "DELETE /api/sessions/{id}", &path, Value::Null, "host.delete").await;
    let (folders, one) = ("/api/sessions/folders", "/api/sessions/folders/Q");
    walk.act(me, "POST /api/sessions/folders", folders, json!({"folder_name": "Q"}), "folder.add").await;
    walk.act(me, "PUT /api/sessions/folders/{name}", one, json!({"folder_name": "R"}), "folder.change").await;
    let one = "/api/sessions/folders/R";
    walk.act(me, "DELETE /api/sessions/folders/{name}", one, Value::Null, "folder.delete").await;
    let host = &walk.lab.host.clone();
    let keys = format!("/api/hosts/{host}/host-key");
    let scan = json(me.post(&format!("{keys}/scan"), json!({})).await, StatusCode::OK).await;
    let trust = json!({"fingerprint": scan["fingerprint"]});
    walk.act(me, "POST /api/hosts/{id}/host-key/trust", &format!("{keys}/trust"), trust, "host_key.trust").await;
    let first = json!({"username": USER, "password": HOST_PASSWORD});
    let path = format!("/api/hosts/{host}/bootstrap");
    walk.act(me, "POST /api/hosts/{id}/bootstrap", &path, first, "host.bootstrap").await;
    let round = json!({"selection": {"kind": "hosts", "ids": [host]}, "work": {"kind": "probe"}});
    let begun = walk.act(me, "POST /api/hosts/rounds", "/api/hosts/rounds", round, "inventory.round").await;
    let path = format!("/api/hosts/rounds/{}", id(&begun));
    let over = || async { json(me.get(&path).await, StatusCode::OK).await["round"]["ended_at"].is_string() };
    wait::until("the round's end", PATIENCE, over).await;
    let next = json!({"work": {"kind": "probe"}});
    walk.act(me, "POST /api/hosts/rounds/{id}/next", &format!("{path}/next"), next, "inventory.round").await;
}

async fn sharing(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let bo = walk.lab.server.member("bo").await;
    let bo_id = json(bo.get("/api/auth/status").await, StatusCode::OK).await["user_id"].as_str().unwrap().to_owned();
    let host = &walk.lab.host.clone();
    let rights = json!({"connect": true, "files": true, "watch": true});
    let share = json!({"hosts": {"kind": "hosts", "ids": [host]}, "folder_ids": [],
        "to": [{"kind": "account", "id": bo_id}], "rights": rights});
    walk.act(me, "POST /api/grants", "/api/grants", share, "grant.give").await;
    let login = format!("/api/hosts/{host}/own-login");
    walk.act(&bo, "PUT /api/hosts/{id}/own-login", &login, json!({"username": USER}), "host.login").await;
    let grants = json(me.get("/api/grants").await, StatusCode::OK).await;
    let path = format!("/api/grants/{}", id(&grants[0]));
    walk.act(me, "DELETE /api/grants/{id}", &path, Value::Null, "grant.end").await;
    let group = walk.act(me, "POST /api/groups", "/api/groups", json!({"name": "ops"}), "group.add").await;
    let path = format!("/api/groups/{}", id(&group));
    walk.act(me, "PUT /api/groups/{id}", &path, json!({"name": "net", "members": [bo_id]}), "group.change").await;
    walk.act(me, "DELETE /api/groups/{id}", &path, Value::Null, "group.delete").await;
}

async fn sessions(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let open = format!("/api/terminal/{HOST}/terminal-sessions");
    let route = "POST /api/terminal/{host}/terminal-sessions";
    let opened = walk.act(me, route, &open, json!({}), "session.open").await;
    let session = format!("/api/terminal/sessions/{}", opened["session_id"].as_str().unwrap());
    let path = |what: &str| format!("{session}/{what}");
    walk.act(me, "POST /api/terminal/sessions/{id}/extend", &path("extend"), json!({}), "session.extend").await;
    walk.act(me, "POST /api/terminal/sessions/{id}/watch", &path("watch"), json!({}), "session.watch").await;
    let invites = path("invites");
    let invite = json!({"expires_in_seconds": 600});
    let made = walk.act(me, "POST /api/terminal/sessions/{id}/invites", &invites, invite, "invite.create").await;
    let secret = made["url"].as_str().unwrap().strip_prefix("/join#").unwrap();
    let guest = Person::new(&walk.lab.server);
    let join = json!({"invite": secret, "name": "guest"});
    walk.act(&guest, "POST /api/terminal/join", "/api/terminal/join", join, "invite.use").await;
    let revoke = format!("{invites}/{}", id(&made));
    let route = "DELETE /api/terminal/sessions/{id}/invites/{invite}";
    walk.act(me, route, &revoke, Value::Null, "invite.revoke").await;
    walk.act(me, "DELETE /api/terminal/sessions/{id}", &session, Value::Null, "session.close").await;
    let again = json(me.post(&open, json!({})).await, StatusCode::OK).await;
    let beacon = format!("/api/terminal/sessions/{}/close-beacon", again["session_id"].as_str().unwrap());
    walk.act(me, "POST /api/terminal/sessions/{id}/close-beacon", &beacon, json!({}), "session.end").await;
    json(me.post(&open, json!({})).await, StatusCode::OK).await;
    walk.act(me, "POST /api/terminal/cleanup", "/api/terminal/cleanup", json!({}), "session.close").await;
}

async fn files(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let (folder, host) = (Folder::new(), walk.lab.host.clone());
    let at = |name: &str| format!("{}/{name}", folder.text());
    let path = |what: &str| format!("/api/hosts/{host}/files/{what}");
    let route = |what: &str| format!("POST /api/hosts/{{id}}/files/{what}");
    folder.put("a", "a");
    walk.act(me, &route("folder"), &path("folder"), json!({"path": at("d")}), "file.folder").await;
    walk.act(me, &route("rename"), &path("rename"), json!({"from": at("a"), "to": at("b")}), "file.rename").await;
    walk.act(me, &route("link"), &path("link"), json!({"path": at("l"), "target": "b"}), "file.link").await;
    folder.put("a", "a");
    let copy = json!({"paths": [at("a")], "to": at("d")});
    walk.act(me, &route("copy"), &path("copy"), copy, "file.copy").await;
    let upload = format!("{}?path={}&offset=0&total=3", path("content"), at("up"));
    let sent = me.request(Method::PUT, &upload).body("abc").send().await.unwrap();
    assert!(sent.status().is_success());
    let finish = json!({"path": at("up"), "total": 3});
    walk.act(me, &route("finish"), &path("finish"), finish, "file.upload").await;
    walk.done.insert("PUT /api/hosts/{id}/files/content".to_owned());
    let sent = me.request(Method::PUT, &upload.replace("/up&", "/other&")).body("ab").send().await.unwrap();
    assert!(sent.status().is_success());
    let given_up = format!("{}?path={}", path("upload"), at("other"));
    walk.act(me, "DELETE /api/hosts/{id}/files/upload", &given_up, Value::Null, "file.upload").await;
    walk.act(me, &route("mode"), &path("mode"), json!({"path": at("up"), "mode": 0o600}), "file.mode").await;
    let text = json(me.get(&format!("{}?path={}", path("text"), at("up"))).await, StatusCode::OK).await;
    let draft = json!({"path": at("up"), "text": "other", "version": text["version"]});
    walk.act(me, "PUT /api/hosts/{id}/files/text", &path("text"), draft, "file.edit").await;
    walk.act(me, &route("delete"), &path("delete"), json!({"paths": [at("up")]}), "file.delete").await;
}

async fn commands(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let run = json!({"command": "true", "hosts": [HOST]});
    walk.act(me, "POST /api/commands/runs", "/api/commands/runs", run, "command.run").await;
    let draft = json!({"name": "s", "text": "true"});
    let made = walk.act(me, "POST /api/snippets", "/api/snippets", draft, "snippet.add").await;
    let path = format!("/api/snippets/{}", id(&made));
    walk.act(me, "PATCH /api/snippets/{id}", &path, json!({"text": "false"}), "snippet.change").await;
    walk.act(me, "DELETE /api/snippets/{id}", &path, Value::Null, "snippet.delete").await;
}

async fn connections(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let port = walk.lab.sshd.port();
    let old = json!({"hostname": ADDRESS, "username": USER, "password": HOST_PASSWORD, "port": port});
    walk.act(me, "POST /ssh/connect", "/ssh/connect?session_id=s", old, "connection.open").await;
    let route = "POST /api/terminal/bastion/run";
    let run = json!({"command": "true", "session_id": "s"});
    walk.act(me, route, "/api/terminal/bastion/run", run, "command.run").await;
    walk.act(me, "POST /ssh/disconnect", "/ssh/disconnect?session_id=s", json!({}), "connection.close").await;
    let new = json!({"host": ADDRESS, "username": USER, "password": HOST_PASSWORD, "port": port});
    let opened = walk.act(me, "POST /connections/ssh", "/connections/ssh", new, "connection.open").await;
    let path = format!("/connections/{}", opened["session_id"].as_str().unwrap());
    let execute = format!("{path}/execute");
    walk.act(me, "POST /connections/{id}/execute", &execute, json!({"command": "true"}), "command.run").await;
    let folder = Folder::new();
    let file = format!("{}/up", folder.text());
    let upload = format!("{path}/upload?remotePath={file}");
    walk.act(me, "POST /connections/{id}/upload", &upload, json!("abc"), "file.upload").await;
    let download = json!({"remotePath": file});
    walk.act(me, "POST /connections/{id}/download", &format!("{path}/download"), download, "file.download").await;
    walk.act(me, "DELETE /connections/{id}", &path, Value::Null, "connection.close").await;
    let link = json(me.get("/api/links").await, StatusCode::OK).await;
    let link = format!("/api/links/{}", link["links"][0]["id"].as_str().unwrap());
    walk.act(me, "DELETE /api/links/{id}", &link, Value::Null, "link.close").await;
}

async fn accounts(walk: &mut Walk<'_>) {
    let me = &walk.lab.admin.clone();
    let draft = json!({"name": "c", "password": "secret"});
    let made = walk.act(me, "POST /api/credentials", "/api/credentials", draft, "credential.add").await;
    let path = format!("/api/credentials/{}", id(&made));
    let (route, none) = ("PUT /api/credentials/{id}/certificate", json!({"certificate": null}));
    walk.act(me, route, &format!("{path}/certificate"), none, "credential.certificate").await;
    walk.act(me, "DELETE /api/credentials/{id}", &path, Value::Null, "credential.delete").await;
    let line = format!("@cert-authority *.example {}", make_key(KeySpec::default()).public);
    let (route, lines) = ("/api/host-authorities", json!({"lines": line}));
    let made = walk.act(me, "POST /api/host-authorities", route, lines, "host_authority.add").await;
    let path = format!("{route}/{}", made[0]["id"].as_str().unwrap());
    walk.act(me, "DELETE /api/host-authorities/{id}", &path, Value::Null, "host_authority.delete").await;
    let generate = "/api/credentials/generate";
    walk.act(me, "POST /api/credentials/generate", generate, json!({"name": "k"}), "credential.add").await;
    let token = walk.act(me, "POST /api/tokens", "/api/tokens", json!({"name": "t"}), "token.create").await;
    let path = format!("/api/tokens/{}", id(&token));
    walk.act(me, "DELETE /api/tokens/{id}", &path, Value::Null, "token.delete").await;
    let draft = json!({"name": "nora", "role": "member", "password": PASSWORD});
    let made = walk.act(me, "POST /api/accounts", "/api/accounts", draft, "account.add").await;
    let path = format!("/api/accounts/{}", id(&made));
    for (patch, action) in [
        (json!({"role": "viewer"}), "account.role"),
        (json!({"disabled": true}), "account.disable"),
        (json!({"disabled": false}), "account.enable"),
    ] {
        walk.act(me, "PATCH /api/accounts/{id}", &path, patch, action).await;
    }
    let change = json!({"current": PASSWORD, "new": "another long password"});
    walk.act(me, "POST /api/account/password", "/api/account/password", change, "account.password").await;
    let other = Person::new(&walk.lab.server);
    let login = json!({"username": "bo", "password": PASSWORD});
    walk.act(&other, "POST /api/auth/login", "/api/auth/login", login, "account.sign_in").await;
    walk.act(&other, "POST /api/auth/logout", "/api/auth/logout", json!({}), "account.sign_out").await;
    walk.act(me, "POST /api/audit/verify", "/api/audit/verify", Value::Null, "audit.verify").await;
}
