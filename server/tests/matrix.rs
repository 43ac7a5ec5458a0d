//! Who gets what: every REST operation, server function, page and WebSocket, for everybody whom the server tells apart, on
//! live things of another account and on things that never were.
//!
//! `matrix/rows.rs` is the table. An operation without a row fails the test, and so does a row without an operation. What
//! is checked follows from whose the row says it is: whoever may not is refused, in the same words whether the thing
//! exists or not; no answer to others holds an id or a name of the owner's; all of it stands unchanged afterwards; and
//! the owner, at the end, is refused nothing of it, so that no refusal before was for a wrong reason.

mod making;
mod objects;
mod others;
mod owner;
mod persons;
mod routes;
mod row;
mod rows;
mod tickets;
mod world;

use row::Row;
use world::World;

/// What was found, row by row; all of it is told at once.
#[derive(Default)]
struct Found(Vec<String>);

impl Found {
    fn say(&mut self, who: &str, row: &Row, what: impl std::fmt::Display) {
        self.0.push(format!("{who}: {}: {what}", row.name()));
    }

    fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_what_is_theirs_and_nothing_else() {
    let (world, rows) = (World::build().await, rows::all());
    routes::are_those_of(&world, &rows).await;
    let before = owner::looks(&world, &rows).await;
    let mut found = others::nobodies_are_refused(&world, &rows).await;
    found.add(others::other_sites_are_refused(&world, &rows).await);
    found.add(others::others_get_what_is_theirs(&world, &rows).await);
    found.add(others::no_scope_is_too_wide(&rows));
    found.add(others::own_tokens_have_no_more_than_their_scopes(&world, &rows).await);
    found.add(others::a_token_without_the_vault_opens_nothing(&world, &rows).await);
    found.add(owner::sees_it_as_before(&before, &owner::looks(&world, &rows).await));
    tickets::are_worth_nothing_when_used_or_of_another_session(&world).await;
    found.add(owner::is_refused_nothing(&world, &rows).await);
    assert!(found.0.is_empty(), "{} findings\n{}", found.0.len(), found.0.join("\n"));
}
