//! What is looked for. Typing that rests goes into the address, which is what is shown.

use super::{
    log::{Log, go},
    moment, words,
};
use crate::ui::{Button, Field, Icon, IconView, TextField, fresh_id};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use wire::audit::AuditFilter;

/// How long typing rests before it is looked for, in milliseconds.
const REST: u32 = 350;

/// The rooms that actions are named after, as the filter suggests them.
const ROOMS: [&str; 25] = [
    "account",
    "audit",
    "command",
    "connection",
    "credential",
    "file",
    "folder",
    "grant",
    "group",
    "history",
    "host",
    "host_key",
    "inventory",
    "invite",
    "link",
    "netbox",
    "recording",
    "server",
    "session",
    "snippet",
    "token",
    "account.sign_in",
    "host_key.trust",
    "session.open",
    "session.watch",
];

/// What stands in the fields.
#[derive(Clone, Copy)]
struct Typed {
    account: RwSignal<String>,
    action: RwSignal<String>,
    object: RwSignal<String>,
    outcome: RwSignal<String>,
    address: RwSignal<String>,
    from: RwSignal<String>,
    until: RwSignal<String>,
}

impl Typed {
    fn of(filter: &AuditFilter) -> Self {
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        let local = |at: Option<wire::Timestamp>| RwSignal::new(at.map(moment::local).unwrap_or_default());
        Self {
            account: text(&filter.account),
            action: text(&filter.action),
            object: text(&filter.object),
            outcome: text(&filter.outcome),
            address: text(&filter.address),
            from: local(filter.from),
            until: local(filter.until),
        }
    }

    fn filter(self) -> AuditFilter {
        let said = |text: RwSignal<String>| Some(text.get().trim().to_owned()).filter(|text| !text.is_empty());
        AuditFilter {
            account: said(self.account),
            action: said(self.action),
            object: said(self.object),
            outcome: said(self.outcome),
            address: said(self.address),
            from: moment::typed(&self.from.get()),
            until: moment::typed(&self.until.get()),
        }
    }

    fn clear(self) {
        for field in [self.account, self.action, self.object, self.outcome, self.address, self.from, self.until] {
            field.set(String::new());
        }
    }
}

/// The fields.
#[component]
pub(super) fn Filters(log: Log) -> impl IntoView {
    let typed = Typed::of(&log.filter.get_untracked());
    let resting = StoredValue::new_local(None::<Timeout>);
    let go = go();
    Effect::new(move |before: Option<()>| {
        let filter = typed.filter();
        if before.is_some() {
            let go = go.clone();
            resting.set_value(Some(Timeout::new(REST, move || go(&filter))));
        }
    });
    let filtered = move || log.filter.with(|filter| !words::pairs(filter).is_empty());
    let opened = log.filter.with_untracked(|filter| {
        filter.outcome.is_some() || filter.address.is_some() || filter.from.is_some() || filter.until.is_some()
    });
    let rooms = Signal::derive(|| ROOMS.map(str::to_owned).to_vec());
    view! {
        <div class="audit-filters" role="search" aria-label="Filters">
            <div class="audit-fields">
                <TextField label="Account" value=typed.account optional=true placeholder="Anybody" />
                <TextField label="Action" value=typed.action optional=true placeholder="Any, or a room as session" suggestions=rooms />
                <TextField label="Done to" value=typed.object optional=true placeholder="A name or an id" />
            </div>
            <details class="audit-more" open=opened>
                <summary><IconView icon=Icon::Filter />"More filters"</summary>
                <div class="audit-fields">
                    <TextField label="Outcome" value=typed.outcome optional=true placeholder="As failed" />
                    <TextField label="Address" value=typed.address optional=true placeholder="How it begins" />
                    <MomentField label="From" value=typed.from />
                    <MomentField label="Until" value=typed.until />
                </div>
            </details>
            {move || filtered().then(|| view! {
                <Button icon=Icon::Close on_click=move |()| typed.clear()>"Clear filters"</Button>
            })}
        </div>
    }
}

/// A moment by the clock on the wall here.
#[component]
fn MomentField(label: &'static str, value: RwSignal<String>) -> impl IntoView {
    let id = fresh_id();
    view! {
        <Field id=id.clone() label optional=true>
            <input id=id class="input" type="datetime-local" step="1" bind:value=value />
        </Field>
    }
}
