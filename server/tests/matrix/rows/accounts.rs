//! Health, sign-in, accounts, vault, sharing, audit.

use super::super::row::{
    Row,
    Whose::{Admin, Own, Owner, Public, Watchers},
    changes, ends, reads,
};
use crate::common::PASSWORD;
use serde_json::{Value, json};
use wire::accounts::Role;

const ADMIN: &[Role] = &[Role::Admin];

/// A line that says whose key is never accepted.
pub(super) const LOST: &str =
    "@revoked lost.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6LJX1KtpfFRvhYiL0hBTPR1Q5gqqvfYXvpvGIsd0fW";

/// What the owner's password is changed to.
const NEW_PASSWORD: &str = "another horse battery staple";

fn proof() -> Value {
    json!({"password": PASSWORD, "code": "000000"})
}

/// What no authenticator has said.
fn passkey() -> Value {
    json!({"ceremony": "none", "credential": {}})
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        reads(Public, "GET /healthz"),
        reads(Public, "GET /health"),
        reads(Public, "GET /readyz"),
        reads(Admin, "GET /metrics").fleeting(),
        reads(Public, "GET /api/auth/status"),
        changes(Public, "POST /api/auth/setup").last(),
        changes(Public, "POST /api/auth/login").last(),
        ends(Public, "POST /api/auth/logout").last(),
        reads(Public, "GET /api/auth/oidc/start"),
        reads(Public, "GET /api/auth/oidc/callback"),
        // Passkeys are switched off in this world; `passkeys.rs` has some.
        changes(Public, "POST /api/auth/passkey").last(),
        changes(Public, "POST /api/auth/passkey/finish").last(),
        reads(Own, "GET /api/account/passkeys"),
        changes(Own, "POST /api/account/passkeys").with(json!({"name": "another", "password": PASSWORD})).vain(),
        changes(Own, "POST /api/account/passkeys/confirm").with(passkey()).vain(),
        changes(Owner, "PATCH /api/account/passkeys/$passkey").with(json!({"name": "another"})),
        ends(Owner, "POST /api/account/passkeys/$passkey/remove").with(json!({"password": PASSWORD})).last(),
        changes(Own, "POST /api/account/vault/passkey").vain(),
        changes(Own, "POST /api/account/vault/passkey/open").with(passkey()).vain(),
        reads(Own, "GET /api/account/identities"),
        changes(Own, "POST /api/account/identities").with(json!({"password": PASSWORD})).far(),
        ends(Owner, "DELETE /api/account/identities/$identity"),
        changes(Own, "POST /api/account/vault/passphrase")
            .needs_passphrase()
            .with(json!({"passphrase": "a phrase of words", "anew": true})),
        changes(Own, "POST /api/auth/second-factor").needs_code().with(json!({"code": "000000"})),
        reads(Own, "GET /api/account/second-factor"),
        changes(Own, "POST /api/account/second-factor").last().with(json!({"password": PASSWORD})),
        changes(Own, "POST /api/account/second-factor/confirm").needs_code().with(json!({"code": "000000"})),
        changes(Own, "POST /api/account/second-factor/off").needs_code().with(proof()),
        changes(Own, "POST /api/account/second-factor/recovery-codes").needs_code().with(proof()),
        // The last used one comes first, and uses are noted by the minute.
        reads(Own, "GET /api/account/devices").fleeting(),
        ends(Owner, "DELETE /api/account/devices/$device"),
        ends(Own, "DELETE /api/account/devices").last(),
        changes(Own, "POST /api/account/password").with(json!({"current": PASSWORD, "new": NEW_PASSWORD})).last(),
        changes(Own, "POST /api/account/vault").with(json!({"password": NEW_PASSWORD, "recovery_code": null})).last(),
        reads(Own, "GET /api/tokens"),
        changes(Own, "POST /api/tokens").with(json!({"name": "another"})),
        ends(Owner, "DELETE /api/tokens/$token"),
        reads(Watchers, "GET /api/audit").fleeting(),
        reads(Watchers, "GET /api/audit/export").fleeting(),
        reads(Watchers, "GET /api/audit/chain").fleeting(),
        reads(Watchers, "POST /api/audit/verify").fleeting().alone(),
        reads(Own, "GET /api/credentials"),
        changes(Own, "POST /api/credentials").with(json!({"name": "another", "username": "x", "password": "y"})),
        changes(Own, "POST /api/credentials/generate").with(json!({"name": "a key"})),
        changes(Owner, "PUT /api/credentials/$key/certificate").with(json!({"certificate": null})),
        ends(Owner, "DELETE /api/credentials/$key"),
        reads(Admin, "GET /api/accounts").fleeting(),
        changes(Admin, "POST /api/accounts").with(json!({"name": "nora", "role": "member", "password": PASSWORD})),
        changes(Admin, "PATCH /api/accounts/$bob").with(json!({"role": "member"})),
        // He has none, so that an admin does it in `account_keeping.rs`.
        changes(Admin, "POST /api/accounts/$bob/reset-second-factor").vain(),
        reads(Own, "GET /api/host-authorities"),
        changes(Own, "POST /api/host-authorities").with(json!({"lines": LOST})),
        ends(Owner, "DELETE /api/host-authorities/$authority"),
        reads(Own, "GET /api/grants").shown_to(ADMIN),
        // The host is the admin's own, so that any token of hers reads it.
        reads(Admin, "GET /api/grants?host_id=$shared").quiet().shown_to(ADMIN),
        changes(Admin, "POST /api/grants").with(json!({
            "hosts": {"kind": "hosts", "ids": ["$shared"]}, "to": [{"kind": "group", "id": "$group"}],
            "rights": {"watch": true},
        })),
        ends(Admin, "DELETE /api/grants/$grant"),
        reads(Admin, "GET /api/groups"),
        changes(Admin, "POST /api/groups").with(json!({"name": "another"})),
        changes(Admin, "PUT /api/groups/$group").with(json!({"name": "another name", "members": []})),
        ends(Admin, "DELETE /api/groups/$group"),
        changes(Owner, "PUT /api/hosts/$shared/own-login").shown_to(ADMIN).with(json!({"username": "x"})),
        changes(Owner, "PUT /api/hosts/$shared/own-login")
            .shown_to(ADMIN)
            .with(json!({"credential_id": "$credential"})),
    ]
}
