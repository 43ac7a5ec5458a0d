//! Text out of the page: to the clipboard or into a file.
//!
//! Browsers give the clipboard to secure pages only; on a plain HTTP page in a local network the older way still works.

use super::{Button, Icon, ToastKind, toast};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlDocument, HtmlTextAreaElement, Url};

/// Puts a text on the clipboard and says how it went.
pub fn copy_text(text: &str) {
    if !window().is_secure_context() {
        return report(copy_by_selection(text).unwrap_or(false));
    }
    let writing = window().navigator().clipboard().write_text(text);
    spawn_local(async move { report(JsFuture::from(writing).await.is_ok()) });
}

fn report(copied: bool) {
    if copied {
        toast(ToastKind::Success, "Copied to the clipboard");
    } else {
        toast(ToastKind::Error, "The browser refused the clipboard. Select the text and copy it by hand.");
    }
}

/// Selects the text in a field that nobody sees. An open dialog makes the rest of the page inert, so the field goes there.
fn copy_by_selection(text: &str) -> Result<bool, JsValue> {
    let document = document();
    let home = document.query_selector("dialog[open]")?.or_else(|| document.body().map(Into::into));
    let Some(home) = home else { return Ok(false) };
    let before = document.active_element();
    let field: HtmlTextAreaElement = document.create_element("textarea")?.unchecked_into();
    field.set_class_name("sr-only");
    field.set_value(text);
    home.append_child(&field)?;
    field.select();
    let copied = document.unchecked_ref::<HtmlDocument>().exec_command("copy");
    field.remove();
    if let Some(before) = before.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        before.focus()?;
    }
    copied
}

/// Offers a text as a file to keep.
pub fn download_text(name: &str, text: &str) {
    if save(name, text).is_err() {
        toast(ToastKind::Error, "The browser refused the download. Copy the text instead.");
    }
}

fn save(name: &str, text: &str) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&text.into());
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain");
    let address = Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &kind)?)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}

/// A button that copies a text.
#[component]
pub fn CopyButton(
    /// What to copy.
    #[prop(into)]
    text: String,
    /// Its name.
    #[prop(into, default = "Copy".into())]
    label: String,
) -> impl IntoView {
    view! { <Button icon=Icon::Copy on_click=move |_| copy_text(&text)>{label}</Button> }
}
