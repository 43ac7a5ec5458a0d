//! Hosts, folders, filters, rounds, imports and links.

use super::super::row::{
    Row,
    Whose::{Opener, Own, Owner},
    changes, ends, reads,
};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    [hosts(), lists(), folders(), rounds(), library()].concat()
}

fn hosts() -> Vec<Row> {
    vec![
        reads(Own, "GET /api/hosts"),
        reads(Own, "GET /api/hosts?search=OLGA"),
        changes(Opener, "POST /api/hosts").with(json!({"name": "fresh", "address": "192.0.2.1"})),
        changes(Owner, "POST /api/hosts")
            .with(json!({"name": "fresh 1", "address": "192.0.2.1", "credential_id": "$credential"})),
        changes(Owner, "POST /api/hosts")
            .with(json!({"name": "fresh 2", "address": "192.0.2.1", "jump_host_id": "$host"})),
        changes(Owner, "POST /api/hosts")
            .with(json!({"name": "fresh 3", "address": "192.0.2.1", "folder_id": "$folder"})),
        reads(Owner, "GET /api/hosts/$host"),
        changes(Owner, "PATCH /api/hosts/$host").with(json!({"tags": ["OLGAS-other"]})),
        ends(Owner, "DELETE /api/hosts/$spare"),
        changes(Owner, "POST /api/hosts/$host/duplicate"),
        changes(Owner, "POST /api/hosts/$host/probe"),
        changes(Owner, "POST /api/hosts/$host/host-key/scan"),
        changes(Owner, "POST /api/hosts/$host/host-key/trust").with(json!({"fingerprint": "$fingerprint"})),
        changes(Owner, "POST /api/hosts/$host/bootstrap").with(json!({"username": "$user", "password": "$secret"})),
        changes(Owner, "POST /api/hosts/bulk").quiet().with(json!({
            "selection": {"kind": "hosts", "ids": ["$spare"]}, "change": {"kind": "favourite", "on": true},
        })),
        changes(Owner, "POST /api/hosts/bulk").with(json!({
            "selection": {"kind": "hosts", "ids": ["$spare"]}, "change": {"kind": "move", "folder_id": "$folder"},
        })),
        changes(Owner, "POST /api/hosts/bulk").with(json!({
            "selection": {"kind": "matching", "filter": {}},
            "change": {"kind": "edit", "patch": {"credential_id": "$credential"}},
        })),
        reads(Own, "GET /api/undos").fleeting(),
        changes(Owner, "POST /api/undos/$undo"),
        reads(Own, "GET /api/links").fleeting(),
    ]
}

fn lists() -> Vec<Row> {
    vec![
        reads(Own, "POST /api/hosts/list").with(json!({})),
        reads(Own, "POST /api/hosts/list").with(json!({"filter": {"search": "OLGA"}})),
        reads(Owner, "POST /api/hosts/list")
            .quiet()
            .with(json!({"filter": {"scope": {"kind": "folder", "id": "$folder"}}})),
        reads(Own, "POST /api/hosts/values").with(json!({"field": "tag"})),
        reads(Own, "POST /api/hosts/values").with(json!({"field": "credential"})),
        changes(Owner, "PUT /api/hosts/$host/favourite"),
        changes(Owner, "DELETE /api/hosts/$host/favourite"),
        reads(Own, "GET /api/filters"),
        changes(Own, "POST /api/filters").with(json!({"name": "fresh"})),
        changes(Owner, "PUT /api/filters/$filter").with(json!({"name": "OLGAS other filter"})),
        ends(Owner, "DELETE /api/filters/$filter"),
        reads(Own, "GET /api/search?q=OLGA"),
    ]
}

fn folders() -> Vec<Row> {
    vec![
        reads(Own, "GET /api/folders"),
        changes(Opener, "POST /api/folders").with(json!({"name": "fresh"})),
        changes(Owner, "POST /api/folders").with(json!({"name": "fresh 1", "parent_id": "$folder"})),
        changes(Owner, "POST /api/folders").with(json!({"name": "fresh 2", "credential_id": "$credential"})),
        changes(Owner, "POST /api/folders").with(json!({"name": "fresh 3", "jump_host_id": "$host"})),
        changes(Owner, "PATCH /api/folders/$folder").with(json!({"username": "root"})),
        changes(Owner, "PATCH /api/folders/$folder").with(json!({"username": null})),
        ends(Owner, "DELETE /api/folders/$empty"),
        ends(Owner, "DELETE /api/folders/$doomed?with_hosts=true"),
    ]
}

fn rounds() -> Vec<Row> {
    let probe = || json!({"kind": "probe"});
    vec![
        reads(Own, "GET /api/hosts/rounds"),
        changes(Owner, "POST /api/hosts/rounds")
            .with(json!({"selection": {"kind": "hosts", "ids": ["$spare"]}, "work": probe()})),
        changes(Owner, "POST /api/hosts/rounds").with(json!({
            "selection": {"kind": "hosts", "ids": ["$host"]},
            "work": {"kind": "bootstrap", "sign_in": {"credential_id": "$credential", "insist": true}},
        })),
        reads(Owner, "GET /api/hosts/rounds/$round"),
        changes(Owner, "POST /api/hosts/rounds/$round/next").with(json!({"outcomes": [], "work": probe()})),
        changes(Owner, "POST /api/hosts/trust").with(json!({"round_id": "$round", "all_unknown": true})),
        ends(Owner, "DELETE /api/hosts/rounds/$round"),
    ]
}

/// The saved hosts as the earlier systems named them, and files of hosts.
fn library() -> Vec<Row> {
    vec![
        reads(Own, "GET /api/sessions"),
        changes(Opener, "POST /api/sessions")
            .with(json!({"display_name": "fresh", "host": "192.0.2.2", "port": "22", "folder_name": "Fresh"})),
        changes(Owner, "PUT /api/sessions/$saved").with(json!({"Vendor": "OLGAS"})),
        ends(Owner, "DELETE /api/sessions/$saved"),
        changes(Opener, "POST /api/sessions/folders").with(json!({"folder_name": "Another"})),
        changes(Owner, "PUT /api/sessions/folders/$old_shelf").with(json!({"folder_name": "OLGAS other shelf"})),
        ends(Owner, "DELETE /api/sessions/folders/$bare_shelf"),
        changes(Opener, "POST /api/sessions/import").bytes(
            "- folder_name: Imported\n  sessions:\n  - display_name: one\n    host: 192.0.2.3\n    port: '22'\n",
        ),
        reads(Own, "GET /api/sessions/export"),
        changes(Opener, "POST /api/inventory/import?form=csv").bytes("name,address\ntwo,192.0.2.4\n"),
        changes(Owner, "POST /api/inventory/import?form=csv&folder_id=$folder")
            .bytes("name,address\nthree,192.0.2.5\n"),
        reads(Own, "GET /api/inventory/export?form=json"),
        reads(Owner, "GET /api/inventory/export?form=json&folder_id=$folder"),
    ]
}
