//! NetBox.

use super::super::row::{
    Row,
    Whose::{Opener, Own, Owner},
    changes, ends, reads,
};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    vec![
        reads(Own, "GET /api/netbox/token/status").fleeting(),
        changes(Opener, "POST /api/netbox/token/configure").with(json!({"url": "$netbox", "token": "$netbox_token"})),
        reads(Own, "GET /api/netbox/devices"),
        reads(Own, "GET /api/netbox/sites"),
        reads(Own, "GET /api/netbox/choices?of=site"),
        reads(Own, "GET /api/netbox/gone"),
        changes(Opener, "PUT /api/netbox/sync").with(json!({"enabled": true})),
        reads(Owner, "GET /api/netbox/import/$job"),
        changes(Owner, "DELETE /api/netbox/import/$job"),
        // One import at a time, and the newest one's job alone is kept.
        ends(Opener, "POST /api/netbox/import").with(json!({"dry_run": true})),
        ends(Opener, "POST /api/netbox/sync/run"),
        ends(Own, "DELETE /api/netbox/token/configure"),
        // For the functions, which come after it.
        ends(Opener, "POST /api/netbox/token/configure").with(json!({"url": "$netbox", "token": "$netbox_token"})),
    ]
}
