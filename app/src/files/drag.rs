//! An entry is dragged out of the page: onto the desktop in browsers that save what is dropped there, as an address elsewhere.

use super::{api, browser::Browser};
use leptos::{ev, prelude::*};
use wire::files::Entry;

/// Says what is dragged.
pub(super) fn begin(browser: Browser, event: &ev::DragEvent, entry: &Entry) {
    let (Some(transfer), Ok(origin)) = (event.data_transfer(), window().location().origin()) else { return };
    let address = format!("{origin}{}", api::download(&browser.host(), entry));
    // Its three fields stand between colons, and a desktop takes no slash.
    let ending = if entry.is_directory { ".tar" } else { "" };
    let name = format!("{}{ending}", entry.name).replace([':', '/', '\\'], "_");
    transfer.set_effect_allowed("copy");
    for (kind, text) in [
        ("DownloadURL", format!("application/octet-stream:{name}:{address}")),
        ("text/uri-list", address.clone()),
        ("text/plain", entry.path.to_string()),
    ] {
        // A browser that does not know a kind leaves it out.
        let _ = transfer.set_data(kind, &text);
    }
}
