//! What each route takes of an API token, and how often it may be asked for: one row for each REST route, server function,
//! page and WebSocket.
//!
//! A route without a row is closed to tokens altogether, so a forgotten line locks a door instead of leaving it open; the
//! test `matrix` names it. What the account behind a token may do is decided elsewhere, by the rules of the house: a scope
//! gives nothing that the account has not.

mod accounts;
mod files;
mod functions;
mod inventory;
mod terminal;

use axum::http::Method;
use std::{collections::HashMap, sync::LazyLock};
use wire::accounts::Scope;

/// What a token must have been made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: a stranger gets the same.
    Nothing,
    /// `read`: it is a question.
    Read,
    /// `connect`: it reaches a host, or what runs on one.
    Connect,
    /// `files`: it reaches files on a host.
    Files,
    /// `connect` and `files`: it keeps what the account has. Where a host is and what one signs in with there decides about
    /// both, so a token for one of them alone does not change it (docs/decisions/0026).
    Keep,
    /// `admin`: it takes the admin role.
    Admin,
    /// No token does this: it is about the account itself, which whoever signed in looks after.
    Never,
}

impl Needs {
    /// The scopes; none when tokens are not told apart, or never do it.
    pub const fn scopes(self) -> &'static [Scope] {
        match self {
            Self::Nothing | Self::Never => &[],
            Self::Read => &[Scope::Read],
            Self::Connect => &[Scope::Connect],
            Self::Files => &[Scope::Files],
            Self::Keep => &[Scope::Connect, Scope::Files],
            Self::Admin => &[Scope::Admin],
        }
    }
}

/// Which limit a route counts towards (`[limits]`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// None: whether the server lives is asked by machines, files of the page by everybody.
    Free,
    /// Passwords, codes and invites.
    SignIn,
    /// Questions.
    Question,
    /// Changes, and commands.
    Change,
    /// What opens a terminal or a connection, and tickets.
    Ticket,
    /// What knocks at hosts.
    Probe,
    /// Files on hosts.
    Transfer,
    /// What takes long: imports, exports, changes of many.
    Bulk,
}

/// A route with what it takes.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Method and route, as `GET /api/hosts/{id}`.
    pub operation: &'static str,
    /// What a token must have been made for.
    pub needs: Needs,
    /// Which limit it counts towards.
    pub class: Class,
}

const fn row(operation: &'static str, needs: Needs, class: Class) -> Row {
    Row { operation, needs, class }
}

/// The route behind which all server functions are; each has a row by its own address.
const FUNCTIONS: &str = "/api/fn/{*function}";

/// Every row.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [accounts::ROWS, inventory::ROWS, terminal::ROWS, files::ROWS, functions::ROWS].into_iter().flatten()
}

/// The row of a request.
pub(super) fn of(method: &Method, route: &str, path: &str) -> Option<&'static Row> {
    static TABLE: LazyLock<HashMap<&str, &Row>> = LazyLock::new(|| rows().map(|row| (row.operation, row)).collect());
    let route = if route == FUNCTIONS { path } else { route };
    TABLE.get(format!("{method} {route}").as_str()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_operation_has_two_rows() {
        let mut seen = HashSet::new();
        for row in rows() {
            assert!(seen.insert(row.operation), "{}", row.operation);
        }
    }

    #[test]
    fn a_function_is_found_by_its_own_address() {
        let found = of(&Method::POST, FUNCTIONS, "/api/fn/inventory/add_host").map(|row| row.needs);
        assert_eq!(found, Some(Needs::Keep));
        assert!(of(&Method::POST, FUNCTIONS, "/api/fn/no/such").is_none());
        assert!(of(&Method::PUT, "/api/hosts", "/api/hosts").is_none(), "a method that nobody wrote down");
    }
}
