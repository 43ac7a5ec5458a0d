//! How a terminal is drawn: its options, and whether a graphics card can help.

use super::library::object;
use crate::terminal::settings::Renderer;
use js_sys::Object;
use leptos::prelude::{document, window};
use std::cell::OnceCell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, WebGl2RenderingContext};

/// How many lines can be scrolled back to. The server keeps 1 MiB of output; more lines than that fit into rarely.
const SCROLLBACK: u32 = 10_000;
/// Letters that are there: no font is fetched.
const FONTS: &str = "ui-monospace, \"Cascadia Mono\", \"JetBrains Mono\", \"SF Mono\", Menlo, Consolas, \"DejaVu Sans Mono\", \"Liberation Mono\", monospace";

/// `UNMASKED_RENDERER_WEBGL`: the name of the graphics card.
const UNMASKED_RENDERER: u32 = 0x9246;

/// How a terminal looks when it opens.
#[derive(Debug, Clone, Copy)]
pub(in crate::terminal) struct Look {
    pub font_size: u16,
    pub renderer: Renderer,
    pub screen_reader: bool,
    /// Whether it only shows: nothing can be typed, and no cursor blinks as if it could.
    pub read_only: bool,
}

pub(super) fn options(look: Look) -> Object {
    object(&[
        ("allowProposedApi", true.into()),
        ("cursorBlink", (!look.read_only && !prefers_calm()).into()),
        ("disableStdin", look.read_only.into()),
        ("fontFamily", FONTS.into()),
        ("fontSize", look.font_size.into()),
        ("lineHeight", 1.15.into()),
        ("macOptionIsMeta", true.into()),
        ("minimumContrastRatio", 4.5.into()),
        ("rightClickSelectsWord", false.into()),
        ("screenReaderMode", look.screen_reader.into()),
        ("scrollback", SCROLLBACK.into()),
        ("theme", super::colours::theme().into()),
    ])
}

pub(super) fn prefers_calm() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

thread_local! {
    /// The answer does not change while the page lives, and each look would take a context.
    static HAS_WEBGL: OnceCell<bool> = const { OnceCell::new() };
}

/// Whether WebGL is there and fast.
pub(super) fn has_webgl() -> bool {
    HAS_WEBGL.with(|known| *known.get_or_init(find_webgl))
}

/// Whether WebGL is there and drawn by a graphics card. Software would draw slower than the page itself does, and some
/// browsers do not confess to it when asked.
fn find_webgl() -> bool {
    let canvas =
        document().create_element("canvas").ok().and_then(|canvas| canvas.dyn_into::<HtmlCanvasElement>().ok());
    let wanted = object(&[("failIfMajorPerformanceCaveat", true.into())]);
    let context = canvas.and_then(|canvas| canvas.get_context_with_context_options("webgl2", &wanted).ok().flatten());
    let Some(context) = context.map(JsCast::unchecked_into::<WebGl2RenderingContext>) else { return false };
    // Without the extension the card's name is kept from pages; then it is a real one's browser that keeps it.
    let named = context.get_extension("WEBGL_debug_renderer_info").is_ok_and(|extension| extension.is_some());
    let card = named.then(|| context.get_parameter(UNMASKED_RENDERER).ok()).flatten().and_then(|name| name.as_string());
    let is_software =
        |name: &String| ["SwiftShader", "llvmpipe", "Software", "Basic Render"].iter().any(|word| name.contains(word));
    !card.is_some_and(|name| is_software(&name))
}
