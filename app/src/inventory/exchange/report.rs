//! What an import does, or would do.

use super::words;
use crate::{
    inventory::words::thousands,
    ui::{Badge, Tone},
};
use leptos::prelude::*;
use wire::inventory::{FieldChange, ImportChange, ImportChangeKind, ImportRemark, ImportReport};

/// Counts, then what is wrong, then each change.
#[component]
pub(in crate::inventory) fn Report(report: ImportReport) -> impl IntoView {
    let told = report.changes.len() as u64;
    let all = report.added + report.updated + report.removed;
    let forms: Vec<String> =
        report.files.iter().map(|file| format!("{}: {}", file.name, words::name(file.form))).collect();
    view! {
        {(!forms.is_empty()).then(|| view! { <p class="exchange-forms-read">{forms.join(" · ")}</p> })}
        <Tally report=report.clone() />
        <Remarks title="Cannot be taken" tone=Tone::Bad remarks=report.errors.clone() all=report.invalid />
        <Remarks title="Left out" tone=Tone::Warn remarks=report.skips.clone() all=report.skipped />
        {(!report.changes.is_empty()).then(|| view! {
            <section class="exchange-changes" aria-labelledby="changes-heading">
                <h2 id="changes-heading">"Changes"</h2>
                <ul class="rows framed exchange-list" tabindex="0" aria-labelledby="changes-heading">{report.changes.into_iter().map(|change| view! { <Change change /> }).collect_view()}</ul>
                {(all > told).then(|| view! { <p class="exchange-more">{format!("and {} more", thousands(all - told))}</p> })}
            </section>
        })}
        <Remarks title="Worth knowing" tone=Tone::Neutral all=report.remarks.len() as u64 remarks=report.remarks />
    }
}

#[component]
fn Tally(report: ImportReport) -> impl IntoView {
    let parts = [
        (report.added, "new", "good"),
        (report.updated, "changed", "accent"),
        (report.unchanged, "as they are", "plain"),
        (report.removed, "removed", "bad"),
        (report.skipped, "left out", "warn"),
        (report.invalid, "cannot be taken", "bad"),
        (report.folders_added, "new folders", "plain"),
        (report.folders_removed, "folders removed", "bad"),
        (report.keys_added, "host keys trusted", "plain"),
    ];
    let always = |word: &str| matches!(word, "new" | "changed" | "as they are");
    view! {
        <ul class="exchange-tally" aria-label="What changes">
            {parts.into_iter().filter(|(count, word, _)| *count > 0 || always(word)).map(|(count, word, tone)| view! {
                <li data-tone=tone data-none=(count == 0).then_some("")><b>{thousands(count)}</b>" "{word}</li>
            }).collect_view()}
        </ul>
    }
}

#[component]
fn Remarks(title: &'static str, tone: Tone, remarks: Vec<ImportRemark>, all: u64) -> impl IntoView {
    let told = remarks.len() as u64;
    (!remarks.is_empty()).then(|| view! {
        <details class="exchange-remarks" open=tone == Tone::Bad>
            <summary>{title}" "<Badge tone>{thousands(all)}</Badge></summary>
            <ul>{remarks.into_iter().map(|remark| view! {
                <li>
                    {(!remark.place.is_empty()).then(|| view! { <span class="exchange-place">{remark.place}</span> })}
                    {(!remark.name.is_empty()).then(|| view! { <b>{remark.name}</b>": " })}
                    {remark.reason}
                </li>
            }).collect_view()}</ul>
            {(all > told).then(|| view! { <p class="exchange-more">{format!("and {} more", thousands(all - told))}</p> })}
        </details>
    })
}

#[component]
fn Change(change: ImportChange) -> impl IntoView {
    let tone = match change.kind {
        ImportChangeKind::Added => Tone::Good,
        ImportChangeKind::Updated => Tone::Accent,
        ImportChangeKind::Removed => Tone::Bad,
    };
    let meta =
        [change.folder, change.address].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <li class="row exchange-change">
            <Badge tone>{words::kind(change.kind)}</Badge>
            <div class="row-main">
                <span class="row-title">{change.name}</span>
                <span class="row-meta">{meta}{change.place.map(|place| view! { <span class="exchange-place">{place}</span> })}</span>
                {(!change.fields.is_empty()).then(|| view! {
                    <dl class="exchange-fields">{change.fields.into_iter().map(field).collect_view()}</dl>
                })}
            </div>
        </li>
    }
}

fn field(change: FieldChange) -> impl IntoView {
    let shown = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
    view! {
        <div>
            <dt>{change.field.replace('_', " ")}</dt>
            <dd><del>{shown(change.from)}</del>" → "<ins>{shown(change.to)}</ins></dd>
        </div>
    }
}
