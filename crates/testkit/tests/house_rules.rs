//! Architecture as a test: the crate edges of docs/ARCHITECTURE.md, the size of rooms, and where colours may stand.

#![allow(clippy::unwrap_used, reason = "a rule that cannot be checked is broken")]

use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Who may name whom. Complete: any other edge between members of the house fails.
const EDGES: [(&str, &[&str]); 10] = [
    ("wire", &[]),
    ("formats", &["wire"]),
    ("transport", &["wire"]),
    ("storage", &["wire"]),
    ("session", &["transport", "wire"]),
    ("services", &["formats", "session", "storage", "transport", "wire"]),
    ("app", &["services", "wire"]),
    ("berth", &["app", "services", "wire"]),
    ("frontend", &["app"]),
    ("testkit", &[]),
];

/// A file longer than this tells more than one story.
const LONGEST_FILE: usize = 400;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn tracked_files(endings: &[&str]) -> Vec<PathBuf> {
    let output = Command::new("git").args(["ls-files"]).current_dir(root()).output().unwrap();
    let files: Vec<_> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter(|path| endings.iter().any(|ending| path.ends_with(ending)))
        .map(PathBuf::from)
        .collect();
    assert!(!files.is_empty(), "no tracked file ends in {endings:?}");
    files.into_iter().filter(|path| root().join(path).exists()).collect()
}

#[test]
fn crates_know_only_whom_they_may() {
    let allowed: BTreeMap<_, _> = EDGES.into_iter().collect();
    let mut wrong = Vec::new();
    for package in packages() {
        let name = package["name"].as_str().unwrap().to_owned();
        let may = allowed.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not in the list of edges"));
        let known: BTreeSet<_> = package["dependencies"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|dependency| dependency["kind"] != "dev")
            .filter_map(|dependency| dependency["name"].as_str())
            .filter(|dependency| allowed.contains_key(dependency))
            .map(str::to_owned)
            .collect();
        wrong.extend(
            known.iter().filter(|known| !may.contains(&known.as_str())).map(|known| format!("{name} → {known}")),
        );
    }
    assert!(wrong.is_empty(), "edges that the house does not have: {wrong:?}");
}

#[test]
fn only_app_under_ssr_names_services() {
    let app = packages().into_iter().find(|package| package["name"] == "app").unwrap();
    let services = app["dependencies"].as_array().unwrap().iter().find(|dep| dep["name"] == "services").unwrap();
    assert_eq!(services["optional"], true, "services must not reach the browser");
    let csr = app["features"]["csr"].to_string();
    assert!(!csr.contains("services") && !csr.contains("leptos_axum"), "csr must not switch on a server crate: {csr}");
}

#[test]
fn every_crate_takes_the_shared_lints() {
    for package in packages() {
        let manifest = fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} lacks the shared lints", package["name"]);
    }
}

#[test]
fn files_tell_one_story() {
    let long: Vec<_> = tracked_files(&[".rs", ".ts", ".css", ".mjs"])
        .into_iter()
        .map(|path| (fs::read_to_string(root().join(&path)).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "files over {LONGEST_FILE} lines: {long:?}");
}

#[test]
fn colours_stand_in_the_tokens_only() {
    let mut found = Vec::new();
    for path in tracked_files(&[".css"]).into_iter().filter(|path| !path.ends_with("tokens.css")) {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let hex = line.split('#').skip(1).any(|rest| {
                let digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
                matches!(digits, 3 | 4 | 6 | 8) && line.contains(':') && line.trim_end().ends_with(';')
            });
            if hex || line.contains("rgb(") || line.contains("hsl(") || line.contains("oklch(") {
                found.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(found.is_empty(), "colours outside tokens.css: {found:?}");
}

#[test]
fn third_party_types_stay_inside() {
    let inside = [("crates/transport", "russh"), ("crates/storage", "sea_orm")];
    let mut leaks = Vec::new();
    for path in tracked_files(&[".rs"]) {
        for (folder, library) in inside {
            if !path.starts_with(folder)
                && path.starts_with("crates") | path.starts_with("server") | path.starts_with("app")
            {
                let text = fs::read_to_string(root().join(&path)).unwrap();
                if text.contains(&format!("{library}::")) {
                    leaks.push(format!("{} names {library}", path.display()));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{leaks:?}");
}
