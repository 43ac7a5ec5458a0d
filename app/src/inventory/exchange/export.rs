//! Everything out again, as a file.

use super::words;
use crate::ui::{Icon, IconView};
use leptos::prelude::*;
use wire::inventory::Form;

/// One link for each form that is written; the browser saves what comes.
#[component]
pub(super) fn Export() -> impl IntoView {
    let forms = Form::ALL.into_iter().filter(|form| form.is_written());
    let link = |form: Form| {
        let address = format!("/api/inventory/export?form={}", words::key(form));
        view! { <a class="button" href=address download rel="external"><IconView icon=Icon::Download />{words::name(form)}</a> }
    };
    view! {
        <section aria-labelledby="export-heading">
            <div class="section-head"><h2 id="export-heading">"Export"</h2></div>
            <p class="page-lead">
                "All your hosts and folders as a file. What came in with an import and Berth has no field for is given back. No secret is in it."
            </p>
            <div class="exchange-forms">{forms.map(link).collect_view()}</div>
        </section>
    }
}
