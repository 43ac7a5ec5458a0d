//! What a person chose for terminals in this browser. Kept by the browser alone; a browser that keeps nothing has the defaults.

use leptos::prelude::*;
use std::str::FromStr;

/// How the terminal is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Renderer {
    /// By WebGL where that works, else by the page.
    #[default]
    Auto,
    /// By the page's own elements: slower, and readable by every tool.
    Dom,
    /// By WebGL.
    Webgl,
}

impl Renderer {
    /// Its word in the browser's storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Dom => "dom",
            Self::Webgl => "webgl",
        }
    }
}

impl FromStr for Renderer {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Auto, Self::Dom, Self::Webgl].into_iter().find(|renderer| renderer.name() == text).ok_or(())
    }
}

/// Font sizes that can be chosen, in pixels.
pub const FONT_SIZES: std::ops::RangeInclusive<u16> = 8..=32;

/// Smaller on a phone, where a line is short.
fn usual_font_size() -> u16 {
    let width = window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(1_000.0);
    if width < 500.0 { 12 } else { 14 }
}

/// The choices, each a signal that every open terminal follows.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The height of the letters in pixels.
    pub font_size: RwSignal<u16>,
    /// How the terminal is drawn.
    pub renderer: RwSignal<Renderer>,
    /// Whether a screen reader is served.
    pub screen_reader: RwSignal<bool>,
    /// Whether what is selected is copied at once.
    pub copy_on_select: RwSignal<bool>,
    /// Whether a program may write to the clipboard (OSC 52).
    pub remote_copy: RwSignal<bool>,
    /// Whether to ask before several lines are pasted.
    pub ask_before_paste: RwSignal<bool>,
    /// Whether the key row is shown where there is a real keyboard.
    pub key_row: RwSignal<bool>,
    /// Whether a line to compose text in is shown (for phones whose keyboard troubles terminals).
    pub compose: RwSignal<bool>,
    /// Whether a program's bell is shown.
    pub bell: RwSignal<bool>,
    /// Whether a session ends when its page is closed.
    pub end_on_close: RwSignal<bool>,
}

impl Settings {
    /// What was chosen last. From here on each change is kept.
    pub fn stored() -> Self {
        Self {
            font_size: kept("font_size", usual_font_size(), |size| size.to_string()),
            renderer: kept("renderer", Renderer::Auto, |renderer| renderer.name().into()),
            screen_reader: kept_flag("screen_reader", false),
            copy_on_select: kept_flag("copy_on_select", false),
            remote_copy: kept_flag("remote_copy", false),
            ask_before_paste: kept_flag("ask_before_paste", true),
            key_row: kept_flag("key_row", false),
            compose: kept_flag("compose", false),
            bell: kept_flag("bell", true),
            end_on_close: kept_flag("end_on_close", false),
        }
    }

    /// Larger or smaller letters, within reason.
    pub fn zoom(&self, by: i16) {
        self.font_size.update(|size| {
            *size = size.saturating_add_signed(by).clamp(*FONT_SIZES.start(), *FONT_SIZES.end());
        });
    }

    /// Letters of this size, within reason.
    pub fn zoom_to(&self, pixels: f64) {
        let size = (pixels.round() as u16).clamp(*FONT_SIZES.start(), *FONT_SIZES.end());
        if self.font_size.get_untracked() != size {
            self.font_size.set(size);
        }
    }

    /// The usual size of letters.
    pub fn zoom_back(&self) {
        self.font_size.set(usual_font_size());
    }
}

fn kept_flag(name: &'static str, usual: bool) -> RwSignal<bool> {
    kept(name, usual, bool::to_string)
}

fn kept<T>(name: &'static str, usual: T, write: impl Fn(&T) -> String + 'static) -> RwSignal<T>
where
    T: FromStr + Clone + PartialEq + Send + Sync + 'static,
{
    let key = format!("berth.terminal.{name}");
    let storage = || window().local_storage().ok().flatten();
    let stored = storage().and_then(|storage| storage.get_item(&key).ok().flatten());
    let value = RwSignal::new(stored.and_then(|text| text.parse().ok()).unwrap_or(usual));
    Effect::new(move |before: Option<T>| {
        let now = value.get();
        if let (Some(storage), Some(true)) = (storage(), before.map(|before| before != now)) {
            // A browser that keeps nothing forgets the choice with the page.
            let _ = storage.set_item(&key, &write(&now));
        }
        now
    });
    value
}
