//! Fields of a form: a label above, a hint below, and the fault in place of the hint, all tied together for a screen reader.

use super::{Icon, IconButton, fresh_id};
use leptos::{html, prelude::*};

/// What is wrong with a field, if anything.
pub type FieldError = Signal<Option<String>>;

/// Label, hint and fault around an input that the caller makes with the same id.
#[component]
pub fn Field(
    /// The input's id.
    #[prop(into)]
    id: String,
    /// What the input is for.
    #[prop(into)]
    label: String,
    /// What may go in.
    #[prop(default = None)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// The input.
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let fault = move || error.get().map(|text| view! { <p class="field-error" id=error_id.clone()>{text}</p> });
    view! {
        <div class="field">
            <label for=id>{label}{optional.then(|| view! { <span class="optional">" (optional)"</span> })}</label>
            {children()}
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {fault}
        </div>
    }
}

/// Which texts describe the input: its hint, and its fault while there is one.
fn described_by(id: &str, hint: bool, error: FieldError) -> impl Fn() -> Option<String> + Send + Clone + use<> {
    let id = id.to_owned();
    move || {
        let hint = hint.then(|| format!("{id}-hint"));
        let fault = error.with(Option::is_some).then(|| format!("{id}-error"));
        let ids: Vec<_> = hint.into_iter().chain(fault).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// Puts the cursor into a field when it appears.
fn focus_on_mount(node: NodeRef<html::Input>, wanted: bool) {
    Effect::new(move |_| {
        if let Some(input) = node.get().filter(|_| wanted) {
            // An input that cannot take the focus yet (its dialog is about to open) gets it from the dialog.
            let _ = input.focus();
        }
    });
}

/// A line of text.
#[component]
pub fn TextField(
    /// What it is for.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What may go in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
    /// An example, or what holds when nothing is typed.
    #[prop(optional, into)]
    placeholder: MaybeProp<String>,
    /// What the browser may fill in; nothing when left out.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Which keyboard a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it holds something that is read letter by letter.
    #[prop(optional)]
    mono: bool,
    /// What is suggested while typing.
    #[prop(optional, into)]
    suggestions: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let (id, node) = (fresh_id(), NodeRef::new());
    let list = suggestions.map(|suggestions| (format!("{id}-list"), suggestions));
    focus_on_mount(node, autofocus);
    view! {
        <Field id=id.clone() label hint=hint.clone() error optional>
            <input
                node_ref=node
                id=id.clone()
                type="text"
                class=if mono { "input mono" } else { "input" }
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                inputmode=inputmode
                placeholder=move || placeholder.get()
                autofocus=autofocus
                list=list.as_ref().map(|(id, _)| id.clone())
                aria-required=(!optional).then_some("true")
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by(&id, hint.is_some(), error)
                bind:value=value
            />
            {list.map(|(id, suggestions)| view! {
                <datalist id=id>
                    {move || suggestions.get().into_iter().map(|text| view! { <option value=text></option> }).collect_view()}
                </datalist>
            })}
        </Field>
    }
}

/// A line that is not shown unless the person asks.
#[component]
pub fn SecretField(
    /// What it is for.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What may go in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
    /// What the browser may fill in: `current-password`, `new-password`, or nothing.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let (id, node, shown) = (fresh_id(), NodeRef::new(), RwSignal::new(false));
    focus_on_mount(node, autofocus);
    view! {
        <Field id=id.clone() label hint=hint.clone() error optional>
            <div class="input-row">
                <input
                    node_ref=node
                    id=id.clone()
                    type=move || if shown.get() { "text" } else { "password" }
                    class="input"
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    autofocus=autofocus
                    aria-required=(!optional).then_some("true")
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described_by(&id, hint.is_some(), error)
                    bind:value=value
                />
                {move || {
                    let (icon, label) =
                        if shown.get() { (Icon::EyeOff, "Hide what is typed") } else { (Icon::Eye, "Show what is typed") };
                    view! { <IconButton
                            icon
                            label on_click=move |_| shown.update(|it| *it = !*it) /> }
                }}
            </div>
        </Field>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// What it is for.
    #[prop(into)]
    label: String,
    /// What is in it.
    value: RwSignal<String>,
    /// What may go in.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
    /// An example.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// How many lines are seen.
    #[prop(default = 4)]
    rows: u32,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Whether it holds something that is read letter by letter.
    #[prop(optional)]
    mono: bool,
) -> impl IntoView {
    let id = fresh_id();
    view! {
        <Field id=id.clone() label hint=hint.clone() error optional>
            <textarea
                id=id.clone()
                class=if mono { "input mono" } else { "input" }
                rows=rows
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                placeholder=placeholder
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described_by(&id, hint.is_some(), error)
                bind:value=value
            ></textarea>
        </Field>
    }
}

/// A yes or no.
#[component]
pub fn Checkbox(
    /// What is agreed to.
    #[prop(into)]
    label: String,
    /// The answer.
    value: RwSignal<bool>,
    /// What it means.
    #[prop(optional, into)]
    hint: Option<String>,
) -> impl IntoView {
    let id = fresh_id();
    let hint_id = hint.as_ref().map(|_| format!("{id}-hint"));
    view! {
        <div class="check">
            <input type="checkbox" id=id.clone() aria-describedby=hint_id.clone() bind:checked=value />
            <div>
                <label for=id>{label}</label>
                {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            </div>
        </div>
    }
}
