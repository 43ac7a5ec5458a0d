//! Connections of scripts, files, transfers, commands and snippets.

use super::super::row::{
    Row,
    Whose::{Opener, Own, Owner, OwnerOrAdmin},
    changes, ends, reads,
};
use serde_json::json;

pub(super) fn rows() -> Vec<Row> {
    [connections(), files(), commands()].concat()
}

fn connections() -> Vec<Row> {
    vec![
        changes(Opener, "POST /ssh/connect?session_id=fresh").with(json!({
            "hostname": "$address", "username": "$user", "password": "$secret", "port": "$port",
            "fingerprint": "$fingerprint",
        })),
        reads(Own, "GET /ssh/status"),
        reads(OwnerOrAdmin, "GET /ssh/status?user_id=$olga"),
        ends(OwnerOrAdmin, "POST /ssh/disconnect?user_id=$olga&session_id=$script"),
        changes(Opener, "POST /connections/ssh").with(json!({
            "host": "$address", "username": "$user", "password": "$secret", "port": "$port",
            "fingerprint": "$fingerprint", "sessionName": "fresh",
        })),
        changes(Owner, "POST /connections/ssh").with(json!({
            "host": "$address", "username": "$user", "keyPath": "$key", "port": "$port", "fingerprint": "$fingerprint",
        })),
        changes(Opener, "POST /connections/ftp")
            .far()
            .with(json!({"host": "$address", "username": "$user", "password": "$secret", "port": 1, "timeout": 1})),
        reads(Own, "GET /connections"),
        reads(Owner, "GET /connections/$connection/files?path=$dir").by_secret(),
        reads(Owner, "POST /connections/$connection/download").by_secret().with(json!({"remotePath": "$file"})),
        changes(Owner, "POST /connections/$connection/upload?remotePath=$dir/sent").by_secret().bytes("OLGAS"),
        reads(Owner, "GET /api/fs/list?path=$dir&session_id=$connection").by_secret(),
        reads(Owner, "GET /api/fs/read?path=$file&session_id=$connection").by_secret(),
        changes(Owner, "POST /connections/$connection/execute").by_secret().with(json!({"command": "true"})),
        changes(Owner, "POST /api/terminal/bastion/run")
            .by_secret()
            .with(json!({"command": "true", "session_id": "$connection"})),
        changes(Own, "POST /connections/cleanup"),
        ends(Owner, "DELETE /connections/$connection"),
    ]
}

fn files() -> Vec<Row> {
    let of_host = vec![
        reads(Owner, "GET /api/hosts/$host/files?path=$dir"),
        reads(Owner, "GET /api/hosts/$hostname/files?path=$dir"),
        reads(Owner, "GET /api/hosts/$host/files/entry?path=$file"),
        reads(Owner, "GET /api/hosts/$host/files/content?path=$file"),
        reads(Owner, "GET /api/hosts/$host/files/archive?path=$dir"),
        reads(Owner, "GET /api/hosts/$host/files/upload?path=$dir/part"),
        reads(Owner, "GET /api/hosts/$host/files/text?path=$file"),
        reads(Owner, "POST /api/hosts/$host/files/count").with(json!({"paths": ["$dir"]})),
        changes(Owner, "PUT /api/hosts/$host/files/text").with(json!({"path": "$dir/text", "text": "OLGAS"})),
        changes(Owner, "PUT /api/hosts/$host/files/content?path=$dir/new&total=5").bytes("OLGAS"),
        changes(Owner, "POST /api/hosts/$host/files/finish").with(json!({"path": "$dir/new", "total": 5})),
        changes(Owner, "POST /api/hosts/$host/files/folder").with(json!({"path": "$dir/made"})),
        changes(Owner, "POST /api/hosts/$host/files/rename").with(json!({"from": "$dir/made", "to": "$dir/renamed"})),
        changes(Owner, "POST /api/hosts/$host/files/mode").with(json!({"path": "$dir/renamed", "mode": 0o700})),
        changes(Owner, "POST /api/hosts/$host/files/link").with(json!({"path": "$dir/link", "target": "renamed"})),
        changes(Owner, "POST /api/hosts/$host/files/copy").with(json!({"paths": ["$file"], "to": "$dir/renamed"})),
        changes(Owner, "POST /api/hosts/$host/files/copy")
            .with(json!({"paths": ["$dir/text"], "to_host": "$host", "to": "$dir/renamed"})),
        ends(Owner, "DELETE /api/hosts/$host/files/upload?path=$dir/part"),
        ends(Owner, "POST /api/hosts/$host/files/delete").with(json!({"paths": ["$dir/renamed"]})),
    ];
    let mut rows: Vec<_> = of_host.into_iter().map(Row::by_secret).collect();
    rows.extend([
        changes(Owner, "POST /api/hosts/$host/files/open").with(json!({"username": "$user", "password": "$secret"})),
        reads(Owner, "GET /api/hosts/$host/monitor").by_secret().fleeting(),
        reads(Own, "GET /api/transfers"),
        reads(Owner, "GET /api/transfers/$transfer"),
        ends(Owner, "DELETE /api/transfers/$transfer"),
    ]);
    rows
}

fn commands() -> Vec<Row> {
    vec![
        reads(Own, "GET /api/commands/runs"),
        changes(Owner, "POST /api/commands/runs").with(json!({"command": "true", "hosts": ["$host"], "wait": true})),
        changes(Owner, "POST /api/commands/runs")
            .with(json!({"command": "true", "hosts": ["$hostname"], "wait": true})),
        changes(Owner, "POST /api/commands/runs")
            .with(json!({"snippet": "$snippet", "hosts": ["$host"], "wait": true})),
        reads(Owner, "GET /api/commands/runs/$run"),
        reads(Owner, "GET /api/commands/runs/$run/hosts/$host"),
        ends(Owner, "DELETE /api/commands/runs/$run/hosts/$host"),
        ends(Owner, "DELETE /api/commands/runs/$run"),
        reads(Own, "GET /api/snippets"),
        changes(Own, "POST /api/snippets").with(json!({"name": "fresh", "text": "true"})),
        changes(Owner, "PATCH /api/snippets/$snippet").with(json!({"description": "OLGAS"})),
        ends(Owner, "DELETE /api/snippets/$snippet"),
    ]
}
