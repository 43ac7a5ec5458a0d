//! Files on hosts, and transfers.

use super::{
    Class::{Change, Question, Ticket, Transfer},
    Needs::Files,
    Row, row,
};

pub(super) const ROWS: &[Row] = &[
    row("GET /connections/{id}/files", Files, Transfer),
    row("POST /connections/{id}/download", Files, Transfer),
    row("POST /connections/{id}/upload", Files, Transfer),
    row("GET /api/fs/list", Files, Transfer),
    row("GET /api/fs/read", Files, Transfer),
    row("GET /api/hosts/{id}/files", Files, Transfer),
    row("POST /api/hosts/{id}/files/open", Files, Ticket),
    row("GET /api/hosts/{id}/files/entry", Files, Transfer),
    row("GET /api/hosts/{id}/files/content", Files, Transfer),
    row("PUT /api/hosts/{id}/files/content", Files, Transfer),
    row("GET /api/hosts/{id}/files/text", Files, Transfer),
    row("PUT /api/hosts/{id}/files/text", Files, Transfer),
    row("GET /api/hosts/{id}/files/archive", Files, Transfer),
    row("GET /api/hosts/{id}/files/upload", Files, Transfer),
    row("DELETE /api/hosts/{id}/files/upload", Files, Transfer),
    row("POST /api/hosts/{id}/files/finish", Files, Transfer),
    row("POST /api/hosts/{id}/files/folder", Files, Transfer),
    row("POST /api/hosts/{id}/files/rename", Files, Transfer),
    row("POST /api/hosts/{id}/files/mode", Files, Transfer),
    row("POST /api/hosts/{id}/files/link", Files, Transfer),
    row("POST /api/hosts/{id}/files/count", Files, Transfer),
    row("POST /api/hosts/{id}/files/delete", Files, Transfer),
    row("POST /api/hosts/{id}/files/copy", Files, Transfer),
    row("GET /api/transfers", Files, Question),
    row("GET /api/transfers/{id}", Files, Question),
    row("DELETE /api/transfers/{id}", Files, Change),
];
