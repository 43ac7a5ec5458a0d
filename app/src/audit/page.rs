//! `/audit`: what was done that matters, for admins and viewers.

use super::{chain::Chain, detail::Detail, filters::Filters, log::Log, table::Lines};
use crate::{
    accounts::SignIn,
    ui::{Button, EmptyState, Icon, Notice, PageHeader, Tone},
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn AuditPage() -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    view! {
        <main id="main" class="page audit-page">
            <PageHeader title="Audit log" />
            {move || if sign_in.sees_all() {
                view! { <Shown /> }.into_any()
            } else {
                view! {
                    <EmptyState icon=Icon::Shield title="This page is for admins and viewers">
                        <p>"The audit log tells what all accounts did. Ask an admin for what you need to know."</p>
                    </EmptyState>
                }
                .into_any()
            }}
        </main>
    }
}

#[component]
fn Shown() -> impl IntoView {
    let log = Log::begin();
    view! {
        <p class="page-lead">
            "What was done that matters: by whom, from where, to what, and how it went. Lines are added and never changed; each
            stands on the one before."
        </p>
        <Chain log />
        <Filters log />
        {move || log.error.get().map(|text| view! {
            <Notice tone=Tone::Bad>{text}</Notice>
            <Button icon=Icon::Refresh on_click=move |()| log.read()>"Try again"</Button>
        })}
        <Lines log />
        {move || log.opened.get().map(|line| view! { <Detail line log /> })}
    }
}
