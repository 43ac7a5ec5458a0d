//! The command line as a script uses it: the real binary, in a process of its own.

use crate::common::{ADMIN, Lab, PASSWORD, Person, Process, TestServer, berth, json};
use reqwest::StatusCode;
use serde_json::json;
use std::{io::Write, path::Path, process::Output};
use wire::terminal::EndReason;

fn run(data: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut child = berth(data, arguments).spawn().unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output, code: i32) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(!text.contains("panicked") && !text.contains("stack backtrace"), "{text}");
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn accounts_and_tokens_are_made_beside_a_running_server() {
    let server = TestServer::start().await;
    let data = server.data();
    let added = stdout(&run(
        data,
        &["account", "add", "grace", "--role", "admin", "--password-stdin"],
        &format!("{PASSWORD}\n"),
    ));
    assert!(added.contains("recovery code: "), "{added}");
    let person = Person::new(&server);
    assert_eq!(json(person.sign_in("grace", PASSWORD).await, StatusCode::OK).await["role"], "admin");
    let listed = stdout(&run(data, &["account", "list"], ""));
    assert!(listed.starts_with("grace\tadmin\tenabled\t"), "{listed}");
    for (arguments, stdin) in [
        (&["token", "create", "ci", "--account", "grace", "--password-stdin"][..], format!("{PASSWORD}\n")),
        (&["token", "create", "ci2", "--account", "grace"], String::new()),
    ] {
        let token = stdout(&run(data, arguments, &stdin));
        assert_eq!(token.lines().count(), 1, "alone on stdout: {token:?}");
        let script = Person::with_token(&server, token.trim());
        let status = json(script.get("/api/auth/status").await, StatusCode::OK).await;
        assert_eq!(status["vault_open"], !stdin.is_empty(), "{status}");
    }
    let arguments = ["token", "create", "looks", "--account", "grace", "--scope", "read,admin"];
    let looks = Person::with_token(&server, stdout(&run(data, &arguments, "")).trim());
    json(looks.get("/api/accounts").await, StatusCode::OK).await;
    assert_eq!(looks.post("/api/folders", json!({"name": "x"})).await.status(), StatusCode::FORBIDDEN);
    stdout(&run(data, &["account", "reset-password", "grace", "--password-stdin"], "a brand new password\n"));
    let status = json(person.sign_in("grace", "a brand new password").await, StatusCode::OK).await;
    assert_eq!(status["vault_open"], false, "it waits for the recovery code");
    stdout(&run(data, &["account", "disable", "grace"], ""));
    assert_eq!(person.get("/api/hosts").await.status(), StatusCode::UNAUTHORIZED);
    stdout(&run(data, &["account", "enable", "grace"], ""));
    json(person.sign_in("grace", "a brand new password").await, StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn switching_an_account_off_ends_its_sessions() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    stdout(&run(lab.server.data(), &["account", "disable", ADMIN], ""));
    let view = terminal.until_closed().await;
    assert_eq!(view.ended.as_ref().map(|ending| ending.reason), Some(EndReason::Admin));
}

#[test]
fn errors_go_to_stderr_with_an_exit_code() {
    let data = tempfile::tempdir().unwrap();
    let wrong = stderr(&run(data.path(), &["token", "create", "x", "--account", "nobody"], ""), 1);
    assert!(wrong.contains("nobody") && wrong.lines().count() == 1, "{wrong}");
    stderr(&run(data.path(), &["account", "add", "x"], ""), 2);
    stderr(&run(data.path(), &["token", "create", "x", "--account", "y", "--scope", "everything"], ""), 2);
    stderr(&run(data.path(), &["conjure"], ""), 2);
    let short = stderr(&run(data.path(), &["account", "add", "x", "--password-stdin"], "short\n"), 1);
    assert!(short.contains("10"), "{short}");
    let mut typo = berth(data.path(), &["config"]);
    let typo = typo.env("BERTH_SESSIONS_MAX_PER_ACOUNT", "3").output().unwrap();
    let typo = stderr(&typo, 1);
    assert!(typo.contains("BERTH_SESSIONS_MAX_PER_ACCOUNT"), "{typo}");
    stderr(&run(data.path(), &["healthcheck", "--listen", "127.0.0.1:1"], ""), 1);
}

#[test]
fn config_says_where_each_value_came_from() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("berth.toml");
    std::fs::write(&file, "[sessions]\nmax_per_account = 3\nidle_timeout = \"10m\"\n").unwrap();
    let mut command = berth(data.path(), &["config", "--config", file.to_str().unwrap()]);
    command.env("BERTH_SESSIONS_IDLE_TIMEOUT", "5m").env("BERTH_DATABASE_URL", "postgres://berth:hunter2@db/berth");
    let text = stdout(&command.output().unwrap());
    let line = |key: &str| {
        text.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key} in {text}")).to_owned()
    };
    assert!(line("sessions.max_per_account = \"3\"").contains("berth.toml"));
    assert!(line("sessions.idle_timeout = \"5m\"").contains("environment BERTH_SESSIONS_IDLE_TIMEOUT"));
    assert!(line("data_dir = ").contains("flag"));
    assert!(line("listen = \"127.0.0.1:8080\"").contains("default"));
    assert!(!text.contains("hunter2") && line("database_url").contains("berth:****@db"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn serve_says_when_it_is_ready_and_stops_when_asked() {
    let data = tempfile::tempdir().unwrap();
    let (mut process, address) = Process::serve(data.path(), &[]);
    process.set_up_code();
    let healthy = run(data.path(), &["healthcheck", "--listen", &address.to_string()], "");
    assert!(healthy.status.success(), "{}", String::from_utf8_lossy(&healthy.stderr));
    assert_eq!(process.stop().await, Vec::<String>::new(), "nothing more on stdout");
}
