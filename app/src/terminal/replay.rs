//! A terminal that shows a recording: it draws what it is given, in the size that the recording had, and takes no keys.

use super::{
    link,
    settings::Settings,
    theme,
    xterm::{Events, Look, Screen},
};
use js_sys::Uint8Array;
use leptos::prelude::*;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

/// Letters are never smaller or larger than this, in pixels.
const LETTERS: std::ops::RangeInclusive<f64> = 3.0..=22.0;

/// The size of letters that the first measure is taken with, in pixels.
const FIRST_LETTERS: u16 = 13;

/// A terminal on the page that shows something old.
#[derive(Clone)]
pub(crate) struct ReplayScreen {
    screen: Screen,
    place: HtmlElement,
    letters: Rc<Cell<f64>>,
    /// The size in cells that the letters were chosen for.
    fitted: Rc<Cell<(u16, u16)>>,
}

impl ReplayScreen {
    /// Fetches the library and opens a terminal in `place`.
    pub(crate) fn open(place: HtmlElement) -> impl Future<Output = Result<Self, JsValue>> {
        let settings = Settings::stored();
        let look = Look {
            font_size: FIRST_LETTERS,
            renderer: settings.renderer.get_untracked(),
            screen_reader: settings.screen_reader.get_untracked(),
            read_only: true,
        };
        async move {
            let screen = Screen::open(&place, look, silent()).await?;
            // Questions in it were answered when it was new, and nobody rings now.
            screen.set_replaying(true);
            Ok(Self { screen, place, letters: Rc::new(Cell::new(FIRST_LETTERS.into())), fitted: Rc::default() })
        }
    }

    /// An empty terminal of this size, once everything before has been drawn.
    pub(crate) fn start(&self, cols: u16, rows: u16) {
        self.screen.reset(cols, rows, || {});
    }

    /// Another size, once everything before has been drawn.
    pub(crate) fn resize(&self, cols: u16, rows: u16) {
        self.screen.resize_in_order(cols, rows);
    }

    /// Draws a text; `done` is called when it has been taken in.
    pub(crate) fn write(&self, text: &str, done: impl FnOnce() + 'static) {
        self.screen.write(&Uint8Array::from(text.as_bytes()), done);
    }

    /// Chooses the letters so that the whole terminal is seen.
    pub(crate) fn fit(&self) {
        // The second look takes what the first one rounded.
        for _ in 0..2 {
            let Ok(Some(drawn)) = self.place.query_selector(".xterm-screen") else { return };
            let drawn = drawn.get_bounding_client_rect();
            let (width, height) = (f64::from(self.place.client_width()), f64::from(self.place.client_height()));
            if drawn.width() < 1.0 || drawn.height() < 1.0 || width < 1.0 || height < 1.0 {
                return;
            }
            let letters = self.letters.get();
            let scale = (width / drawn.width()).min(height / drawn.height());
            // A hair less: a letter that does not fit is worse than a hair of ground.
            let fitting = (letters * scale * 0.995).clamp(*LETTERS.start(), *LETTERS.end());
            let fitting = (fitting * 20.0).floor() / 20.0;
            if (fitting - letters).abs() < 0.05 {
                return;
            }
            self.letters.set(fitting);
            self.screen.scale_letters(fitting);
        }
    }

    /// The same, when the terminal has got another size since.
    pub(crate) fn fit_when_resized(&self) {
        if self.fitted.replace(self.screen.size()) != self.screen.size() {
            self.fit();
        }
    }

    /// What a person has selected.
    pub(crate) fn selection(&self) -> String {
        self.screen.selection()
    }

    /// What is on the screen, as text.
    pub(crate) fn text(&self) -> String {
        self.screen.shown_text()
    }

    /// Follows the page's colours for as long as the component lives.
    pub(crate) fn follow_colours(screen: impl Fn() -> Option<Self> + Clone + 'static) {
        theme::follow(move || {
            if let Some(replay) = screen() {
                replay.screen.take_colours();
            }
        });
    }
}

/// Nothing comes out of it but links; every key is the player's.
fn silent() -> Events {
    Events {
        data: Box::new(|_| ()),
        binary: Box::new(|_| ()),
        title: Box::new(|_| ()),
        bell: Box::new(|| ()),
        selection: Box::new(|| ()),
        key: Box::new(|_| false),
        found: Box::new(|_, _| ()),
        remote_copy: Box::new(|_| ()),
        link: Box::new(link::open),
        marked_link: Box::new(|address| link::offer(&address)),
        mark: Box::new(|| ()),
    }
}
