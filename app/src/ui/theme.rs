//! Which colours the page wears. The choice stays in the browser; without one the system decides.

use leptos::prelude::*;

const STORED_AS: &str = "berth-theme";

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// What the system prefers.
    System,
    /// Light text on dark.
    Dark,
    /// Dark text on light.
    Light,
    /// The strongest contrast.
    Contrast,
}

impl Theme {
    /// All of them, in the order of a list.
    pub const ALL: [Self; 4] = [Self::System, Self::Dark, Self::Light, Self::Contrast];

    /// What to call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::Contrast => "High contrast",
        }
    }

    /// Its word in the markup.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
        }
    }

    /// The one that was chosen last.
    pub fn stored() -> Self {
        let stored = storage().and_then(|storage| storage.get_item(STORED_AS).ok().flatten());
        Self::ALL.into_iter().find(|theme| Some(theme.name()) == stored.as_deref()).unwrap_or(Self::System)
    }

    /// Dresses the page.
    pub fn wear(self) {
        let Some(root) = document().document_element() else { return };
        // A page that cannot be dressed stays readable in the system's colours.
        let _ = match self {
            Self::System => root.remove_attribute("data-theme"),
            chosen => root.set_attribute("data-theme", chosen.name()),
        };
    }

    /// Dresses the page and remembers it.
    pub fn choose(self) {
        self.wear();
        if let Some(storage) = storage() {
            // A browser that keeps nothing (private mode) forgets the choice with the page.
            let _ = storage.set_item(STORED_AS, self.name());
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
