//! Addresses that a terminal shows. A program may put any address behind any text: such a one is told before it is opened.

use super::words;
use crate::ui::{ToastKind, toast_with};
use leptos::prelude::window;
use web_sys::Url;

/// Only pages of the web, without a way back to this one.
pub(super) fn open(address: &str) {
    if is_page(address) {
        // A blocked window is the browser's decision, and it says so itself.
        let _ = window().open_with_url_and_target_and_features(address, "_blank", "noopener,noreferrer");
    }
}

/// Says where a text leads, and offers to go there.
pub(super) fn offer(address: &str) {
    // As the browser reads it: a name of foreign letters that looks like another one shows that it is not.
    let Some(url) = Url::new(address).ok().filter(|url| is_page(&url.href())) else { return };
    let href = url.href();
    toast_with(ToastKind::Info, words::leads_to(&url.host(), &href), "Open", move || open(&href));
}

fn is_page(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}
