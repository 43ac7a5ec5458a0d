//! The lines as a table, which is a list of cards on a phone.

use super::{
    log::Log,
    moment::Moment,
    words::{Mood, mood},
};
use crate::ui::{Badge, Button, EmptyState, Icon, Skeleton, Tone};
use leptos::{ev, prelude::*};
use wire::audit::AuditEvent;

/// So near to the end of what is shown, in heights of the window, older lines are read.
const NEAR: f64 = 1.5;

/// The lines.
#[component]
pub(super) fn Lines(log: Log) -> impl IntoView {
    read_on(log);
    let none = Memo::new(move |_| {
        (log.lines.with(|lines| lines.as_ref().map(Vec::is_empty)), log.error.with(Option::is_some))
    });
    move || match none.get() {
        (None, true) => ().into_any(),
        (None, false) => view! { <Skeleton label="Loading the audit log" /> }.into_any(),
        (Some(true), _) => view! {
            <EmptyState icon=Icon::Search title="Nothing found">
                <p>"No line of the log fits what is looked for. Take a filter away, or widen the time."</p>
            </EmptyState>
        }
        .into_any(),
        (Some(false), _) => view! { <Table log /> }.into_any(),
    }
}

#[component]
fn Table(log: Log) -> impl IntoView {
    view! {
        <table class="audit-table" aria-label="Audit log">
            <thead>
                <tr>
                    <th scope="col">"When"</th>
                    <th scope="col">"Who"</th>
                    <th scope="col">"Did"</th>
                    <th scope="col">"To what"</th>
                    <th scope="col">"How it went"</th>
                    <th scope="col">"From"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || log.lines.get().unwrap_or_default() key=|line| line.id
                    children=move |line| view! { <Row line log /> } />
            </tbody>
        </table>
        {move || log.more.get().then(|| view! {
            <div class="audit-older">
                <Button busy=log.busy on_click=move |()| log.older()>"Show older lines"</Button>
            </div>
        })}
    }
}

#[component]
fn Row(line: AuditEvent, log: Log) -> impl IntoView {
    let AuditEvent { at, account_name, action, object, outcome, address, id, .. } = line.clone();
    let outcome = match mood(&outcome) {
        Mood::Wrong => view! { <Badge tone=Tone::Bad>{outcome}</Badge> }.into_any(),
        Mood::Plain => outcome.into_any(),
    };
    let label = format!("{action}, line {id}");
    view! {
        <tr>
            <td class="audit-when"><Moment at /></td>
            <td class="audit-who">{account_name}</td>
            <td class="audit-did">
                <button type="button" class="audit-open mono" aria-label=label on:click=move |_| log.opened.set(Some(line.clone()))>
                    {action}
                </button>
            </td>
            <td class="audit-what">{object}</td>
            <td class="audit-how">{outcome}</td>
            <td class="audit-from mono">{address}</td>
        </tr>
    }
}

/// Whoever comes near the end gets older lines.
fn read_on(log: Log) {
    let scrolled = window_event_listener(ev::scroll, move |_| {
        let Some(root) = document().document_element() else { return };
        let left = root.scroll_height() - root.scroll_top() - root.client_height();
        if f64::from(left) < NEAR * f64::from(root.client_height()) {
            log.older();
        }
    });
    on_cleanup(move || scrolled.remove());
}
