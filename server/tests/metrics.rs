//! `/metrics`: a scraper's view of the server, in a format that a strict reader takes; and who may have it.

use crate::common::{Lab, PATIENCE, Person, TestServer, fault, json};
use reqwest::{Method, StatusCode};
use serde_json::json;
use std::collections::BTreeMap;
use testkit::wait;

/// Reads the text format 0.0.4 as strictly as its description: HELP and TYPE before the samples of each family, samples of a
/// family together, legal names, numbers that are numbers, histograms that add up.
fn read(text: &str) -> BTreeMap<String, f64> {
    assert!(text.ends_with('\n'), "the last line ends too");
    let (mut samples, mut family, mut seen) = (BTreeMap::new(), (String::new(), String::new()), Vec::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help text");
            assert!(!help.is_empty() && !seen.contains(&name.to_owned()), "{line}");
            seen.push(name.to_owned());
            family = (name.to_owned(), String::new());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            assert!(name == family.0 && ["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(kind != "counter" || name.ends_with("_total"), "{line}");
            family.1 = kind.to_owned();
        } else {
            let (series, value) = line.rsplit_once(' ').expect("a value");
            let name = series.split('{').next().unwrap();
            let base = match family.1.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).expect(line),
                "" => panic!("a sample without a type: {line}"),
                _ => name,
            };
            assert_eq!(base, family.0, "{line}");
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b':'), "{line}");
            let labels = series.strip_prefix(name).unwrap();
            assert!(labels.is_empty() || labels.starts_with('{') && labels.ends_with("\"}"), "{line}");
            assert!(samples.insert(series.to_owned(), value.parse().expect(line)).is_none(), "twice: {line}");
        }
    }
    samples
}

async fn scrape(person: &Person) -> BTreeMap<String, f64> {
    let answer = person.get("/metrics").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    read(&answer.text().await.unwrap())
}

#[tokio::test]
async fn the_counters_follow_the_sessions_and_agree_with_rest() {
    let lab = Lab::start(&[("sessions.max_per_account", "1")]).await;
    let idle = scrape(&lab.admin).await;
    assert_eq!(idle["berth_sessions_closed_total{reason=\"idle\"}"], 0.0, "every reason from the start");
    assert_eq!(idle[&format!("berth_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"))], 1.0);
    let (id, mut socket) = lab.terminal(json!({})).await;
    let typed = "echo $((40+2))-counted\n";
    socket.type_in(typed).await;
    socket.until("42-counted").await;
    lab.open(json!({})).await;
    assert_eq!(lab.ask(json!({"reuse": false})).await.status(), StatusCode::TOO_MANY_REQUESTS);
    let busy = scrape(&lab.admin).await;
    for (series, value) in [
        ("berth_sessions_created_total", 1.0),
        ("berth_sessions_reused_total", 1.0),
        ("berth_session_limit_hits_total", 1.0),
        ("berth_sessions{status=\"active\"}", 1.0),
        ("berth_sessions{status=\"detached\"}", 0.0),
        ("berth_attachments", 1.0),
        ("berth_session_input_bytes_total", typed.len() as f64),
        ("berth_session_open_seconds_count", 1.0),
        ("berth_session_open_seconds_bucket{le=\"+Inf\"}", 1.0),
        ("berth_viewer_jumps_total", 0.0),
        ("berth_event_listeners", 0.0),
    ] {
        assert_eq!(busy[series], value, "{series}");
    }
    assert!(busy["berth_session_output_bytes_total"] > typed.len() as f64);
    for series in ["process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds"] {
        assert!(busy[series] > 0.0, "{series}");
    }
    socket.type_in("exit\n").await;
    assert_eq!(lab.reason(&id).await, "remote_exit");
    let ended = "berth_sessions_closed_total{reason=\"remote_exit\"}";
    wait::until("the end's count", PATIENCE, || async { scrape(&lab.admin).await[ended] == 1.0 }).await;
    let after = scrape(&lab.admin).await;
    assert_eq!(after["berth_session_input_bytes_total"], (typed.len() + "exit\n".len()) as f64);
    assert_eq!(after["berth_attachments"], 0.0);
    let rest = json(lab.admin.get("/api/terminal/metrics").await, StatusCode::OK).await;
    assert_eq!(
        (&rest["sessions_created"], &rest["sessions_reused"], &rest["session_limit_hits"], &rest["active_sessions"]),
        (&json!(1), &json!(1), &json!(1), &json!(0))
    );
    assert_eq!(rest["sessions_closed_by_reason"], json!({"remote_exit": 1}));
}

#[tokio::test]
async fn only_an_admin_reads_them() {
    let (server, admin) = TestServer::with_admin(&[]).await;
    fault(Person::new(&server).get("/metrics").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
    let token = admin.make_token("prometheus").await;
    assert!(scrape(&Person::with_token(&server, &token)).await.contains_key("berth_attachments"));
    let mallory = server.member("mallory").await;
    fault(mallory.get("/metrics").await, StatusCode::FORBIDDEN, "forbidden").await;
}

#[tokio::test]
async fn settings_open_them_for_a_network() {
    let (server, _admin) = TestServer::with_admin(&[("metrics.open", "true")]).await;
    let scraper = Person::new(&server);
    assert!(scrape(&scraper).await.contains_key("berth_attachments"));
    // Behind a proxy that nobody trusts, everybody comes from next door.
    let hidden = scraper.request(Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.9");
    fault(hidden.send().await.unwrap(), StatusCode::UNAUTHORIZED, "unauthenticated").await;
    fault(scraper.get("/api/terminal/metrics").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;

    let (server, _admin) = TestServer::with_admin(&[("metrics.open", "true"), ("trusted_proxies", "127.0.0.1")]).await;
    let proxied = Person::new(&server).request(Method::GET, "/metrics").header("x-forwarded-for", "203.0.113.9");
    fault(proxied.send().await.unwrap(), StatusCode::UNAUTHORIZED, "unauthenticated").await;

    let elsewhere = [("metrics.open", "true"), ("metrics.networks", "192.0.2.0/24")];
    let (server, _admin) = TestServer::with_admin(&elsewhere).await;
    fault(Person::new(&server).get("/metrics").await, StatusCode::UNAUTHORIZED, "unauthenticated").await;
}
