//! One row: an operation with its arguments, whose it is, and what it does.
//!
//! `$name` in a path or in a body stands for something of the world: the owner's live one, or one that never was.

use super::objects::{NEUTRAL, Objects};
use reqwest::Method;
use serde_json::{Value, json};
use wire::accounts::Role;

/// Who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    /// Open to strangers.
    Public,
    /// It concerns what is the caller's own, and names nothing else.
    Own,
    /// The same, but it adds or opens something: not for a viewer.
    Opener,
    /// It names something, which only its owner may do; not an admin either.
    Owner,
    /// It names a session. Another account's is 403 and an unknown one 404 or a success, as SPEC §12 has it for
    /// `DELETE /sessions/{id}` and `heartbeat`; whatever else is done to a session answers as these do.
    Session,
    /// The same, and an admin may, too (SPEC §2: close, watch).
    SessionOrAdmin,
    /// It names something, which its owner and an admin may do.
    OwnerOrAdmin,
    /// It names a recording, which an admin and a viewer may watch, too (SPEC §1).
    Watched,
    /// For an admin.
    Admin,
    /// For admins and viewers (SPEC §1: "may watch recordings and audit").
    Watchers,
}

/// What it does to the world. The owner's rows are done in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    Changes,
    Ends,
}

/// What goes along.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    None,
    Json(Value),
    Bytes(&'static str),
    /// A WebSocket's upgrade.
    Upgrade,
}

/// An operation of the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) method: Method,
    /// With its query.
    pub(super) path: &'static str,
    pub(super) body: Body,
    pub(super) whose: Whose,
    pub(super) effect: Effect,
    /// To others it is a success that did nothing, as for what does not exist.
    pub(super) quiet: bool,
    /// Its answer is another one each time.
    pub(super) fleeting: bool,
    /// It changes the sign-in of who asks: done by the owner alone, after all others.
    pub(super) last: bool,
    /// It takes a code of an authenticator, so that nobody does it here: `second_factor.rs` does.
    pub(super) needs_code: bool,
    /// What the owner asks for is not there in this world, so the remote end fails.
    pub(super) far: bool,
    /// There is nothing to do, and whoever may is told so.
    pub(super) vain: bool,
    /// Roles that may know of what is named: the answer may show it, and a refusal that it is there.
    pub(super) shown_to: &'static [Role],
    /// One at a time in the whole server: who asks meanwhile is told to come again.
    pub(super) alone: bool,
    /// It takes a secret of the vault, or something that one opened.
    pub(super) by_secret: bool,
}

fn row(effect: Effect, whose: Whose, operation: &'static str) -> Row {
    let (method, path) = operation.split_once(' ').expect("a method and a path");
    let (method, body) = match method {
        "WS" => (Method::GET, Body::Upgrade),
        "FN" => (Method::POST, Body::Json(json!({}))),
        method => (method.parse().expect("a method"), Body::None),
    };
    Row {
        method,
        path,
        body,
        whose,
        effect,
        quiet: false,
        fleeting: false,
        last: false,
        needs_code: false,
        far: false,
        vain: false,
        shown_to: &[],
        alone: false,
        by_secret: false,
    }
}

/// It only looks.
pub(super) fn reads(whose: Whose, operation: &'static str) -> Row {
    row(Effect::Reads, whose, operation)
}

/// It changes or adds something.
pub(super) fn changes(whose: Whose, operation: &'static str) -> Row {
    row(Effect::Changes, whose, operation)
}

/// After it, something is no more.
pub(super) fn ends(whose: Whose, operation: &'static str) -> Row {
    row(Effect::Ends, whose, operation)
}

impl Row {
    pub(super) fn with(self, body: Value) -> Self {
        Self { body: Body::Json(body), ..self }
    }

    pub(super) fn bytes(self, bytes: &'static str) -> Self {
        Self { body: Body::Bytes(bytes), ..self }
    }

    pub(super) fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    pub(super) fn fleeting(self) -> Self {
        Self { fleeting: true, ..self }
    }

    pub(super) fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    pub(super) fn last(self) -> Self {
        Self { last: true, ..self }
    }

    pub(super) fn needs_code(self) -> Self {
        Self { needs_code: true, ..self.last() }
    }

    /// It is for accounts without a password, of which this world has none: `oidc/vault.rs` has.
    pub(super) fn needs_passphrase(self) -> Self {
        self.needs_code()
    }

    pub(super) fn far(self) -> Self {
        Self { far: true, ..self }
    }

    pub(super) fn vain(self) -> Self {
        Self { vain: true, ..self }
    }

    pub(super) fn by_secret(self) -> Self {
        Self { by_secret: true, ..self }
    }

    pub(super) fn shown_to(self, shown_to: &'static [Role]) -> Self {
        Self { shown_to, ..self }
    }

    /// As it is written in the table.
    pub(super) fn name(&self) -> String {
        match self.body {
            Body::Upgrade => format!("WS {}", self.path),
            _ => format!("{} {}", self.method, self.path),
        }
    }

    /// Without its query.
    pub(super) fn route(&self) -> &'static str {
        self.path.split('?').next().expect("a path")
    }

    pub(super) fn is_function(&self) -> bool {
        self.path.starts_with("/api/fn/")
    }

    /// Whether it names anything that has an owner.
    pub(super) fn names_something(&self) -> bool {
        let body = match &self.body {
            Body::Json(body) => body.to_string(),
            _ => String::new(),
        };
        let text = format!("{} {body}", self.path);
        text.split('$').skip(1).any(|rest| !NEUTRAL.iter().any(|name| Objects::begins_with(rest, name)))
    }

    /// Whether another site's page could do harm by it.
    pub(super) fn is_guarded_from_other_sites(&self) -> bool {
        self.method != Method::GET || self.is_function() || self.body == Body::Upgrade
    }

    /// Whether somebody of this role may do it to what is the owner's, without being the owner.
    pub(super) fn is_open_to(&self, role: Role) -> bool {
        match self.whose {
            Whose::Public | Whose::Own => true,
            Whose::Opener => role != Role::Viewer,
            Whose::Owner | Whose::Session => false,
            Whose::SessionOrAdmin | Whose::OwnerOrAdmin | Whose::Admin => role == Role::Admin,
            Whose::Watched | Whose::Watchers => role != Role::Member,
        }
    }
}
