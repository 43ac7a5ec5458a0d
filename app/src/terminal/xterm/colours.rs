//! The terminal's colours, read from the page's own tokens so that both always match.

use super::library::object;
use js_sys::Object;
use leptos::prelude::{document, window};
use wasm_bindgen::JsValue;

/// The names of xterm.js's `ITheme` and the tokens behind them (style/tokens.css).
const TOKENS: [(&str, &str); 24] = [
    ("background", "--term-bg"),
    ("foreground", "--term-fg"),
    ("cursor", "--term-cursor"),
    ("cursorAccent", "--term-bg"),
    ("selectionBackground", "--term-selection"),
    ("scrollbarSliderBackground", "--line"),
    ("scrollbarSliderHoverBackground", "--line-strong"),
    ("scrollbarSliderActiveBackground", "--line-strong"),
    ("black", "--term-0"),
    ("red", "--term-1"),
    ("green", "--term-2"),
    ("yellow", "--term-3"),
    ("blue", "--term-4"),
    ("magenta", "--term-5"),
    ("cyan", "--term-6"),
    ("white", "--term-7"),
    ("brightBlack", "--term-8"),
    ("brightRed", "--term-9"),
    ("brightGreen", "--term-10"),
    ("brightYellow", "--term-11"),
    ("brightBlue", "--term-12"),
    ("brightMagenta", "--term-13"),
    ("brightCyan", "--term-14"),
    ("brightWhite", "--term-15"),
];

fn token(name: &str) -> Option<String> {
    let root = document().document_element()?;
    let style = window().get_computed_style(&root).ok()??;
    let value = style.get_property_value(name).ok()?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The theme of this moment.
pub(super) fn theme() -> Object {
    let fields: Vec<(&str, JsValue)> =
        TOKENS.iter().filter_map(|(name, variable)| Some((*name, token(variable)?.into()))).collect();
    object(&fields)
}

/// The colours of what a search has found.
pub(super) fn found() -> Object {
    let colour = |name| JsValue::from(token(name).unwrap_or_default());
    object(&[
        ("matchBackground", colour("--warn-soft")),
        ("matchOverviewRuler", colour("--warn-soft")),
        ("activeMatchBackground", colour("--warn")),
        ("activeMatchColorOverviewRuler", colour("--warn")),
    ])
}
