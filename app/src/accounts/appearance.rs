//! Which colours the page wears.

use super::page::Section;
use crate::ui::{Icon, IconView, Theme};
use leptos::prelude::*;

/// The four sets of colours to choose from.
#[component]
pub(super) fn Appearance() -> impl IntoView {
    let chosen = RwSignal::new(Theme::stored());
    view! {
        <Section title="Appearance" about="Kept in this browser.">
            <div class="choices" role="radiogroup" aria-label="Theme">
                {Theme::ALL.into_iter().map(|theme| view! { <Choice theme chosen /> }).collect_view()}
            </div>
        </Section>
    }
}

#[component]
fn Choice(theme: Theme, chosen: RwSignal<Theme>) -> impl IntoView {
    let icon = match theme {
        Theme::System => Icon::System,
        Theme::Dark => Icon::Moon,
        Theme::Light => Icon::Sun,
        Theme::Contrast => Icon::Contrast,
    };
    let choose = move |_| {
        chosen.set(theme);
        theme.choose();
    };
    view! {
        <label class="choice">
            <input type="radio" name="theme" value=theme.name() checked=move || chosen.get() == theme on:change=choose />
            <IconView icon />
            <span>{theme.label()}</span>
        </label>
    }
}
