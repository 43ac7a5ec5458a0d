//! The command palette: any host, folder, session, snippet or act by a few letters. Ctrl K opens it on every page; in a
//! terminal Ctrl Shift K does, because Ctrl K belongs to the shell.

pub mod acts;

#[cfg(feature = "csr")]
mod dialog;
#[cfg(feature = "csr")]
mod shortcuts;

#[cfg(feature = "csr")]
pub use self::dialog::PaletteDialog;

#[cfg(feature = "csr")]
mod door {
    use crate::{
        parts::{Part, Place},
        ui::{Icon, IconButton},
    };
    use leptos::{ev, prelude::*};
    use wasm_bindgen::JsCast;

    /// What is open.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Opened {
        /// Nothing.
        Nothing,
        /// The palette.
        Palette,
        /// The list of keys.
        Shortcuts,
    }

    /// What the dashboard shall do as soon as it is there.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Wish {
        /// Add a host.
        AddHost,
        /// Make a folder.
        NewFolder,
        /// Show what can be undone.
        Undo,
    }

    /// Opens the palette from anywhere; one for the whole page, in its context.
    #[derive(Clone, Copy)]
    pub(crate) struct Palette {
        /// What is open.
        pub opened: RwSignal<Opened>,
        /// What the dashboard shall do.
        pub wish: RwSignal<Option<Wish>>,
        /// What was typed before the palette could be seen.
        pub early: RwSignal<String>,
    }

    impl Palette {
        /// Nothing is open.
        pub(crate) fn new() -> Self {
            let (wish, early) = (RwSignal::new(None), RwSignal::new(String::new()));
            Self { opened: RwSignal::new(Opened::Nothing), wish, early }
        }

        fn hear(self, event: &ev::KeyboardEvent) {
            let command = event.ctrl_key() || event.meta_key();
            let dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
            if event.alt_key() || event.default_prevented() || dialog {
                return;
            }
            let letter = event.key().chars().count() == 1 && !command;
            if letter && self.opened.get_untracked() == Opened::Palette {
                event.prevent_default();
                return self.early.update(|early| early.push_str(&event.key()));
            }
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            let inside =
                |what: &str| target.as_ref().is_some_and(|target| target.closest(what).ok().flatten().is_some());
            let terminal = inside(".xterm");
            let opened = match event.key().as_str() {
                "k" | "K" if command && (!terminal || event.shift_key() || event.meta_key()) => Opened::Palette,
                "?" if !command && !terminal && !inside("input, textarea, select, [contenteditable]") => {
                    Opened::Shortcuts
                }
                _ => return,
            };
            event.prevent_default();
            self.opened.set(opened);
        }
    }

    /// Listens for the keys, and shows what is open. Once, behind the door.
    #[component]
    pub(crate) fn PalettePlace() -> impl IntoView {
        let palette = expect_context::<Palette>();
        let keys = window_event_listener(ev::keydown, move |event| palette.hear(&event));
        on_cleanup(move || keys.remove());
        let open = Memo::new(move |_| palette.opened.get() != Opened::Nothing);
        move || open.get().then(|| view! { <Part place=Place::Palette inside=true /> })
    }

    /// For a finger, and for whoever does not know the keys.
    #[component]
    pub(crate) fn PaletteButton() -> impl IntoView {
        let palette = expect_context::<Palette>();
        view! { <IconButton icon=Icon::Search label="Command palette" on_click=move |()| palette.opened.set(Opened::Palette) /> }
    }
}

#[cfg(feature = "csr")]
pub(crate) use door::{Opened, Palette, PaletteButton, PalettePlace, Wish};
