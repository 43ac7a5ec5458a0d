//! The page's own calls: server functions, which go to the same services as REST.

use super::super::row::{
    Row,
    Whose::{Admin, Opener, Own, Owner, Session, SessionOrAdmin},
    changes, ends, reads,
};
use serde_json::json;
use wire::accounts::Role;

pub(super) fn rows() -> Vec<Row> {
    [accounts(), hosts(), more_hosts(), netbox(), commands(), terminal()].concat()
}

fn accounts() -> Vec<Row> {
    vec![
        reads(Own, "FN /api/fn/accounts/tokens"),
        changes(Own, "FN /api/fn/accounts/create_token").with(json!({"draft": {"name": "from the page"}})),
        ends(Owner, "FN /api/fn/accounts/delete_token").with(json!({"id": "$token"})),
        reads(Own, "FN /api/fn/vault/credentials"),
        changes(Own, "FN /api/fn/vault/add_credential")
            .with(json!({"draft": {"name": "of the page", "password": "x"}})),
        changes(Own, "FN /api/fn/vault/generate_key").with(json!({"draft": {"name": "key of the page"}})),
        changes(Owner, "FN /api/fn/vault/set_certificate").with(json!({"id": "$key", "draft": {"certificate": null}})),
        reads(Own, "FN /api/fn/inventory/authorities"),
        changes(Own, "FN /api/fn/inventory/add_authorities").with(json!({"draft": {"lines": super::accounts::LOST}})),
        ends(Owner, "FN /api/fn/inventory/delete_authority").with(json!({"id": "$authority"})),
        ends(Owner, "FN /api/fn/vault/delete_credential").with(json!({"id": "$key"})),
        reads(Admin, "FN /api/fn/sharing/accounts"),
        reads(Admin, "FN /api/fn/sharing/groups"),
        changes(Admin, "FN /api/fn/sharing/save_group").with(json!({"id": "$group", "draft": {"name": "by the page"}})),
        ends(Admin, "FN /api/fn/sharing/delete_group").with(json!({"id": "$group"})),
        reads(Admin, "FN /api/fn/sharing/grants")
            .quiet()
            .shown_to(&[Role::Admin])
            .with(json!({"query": {"host_id": "$shared"}})),
        changes(Admin, "FN /api/fn/sharing/share").with(json!({"request": {
            "hosts": {"kind": "hosts", "ids": ["$shared"]}, "to": [{"kind": "group", "id": "$group"}],
            "rights": {"watch": true},
        }})),
        ends(Admin, "FN /api/fn/sharing/unshare").with(json!({"id": "$grant"})),
        changes(Owner, "FN /api/fn/sharing/set_own_login")
            .shown_to(&[Role::Admin])
            .with(json!({"id": "$shared", "login": {"username": "x"}})),
    ]
}

fn hosts() -> Vec<Row> {
    let spare = || json!({"kind": "hosts", "ids": ["$spare"]});
    vec![
        reads(Own, "FN /api/fn/inventory/hosts").with(json!({"query": {}})),
        reads(Owner, "FN /api/fn/inventory/host").with(json!({"id": "$host"})),
        changes(Opener, "FN /api/fn/inventory/add_host")
            .with(json!({"draft": {"name": "of the page", "address": "192.0.2.1"}})),
        changes(Owner, "FN /api/fn/inventory/update_host")
            .with(json!({"id": "$host", "patch": {"tags": ["OLGAS-page"]}})),
        changes(Owner, "FN /api/fn/inventory/duplicate_host").with(json!({"id": "$host"})),
        reads(Own, "FN /api/fn/inventory/folders"),
        changes(Opener, "FN /api/fn/inventory/add_folder").with(json!({"draft": {"name": "of the page"}})),
        changes(Owner, "FN /api/fn/inventory/update_folder").with(json!({"id": "$folder", "patch": {"direct": false}})),
        ends(Owner, "FN /api/fn/inventory/delete_folder").with(json!({"id": "$empty"})),
        ends(Owner, "FN /api/fn/inventory/delete_folder_with_hosts").with(json!({"id": "$doomed"})),
        changes(Owner, "FN /api/fn/inventory/scan_host_key").with(json!({"id": "$host"})),
        changes(Owner, "FN /api/fn/inventory/trust_host_key")
            .with(json!({"id": "$host", "trust": {"fingerprint": "$fingerprint"}})),
        changes(Owner, "FN /api/fn/inventory/bootstrap")
            .with(json!({"id": "$host", "request": {"username": "$user", "password": "$secret"}})),
        changes(Owner, "FN /api/fn/inventory/probe").with(json!({"id": "$host"})),
        changes(Owner, "FN /api/fn/inventory/set_favourite").with(json!({"id": "$host", "on": true})),
        changes(Owner, "FN /api/fn/inventory/bulk")
            .quiet()
            .with(json!({"request": {"selection": spare(), "change": {"kind": "favourite", "on": true}}})),
        reads(Own, "FN /api/fn/inventory/undos").fleeting(),
        changes(Owner, "FN /api/fn/inventory/undo").with(json!({"id": "$undo"})),
    ]
}

fn more_hosts() -> Vec<Row> {
    let probe = || json!({"kind": "probe"});
    vec![
        reads(Own, "FN /api/fn/inventory/list").with(json!({"request": {}})),
        reads(Own, "FN /api/fn/inventory/values").with(json!({"request": {"field": "tag"}})),
        reads(Own, "FN /api/fn/inventory/filters"),
        changes(Own, "FN /api/fn/inventory/add_filter").with(json!({"draft": {"name": "of the page"}})),
        changes(Owner, "FN /api/fn/inventory/update_filter")
            .with(json!({"id": "$filter", "draft": {"name": "OLGAS filter of the page"}})),
        ends(Owner, "FN /api/fn/inventory/delete_filter").with(json!({"id": "$filter"})),
        reads(Own, "FN /api/fn/inventory/search").with(json!({"query": {"q": "OLGA"}})),
        changes(Owner, "FN /api/fn/rounds/start")
            .with(json!({"request": {"selection": {"kind": "hosts", "ids": ["$spare"]}, "work": probe()}})),
        changes(Owner, "FN /api/fn/rounds/next")
            .with(json!({"id": "$round", "next": {"outcomes": [], "work": probe()}})),
        reads(Own, "FN /api/fn/rounds/list"),
        reads(Owner, "FN /api/fn/rounds/page").with(json!({"id": "$round", "query": {}})),
        ends(Owner, "FN /api/fn/rounds/cancel").with(json!({"id": "$round"})),
        changes(Owner, "FN /api/fn/rounds/trust").with(json!({"request": {"round_id": "$round", "all_unknown": true}})),
        reads(Own, "FN /api/fn/links/list").fleeting(),
        reads(Owner, "FN /api/fn/monitor/figures").by_secret().fleeting().with(json!({"host": "$host"})),
    ]
}

fn netbox() -> Vec<Row> {
    vec![
        reads(Own, "FN /api/fn/netbox/status").fleeting(),
        changes(Opener, "FN /api/fn/netbox/configure")
            .with(json!({"draft": {"url": "$netbox", "token": "$netbox_token"}})),
        reads(Own, "FN /api/fn/netbox/devices").with(json!({"query": {}})),
        reads(Own, "FN /api/fn/netbox/choices").with(json!({"query": {}})),
        reads(Own, "FN /api/fn/netbox/gone"),
        changes(Owner, "FN /api/fn/netbox/cancel").with(json!({"id": "$job"})),
        ends(Opener, "FN /api/fn/netbox/set_sync").with(json!({"draft": {"enabled": true}})),
        ends(Opener, "FN /api/fn/netbox/import").with(json!({"request": {"dry_run": true}})),
        ends(Opener, "FN /api/fn/netbox/sync_now"),
        ends(Own, "FN /api/fn/netbox/forget"),
    ]
}

fn commands() -> Vec<Row> {
    vec![
        changes(Owner, "FN /api/fn/commands/start")
            .with(json!({"request": {"command": "true", "hosts": ["$host"], "wait": true}})),
        reads(Own, "FN /api/fn/commands/runs"),
        reads(Owner, "FN /api/fn/commands/run").with(json!({"id": "$run"})),
        reads(Owner, "FN /api/fn/commands/output").with(json!({"id": "$run", "host": "$host", "query": {}})),
        ends(Owner, "FN /api/fn/commands/cancel_host").with(json!({"id": "$run", "host": "$host"})),
        ends(Owner, "FN /api/fn/commands/cancel").with(json!({"id": "$run"})),
        reads(Own, "FN /api/fn/commands/snippets").with(json!({"query": {}})),
        changes(Own, "FN /api/fn/commands/add_snippet").with(json!({"draft": {"name": "of the page", "text": "true"}})),
        changes(Owner, "FN /api/fn/commands/update_snippet")
            .with(json!({"id": "$snippet", "patch": {"description": "OLGAS"}})),
        ends(Owner, "FN /api/fn/commands/delete_snippet").with(json!({"id": "$snippet"})),
    ]
}

fn terminal() -> Vec<Row> {
    let session = || json!({"session": "$session"});
    vec![
        reads(Own, "FN /api/fn/terminal/status").fleeting(),
        changes(Owner, "FN /api/fn/terminal/open").by_secret().with(json!({"host": "$host", "request": {}})),
        reads(Own, "FN /api/fn/terminal/list").with(json!({"query": {}})),
        changes(Session, "FN /api/fn/terminal/heartbeat").with(session()),
        changes(Session, "FN /api/fn/terminal/ticket").by_secret().with(session()),
        changes(Session, "FN /api/fn/terminal/extend").with(session()),
        changes(Session, "FN /api/fn/terminal/keyboard")
            .with(json!({"session": "$session", "request": {"attachment_id": "$attachment", "may_type": true}})),
        changes(Session, "FN /api/fn/terminal/size")
            .with(json!({"session": "$session", "size": {"cols": 100, "rows": 30}})),
        changes(Session, "FN /api/fn/terminal/invite").with(json!({"session": "$session", "request": {}})),
        reads(Session, "FN /api/fn/terminal/invites").with(session()),
        ends(Session, "FN /api/fn/terminal/revoke-invite").with(json!({"session": "$session", "invite": "$invite"})),
        ends(Session, "FN /api/fn/terminal/remove").with(json!({"session": "$session", "attachment": "$attachment"})),
        changes(Admin, "FN /api/fn/terminal/watch").with(session()),
        reads(Owner, "FN /api/fn/terminal/history").with(json!({"host": "$host", "query": {}})),
        reads(Owner, "FN /api/fn/terminal/unique").with(json!({"host": "$hostname", "query": {}})),
        ends(Owner, "FN /api/fn/terminal/forget").with(json!({"id": "$typed"})),
        ends(Owner, "FN /api/fn/terminal/forget-matching").with(json!({"query": {"host": "$host"}})),
        ends(SessionOrAdmin, "FN /api/fn/terminal/close").with(session()),
    ]
}
