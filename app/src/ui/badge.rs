//! Small marks and messages: badge, inline notice, empty state.

use super::{Icon, IconView};
use leptos::prelude::*;

/// What a mark means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// It is well.
    Good,
    /// It wants a look.
    Warn,
    /// It is broken or dangerous.
    Bad,
    /// It belongs to what is at hand.
    Accent,
}

impl Tone {
    const fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Accent => "accent",
        }
    }
}

/// A word in a frame.
#[component]
pub fn Badge(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// The word.
    children: Children,
) -> impl IntoView {
    view! { <span class="badge" data-tone=tone.name()>{children()}</span> }
}

/// A message in the flow of the page. Bad news is announced at once, the rest when there is a pause.
#[component]
pub fn Notice(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// The message.
    children: Children,
) -> impl IntoView {
    let (icon, role) = match tone {
        Tone::Bad => (Icon::Alert, "alert"),
        Tone::Warn => (Icon::Alert, "status"),
        Tone::Good => (Icon::Check, "status"),
        Tone::Neutral | Tone::Accent => (Icon::Info, "status"),
    };
    view! {
        <div class="notice" data-tone=tone.name() role=role>
            <IconView icon />
            <div class="notice-text">{children()}</div>
        </div>
    }
}

/// Stands where a list will be, and says how to fill it.
#[component]
pub fn EmptyState(
    /// Drawn above.
    icon: Icon,
    /// What is missing.
    #[prop(into)]
    title: String,
    /// What it is for, and the button that adds the first one.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-icon"><IconView icon /></span>
            <h3 class="empty-title">{title}</h3>
            <div class="empty-text">{children()}</div>
        </div>
    }
}
