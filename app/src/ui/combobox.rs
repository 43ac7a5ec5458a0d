//! A field that offers what fits while somebody types: the text stays theirs, an offer is taken by a tap, or by arrows and Enter.

use super::{Field, FieldError, fresh_id};
use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

/// Something that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is taken.
    pub value: String,
    /// What it is called.
    pub text: String,
    /// What else tells it from others.
    pub detail: String,
}

/// The field.
#[component]
pub fn Combobox(
    /// What it is for.
    #[prop(into)]
    label: String,
    /// What is typed.
    text: RwSignal<String>,
    /// What is offered for it, the best first; a list that is not open asks for nothing.
    #[prop(into)]
    offers: Signal<Vec<Offer>>,
    /// Told when the list opens and closes.
    #[prop(optional)]
    open: Option<RwSignal<bool>>,
    /// Takes an offer.
    #[prop(into)]
    on_pick: Callback<Offer>,
    /// The field was left with what is typed.
    #[prop(optional, into)]
    on_leave: Option<Callback<()>>,
    /// What may go in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
    /// What stands there as long as it is empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let (id, at) = (fresh_id(), RwSignal::new(None::<usize>));
    let open = open.unwrap_or_else(|| RwSignal::new(false));
    let (list_id, input) = (format!("{id}-offers"), NodeRef::<html::Input>::new());
    let has_hint = hint.is_some();
    let hint_id = has_hint.then(|| format!("{id}-hint"));
    let shown = Memo::new(move |_| open.get() && offers.with(|offers| !offers.is_empty()));
    let pick = Callback::new(move |offer: Offer| {
        on_pick.run(offer);
        open.set(false);
        at.set(None);
    });
    let keydown = move |event: ev::KeyboardEvent| {
        let (key, last) = (event.key(), offers.with_untracked(Vec::len));
        match key.as_str() {
            "ArrowDown" | "ArrowUp" => {
                event.prevent_default();
                let was_open = shown.get_untracked();
                open.set(true);
                at.update(|at| *at = if was_open { next(*at, last, key == "ArrowDown") } else { at.or(Some(0)) });
            }
            "Enter" if shown.get_untracked() => {
                let offer = at.get_untracked().and_then(|at| offers.with_untracked(|offers| offers.get(at).cloned()));
                if let Some(offer) = offer {
                    event.prevent_default();
                    pick.run(offer);
                }
            }
            // The dialog around it stays: only the list goes.
            "Escape" if shown.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                open.set(false);
            }
            _ => {}
        }
    };
    let left = move |_| {
        open.set(false);
        at.set(None);
        if let Some(on_leave) = on_leave {
            on_leave.run(());
        }
    };
    if autofocus {
        Effect::new(move |_| input.get().map(|input| input.focus()));
    }
    let (option_id, active_id) = (list_id.clone(), list_id.clone());
    Effect::new(move |_| {
        if let Some(at) = at.get() {
            let found = document().get_element_by_id(&format!("{active_id}-{at}"));
            if let Some(option) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
                option.scroll_into_view_with_bool(false);
            }
        }
    });
    let active = list_id.clone();
    view! {
        <Field id=id.clone() label hint error optional>
            <div class="combobox">
                <input node_ref=input id=id.clone() type="text" class="input" role="combobox" autocomplete="off" autocapitalize="none"
                    spellcheck="false" autofocus=autofocus placeholder=placeholder aria-autocomplete="list" aria-controls=list_id.clone()
                    aria-expanded=move || shown.get().to_string()
                    aria-activedescendant=move || at.get().filter(|_| shown.get()).map(|at| format!("{active}-{at}"))
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=hint_id
                    bind:value=text
                    on:input=move |_| { at.set(None); open.set(text.with_untracked(|text| !text.is_empty())); }
                    on:click=move |_| open.set(true)
                    on:keydown=keydown on:blur=left />
                <ul id=list_id class="combobox-offers" role="listbox" aria-label="Suggestions" hidden=move || !shown.get()>
                    {move || shown.get().then(|| offers.get().into_iter().enumerate().map(|(index, offer)| {
                        let (text, detail) = (offer.text.clone(), offer.detail.clone());
                        view! {
                            <li id=format!("{option_id}-{index}") role="option" class="combobox-offer"
                                aria-selected=move || (at.get() == Some(index)).to_string()
                                // Before the field is left, which would take the list away.
                                on:pointerdown=move |event| { event.prevent_default(); pick.run(offer.clone()); }>
                                <span class="combobox-text">{text}</span>
                                <span class="combobox-detail">{detail}</span>
                            </li>
                        }
                    }).collect_view())}
                </ul>
            </div>
        </Field>
    }
}

/// The offer after or before this one, around the ends.
fn next(at: Option<usize>, count: usize, down: bool) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match (at, down) {
        (None, true) => 0,
        (None, false) => last,
        (Some(at), true) => {
            if at >= last {
                0
            } else {
                at + 1
            }
        }
        (Some(at), false) => at.checked_sub(1).unwrap_or(last),
    })
}
