//! Whether the log is as it was written: what was found last, and the button that finds out anew.

use super::{api, log::Log, words};
use crate::ui::{Button, CopyButton, Icon, IconView, Notice, RelativeTime, Submit, Tone};
use leptos::{prelude::*, task::spawn_local};
use wire::audit::{AuditChain, AuditReport};

/// The card above the lines.
#[component]
pub(super) fn Chain(log: Log) -> impl IntoView {
    let (chain, report) = (RwSignal::new(None::<AuditChain>), RwSignal::new(None::<AuditReport>));
    let read = move || {
        spawn_local(async move {
            if let Ok(found) = api::chain().await {
                let _ = chain.try_set(Some(found));
            }
        });
    };
    read();
    let submit = Submit::new();
    let verify = move |()| {
        submit.run(api::verify(), move |found| {
            report.set(Some(found));
            read();
            log.read();
        });
    };
    let export = move || log.filter.with(api::export);
    let filtered = move || log.filter.with(|filter| !words::pairs(filter).is_empty());
    view! {
        <section class="audit-chain" aria-label="Whether the log is whole">
            <div class="audit-state">
                {move || chain.get().map(|chain| view! { <State chain /> })}
            </div>
            <div class="audit-acts">
                <Button icon=Icon::Shield busy=submit.busy on_click=verify>"Verify"</Button>
                <a class="button" href=export rel="external" download="">
                    <IconView icon=Icon::Download />
                    {move || if filtered() { "Export what is shown" } else { "Export" }}
                </a>
            </div>
        </section>
        {move || report.get().map(|report| view! { <Found report /> })}
        {move || submit.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
    }
}

#[component]
fn State(chain: AuditChain) -> impl IntoView {
    let extent = words::extent(&chain);
    let verified = match chain.verified {
        None => view! { "It was never verified." }.into_any(),
        Some(line) => view! {
            "Verified "<RelativeTime millis=line.at.millis() />", "{line.object}": "
            <strong>{line.outcome}</strong>"."
        }
        .into_any(),
    };
    let sealed = chain.sealed.map(|line| {
        let millis = line.at.millis();
        view! { " Sealed up to line "{line.id - 1}" "<RelativeTime millis /> "." }
    });
    view! { <p>{extent}</p><p>{verified}{sealed}</p> }
}

#[component]
fn Found(report: AuditReport) -> impl IntoView {
    let head = report.head.to_string();
    match report.flaw {
        Some(flaw) => view! {
            <Notice tone=Tone::Bad>
                <p>"The chain does not hold: "{flaw}"."</p>
                <p>"Keep a copy of the database and of the last export, and find out who could write to it."</p>
            </Notice>
        }
        .into_any(),
        None => view! {
            <Notice tone=Tone::Good>
                <p>"The chain holds. Keep its head elsewhere to notice later when the end is cut off: "</p>
                <p class="audit-head mono">{head.clone()}</p>
                <CopyButton text=head label="Copy the head" />
            </Notice>
        }
        .into_any(),
    }
}
