//! The table and the server have the same operations.

use super::{row::Row, world::World};
use crate::common::{Person, json};
use reqwest::StatusCode;
use std::collections::BTreeSet;

/// Where the routes are that no description lists: pages and WebSockets.
const ROUTER: &str = include_str!("../../src/http/router.rs");

/// What stands there for a constant of the gate's.
const CONSTANTS: &[(&str, &str)] = &[("gate::TERMINAL_WS", "/ws/terminal/{session_id}")];

/// Routes that are no operation by themselves: the functions behind this one are rows of their own.
const NO_OPERATION: &[&str] = &["/api/fn/{*function}"];

/// A word that stands in an id's place: a script opens a new terminal by it.
const NEW: &str = "new";

/// Compares them.
///
/// # Panics
/// When a row is missing, or is about nothing.
pub(super) async fn are_those_of(world: &World, rows: &[Row]) {
    let described = described(&Person::new(&world.server)).await;
    let functions: Vec<_> = berth::server_fn_paths().map(|(path, method)| format!("{method} {path}")).collect();
    let operations: BTreeSet<_> = described.into_iter().chain(functions).chain(undescribed()).collect();
    assert!(operations.len() > 200, "the whole interface is found: {operations:?}");
    have_a_word_on_tokens(&operations);
    let missing: Vec<_> =
        operations.iter().filter(|operation| !rows.iter().any(|row| is_about(row, operation))).collect();
    assert!(
        missing.is_empty(),
        "no row in server/tests/matrix/rows is about these; add one each, and say whose it is: {missing:#?}"
    );
    let idle: Vec<_> = rows.iter().filter(|row| !operations.iter().any(|operation| is_about(row, operation))).collect();
    assert!(idle.is_empty(), "these rows are about nothing: {idle:#?}");
}

/// What may be asked for that is no operation here: it is open to strangers.
const OPEN: &[&str] = &["GET /docs", "GET /docs/", "GET /docs/{*rest}", "GET /api/openapi.json"];

/// Each has a row in `server/src/http/table`, without which no token gets there, and no row is about nothing.
fn have_a_word_on_tokens(operations: &BTreeSet<String>) {
    let known: BTreeSet<_> = berth::rows().map(|row| row.operation).collect();
    let missing: Vec<_> = operations.iter().filter(|operation| !known.contains(operation.as_str())).collect();
    assert!(missing.is_empty(), "add a row in server/src/http/table, and say what a token needs for it: {missing:#?}");
    let idle: Vec<_> = known.iter().filter(|row| !operations.contains(**row) && !OPEN.contains(*row)).collect();
    assert!(idle.is_empty(), "these rows of server/src/http/table are about nothing: {idle:#?}");
}

/// What a token needs for what a row of the matrix does.
pub(super) fn needs(row: &Row) -> berth::Needs {
    // Of two that fit, the one with fewer parameters is the one that is routed.
    let fitting = berth::rows().filter(|known| is_about(row, known.operation));
    let known = fitting.min_by_key(|known| known.operation.matches('{').count());
    known.unwrap_or_else(|| panic!("no row in server/src/http/table is about {}", row.name())).needs
}

/// Every operation of the REST interface.
async fn described(person: &Person) -> Vec<String> {
    let document = json(person.get("/api/openapi.json").await, StatusCode::OK).await;
    let paths = document["paths"].as_object().expect("paths");
    let of = |path: &String, methods: &serde_json::Value| -> Vec<String> {
        methods.as_object().expect("methods").keys().map(|method| format!("{} {path}", method.to_uppercase())).collect()
    };
    paths.iter().flat_map(|(path, methods)| of(path, methods)).collect()
}

/// Every route that the router adds without describing it.
fn undescribed() -> Vec<String> {
    let routes = ROUTER.split(".route(").skip(1).map(|rest| rest.split(',').next().expect("a path").trim());
    let path = |text: &str| match CONSTANTS.iter().find(|(name, _)| *name == text) {
        Some((_, path)) => (*path).to_owned(),
        None => text.trim_matches('"').to_owned(),
    };
    let paths = routes.map(path).filter(|path| !NO_OPERATION.contains(&path.as_str()));
    let all: Vec<_> = paths.map(|path| format!("GET {path}")).collect();
    assert!(all.iter().all(|operation| operation.contains(" /")), "every route is read: {all:?}");
    all
}

/// Whether a row is about an operation: the same words, and a name of the world where that has a parameter.
fn is_about(row: &Row, operation: &str) -> bool {
    let Some((method, path)) = operation.split_once(' ') else { return false };
    let (mut own, mut its) = (row.route().split('/'), path.split('/'));
    let same = |own: &str, its: &str| if its.starts_with('{') { stands_for_one(own) } else { own == its };
    row.method.as_str() == method
        && loop {
            match (own.next(), its.next()) {
                (None, None) => break true,
                (Some(own), Some(its)) if same(own, its) => {}
                _ => break false,
            }
        }
}

/// Whether a piece of a path may stand in a parameter's place.
fn stands_for_one(piece: &str) -> bool {
    piece.starts_with('$') || piece == NEW || piece.parse::<u32>().is_ok()
}
