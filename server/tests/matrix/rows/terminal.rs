//! Sessions, their people, what was typed, recordings, pages and WebSockets.

use super::super::row::{
    Row,
    Whose::{Admin, Own, Owner, OwnerOrAdmin, Public, Session, SessionOrAdmin, Watched},
    changes, ends, reads,
};
use serde_json::json;
use wire::accounts::Role;

const ADMIN: &[Role] = &[Role::Admin];
const WATCHERS: &[Role] = &[Role::Admin, Role::Viewer];

pub(super) fn rows() -> Vec<Row> {
    [people(), history(), recordings(), pages(), sessions()].concat()
}

/// What ends everything of an account: after all else.
pub(super) fn cleanups() -> Vec<Row> {
    vec![
        ends(Owner, "DELETE /api/links/$link"),
        ends(Owner, "FN /api/fn/links/close").with(json!({"id": "$link"})),
        ends(Own, "DELETE /api/terminal/command-history"),
        ends(Own, "POST /api/terminal/cleanup"),
        ends(Own, "FN /api/fn/terminal/cleanup"),
        ends(Admin, "POST /api/terminal/cleanup?all=true"),
    ]
}

fn sessions() -> Vec<Row> {
    vec![
        reads(Public, "GET /api/terminal/status").fleeting(),
        reads(Own, "GET /api/terminal/metrics").fleeting(),
        changes(Owner, "POST /api/terminal/$host/terminal-sessions").by_secret(),
        changes(Owner, "POST /api/terminal/$hostname/terminal-sessions").by_secret(),
        reads(Own, "GET /api/terminal/sessions"),
        reads(Own, "GET /api/terminal/sessions?status_filter=all"),
        reads(OwnerOrAdmin, "GET /api/terminal/sessions?user_id=$olga"),
        reads(Own, "GET /api/terminal/sessions?user_id=watchable").shown_to(ADMIN),
        reads(Admin, "GET /api/terminal/sessions?user_id=all"),
        changes(Session, "POST /api/terminal/sessions/$session/heartbeat"),
        changes(Session, "POST /api/terminal/sessions/$session/extend"),
        changes(Session, "POST /api/terminal/bastion/run")
            .by_secret()
            .with(json!({"command": "true", "session_id": "$session"})),
        changes(Public, "POST /api/terminal/sessions/$session/close-beacon").quiet(),
        changes(Public, "POST /api/terminal/sessions/$session/close-beacon?token=nothing").quiet(),
        ends(SessionOrAdmin, "DELETE /api/terminal/sessions/$session"),
    ]
}

fn people() -> Vec<Row> {
    vec![
        reads(SessionOrAdmin, "GET /api/terminal/sessions/$session/attachments"),
        ends(Session, "DELETE /api/terminal/sessions/$session/attachments/$attachment"),
        changes(Session, "POST /api/terminal/sessions/$session/keyboard")
            .with(json!({"attachment_id": "$attachment", "may_type": true})),
        changes(Session, "POST /api/terminal/sessions/$session/size").with(json!({"cols": 100, "rows": 30})),
        reads(Session, "GET /api/terminal/sessions/$session/invites"),
        changes(Session, "POST /api/terminal/sessions/$session/invites").with(json!({"label": "OLGAS other invite"})),
        ends(Session, "DELETE /api/terminal/sessions/$session/invites/$invite"),
        changes(Public, "POST /api/terminal/join").last(),
        changes(Admin, "POST /api/terminal/sessions/$session/watch"),
    ]
}

fn history() -> Vec<Row> {
    vec![
        reads(Owner, "GET /api/terminal/$host/command-history"),
        reads(Owner, "GET /api/terminal/$hostname/command-history"),
        reads(Owner, "GET /api/terminal/$host/command-history/unique"),
        reads(Own, "GET /api/terminal/command-history"),
        reads(Own, "GET /api/terminal/command-history?search=OLGA"),
        reads(Own, "GET /api/terminal/command-history/unique"),
        reads(Own, "GET /api/terminal/command-history/command-history"),
        ends(Owner, "DELETE /api/terminal/command-history/$typed"),
        ends(Owner, "DELETE /api/terminal/command-history?host=$host"),
    ]
}

fn recordings() -> Vec<Row> {
    vec![
        reads(Own, "GET /api/recordings").shown_to(WATCHERS),
        reads(Own, "GET /api/recordings?search=OLGA").shown_to(WATCHERS),
        reads(Watched, "GET /api/recordings?host=$host").quiet(),
        reads(Watched, "GET /api/recordings?account=$olga").quiet(),
        reads(Watched, "GET /api/recordings/$recording"),
        reads(Watched, "GET /api/recordings/$recording/chunks/0"),
        reads(Watched, "GET /api/recordings/$recording/search?q=OLGA"),
        reads(Watched, "GET /api/recordings/$recording/cast"),
        ends(OwnerOrAdmin, "DELETE /api/recordings/$recording").shown_to(&[Role::Viewer]),
    ]
}

/// What the REST interface does not describe.
fn pages() -> Vec<Row> {
    vec![
        reads(Public, "GET /connect/$session"),
        reads(Public, "GET /popout/$session"),
        reads(Public, "GET /connect/$session?token=nothing"),
        reads(Public, "GET /api/terminal/connect/$session"),
        reads(Public, "GET /api/terminal/popout/$session"),
        reads(Session, "WS /ws/terminal/$session").fleeting(),
        // It opens nothing yet: the first message asks for that, and is refused to a viewer.
        reads(Own, "WS /ws/terminal/new").fleeting(),
        reads(Own, "WS /ws/events").fleeting(),
        // What fails on the host is told behind the upgrade.
        reads(Owner, "WS /ws/monitor/$host").fleeting(),
    ]
}
