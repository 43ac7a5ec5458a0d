//! Commands on one host and on many, and snippets, against real hosts.

use crate::common::{HOST, Lab, PASSWORD, PATIENCE, Person, TestServer, fault, json, take_in};
use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::{fs, path::Path, time::Duration, time::Instant};
use testkit::{
    proxy::FaultProxy,
    sshd::{ADDRESS, PASSWORD as HOST_PASSWORD, Sshd, USER},
    wait,
};

const RUNS: &str = "/api/commands/runs";

/// Runs a command to its end.
async fn run(person: &Person, mut request: Value) -> Value {
    request["wait"] = true.into();
    json(person.post(RUNS, request).await, StatusCode::CREATED).await
}

/// The same on the lab's host: what came of it there.
async fn on_lab(lab: &Lab, mut request: Value) -> Value {
    request["hosts"] = json!([HOST]);
    run(&lab.admin, request).await["hosts"][0].clone()
}

/// Begins to run a command on the lab's host; where the run is.
async fn begin(lab: &Lab, command: &str) -> String {
    let run = json(lab.admin.post(RUNS, json!({"command": command, "hosts": [HOST]})).await, StatusCode::CREATED).await;
    format!("{RUNS}/{}", run["id"].as_str().unwrap())
}

async fn look(person: &Person, path: &str) -> Value {
    json(person.get(path).await, StatusCode::OK).await
}

async fn until_over(person: &Person, path: &str) -> Value {
    wait::until("the run's end", PATIENCE, || async { look(person, path).await["ended_at"].is_string() }).await;
    look(person, path).await
}

#[tokio::test]
async fn one_host_says_what_was_written_and_how_it_ended() {
    let lab = Lab::start(&[("commands.max_output", "1KiB")]).await;
    let done = on_lab(&lab, json!({"command": "echo out; echo err >&2; exit 3"})).await;
    assert_eq!((&done["stdout"], &done["stderr"]), (&json!("out\n"), &json!("err\n")), "{done}");
    assert_eq!((&done["state"], &done["exit_code"], &done["truncated"]), (&json!("done"), &json!(3), &json!(false)));
    let killed = on_lab(&lab, json!({"command": "kill -TERM $$"})).await;
    assert_eq!((&killed["signal"], &killed["exit_code"]), (&json!("TERM"), &Value::Null), "{killed}");
    let fed = on_lab(&lab, json!({"command": "tr a-z A-Z", "stdin": "quiet\n"})).await;
    assert_eq!(fed["stdout"], "QUIET\n");
    let much = on_lab(&lab, json!({"command": "head -c 5000 /dev/zero | tr '\\0' x; exit 4"})).await;
    assert_eq!(
        (&much["stdout_bytes"], &much["truncated"], &much["exit_code"]),
        (&json!(1024), &json!(true), &json!(4))
    );
    let late = on_lab(&lab, json!({"command": "echo begun; sleep 600", "timeout": 1})).await;
    assert_eq!((&late["state"], &late["stdout"]), (&json!("timed_out"), &json!("begun\n")), "{late}");
    wait::until("the command to end", PATIENCE, || async { !lab.sshd.runs("sleep") }).await;
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_with_a_word() {
    let lab = Lab::start(&[]).await;
    let post = |body: Value| lab.admin.post(RUNS, body);
    for body in [
        json!({"command": "", "hosts": [HOST]}),
        json!({"command": "true", "hosts": []}),
        json!({"command": "true", "hosts": [HOST], "timeout": 0}),
        json!({"command": "true", "hosts": [HOST], "timeout": 601}),
        json!({"command": "true", "hosts": [HOST], "concurrency": 11}),
        json!({"command": "a\u{0}b", "hosts": [HOST]}),
        json!({"command": "true", "snippet": "x", "hosts": [HOST]}),
    ] {
        fault(post(body).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
    fault(post(json!({"command": "true", "hosts": ["nowhere"]})).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(lab.admin.get(&format!("{RUNS}/none")).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn a_host_that_would_have_to_ask_says_what_to_do() {
    let lab = Lab::start(&[]).await;
    let stranger = Sshd::start().await;
    let host = |name: &str, port: u16| json!({"name": name, "address": ADDRESS, "port": port, "username": USER});
    for (name, port) in [("stranger", stranger.port()), ("asks", lab.sshd.port())] {
        json(lab.admin.post("/api/hosts", host(name, port)).await, StatusCode::CREATED).await;
    }
    let done = run(&lab.admin, json!({"command": "echo on", "hosts": ["stranger", "asks", HOST]})).await;
    let hosts = done["hosts"].as_array().unwrap();
    assert_eq!((&hosts[0]["state"], &hosts[0]["code"]), (&json!("failed"), &json!("host_key_unknown")), "{done}");
    assert!(hosts[0]["host_key"]["fingerprint"].as_str().unwrap().starts_with("SHA256:"));
    assert_eq!((&hosts[1]["state"], &hosts[1]["code"]), (&json!("failed"), &json!("secret_needed")), "{done}");
    assert!(hosts[1]["message"].as_str().unwrap().contains("credential"));
    assert_eq!((&hosts[2]["state"], &hosts[2]["stdout"]), (&json!("done"), &json!("on\n")));
    assert_eq!(done["counts"]["failed"], 2);
}

#[tokio::test]
async fn output_is_seen_while_it_comes() {
    let lab = Lab::start(&[]).await;
    let flag = lab.sshd.dir().join("flag");
    let command = format!("echo first; until [ -e {} ]; do sleep 0.05; done; echo second", flag.display());
    let path = begin(&lab, &command).await;
    let host = format!("{path}/hosts/{}", lab.host);
    let first = || async { look(&lab.admin, &host).await["stdout"] == "first\n" };
    wait::until("the first line", PATIENCE, first).await;
    let seen = look(&lab.admin, &host).await;
    assert_eq!((&seen["host"]["state"], &seen["stdout_next"]), (&json!("running"), &json!(6)));
    fs::write(&flag, "").unwrap();
    until_over(&lab.admin, &path).await;
    let rest = look(&lab.admin, &format!("{host}?stdout_from=6")).await;
    assert_eq!((&rest["stdout"], &rest["host"]["exit_code"]), (&json!("second\n"), &json!(0)));
    let list = look(&lab.admin, RUNS).await;
    assert_eq!((&list["runs"][0]["state"], &list["runs"][0]["counts"]["succeeded"]), (&json!("done"), &json!(1)));
    // An ended one is forgotten on demand.
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    fault(lab.admin.get(&path).await, StatusCode::NOT_FOUND, "not_found").await;
}

#[tokio::test]
async fn cancelled_it_ends_on_the_host_too() {
    let lab = Lab::start(&[]).await;
    let path = begin(&lab, "sleep 601").await;
    wait::until("the command to run", PATIENCE, || async { lab.sshd.runs("sleep") }).await;
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    let over = until_over(&lab.admin, &path).await;
    assert_eq!((&over["state"], &over["hosts"][0]["state"]), (&json!("cancelled"), &json!("cancelled")), "{over}");
    wait::until("the command to end", PATIENCE, || async { !lab.sshd.runs("sleep") }).await;

    // One host of two, of which the second waits for the first.
    let second = json!({"name": "twin", "address": ADDRESS, "port": lab.sshd.port(), "username": USER});
    let second = json(lab.admin.post("/api/hosts", second).await, StatusCode::CREATED).await;
    let request = json!({"command": "sleep 602", "hosts": [HOST, "twin"], "concurrency": 1});
    let run = json(lab.admin.post(RUNS, request).await, StatusCode::CREATED).await;
    let path = format!("{RUNS}/{}", run["id"].as_str().unwrap());
    let cancel = async |host: &str| lab.admin.delete(&format!("{path}/hosts/{host}")).await.status();
    assert_eq!(cancel(second["id"].as_str().unwrap()).await, StatusCode::NO_CONTENT);
    assert_eq!(look(&lab.admin, &path).await["hosts"][1]["state"], "cancelled", "at once, it had not begun");
    wait::until("the command to run", PATIENCE, || async { lab.sshd.runs("sleep") }).await;
    assert_eq!(cancel(&lab.host).await, StatusCode::NO_CONTENT);
    assert_eq!(until_over(&lab.admin, &path).await["counts"]["cancelled"], 2);
    assert_eq!(cancel("nobody").await, StatusCode::NOT_FOUND);
    wait::until("the command to end", PATIENCE, || async { !lab.sshd.runs("sleep") }).await;
}

#[tokio::test]
async fn nobody_sees_another_ones_runs_and_a_viewer_runs_nothing() {
    let lab = Lab::start(&[]).await;
    let path = begin(&lab, "echo mine").await;
    for (name, role) in [("bo", "member"), ("vi", "viewer")] {
        lab.server.account(&["add", name, "--role", role, "--password-stdin"]).await;
    }
    let [bo, vi] = ["bo", "vi"].map(|_| Person::new(&lab.server));
    for (person, name) in [(&bo, "bo"), (&vi, "vi")] {
        assert_eq!(person.sign_in(name, PASSWORD).await.status(), StatusCode::OK);
    }
    fault(bo.get(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    fault(bo.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
    assert_eq!(look(&bo, RUNS).await["runs"], json!([]));
    fault(vi.post(RUNS, json!({"command": "id", "hosts": ["x"]})).await, StatusCode::FORBIDDEN, "forbidden").await;
    fault(vi.post("/api/snippets", json!({"name": "a", "text": "b"})).await, StatusCode::FORBIDDEN, "forbidden").await;
}

/// Bo has two hosts; a command begins on the first one, and the account is switched off by another process.
async fn switched_off_at_work(lab: &Lab, command: &str, begun: &Path) {
    lab.server.account(&["add", "bo", "--role", "member", "--password-stdin"]).await;
    let bo = Person::new(&lab.server);
    assert_eq!(bo.sign_in("bo", PASSWORD).await.status(), StatusCode::OK);
    take_in(&bo, &lab.sshd).await;
    let mut twin = json!({"name": "twin", "address": ADDRESS, "port": lab.sshd.port()});
    twin["credential_id"] = look(&bo, "/api/hosts").await["hosts"][0]["credential_id"].clone();
    json(bo.post("/api/hosts", twin).await, StatusCode::CREATED).await;
    let request = json!({"command": command, "hosts": [HOST, "twin"], "concurrency": 1});
    json(bo.post(RUNS, request).await, StatusCode::CREATED).await;
    wait::until("the command to run", PATIENCE, || async { begun.exists() }).await;
    lab.server.account(&["disable", "bo"]).await;
}

/// What was audited of the run's end.
async fn audited_end(lab: &Lab) -> String {
    let ends = || async {
        let log = look(&lab.admin, "/api/audit").await;
        log["events"].as_array().unwrap().iter().find(|entry| entry["action"] == "command.end").cloned()
    };
    wait::until("the run's end", PATIENCE, || async { ends().await.is_some() }).await;
    ends().await.unwrap().to_string()
}

#[tokio::test]
async fn an_account_that_is_switched_off_begins_on_no_further_host() {
    let lab = Lab::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let (begun, flag) = (folder.path().join("begun"), folder.path().join("flag"));
    let command = format!("echo x >> {}; until [ -e {} ]; do sleep 0.05; done", begun.display(), flag.display());
    switched_off_at_work(&lab, &command, &begun).await;
    fs::write(&flag, "").unwrap();
    audited_end(&lab).await;
    assert_eq!(fs::read_to_string(&begun).unwrap(), "x\n", "one host alone");
}

#[tokio::test]
async fn the_runs_of_an_account_that_is_switched_off_end_on_the_host_too() {
    let lab = Lab::start(&[]).await;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let begun = folder.path().join("begun");
    switched_off_at_work(&lab, &format!("echo x >> {}; exec sleep 604", begun.display()), &begun).await;
    let end = audited_end(&lab).await;
    assert!(end.contains("cancelled: 2 cancelled"), "{end}");
    wait::until("the command to end", PATIENCE, || async { !lab.sshd.runs("sleep") }).await;
    assert_eq!(fs::read_to_string(&begun).unwrap(), "x\n", "one host alone");
}

#[tokio::test]
async fn the_audit_log_has_the_command_and_not_its_input() {
    let lab = Lab::start(&[]).await;
    on_lab(&lab, json!({"command": "cat >/dev/null; exit 1", "stdin": "hunter2"})).await;
    let both = || async {
        let log = look(&lab.admin, "/api/audit").await.to_string();
        log.contains("command.run") && log.contains("command.end")
    };
    wait::until("the audit log", PATIENCE, both).await;
    let log = look(&lab.admin, "/api/audit").await.to_string();
    assert!(log.contains("cat >/dev/null; exit 1 on lab") && log.contains("1 with another exit"), "{log}");
    assert!(!log.contains("hunter2"));
}

#[tokio::test]
async fn snippets_are_kept_found_filled_and_run() {
    let lab = Lab::start(&[]).await;
    let add = |body: Value| lab.admin.post("/api/snippets", body);
    let text = "printf '%s|' {{what}} \"{{what}}\" {{n=7}}";
    let snippet = json(add(json!({"name": "Print", "text": text})).await, StatusCode::CREATED).await;
    assert_eq!(snippet["variables"][1], json!({"name": "n", "default": "7", "raw": false}));
    fault(add(json!({"name": "PRINT", "text": "true"})).await, StatusCode::CONFLICT, "conflict").await;
    fault(add(json!({"name": "bad", "text": "echo `date {{x}}`"})).await, StatusCode::BAD_REQUEST, "bad_input").await;

    let nasty = "a'b\"; $(touch /tmp/never) `id` \\ !! *";
    let done = on_lab(&lab, json!({"snippet": "print", "values": {"what": nasty}})).await;
    assert_eq!(done["stdout"], format!("{nasty}|{nasty}|7|"), "{done}");
    let missing = lab.admin.post(RUNS, json!({"snippet": "print", "hosts": [HOST]})).await;
    assert!(fault(missing, StatusCode::BAD_REQUEST, "bad_input").await["detail"].as_str().unwrap().contains("what"));

    let path = format!("/api/snippets/{}", snippet["id"].as_str().unwrap());
    let changed = json(lab.admin.patch(&path, json!({"description": "shows it"})).await, StatusCode::OK).await;
    assert_eq!((&changed["description"], &changed["text"]), (&json!("shows it"), &json!(text)));
    assert_eq!(look(&lab.admin, "/api/snippets?search=shows").await["snippets"].as_array().unwrap().len(), 1);
    assert_eq!(look(&lab.admin, "/api/snippets?search=nothing").await["snippets"], json!([]));
    assert_eq!(lab.admin.delete(&path).await.status(), StatusCode::NO_CONTENT);
    fault(lab.admin.delete(&path).await, StatusCode::NOT_FOUND, "not_found").await;
}

/// sshd listens on sixteen addresses at most, its own among them; a hundred hosts need a few of it.
const EACH: u8 = 15;

/// A hundred places at which real servers listen, with the number of the server. They are addresses of this machine that
/// nothing else uses: a port that was free a moment ago may be taken by the time sshd listens.
async fn hundred() -> (Vec<Sshd>, Vec<(String, u16, usize)>) {
    let addresses: Vec<String> = (1..=EACH).map(|last| format!("127.0.77.{last}")).collect();
    let lines = || addresses.iter().map(|address| format!("ListenAddress {address}"));
    let start = || lines().fold(Sshd::builder(), |builder, line| builder.config(&line)).start();
    let sshds = join_all((0..7).map(|_| start())).await;
    let places = sshds
        .iter()
        .enumerate()
        .flat_map(|(number, sshd)| addresses.iter().map(move |address| (address.clone(), sshd.port(), number)));
    let places = places.take(100).collect();
    (sshds, places)
}

/// A hundred hosts run one command in one go. One refuses, one hangs before anything, one while it runs, one dies, one
/// floods: what the others say stands, all of it in the time limit, and nothing stays behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_hosts_at_once() {
    let settings = [("hosts.dial_timeout", "8s"), ("commands.max_output", "64KiB")];
    let ((server, admin), (sshds, places)) = tokio::join!(TestServer::with_admin(&settings), hundred());
    let silent = FaultProxy::start(([127, 0, 0, 1], sshds[0].port()).into()).await;
    let closed = std::net::TcpListener::bind((ADDRESS, 0)).unwrap().local_addr().unwrap().port();

    let credential = json!({"name": "all", "username": USER, "password": HOST_PASSWORD});
    let credential = json(admin.post("/api/credentials", credential).await, StatusCode::CREATED).await["id"].clone();
    let add = async |name: String, address: &str, port: u16| {
        let host = json!({"name": name, "address": address, "port": port, "credential_id": credential});
        json(admin.post("/api/hosts", host).await, StatusCode::CREATED).await["id"].as_str().unwrap().to_owned()
    };
    let mut fingerprints = vec![None; sshds.len()];
    for (number, (address, port, sshd)) in places.iter().enumerate() {
        let keys = format!("/api/hosts/{}/host-key", add(format!("host{number:02}"), address, *port).await);
        if fingerprints[*sshd].is_none() {
            let scan = json(admin.post(&format!("{keys}/scan"), json!({})).await, StatusCode::OK).await;
            fingerprints[*sshd] = Some(scan["fingerprint"].clone());
        }
        let trust = json!({"fingerprint": fingerprints[*sshd]});
        json(admin.post(&format!("{keys}/trust"), trust).await, StatusCode::OK).await;
    }
    add("closed".into(), ADDRESS, closed).await;
    let stalled = add("stalled".into(), ADDRESS, silent.port()).await;
    let scan = json(admin.post(&format!("/api/hosts/{stalled}/host-key/scan"), json!({})).await, StatusCode::OK).await;
    let trust = json!({"fingerprint": scan["fingerprint"]});
    json(admin.post(&format!("/api/hosts/{stalled}/host-key/trust"), trust).await, StatusCode::OK).await;
    silent.stall(true);

    // The command is the same for all; what a host makes of it lies on the host.
    let plans = tempfile::tempdir().unwrap();
    fs::set_permissions(plans.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for (host, plan) in [(3, "kill -9 $PPID; sleep 5"), (40, "exec sleep 601"), (77, "exec yes"), (90, "exit 7")] {
        let (address, port, _) = &places[host];
        fs::write(plans.path().join(format!("{address}-{port}")), plan).unwrap();
    }
    let command =
        format!("set -- $SSH_CONNECTION; plan={}/$3-$4; [ -e $plan ] && . $plan; echo well", plans.path().display());
    let mut hosts: Vec<String> = (0..100).map(|number| format!("host{number:02}")).collect();
    hosts.splice(50..50, ["closed".to_owned(), "stalled".to_owned()]);

    let began = Instant::now();
    let done = run(&admin, json!({"command": command, "hosts": hosts, "timeout": 10, "time_limit": 300})).await;
    assert!(began.elapsed() < Duration::from_secs(300), "in the time limit");
    assert_eq!(done["state"], "done", "{done}");

    let of =
        |name: &str| done["hosts"].as_array().unwrap().iter().find(|host| host["host_name"] == name).unwrap().clone();
    let said = |name: &str| (of(name)["state"].as_str().unwrap().to_owned(), of(name)["code"].clone());
    assert_eq!(said("closed"), ("failed".into(), json!("host_offline")));
    assert_eq!(said("stalled"), ("failed".into(), json!("timed_out")));
    assert_eq!(said("host03"), ("failed".into(), json!("remote_failed")));
    assert_eq!(said("host40"), ("timed_out".into(), json!("timed_out")));
    assert_eq!(said("host77"), ("timed_out".into(), json!("timed_out")));
    assert_eq!((&of("host77")["truncated"], &of("host77")["stdout_bytes"]), (&json!(true), &json!(65536)));
    assert_eq!(of("host90")["exit_code"], 7);
    assert_eq!(done["counts"]["succeeded"], 96, "{}", done["counts"]);
    assert_eq!(of("host00")["stdout"], "well\n");
    assert_eq!(done["groups"][0]["hosts"].as_array().unwrap().len(), 96, "those that agree stand together");
    assert_eq!(of("host00")["group"], 0);
    let quiet = || async { !sshds.iter().any(|sshd| sshd.runs("yes") || sshd.runs("sleep")) };
    wait::until("nothing to run on any host", PATIENCE, quiet).await;
    drop(server);
}
