//! Buttons. A busy one stays focusable and says so, so that the keyboard does not lose its place.

use super::{Icon, IconView, Spinner};
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// The one thing to do here.
    Primary,
    /// Everything else.
    #[default]
    Secondary,
    /// A button that is seen on hover only.
    Ghost,
    /// Destroys something.
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Secondary => "button",
            Self::Ghost => "button ghost",
            Self::Danger => "button danger",
        }
    }
}

/// A button with text.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// Drawn before the text.
    #[prop(optional)]
    icon: Option<Icon>,
    /// Whether what it started still runs.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it can do nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it sends the form that it stands in.
    #[prop(optional)]
    submit: bool,
    /// The accessible name, when the text alone does not say enough.
    #[prop(optional, into)]
    label: Option<String>,
    /// What it does.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// Its text.
    children: Children,
) -> impl IntoView {
    let click = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=kind.class()
            aria-label=label
            aria-busy=move || busy.get().then_some("true")
            disabled=disabled
            on:click=click
        >
            {move || busy.get().then(|| view! { <Spinner /> })}
            {icon.map(|icon| view! { <IconView icon /> })}
            {children()}
        </button>
    }
}

/// A button that is an icon; its label is its name and its tooltip.
#[component]
pub fn IconButton(
    /// What is drawn.
    icon: Icon,
    /// Its name.
    #[prop(into)]
    label: String,
    /// Whether it can do nothing now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// What it does.
    #[prop(into)]
    on_click: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="icon-button"
            title=label.clone()
            aria-label=label
            disabled=disabled
            on:click=move |_| on_click.run(())
        >
            <IconView icon />
        </button>
    }
}
