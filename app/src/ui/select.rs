//! One of several.

use super::{Field, FieldError, Icon, IconView, fresh_id};
use leptos::{html, prelude::*};

/// A list to choose from, as the browser draws it: it works with every keyboard and on every phone.
#[component]
pub fn Select(
    /// What is chosen.
    #[prop(into)]
    label: String,
    /// The chosen value.
    value: RwSignal<String>,
    /// Values and their texts.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// What the choice means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
) -> impl IntoView {
    let id = fresh_id();
    let hint_id = hint.as_ref().map(|_| format!("{id}-hint"));
    let choices = move || {
        options
            .get()
            .into_iter()
            .map(|(key, text)| {
                let mine = key.clone();
                view! { <option value=key selected=move || value.with(|value| *value == mine)>{text}</option> }
            })
            .collect_view()
    };
    // What there is to choose from may change while it is open to choice; what was chosen stays.
    let list = NodeRef::<html::Select>::new();
    Effect::new(move |_| {
        options.track();
        let chosen = value.get();
        if let Some(list) = list.get() {
            list.set_value(&chosen);
        }
    });
    view! {
        <Field id=id.clone() label hint error>
            <div class="select">
                <select
                    node_ref=list
                    id=id.clone()
                    class="input"
                    aria-describedby=hint_id
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {choices}
                </select>
                <IconView icon=Icon::ChevronDown />
            </div>
        </Field>
    }
}
