//! One line, whole.

use super::{log::Log, moment};
use crate::ui::{CopyButton, Dialog};
use leptos::prelude::*;
use wire::audit::AuditEvent;

/// All that a line says.
#[component]
pub(super) fn Detail(line: AuditEvent, log: Log) -> impl IntoView {
    let head = line.head().to_string();
    let missing = |what: &str| what.to_owned();
    let words = [
        ("When", format!("{} ({})", moment::whole(line.at), String::from(line.at))),
        ("Who", line.account_name.clone()),
        ("Account", line.account_id.as_ref().map_or_else(|| missing("none"), ToString::to_string)),
        ("From", line.address.clone().unwrap_or_else(|| missing("this machine"))),
        ("Did", line.action.clone()),
        ("To what", line.object.clone()),
        ("How it went", line.outcome.clone()),
        ("Request", line.request_id.clone()),
        ("Line before", line.previous.to_string()),
        ("This line", line.hash.to_string()),
    ];
    let rows = words.into_iter().filter(|(_, value)| !value.is_empty());
    let rows = rows.map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> }).collect_view();
    view! {
        <Dialog title=format!("Line {}", line.id) on_close=move |()| log.opened.set(None) wide=true>
            <dl class="audit-detail">{rows}</dl>
            <CopyButton text=head label="Copy number and hash" />
        </Dialog>
    }
}
