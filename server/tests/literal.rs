//! What a person types into a field arrives on a real host as one literal argument, and as no option of anything.

use crate::common::{HOST, Lab, fault, json};
use reqwest::StatusCode;
use serde_json::json;

/// What a shell could take for more than a letter.
const HOSTILE: &[&str] = &[
    "'",
    "\"",
    "\\",
    "`touch pwned`",
    "$(touch pwned)",
    "${HOME}",
    "; touch pwned",
    "&& touch pwned",
    "| cat",
    "> pwned",
    "<<EOF",
    "#",
    "!",
    "!!",
    "*",
    "?",
    "[a]",
    "{a,b}",
    "~",
    "-",
    "--",
    "-rf",
    "-oProxyCommand=touch pwned",
    " ",
    "\t",
    "\r",
    "\u{1b}[31m",
    "%s",
    "\\n",
    "\\c",
    "\u{202e}",
    "é",
    "$'a'",
    "\"$(",
    "')",
    "",
];

/// A mark that no shell reads, between arguments.
const BETWEEN: &str = "\u{1f}";

#[tokio::test]
async fn a_snippets_values_are_one_argument_each_on_a_real_host() {
    let lab = Lab::start(&[]).await;
    let text = format!("printf '%s{BETWEEN}' {{{{all}}}} \"{{{{all}}}}\" '{{{{all}}}}' {{{{all}}}}{{{{one}}}}");
    let snippet =
        json(lab.admin.post("/api/snippets", json!({"name": "words", "text": text})).await, StatusCode::CREATED);
    let snippet = snippet.await["id"].clone();
    let all = HOSTILE.concat();
    for one in HOSTILE {
        let run = json!({"snippet": snippet, "values": {"all": all, "one": one}, "hosts": [HOST], "wait": true});
        let run = json(lab.admin.post("/api/commands/runs", run).await, StatusCode::CREATED).await;
        let got: Vec<_> = run["hosts"][0]["stdout"].as_str().unwrap().split(BETWEEN).map(ToOwned::to_owned).collect();
        assert_eq!(got, [all.clone(), all.clone(), all.clone(), format!("{all}{one}"), String::new()], "{run}");
    }
    let home = json!({"command": "ls", "hosts": [HOST], "wait": true});
    let home = json(lab.admin.post("/api/commands/runs", home).await, StatusCode::CREATED).await;
    assert!(!home["hosts"][0]["stdout"].as_str().unwrap().contains("pwned"), "nothing ran beside it: {home}");
    for refused in ["a\nb", "a\0b"] {
        let run = json!({"snippet": snippet, "values": {"all": refused, "one": ""}, "hosts": [HOST]});
        fault(lab.admin.post("/api/commands/runs", run).await, StatusCode::BAD_REQUEST, "bad_input").await;
    }
}
