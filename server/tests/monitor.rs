//! What a real host is doing, to those who look, and only as long as they do.

use crate::{
    common::{
        ADMIN, Cookies, HOST, Lab, PASSWORD, PATIENCE, Person, Socket, TestServer, connect, fault, json, take_in,
    },
    grants::{account_id, share},
    shared_credentials::{lent, rights},
};
use futures::{SinkExt, StreamExt};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use tempfile::TempDir;
use testkit::{sshd::Sshd, wait};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Somebody who looks at a host.
pub(crate) struct Looker(Socket);

impl Looker {
    async fn open(server: &TestServer, header: (&'static str, &str), host: &str) -> Self {
        Self(connect(server.address(), &format!("/ws/monitor/{host}"), &[header]).await.expect("the upgrade"))
    }

    pub(crate) async fn by_token(server: &TestServer, token: &str, host: &str) -> Self {
        Self::open(server, ("authorization", &format!("Bearer {token}")), host).await
    }

    /// The next message, or the close code.
    async fn next(&mut self) -> Result<Value, u16> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("a message in time") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(farewell))) => {
                    // The answer to it, which the server waits for.
                    let _ = self.0.flush().await;
                    return Err(farewell.map_or(0, |farewell| farewell.code.into()));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(0),
            }
        }
    }

    /// The next message of a kind.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        let waiting = async {
            loop {
                let told = self.next().await.expect("the socket is open");
                if told["type"] == kind {
                    return told;
                }
            }
        };
        // Other messages do not prolong it.
        timeout(2 * PATIENCE, waiting).await.unwrap_or_else(|_| panic!("no {kind:?} in time"))
    }

    /// The next figures with rates in them.
    async fn rates(&mut self) -> Value {
        loop {
            let mut told = self.until("figures").await;
            if told["figures"]["cpu"]["usage_percent"].is_number() {
                return told["figures"].take();
            }
        }
    }

    async fn closed(mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }
}

/// How many commands run over the account's links.
async fn channels(person: &Person) -> u64 {
    let links = json(person.get("/api/links").await, StatusCode::OK).await;
    links["links"].as_array().unwrap().iter().map(|link| link["commands"].as_u64().unwrap()).sum()
}

async fn watched(person: &Person) -> bool {
    let text = person.get("/metrics").await.text().await.unwrap();
    !text.contains("\nberth_monitored_hosts 0\n")
}

/// A folder that the host's user finds programs in before all others.
fn programs() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn program(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

async fn lab_with(programs: &Path) -> Lab {
    let path = format!("SetEnv PATH={}:/usr/local/bin:/usr/bin:/bin", programs.display());
    let builder = Sshd::builder().config(&path);
    let ((server, admin), sshd) = tokio::join!(TestServer::with_admin(&[]), builder.start());
    let host = take_in(&admin, &sshd).await;
    Lab { server, admin, sshd, host }
}

#[tokio::test]
async fn all_who_look_share_one_channel_and_nothing_stays_when_they_have_gone() {
    let lab = Lab::start(&[]).await;
    let token = lab.admin.make_token("script").await;
    let mut first = Looker::by_token(&lab.server, &token, HOST).await;
    let figures = first.rates().await;
    assert!(figures["cpu"]["cores"].as_u64().unwrap() >= 1, "{figures}");
    assert!(figures["memory"]["total"].as_u64() > figures["memory"]["used"].as_u64(), "{figures}");
    assert!(figures["uptime_seconds"].is_u64() && figures["load"][2].is_number(), "{figures}");
    assert!(figures["processes"].as_u64().unwrap() > 1, "{figures}");
    assert!(figures["disk"]["filesystems"].as_array().is_some_and(|all| !all.is_empty()), "{figures}");
    // Whoever comes later is given what was, by the host's id as well as by its name.
    let mut second = Looker::by_token(&lab.server, &token, &lab.host).await;
    assert!(second.until("history").await["points"].as_array().is_some_and(|points| !points.is_empty()));
    second.rates().await;
    // Connections in between show that it is no other host's: a script that wants to know once is a third.
    let once = json(lab.admin.get(&format!("/api/hosts/{HOST}/monitor")).await, StatusCode::OK).await;
    assert!(once["cpu"]["usage_percent"].is_number(), "{once}");
    assert_eq!(channels(&lab.admin).await, 1, "one channel for all");
    assert!(lab.sshd.runs("sh"));
    drop(first);
    second.rates().await;
    second.rates().await;
    assert_eq!(channels(&lab.admin).await, 1, "one stays as long as one looks");
    drop(second);
    wait::until("the script's end", PATIENCE, || async { !lab.sshd.runs("sh") }).await;
    wait::until("the link's end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
    assert_eq!(channels(&lab.admin).await, 0);
    assert!(!watched(&lab.admin).await);
}

#[tokio::test]
async fn a_host_is_read_once_a_second_at_most() {
    let lab = Lab::start(&[]).await;
    let token = lab.admin.make_token("script").await;
    let (mut one, _other) =
        tokio::join!(Looker::by_token(&lab.server, &token, HOST), Looker::by_token(&lab.server, &token, HOST));
    let mut uptimes = Vec::new();
    let begun = std::time::Instant::now();
    while uptimes.len() < 4 {
        uptimes.push(one.until("figures").await["figures"]["at"].clone());
    }
    assert!(begun.elapsed() >= std::time::Duration::from_millis(2_900), "{:?}: {uptimes:?}", begun.elapsed());
}

#[tokio::test]
async fn a_host_that_dies_is_told_and_found_again() {
    let mut lab = Lab::start(&[]).await;
    let token = lab.admin.make_token("script").await;
    let mut looker = Looker::by_token(&lab.server, &token, HOST).await;
    looker.rates().await;
    lab.sshd.kill_now();
    let failed = looker.until("failed").await;
    assert!(failed["fault"]["detail"].is_string() && failed["retry_seconds"].is_u64(), "{failed}");
    assert_eq!(looker.until("failed").await["fault"]["code"], "host_offline", "it is tried again, in vain");
    fault(lab.admin.get(&format!("/api/hosts/{HOST}/monitor")).await, StatusCode::BAD_REQUEST, "host_offline").await;
    lab.sshd.restart().await;
    looker.rates().await;
    // A host that is taken out of the inventory is not looked at any more.
    assert_eq!(lab.admin.delete(&format!("/api/hosts/{}", lab.host)).await.status(), StatusCode::NO_CONTENT);
    let failed = looker.until("failed").await;
    assert_eq!((&failed["fault"]["code"], &failed["retry_seconds"]), (&json!("not_found"), &Value::Null), "{failed}");
    wait::until("the script's end", PATIENCE, || async { !lab.sshd.runs("sh") }).await;
}

#[tokio::test]
async fn a_host_whose_credential_is_taken_back_is_left_and_not_signed_in_to_again() {
    let (lab, ben, account) = lent(&[]).await;
    let token = ben.make_token("script").await;
    let mut looker = Looker::by_token(&lab.server, &token, HOST).await;
    looker.until("figures").await;
    let sign_ins = || lab.sshd.log().matches("Accepted").count();
    let before = sign_ins();
    share(&lab.admin, &[&lab.host], &[], &account, rights(&["connect"])).await;
    let mut failed = looker.until("failed").await;
    assert_eq!(failed["fault"]["code"], "remote_failed", "it is left: {failed}");
    while failed["retry_seconds"].is_u64() {
        failed = looker.until("failed").await;
    }
    // What the owner trusts goes with what the owner lends.
    assert_eq!(failed["fault"]["code"], "host_key_unknown", "{failed}");
    wait::until("the script's end", PATIENCE, || async { !lab.sshd.runs("sh") }).await;
    assert_eq!(sign_ins(), before);
}

#[tokio::test]
async fn a_host_is_left_when_whoever_lends_its_credential_may_use_no_host_any_more() {
    for change in [json!({"disabled": true}), json!({"role": "viewer"})] {
        let (lab, ben, _) = lent(&[]).await;
        let token = ben.make_token("script").await;
        let mut looker = Looker::by_token(&lab.server, &token, HOST).await;
        looker.until("figures").await;
        let dora = lab.server.person("dora", "admin").await;
        let owner = account_id(&dora, ADMIN).await;
        json(dora.patch(&format!("/api/accounts/{}", owner.as_str().unwrap()), change).await, StatusCode::OK).await;
        let mut failed = looker.until("failed").await;
        while failed["retry_seconds"].is_u64() {
            failed = looker.until("failed").await;
        }
        assert_eq!(failed["fault"]["code"], "conflict", "{failed}");
        assert!(failed["fault"]["detail"].as_str().unwrap().contains("lends nothing"), "{failed}");
        wait::until("the script's end", PATIENCE, || async { !lab.sshd.runs("sh") }).await;
    }
}

/// The form is the one that `nvidia-smi --help-query-gpu` and `--help-query-compute-apps` describe, for
/// `--format=csv,noheader,nounits`: memory in MiB, a field that a card lacks as `[N/A]`.
const NVIDIA_SMI: &str = "#!/bin/sh
case \"$*\" in
  *--query-gpu=*) echo '0, GPU-6f9c2b1e-0001, NVIDIA A100-SXM4-40GB, 87, 40960, 30512, 61, 247.31, 400.00, [N/A]' ;;
  *--query-compute-apps=*) echo 'GPU-6f9c2b1e-0001, 12345, /usr/bin/python3, 30112' ;;
esac
";

#[tokio::test]
async fn graphics_processors_are_read_where_there_is_a_program_for_them() {
    let programs = programs();
    program(programs.path(), "nvidia-smi", NVIDIA_SMI);
    let lab = lab_with(programs.path()).await;
    let figures = json(lab.admin.get(&format!("/api/hosts/{HOST}/monitor")).await, StatusCode::OK).await;
    let gpu = &figures["gpus"][0];
    assert_eq!((&gpu["name"], &gpu["vendor"]), (&json!("NVIDIA A100-SXM4-40GB"), &json!("nvidia")), "{figures}");
    assert_eq!((&gpu["utilization_percent"], &gpu["temperature_celsius"]), (&json!(87.0), &json!(61.0)));
    assert_eq!(gpu["memory_used"], 30512u64 << 20);
    let process = &figures["gpu_processes"][0];
    assert_eq!(
        (&process["pid"], &process["gpu"], &process["name"]),
        (&json!(12345), &json!(0), &json!("/usr/bin/python3"))
    );
}

#[tokio::test]
async fn a_host_that_cannot_be_read_says_why() {
    let programs = programs();
    // A system whose /proc is elsewhere.
    program(programs.path(), "sh", "#!/bin/sh\nexec /bin/sh -c \"$(sed 's,/proc/,/no/such/,g; /^monitor$/q')\"\n");
    let lab = lab_with(programs.path()).await;
    let path = format!("/api/hosts/{HOST}/monitor");
    let told = fault(lab.admin.get(&path).await, StatusCode::BAD_GATEWAY, "remote_failed").await;
    assert!(told["detail"].as_str().unwrap().contains("runs Linux and has no /proc"), "{told}");
    // One without a shell, as a switch.
    program(programs.path(), "sh", "#!/bin/sh\necho '% Invalid input' >&2\nexit 1\n");
    let told = fault(lab.admin.get(&path).await, StatusCode::BAD_GATEWAY, "remote_failed").await;
    assert!(
        told["detail"].as_str().unwrap().contains("no `sh` that could read its figures (% Invalid input)"),
        "{told}"
    );
    wait::until("the link's end", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn nobody_else_looks_and_questions_are_told_as_what_to_do() {
    let lab = Lab::start(&[]).await;
    let path = format!("/api/hosts/{}/monitor", lab.host);
    lab.server.account(&["add", "mallory", "--password-stdin"]).await;
    lab.server.account(&["add", "vera", "--role", "viewer", "--password-stdin"]).await;
    for (name, status, code) in
        [("mallory", StatusCode::NOT_FOUND, "not_found"), ("vera", StatusCode::FORBIDDEN, "forbidden")]
    {
        let person = Person::new(&lab.server);
        assert_eq!(person.sign_in(name, PASSWORD).await.status(), StatusCode::OK);
        fault(person.get(&path).await, status, code).await;
        let token = format!("Bearer {}", person.make_token("script").await);
        let socket = format!("/ws/monitor/{}", lab.host);
        let refused = connect(lab.server.address(), &socket, &[("authorization", token.as_str())]).await;
        assert_eq!(refused.err(), Some(status.as_u16()));
    }
    // A host that nobody has trusted yet is told with its key, and not tried again by itself.
    let other = Sshd::start().await;
    let host =
        json!({"name": "new", "address": testkit::sshd::ADDRESS, "port": other.port(), "username": "berth-test"});
    json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    let token = lab.admin.make_token("script").await;
    let failed = Looker::by_token(&lab.server, &token, "new").await.until("failed").await;
    assert!(failed["retry_seconds"].is_null(), "{failed}");
    assert!(!failed["fault"]["detail"].as_str().unwrap().is_empty(), "{failed}");
    // An FTP host has no command channel at all.
    let host = json!({"name": "ftp", "address": testkit::sshd::ADDRESS, "protocol": "ftp", "username": "u"});
    json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
    fault(lab.admin.get("/api/hosts/ftp/monitor").await, StatusCode::BAD_REQUEST, "bad_input").await;
}

#[tokio::test]
async fn a_looker_goes_with_what_let_it_in_and_with_the_server() {
    let lab = Lab::start(&[]).await;
    let browser = Person::new(&lab.server);
    let answer = browser.sign_in(crate::common::ADMIN, PASSWORD).await;
    let cookie = format!("berth_session={}", Cookies::of(&answer).value("berth_session"));
    let mut by_cookie = Looker::open(&lab.server, ("cookie", &cookie), HOST).await;
    assert!(by_cookie.next().await.is_ok());
    assert_eq!(browser.post("/api/auth/logout", json!({})).await.status(), StatusCode::OK);
    assert_eq!(by_cookie.closed().await, 4401);
    let token = lab.admin.make_token("script").await;
    let mut last = Looker::by_token(&lab.server, &token, HOST).await;
    last.rates().await;
    let Lab { server, sshd, .. } = lab;
    let (code, _data) = tokio::join!(last.closed(), server.stop());
    assert_eq!(code, 1001);
    wait::until("the script's end", PATIENCE, || async { !sshd.runs("sh") }).await;
}
