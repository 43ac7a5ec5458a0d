//! Everybody but the owner.

use super::{
    Found,
    objects::Objects,
    persons::{HALF, Other},
    routes,
    row::{Body, Effect, Row, Whose},
    world::{Answer, World, ask},
};
use berth::Needs;
use futures::future::join_all;
use reqwest::StatusCode;
use wire::accounts::Role;

/// Whose pages may not use the owner's cookies.
const ELSEWHERE: &str = "https://evil.example";

/// Where a half sign-in becomes a whole one.
const SECOND_STEP: &str = "/api/auth/second-factor";

fn gathered(all: Vec<Found>) -> Found {
    Found(all.into_iter().flat_map(|found| found.0).collect())
}

/// Strangers, disabled accounts, half sign-ins, and what has expired: 401 at every closed door.
pub(super) async fn nobodies_are_refused(world: &World, rows: &[Row]) -> Found {
    let refused = world.persons.nobodies.iter().map(|nobody| async move {
        let mut found = Found::default();
        let is_open = |row: &Row| row.whose == Whose::Public || nobody.code == HALF && row.route() == SECOND_STEP;
        for row in rows.iter().filter(|row| !is_open(row)) {
            let answer = ask(&nobody.person, row, world.set(row), None).await;
            if (answer.status, answer.code().as_str()) != (StatusCode::UNAUTHORIZED, nobody.code) {
                found.say(nobody.called, row, format!("401 was due, not {} {}", answer.status, answer.text));
            }
        }
        found
    });
    gathered(join_all(refused).await)
}

/// The owner's own cookies, sent along by a page of another site.
pub(super) async fn other_sites_are_refused(world: &World, rows: &[Row]) -> Found {
    let mut found = Found::default();
    for row in rows.iter().filter(|row| row.is_guarded_from_other_sites()) {
        let answer = ask(&world.persons.olga, row, world.set(row), Some(ELSEWHERE)).await;
        if (answer.status, answer.code().as_str()) != (StatusCode::FORBIDDEN, "cross_site") {
            found.say("another site", row, format!("403 was due, not {} {}", answer.status, answer.text));
        }
    }
    found
}

/// Another member, a viewer and an admin, and tokens of theirs.
pub(super) async fn others_get_what_is_theirs(world: &World, rows: &[Row]) -> Found {
    let asked = world.persons.others.iter().map(|other| async move {
        let mut found = Found::default();
        for row in rows.iter().filter(|row| !row.last) {
            gets_what_is_theirs(world, other, row, &mut found).await;
        }
        found
    });
    gathered(join_all(asked).await)
}

async fn gets_what_is_theirs(world: &World, other: &Other, row: &Row, found: &mut Found) {
    let live = world.set(row);
    if other.lacks(routes::needs(row)) {
        return is_told_of_its_scopes(world, other, row, found).await;
    }
    if is_open_to(row, other) {
        match row.whose {
            Whose::Public if row.names_something() => is_told_nothing(world, other, row, found).await,
            Whose::Public | Whose::Own | Whose::Opener => {
                let answer = ask(&other.person, row, live, None).await;
                does_their_own(other, row, &answer, found);
                shows_nothing(world, other, row, live, &answer, found);
            }
            // What they change or end of the owner's comes when the owner has looked at it.
            _ if row.effect == Effect::Reads => {
                let answer = ask(&other.person, row, live, None).await;
                let told_to_wait = row.alone && answer.status == StatusCode::SERVICE_UNAVAILABLE;
                if !answer.status.is_success() && !told_to_wait {
                    found.say(other.called, row, format!("is open to them, but: {} {}", answer.status, answer.text));
                }
            }
            _ => {}
        }
        return;
    }
    is_told_nothing(world, other, row, found).await;
}

/// What an admin's scraper asks for, with a token that only reads.
const METRICS: &str = "/metrics";

/// Whether a row is open to somebody: to an admin's token that was not made for `admin`, no more than to a member. What it may
/// look at as a viewer may, it looks at.
fn is_open_to(row: &Row, other: &Other) -> bool {
    let looks = matches!(row.whose, Whose::Watched | Whose::Watchers) || row.route() == METRICS;
    row.is_open_to(if looks { other.role } else { other.acts_as() })
}

/// Whether somebody may know that what a row names is there.
fn may_know(row: &Row, other: &Other) -> bool {
    // Whose token is no admin's for now still looks at recordings, as a viewer does.
    let looks = other.acts_as() != other.role && row.shown_to.contains(&Role::Viewer);
    looks || row.shown_to.contains(&other.role)
}

/// The owner's tokens reach nothing of hers that they were not made for.
pub(super) async fn own_tokens_have_no_more_than_their_scopes(world: &World, rows: &[Row]) -> Found {
    let asked = world.persons.own.iter().map(|own| async move {
        let mut found = Found::default();
        for row in rows.iter().filter(|row| own.lacks(routes::needs(row))) {
            is_told_of_its_scopes(world, own, row, &mut found).await;
        }
        found
    });
    gathered(join_all(asked).await)
}

/// The same refusal for what is there and for what never was.
async fn is_told_of_its_scopes(world: &World, other: &Other, row: &Row, found: &mut Found) {
    let live = world.set(row);
    let dead = live.dead();
    let due = if routes::needs(row) == Needs::Never { "forbidden" } else { "scope_missing" };
    for objects in [live, &dead] {
        let answer = ask(&other.person, row, objects, None).await;
        if (answer.status, answer.code().as_str()) != (StatusCode::FORBIDDEN, due) {
            found.say(other.called, row, format!("403 {due} was due, not {} {}", answer.status, answer.text));
        }
    }
}

/// Whatever the table of the server says: no question of a token's changes anything, and none is about the account itself.
pub(super) fn no_scope_is_too_wide(rows: &[Row]) -> Found {
    let mut found = Found::default();
    for row in rows {
        let needs = routes::needs(row);
        let is_change = row.effect != Effect::Reads && row.whose != Whose::Public;
        if is_change && matches!(needs, Needs::Read | Needs::Nothing) {
            found.say("a token", row, format!("changes something for no more than {needs:?}"));
        }
        if row.whose != Whose::Public && needs == Needs::Nothing {
            found.say("a token", row, "is asked for no scope");
        }
        let is_about_accounts = ["/api/account/", "/api/tokens", "/api/fn/accounts/"];
        if is_about_accounts.iter().any(|begin| row.path.starts_with(begin)) && needs != Needs::Never {
            found.say("a token", row, format!("is about the account itself, for {needs:?}"));
        }
    }
    found
}

/// What concerns themselves works, or fails for a reason that has nothing to do with who they are.
fn does_their_own(other: &Other, row: &Row, answer: &Answer, found: &mut Found) {
    if answer.status == StatusCode::UNAUTHORIZED || answer.status == StatusCode::INTERNAL_SERVER_ERROR {
        found.say(other.called, row, format!("is theirs, but: {} {}", answer.status, answer.text));
    }
}

/// The same answer as for what never was, and a refusal, but where the table says otherwise.
async fn is_told_nothing(world: &World, other: &Other, row: &Row, found: &mut Found) {
    let live = world.set(row);
    let dead = live.dead();
    let answer = ask(&other.person, row, live, None).await;
    shows_nothing(world, other, row, live, &answer, found);
    let unknown = ask(&other.person, row, &dead, None).await;
    let is_told = || format!("{} {}", answer.status, answer.text);
    let may_succeed = row.quiet || row.whose == Whose::Public;
    let refused = answer.status.is_client_error() && answer.status != StatusCode::UNAUTHORIZED;
    if !may_succeed && !refused {
        found.say(other.called, row, format!("was not refused: {}", is_told()));
    }
    let is_of_a_session = matches!(row.whose, Whose::Session | Whose::SessionOrAdmin);
    if is_of_a_session && answer.code() == "forbidden" && matches!(unknown.status.as_u16(), 200 | 403 | 404) {
        return;
    }
    if may_know(row, other) {
        return;
    }
    let (answer, unknown) = (answer.without(live), unknown.without(&dead));
    if answer != unknown {
        let (status, text) = (unknown.status, unknown.text);
        found.say(other.called, row, format!("{} {}, of what never was: {status} {text}", answer.status, answer.text));
    }
}

/// No id and no name of the owner's, but those that the question held.
fn shows_nothing(world: &World, other: &Other, row: &Row, asked: &Objects, answer: &Answer, found: &mut Found) {
    if row.shown_to.contains(&other.role) {
        return;
    }
    let body = match &row.body {
        Body::Json(body) => asked.fill_json(body).to_string(),
        Body::Bytes(bytes) => (*bytes).to_owned(),
        Body::None | Body::Upgrade => String::new(),
    };
    let question = format!("{} {body}", asked.fill(row.path));
    for secret in world.secrets(other.role) {
        if answer.text.contains(secret) && !question.contains(secret) {
            found.say(other.called, row, format!("shows {secret}: {}", answer.text));
        }
    }
}

/// A token of the owner's that was made without the vault uses nothing that takes a secret, open or not.
pub(super) async fn a_token_without_the_vault_opens_nothing(world: &World, rows: &[Row]) -> Found {
    let mut found = Found::default();
    for row in rows.iter().filter(|row| row.by_secret) {
        let answer = ask(&world.persons.bare, row, world.set(row), None).await;
        if !matches!(answer.code().as_str(), "forbidden" | "vault_locked" | "not_found") {
            found.say("a token without the vault", row, format!("got {} {}", answer.status, answer.text));
        }
    }
    found
}
