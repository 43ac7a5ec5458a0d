//! The command history with real programs: the shells whose prompts are marked, those that ask for a password, and
//! forgetting.

use crate::common::{ClientSocket, HOST, Lab, PATIENCE, fault, json};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::{sshd::USER, wait};
use tokio::time::timeout;

/// What the page offers to put into a shell's start file.
const BASH: &str = include_str!("../../app/src/terminal/history/marks/bash.sh");
const ZSH: &str = include_str!("../../app/src/terminal/history/marks/zsh.sh");
const FISH: &str = include_str!("../../app/src/terminal/history/marks/fish.fish");

/// Typed where nothing is echoed.
const SECRET: &str = "hunter2-typed-blind";

/// The same as one line to be typed.
fn line(lines: &str) -> String {
    format!(" {}\r", lines.lines().collect::<Vec<_>>().join(" "))
}

/// Types, and waits for what it shows.
async fn say(terminal: &mut ClientSocket, typed: &str, shown: &str) {
    terminal.view.shown.clear();
    terminal.type_in(typed).await;
    see(terminal, shown).await;
}

/// Runs a command line in a shell with marks, until it asks for the next one. A shell may paint a prompt more than once.
async fn run(terminal: &mut ClientSocket, typed: &str) {
    say(terminal, typed, "\x1b]133;D").await;
    let end = terminal.view.text().find("\x1b]133;D").unwrap();
    terminal.view.shown.drain(..end);
    see(terminal, "\x1b]133;B").await;
}

/// Interrupts a line that is being typed. fish may miss that while it paints: a person presses again.
async fn give_up(terminal: &mut ClientSocket) {
    for _ in 0..4 {
        terminal.view.shown.clear();
        terminal.type_in("\x03").await;
        if timeout(PATIENCE / 4, terminal.until("\x1b]133;B")).await.is_ok() {
            return;
        }
    }
    panic!("no prompt after an interrupt: {:?}", terminal.view.text());
}

async fn see(terminal: &mut ClientSocket, shown: &str) {
    let seen = timeout(PATIENCE, terminal.until(shown)).await;
    assert!(seen.is_ok(), "{shown:?} was not shown: {:?}", terminal.view.text());
}

/// What is kept, the oldest first.
async fn commands(lab: &Lab) -> Vec<Value> {
    let history = json(lab.admin.get("/api/terminal/command-history").await, StatusCode::OK).await;
    history["commands"].as_array().unwrap().iter().rev().cloned().collect()
}

async fn command(lab: &Lab, text: &str) -> Option<Value> {
    commands(lab).await.into_iter().find(|typed| typed["command"] == text)
}

async fn has_ended(lab: &Lab, text: &str) -> Value {
    let ended = || async { command(lab, text).await.is_some_and(|typed| typed["duration_ms"].is_u64()) };
    wait::until(&format!("the end of {text:?}"), PATIENCE, ended).await;
    command(lab, text).await.unwrap()
}

/// Runs the same in a shell with marks; `more` is a command of several lines.
async fn marked_shell(begin: &str, prompt: &str, lines: &str, more: &[&str]) {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    say(&mut terminal, begin, prompt).await;
    // Twice, as it is when a person forgets that it was done: nothing is marked twice.
    for _ in 0..2 {
        run(&mut terminal, &line(lines)).await;
    }
    run(&mut terminal, "mkdir -p '/tmp/berth 100%;ä' && cd '/tmp/berth 100%;ä'\r").await;
    run(&mut terminal, "sh -c 'sleep 0.3; exit 7'\r").await;
    run(&mut terminal, "echo 'a;b\\c'\r").await;
    say(&mut terminal, "never run", "never").await;
    give_up(&mut terminal).await;
    for part in more {
        terminal.type_in(part).await;
    }
    say(&mut terminal, "echo the end\r", "\x1b]133;D").await;
    let failed = has_ended(&lab, "sh -c 'sleep 0.3; exit 7'").await;
    assert_eq!((&failed["exit_code"], &failed["directory"]), (&json!(7), &json!("/tmp/berth 100%;ä")));
    // Taken when the marks arrive here, so a little may be missing.
    assert!((100..20_000).contains(&failed["duration_ms"].as_u64().unwrap()), "{failed}");
    assert_eq!(has_ended(&lab, "echo 'a;b\\c'").await["exit_code"], 0);
    has_ended(&lab, "echo the end").await;
    let whole = more.concat().replace('\r', "\n");
    assert!(command(&lab, whole.trim()).await.is_some(), "{whole:?} in {:?}", commands(&lab).await);
    let all = format!("{:?}", commands(&lab).await);
    assert!(!all.contains("never run") && !all.contains("__berth"), "{all}");
    let ends = commands(&lab).await.iter().filter(|typed| typed["command"] == "echo the end").count();
    assert_eq!(ends, 1, "{all}");
}

#[tokio::test]
async fn bash_tells_exit_code_duration_and_directory() {
    let begin = "PROMPT_COMMAND='mine=yes'; PS1='be''gun> '\r";
    marked_shell(begin, "begun> ", BASH, &["for i in 1 2; do\r", "  echo $i\r", "done\r"]).await;
}

#[tokio::test]
async fn zsh_tells_exit_code_duration_and_directory() {
    marked_shell("exec zsh -f\r", "% ", ZSH, &["for i in 1 2; do\r", "echo $i\r", "done\r"]).await;
}

#[tokio::test]
async fn fish_tells_exit_code_duration_and_directory() {
    marked_shell("exec fish --no-config\r", "> ", FISH, &["for i in 1 2\r", "echo $i\r", "end\r"]).await;
}

#[tokio::test]
async fn marks_keep_the_hooks_and_prompts_that_were_there() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    let own = "PROMPT_COMMAND='status=$?; PS1=\"[$status] \"'; PS0='mine '; echo be''gun\r";
    say(&mut terminal, own, "begun").await;
    say(&mut terminal, &line(BASH), "\x1b]133;B").await;
    say(&mut terminal, "(exit 3)\r", "[3] ").await;
    say(&mut terminal, "echo x\r", "mine ").await;
    say(&mut terminal, "true\r", "[0] \x1b]133;B").await;
    assert_eq!(has_ended(&lab, "(exit 3)").await["exit_code"], 3);
}

/// Programs that ask without echo: how each is started, what it asks, what it shows when it gives up.
fn askers(port: u16) -> Vec<(String, &'static str, &'static str)> {
    let ssh = format!(
        "ssh -p {port} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o NumberOfPasswordPrompts=1 127.0.0.1"
    );
    vec![
        ("sudo -k id".into(), "assword for", "\u{3}"),
        (ssh, "assword: ", ""),
        ("mysql -h 127.0.0.1 -P 1 -u root -p".into(), "assword: ", ""),
        ("su root -c id".into(), "assword: ", ""),
        ("passwd".into(), "assword: ", ""),
        ("read -rsp 'pass''word? ' secret".into(), "password?", ""),
    ]
}

#[tokio::test]
async fn a_password_never_appears_with_marks_or_without() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    say(&mut terminal, "PS1='ready''> '\r", "ready> ").await;
    for marked in [false, true] {
        if marked {
            say(&mut terminal, &line(BASH), "\x1b]133;B").await;
        }
        for (start, asks, give_up) in askers(lab.sshd.port()) {
            say(&mut terminal, &format!("{start}\r"), "\n").await;
            see(&mut terminal, asks).await;
            // Once with Enter, and once given up where it asks again.
            terminal.view.shown.clear();
            terminal.type_in(&format!("{SECRET}\r")).await;
            if !give_up.is_empty() {
                see(&mut terminal, "\n").await;
                terminal.type_in(&format!("{SECRET}{give_up}")).await;
            }
            see(&mut terminal, "ready> ").await;
        }
        say(&mut terminal, &format!("echo all-{marked}-$((1+1))\r"), &format!("all-{marked}-2")).await;
    }
    wait::until("the history", PATIENCE, || async { command(&lab, "echo all-true-$((1+1))").await.is_some() }).await;
    let all = commands(&lab).await;
    assert!(!format!("{all:?}").contains("hunter2"), "{all:?}");
    for (start, ..) in askers(lab.sshd.port()) {
        assert_eq!(all.iter().filter(|typed| typed["command"] == start.as_str()).count(), 2, "{start} in {all:?}");
    }
}

#[tokio::test]
async fn commands_are_forgotten_one_by_one_and_together() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    for text in ["echo one", "echo two", "echo two", "true 100%", "echo three"] {
        say(&mut terminal, &format!("{text}\r"), "\n").await;
        terminal.until("$ ").await;
        wait::until(text, PATIENCE, || async { command(&lab, text).await.is_some() }).await;
    }
    let path = "/api/terminal/command-history";
    let unique = json(lab.admin.get(&format!("{path}/unique?search=two")).await, StatusCode::OK).await;
    assert_eq!((&unique["total"], &unique["commands"][0]["count"]), (&json!(1), &json!(2)));
    let one = command(&lab, "echo one").await.unwrap();
    assert_eq!(one["username"], USER, "the host names none, its credential does");
    let one = one["id"].clone();
    let answer = json(lab.admin.delete(&format!("{path}/{one}")).await, StatusCode::OK).await;
    assert_eq!(answer["deleted"], 1);
    fault(lab.admin.delete(&format!("{path}/{one}")).await, StatusCode::NOT_FOUND, "not_found").await;
    let answer = lab.admin.delete(&format!("{path}?search=100%25&host={HOST}")).await;
    assert_eq!(json(answer, StatusCode::OK).await["deleted"], 1, "a percent sign is no wildcard");
    fault(lab.admin.delete(&format!("{path}?host=none")).await, StatusCode::NOT_FOUND, "not_found").await;
    let answer = json(lab.admin.delete(&format!("{path}?command=echo%20two")).await, StatusCode::OK).await;
    assert_eq!(answer["deleted"], 2);
    let answer = json(lab.admin.delete(path).await, StatusCode::OK).await;
    assert_eq!((&answer["deleted"], commands(&lab).await.len()), (&json!(1), 0));
}

#[tokio::test]
async fn a_host_may_be_named_as_the_path_is() {
    let lab = Lab::start(&[]).await;
    for name in ["command-history", "unique"] {
        let host = json!({"name": name, "address": "127.0.0.1"});
        json(lab.admin.post("/api/hosts", host).await, StatusCode::CREATED).await;
        for list in ["command-history", "command-history/unique"] {
            let answer = json(lab.admin.get(&format!("/api/terminal/{name}/{list}")).await, StatusCode::OK).await;
            assert_eq!(answer["total"], 0, "{name} {list}");
        }
    }
}

#[tokio::test]
async fn nothing_is_kept_where_the_history_is_off() {
    let lab = Lab::start(&[("history.enabled", "false")]).await;
    let (id, mut terminal) = lab.terminal(json!({})).await;
    terminal.until("$").await;
    say(&mut terminal, "echo kept$((1+1))\r", "kept2").await;
    terminal.type_in("exit\r").await;
    lab.reason(&id).await;
    assert_eq!(commands(&lab).await, [Value::Null; 0]);
}
