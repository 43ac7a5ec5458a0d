//! Who asks: everybody that the gate and the services tell apart.

use super::objects::Objects;
use crate::common::{PASSWORD, Person, TestServer, at_console, json};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use berth::Needs;
use reqwest::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use storage::{Storage, TokenRecord};
use wire::{
    Timestamp,
    accounts::{Role, Scope},
};

/// Somebody who is neither the owner nor a stranger.
pub(super) struct Other {
    pub(super) called: &'static str,
    pub(super) role: Role,
    pub(super) person: Person,
    /// What a token was made for.
    pub(super) scopes: Option<BTreeSet<Scope>>,
}

/// Somebody who is no caller, and with what word that is told.
pub(super) struct Nobody {
    pub(super) called: &'static str,
    pub(super) code: &'static str,
    pub(super) person: Person,
}

/// What a stranger is told.
const STRANGER: &str = "unauthenticated";

/// What somebody is told whose sign-in is half one.
pub(super) const HALF: &str = "second_factor_needed";

/// Everybody.
pub(super) struct Persons {
    /// She owns everything that the rows name.
    pub(super) olga: Person,
    pub(super) admin: Person,
    pub(super) viewer: Person,
    /// A token of Olga's that was made without the vault.
    pub(super) bare: Person,
    /// Tokens of Olga's that were made for one thing each.
    pub(super) own: Vec<Other>,
    /// Another member, a viewer, an admin, and tokens of theirs.
    pub(super) others: Vec<Other>,
    /// Those for whom every closed door stays closed.
    pub(super) nobodies: Vec<Nobody>,
}

impl Persons {
    /// Brings them together; the neutral words about them go into `objects`.
    pub(super) async fn gather(server: &TestServer, admin: Person, objects: &mut Objects) -> Self {
        let olga = server.member("olga").await;
        let bob = server.member("bob").await;
        let viewer = server.person("vera", "viewer").await;
        for (name, person) in [("olga", &olga), ("bob", &bob)] {
            let status = json(person.get("/api/auth/status").await, StatusCode::OK).await;
            objects.put(name, status["user_id"].clone());
        }
        let mut others = Vec::new();
        for (called, role, person) in [
            ("another member", Role::Member, &bob),
            ("a viewer", Role::Viewer, &viewer),
            ("an admin", Role::Admin, &admin),
        ] {
            let token = Person::with_token(server, &person.make_token("script").await);
            others.push(Other { called, role, person: person.clone(), scopes: None });
            others.push(Other { called: token_of(role), role, person: token, scopes: Some(Scope::usual(role)) });
        }
        for (called, role, person, scopes) in [
            ("a `read` token of another member", Role::Member, &bob, &[Scope::Read][..]),
            ("a `connect` token of another member", Role::Member, &bob, &[Scope::Connect]),
            ("a `files` token of another member", Role::Member, &bob, &[Scope::Files]),
            ("an `admin` token of an admin", Role::Admin, &admin, &[Scope::Admin]),
            ("a token of an admin with all scopes", Role::Admin, &admin, &Scope::ALL),
        ] {
            others.push(Other { called, role, ..scoped(server, person, scopes).await });
        }
        let mut own = Vec::new();
        for scope in [Scope::Read, Scope::Connect, Scope::Files] {
            own.push(Other { called: "a token of the owner's own", ..scoped(server, &olga, &[scope]).await });
        }
        let bare = at_console(server.data(), &["token", "create", "bare", "--account", "olga"], "").await;
        let bare = Person::with_token(server, bare.trim());
        let nobodies = nobodies(server, objects.text("bob")).await;
        Self { olga, admin, viewer, bare, own, others, nobodies }
    }
}

/// A token that was made for no more than this.
async fn scoped(server: &TestServer, person: &Person, scopes: &[Scope]) -> Other {
    let draft = json!({"name": "scoped", "scopes": scopes});
    let made = json(person.post("/api/tokens", draft).await, StatusCode::CREATED).await;
    let person = Person::with_token(server, made["token"].as_str().unwrap());
    Other { called: "a token", role: Role::Member, person, scopes: Some(scopes.iter().copied().collect()) }
}

impl Other {
    /// Whether it is a token that was not made for this.
    pub(super) fn lacks(&self, needs: Needs) -> bool {
        let Some(scopes) = &self.scopes else { return false };
        needs == Needs::Never || needs.scopes().iter().any(|scope| !scopes.contains(scope))
    }

    /// As what it acts on what is of others: an admin's token that was not made for `admin` has nothing of the role there.
    pub(super) fn acts_as(&self) -> Role {
        let is_less = self.scopes.as_ref().is_some_and(|scopes| !scopes.contains(&Scope::Admin));
        if self.role == Role::Admin && is_less { Role::Member } else { self.role }
    }
}

const fn token_of(role: Role) -> &'static str {
    match role {
        Role::Admin => "a token of an admin",
        Role::Member => "a token of another member",
        Role::Viewer => "a token of a viewer",
    }
}

async fn nobodies(server: &TestServer, bob: &str) -> Vec<Nobody> {
    let disabled = server.member("dora").await;
    let disabled_token = Person::with_token(server, &disabled.make_token("script").await);
    server.account(&["disable", "dora"]).await;
    let out = server.member("ian").await;
    let kept = cookies_of_a_past_sign_in(server, &out).await;
    let half = half_signed_in(server).await;
    let strangers = [
        ("a stranger", Person::new(server)),
        ("a disabled account", disabled),
        ("a token of a disabled account", disabled_token),
        ("an expired token", Person::with_token(server, &expired_token(server, bob).await)),
        ("a token that nobody made", Person::with_token(server, "berth_nothing_at_all")),
        ("a sign-in that has ended", kept),
    ];
    let strangers = strangers.into_iter().map(|(called, person)| Nobody { called, code: STRANGER, person });
    strangers.chain([Nobody { called: "a half sign-in", code: HALF, person: half }]).collect()
}

/// Somebody who gave the right password and no code yet.
async fn half_signed_in(server: &TestServer) -> Person {
    server.member("hal").await.set_up_second_factor(PASSWORD).await;
    let half = Person::new(server);
    let begun = json(half.sign_in("hal", PASSWORD).await, StatusCode::OK).await;
    assert_eq!(begun["status"], HALF);
    half
}

/// Somebody whose cookies are still there, and whose other browser ended all other sign-ins by a new password.
async fn cookies_of_a_past_sign_in(server: &TestServer, person: &Person) -> Person {
    let elsewhere = Person::new(server);
    assert_eq!(elsewhere.sign_in("ian", PASSWORD).await.status(), StatusCode::OK);
    let change = json!({"current": PASSWORD, "new": "a brand new password of his"});
    json(elsewhere.post("/api/account/password", change).await, StatusCode::OK).await;
    person.clone()
}

/// A token lives for a day at least; this one is written straight into the table.
async fn expired_token(server: &TestServer, account: &str) -> String {
    let (id, secret) = ("0198a000-0000-7000-8000-00000000feed", [7; 32]);
    let url = format!("sqlite://{}?mode=rw", server.data().join("berth.db").display());
    let storage = Storage::open(&url).await.unwrap();
    let token = TokenRecord {
        id: id.parse().unwrap(),
        account_id: account.parse().unwrap(),
        name: "expired".to_owned(),
        secret_hash: Sha256::digest(secret).to_vec(),
        vault_wrap: None,
        created_at: Timestamp::from_millis(1_000),
        last_used_at: None,
        expires_at: Some(Timestamp::from_millis(2_000)),
        scopes: Scope::usual(Role::Member),
    };
    storage.tokens().insert(&token).await.unwrap();
    format!("berth_{id}_{}", BASE64.encode(secret))
}
