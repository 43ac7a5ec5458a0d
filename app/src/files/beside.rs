//! A host's files beside its terminal: the same list in a drawer, that knows no address of its own.

use super::{
    browser::{Browser, Way},
    page::Inside,
    upload::Uploads,
};
use crate::ui::{Icon, IconButton};
use leptos::{ev, prelude::*};
use wire::HostId;

/// What the terminal tells its drawer; in the drawer's context.
#[derive(Clone)]
pub(crate) struct Beside {
    /// The host.
    pub host: HostId,
    /// Takes the drawer away.
    pub on_close: Callback<()>,
    /// Puts a line into the terminal; nothing runs until Enter is pressed.
    pub on_line: Callback<Vec<u8>>,
}

/// The drawer.
#[component]
pub fn FilesBeside() -> impl IntoView {
    let Beside { host, on_close, on_line } = expect_context::<Beside>();
    let (browser, uploads) = (Browser::new(host, Way::Beside(on_line)), expect_context::<Uploads>());
    browser.show(None);
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.stop_propagation();
            on_close.run(());
        }
    };
    view! {
        <aside class="files-beside" aria-label="Files" on:keydown=key>
            <header class="files-beside-head">
                <h2>"Files"</h2>
                <a class="files-whole" href=move || browser.address()>"On a page of their own"</a>
                <IconButton icon=Icon::Close label="Close the files" on_click=on_close />
            </header>
            <Inside browser uploads />
        </aside>
    }
}
