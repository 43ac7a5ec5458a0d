//! Fetches xterm.js and its addons when the first terminal opens. They come from the server that served the page.

use super::{super::vendor::MODULES, js};
use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlLinkElement;

/// The classes, in the order of [`MODULES`].
#[derive(Debug, Clone)]
pub(super) struct Library {
    classes: Vec<Function>,
}

/// A class of the library.
#[derive(Debug, Clone, Copy)]
pub(super) enum Class {
    Terminal = 0,
    Fit,
    Search,
    WebLinks,
    Graphemes,
    Clipboard,
    Webgl,
}

thread_local! {
    static LOADED: RefCell<Option<Library>> = const { RefCell::new(None) };
}

impl Library {
    /// The library, from the browser's memory when a terminal was open before.
    pub(super) async fn load() -> Result<Self, JsValue> {
        if let Some(loaded) = LOADED.with_borrow(Clone::clone) {
            return Ok(loaded);
        }
        let style = style_sheet(&format!("/vendor/{}.css", MODULES[0].0))?;
        let modules: Array = MODULES.iter().map(|(file, _)| js::load(&format!("/vendor/{file}.mjs"))).collect();
        let modules: Array = JsFuture::from(Promise::all(&modules)).await?.unchecked_into();
        JsFuture::from(style).await?;
        let class = |(module, (_, name)): (JsValue, &(&str, &str))| Reflect::get(&module, &(*name).into())?.dyn_into();
        let classes = modules.iter().zip(&MODULES).map(class).collect::<Result<_, JsValue>>()?;
        let library = Self { classes };
        LOADED.set(Some(library.clone()));
        Ok(library)
    }

    /// `new Class(...arguments)`.
    pub(super) fn make<T: JsCast>(&self, class: Class, arguments: &Array) -> Result<T, JsValue> {
        let class = self.classes.get(class as usize).ok_or("the terminal's library is not complete")?;
        Reflect::construct(class, arguments).map(JsCast::unchecked_into)
    }
}

/// Puts a style sheet into the page. The promise is kept when it applies: before that, xterm.js would measure wrongly.
fn style_sheet(address: &str) -> Result<Promise, JsValue> {
    let link: HtmlLinkElement = document().create_element("link")?.unchecked_into();
    link.set_rel("stylesheet");
    link.set_href(address);
    let loading = Promise::new(&mut |kept, broken| {
        link.set_onload(Some(&kept));
        link.set_onerror(Some(&broken));
    });
    document().head().ok_or("the page has no head")?.append_child(&link)?;
    Ok(loading)
}

/// A plain object from pairs.
pub(super) fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Only a frozen object refuses; this one is new.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object
}
