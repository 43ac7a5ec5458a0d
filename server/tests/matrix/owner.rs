//! The owner, and those who may do some of it beside her.

use super::{
    Found,
    row::{Effect, Row, Whose},
    world::{Answer, World, ask},
};
use crate::common::{PATIENCE, Person, json};
use reqwest::StatusCode;
use serde_json::Value;
use testkit::wait;

/// What moves on by itself.
const MOVING: &[&str] = &[
    "age_seconds",
    "bytes",
    "duration_ms",
    "expires_at",
    "last_activity",
    "last_seen_at",
    "last_seen_seconds",
    "last_used_at",
    "probed_at",
    "remaining_seconds",
    "time_remaining_seconds",
];

/// Everything that she sees of it: each row that only looks, with its answer.
pub(super) async fn looks(world: &World, rows: &[Row]) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for row in rows.iter().filter(|row| row.effect == Effect::Reads && !row.fleeting && is_hers(row)) {
        let answer = ask(&world.persons.olga, row, world.set(row), None).await;
        let text = match serde_json::from_str(&answer.text) {
            Ok(answer) => still(answer).to_string(),
            Err(_) => answer.text,
        };
        seen.push((row.name(), text));
    }
    seen
}

/// What the others did has changed nothing of it.
pub(super) fn sees_it_as_before(before: &[(String, String)], after: &[(String, String)]) -> Found {
    let pairs = before.iter().zip(after).filter(|(before, after)| before != after);
    Found(pairs.map(|((row, before), (_, after))| format!("{row} was {before}\nand is {after}")).collect())
}

fn is_hers(row: &Row) -> bool {
    !matches!(row.whose, Whose::Public | Whose::Admin | Whose::Watchers)
}

fn still(value: Value) -> Value {
    match value {
        Value::Array(all) => all.into_iter().map(still).collect(),
        Value::Object(all) => {
            let kept = all.into_iter().filter(|(key, _)| !MOVING.contains(&key.as_str()));
            kept.map(|(key, value)| (key, still(value))).collect::<serde_json::Map<_, _>>().into()
        }
        other => other,
    }
}

/// Everybody does what is open to them: looks first, then changes, then ends. An admin ends what is of the third set.
pub(super) async fn is_refused_nothing(world: &World, rows: &[Row]) -> Found {
    let mut found = Found::default();
    for effect in [Effect::Reads, Effect::Changes, Effect::Ends] {
        let of = |row: &&Row| row.effect == effect && !row.last && row.whose != Whose::Public;
        if effect == Effect::Ends {
            for row in rows.iter().filter(of).filter(|row| is_an_admins_too(row)) {
                let answer = ask(&world.persons.admin, row, &world.spare, None).await;
                judge("an admin", row, &answer, &mut found);
            }
        }
        for row in rows.iter().filter(of) {
            imports_are_over(world, row).await;
            let answer = ask(who_may(world, row), row, world.set(row), None).await;
            judge("who may", row, &answer, &mut found);
        }
    }
    for row in rows.iter().filter(|row| row.last && !row.needs_code && row.whose != Whose::Public) {
        let answer = ask(&world.persons.olga, row, world.set(row), None).await;
        judge("the owner", row, &answer, &mut found);
    }
    found
}

/// An account has one import from NetBox at a time.
async fn imports_are_over(world: &World, row: &Row) {
    if row.path.contains("netbox") {
        let over = || async {
            let status = json(world.persons.olga.get("/api/netbox/token/status").await, StatusCode::OK).await;
            !matches!(status["job"]["state"].as_str(), Some("fetching" | "writing"))
        };
        wait::until("no import goes on", PATIENCE, over).await;
    }
}

const fn is_an_admins_too(row: &Row) -> bool {
    matches!(row.whose, Whose::SessionOrAdmin | Whose::OwnerOrAdmin)
}

fn who_may<'a>(world: &'a World, row: &Row) -> &'a Person {
    match row.whose {
        Whose::Admin => &world.persons.admin,
        Whose::Watchers => &world.persons.viewer,
        _ => &world.persons.olga,
    }
}

/// A refusal, or a complaint about what was asked, means that the row says something wrong.
fn judge(who: &str, row: &Row, answer: &Answer, found: &mut Found) {
    let status = answer.status;
    let is_good = status.is_success() || status == StatusCode::SWITCHING_PROTOCOLS;
    let is_far = row.far && status == StatusCode::BAD_GATEWAY;
    let is_vain = row.vain && status == StatusCode::CONFLICT;
    if !is_good && !is_far && !is_vain {
        found.say(who, row, format!("{status} {}", answer.text));
    }
}
