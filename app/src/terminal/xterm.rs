//! The one binding to JavaScript: a [`Screen`] is an xterm.js terminal with its addons, in an element of the page.
//!
//! Bytes go in as they came over the wire, undecoded and without a copy; what a person types comes out through
//! [`Events`]. It knows nothing of sessions and sockets. Dropping the last clone takes the terminal off the page.

mod colours;
mod guard;
mod js;
mod library;
mod look;

pub(super) use look::Look;

use super::settings::Renderer;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use library::{Class, Library, object};
use look::{has_webgl, options, prefers_calm};
use std::{cell::Cell, cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{HtmlElement, KeyboardEvent};

/// RIS: clears the screen, the scrollback and every mode.
const FULL_RESET: &[u8] = b"\x1bc";

/// What one cell shows, in bytes, as the server's model of the screen has it. A browser draws a letter with a hundred
/// thousand accents for minutes.
const LONGEST_CELL: u32 = 64;

/// Decides about a key.
type KeyFilter = Box<dyn Fn(&KeyboardEvent) -> bool>;
/// Takes bytes.
type BytesSink = Box<dyn Fn(&[u8])>;

/// What comes out of a terminal. Each is called outside of any borrow, so it may call back.
pub(super) struct Events {
    /// Typed, pasted, or answered by the terminal itself.
    pub data: Box<dyn Fn(&str)>,
    /// Mouse reports of the old kind, which are not text.
    pub binary: BytesSink,
    pub title: Box<dyn Fn(String)>,
    /// A program rings (BEL); not for what is shown again.
    pub bell: Box<dyn Fn()>,
    pub selection: Box<dyn Fn()>,
    /// Whether xterm.js shall handle the key.
    pub key: KeyFilter,
    /// Number of the match at hand (from 0) and how many there are.
    pub found: Box<dyn Fn(Option<u32>, u32)>,
    /// A program wants to write to the clipboard; not for what is shown again.
    pub remote_copy: Box<dyn Fn(String)>,
    /// An address in the text was chosen.
    pub link: Box<dyn Fn(&str)>,
    /// A text was chosen behind which a program put an address (OSC 8): it may say anything else.
    pub marked_link: Box<dyn Fn(String)>,
    /// The shell marks a prompt or a command (OSC 133, OSC 633).
    pub mark: Box<dyn Fn()>,
}

/// A terminal on the page.
#[derive(Clone)]
pub(super) struct Screen(Rc<Inner>);

struct Inner {
    terminal: js::Terminal,
    fit: js::Fit,
    search: js::Search,
    webgl: RefCell<Option<js::Webgl>>,
    replaying: Rc<Cell<bool>>,
    font_size: Cell<u16>,
    library: Library,
    closures: RefCell<Vec<JsValue>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.terminal.dispose();
    }
}

impl Screen {
    /// Fetches the library and opens a terminal in `parent`.
    pub(super) async fn open(parent: &HtmlElement, look: Look, events: Events) -> Result<Self, JsValue> {
        let library = Library::load().await?;
        let terminal: js::Terminal = library.make(Class::Terminal, &Array::of1(&options(look)))?;
        let fit: js::Fit = library.make(Class::Fit, &Array::new())?;
        let search: js::Search = library.make(Class::Search, &Array::new())?;
        let screen = Self(Rc::new(Inner {
            terminal,
            fit,
            search,
            webgl: RefCell::new(None),
            replaying: Rc::new(Cell::new(false)),
            font_size: Cell::new(look.font_size),
            library,
            closures: RefCell::new(Vec::new()),
        }));
        screen.listen(events)?;
        let inner = &screen.0;
        inner.terminal.load_addon(inner.fit.unchecked_ref())?;
        inner.terminal.load_addon(inner.search.unchecked_ref())?;
        let graphemes: Object = inner.library.make(Class::Graphemes, &Array::new())?;
        inner.terminal.load_addon(&js::bounded(&graphemes, LONGEST_CELL))?;
        screen.hold_back_old_answers();
        screen.hold_back_endless_work();
        inner.terminal.open(parent)?;
        screen.draw_with(look.renderer);
        Ok(screen)
    }

    /// Draws bytes; `done` is called when the terminal has taken them all in.
    pub(super) fn write(&self, data: &Uint8Array, done: impl FnOnce() + 'static) {
        self.0.terminal.write(data, Closure::once_into_js(done).unchecked_ref());
    }

    /// An empty terminal of this size, once everything written before has been drawn; then `done`.
    pub(super) fn reset(&self, cols: u16, rows: u16, done: impl FnOnce() + 'static) {
        self.write_and_resize(FULL_RESET, cols, rows, done);
    }

    /// Another size, once everything written before has been drawn: it wraps as it did where it came from. Then `done`.
    pub(super) fn resize_there(&self, cols: u16, rows: u16, done: impl FnOnce() + 'static) {
        self.write_and_resize(&[], cols, rows, done);
    }

    fn write_and_resize(&self, data: &[u8], cols: u16, rows: u16, done: impl FnOnce() + 'static) {
        let terminal = self.0.terminal.clone();
        self.write(&Uint8Array::from(data), move || {
            terminal.resize(cols, rows);
            done();
        });
    }

    /// Gives the terminal a size once everything written before has been drawn; what is written later is drawn in it.
    pub(super) fn resize_in_order(&self, cols: u16, rows: u16) {
        let terminal = self.0.terminal.clone();
        let resize = Closure::once_into_js(move || terminal.resize(cols, rows));
        self.0.terminal.write(&Uint8Array::new_with_length(0), resize.unchecked_ref());
    }

    /// Gives the terminal a size.
    pub(super) fn resize(&self, cols: u16, rows: u16) {
        if self.size() != (cols, rows) {
            self.0.terminal.resize(cols, rows);
        }
    }

    /// Width and height in cells.
    pub(super) fn size(&self) -> (u16, u16) {
        (self.0.terminal.cols(), self.0.terminal.rows())
    }

    /// The size that fills the element; `None` while it is not shown.
    pub(super) fn fitting(&self) -> Option<(u16, u16)> {
        let fitting = self.0.fit.propose()?;
        let (cols, rows) = (fitting.cols(), fitting.rows());
        (cols >= 2.0 && rows >= 1.0).then_some((cols as u16, rows as u16))
    }

    /// Whether what is drawn is an old output shown again: questions in it have been answered when it was new.
    pub(super) fn set_replaying(&self, replaying: bool) {
        self.0.replaying.set(replaying);
    }

    pub(super) fn focus(&self) {
        self.0.terminal.focus();
    }

    /// Pastes as the program wants it, in brackets when it knows them.
    pub(super) fn paste(&self, text: &str) {
        self.0.terminal.paste(text);
    }

    /// Types for the person.
    pub(super) fn type_in(&self, data: &str) {
        self.0.terminal.input(data, true);
    }

    pub(super) fn selection(&self) -> String {
        self.0.terminal.selection()
    }

    pub(super) fn clear(&self) {
        self.0.terminal.clear();
    }

    pub(super) fn scroll_lines(&self, lines: i32) {
        self.0.terminal.scroll_lines(lines);
    }

    pub(super) fn scroll_to_bottom(&self) {
        self.0.terminal.scroll_to_bottom();
    }

    pub(super) fn application_cursor_keys(&self) -> bool {
        self.0.terminal.modes().application_cursor_keys()
    }

    pub(super) fn bracketed_paste(&self) -> bool {
        self.0.terminal.modes().bracketed_paste()
    }

    /// Whether a full-screen program is shown, which has no scrollback.
    pub(super) fn is_alternate(&self) -> bool {
        self.0.terminal.buffer().active().kind() == "alternate"
    }

    /// Whether the program follows the mouse.
    pub(super) fn follows_mouse(&self) -> bool {
        self.0.terminal.modes().mouse_tracking() != "none"
    }

    /// Everything that is shown or can be scrolled to, as text.
    pub(super) fn text(&self) -> String {
        let buffer = self.0.terminal.buffer().active();
        let mut text = String::new();
        for line in (0..buffer.length()).filter_map(|number| buffer.line(number)) {
            if !line.is_wrapped() && !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line.text(true));
        }
        text.trim_end().to_owned()
    }

    /// What is on the screen at this moment, as text.
    pub(super) fn shown_text(&self) -> String {
        let buffer = self.0.terminal.buffer().active();
        let first = buffer.viewport();
        let lines = (first..first + u32::from(self.0.terminal.rows())).filter_map(|number| buffer.line(number));
        let lines: Vec<_> = lines.map(|line| line.text(true)).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Looks for a text, forwards or backwards from the last match.
    pub(super) fn find(&self, text: &str, forwards: bool, as_typed: bool) -> bool {
        let options = object(&[
            ("decorations", colours::found().into()),
            ("incremental", as_typed.into()),
            ("caseSensitive", false.into()),
        ]);
        if forwards { self.0.search.find_next(text, &options) } else { self.0.search.find_previous(text, &options) }
    }

    pub(super) fn find_nothing(&self) {
        self.0.search.clear_decorations();
    }

    pub(super) fn set_font_size(&self, pixels: u16) {
        if self.0.font_size.replace(pixels) != pixels {
            self.set_option("fontSize", &pixels.into());
        }
    }

    /// Whether it takes what is typed. One that does not answers no questions either, and its cursor stands still.
    pub(super) fn set_listening(&self, listens: bool) {
        self.set_option("disableStdin", &(!listens).into());
        self.set_option("cursorBlink", &(listens && !prefers_calm()).into());
    }

    /// Letters of any size: what is shown again has its own width, and is made to fit.
    pub(super) fn scale_letters(&self, pixels: f64) {
        self.set_option("fontSize", &pixels.into());
    }

    pub(super) fn set_screen_reader(&self, on: bool) {
        self.set_option("screenReaderMode", &on.into());
    }

    /// Takes the page's colours of now.
    pub(super) fn take_colours(&self) {
        self.set_option("theme", &colours::theme());
    }

    fn set_option(&self, name: &str, value: &JsValue) {
        // xterm.js throws on a value out of range only; all of these are checked where they are chosen.
        let _ = Reflect::set(&self.0.terminal.options(), &name.into(), value);
    }

    /// Draws by WebGL or by the page. One that nobody sees is drawn by the page: a browser gives WebGL to few
    /// terminals at a time and takes it from one when another asks; the page's way works on then.
    pub(super) fn draw_with(&self, renderer: Renderer) {
        if let Some(webgl) = self.0.webgl.take() {
            webgl.dispose_webgl();
        }
        if renderer == Renderer::Dom || (renderer == Renderer::Auto && !has_webgl()) {
            return;
        }
        let Ok(webgl) = self.0.library.make::<js::Webgl>(Class::Webgl, &Array::new()) else { return };
        let inner = Rc::downgrade(&self.0);
        let lost = Closure::<dyn Fn()>::new(move || {
            if let Some(webgl) = inner.upgrade().and_then(|inner| inner.webgl.take()) {
                webgl.dispose_webgl();
            }
        });
        webgl.on_context_loss(self.keep(lost.into_js_value()).unchecked_ref());
        if self.0.terminal.load_addon(webgl.unchecked_ref()).is_ok() {
            self.0.webgl.replace(Some(webgl));
        }
    }

    /// Closures live as long as the terminal that calls them.
    fn keep(&self, closure: JsValue) -> JsValue {
        self.0.closures.borrow_mut().push(closure.clone());
        closure
    }

    fn listen(&self, events: Events) -> Result<(), JsValue> {
        let Events { data, binary, title, bell, selection, key, found, remote_copy, link, marked_link, mark } = events;
        let terminal = &self.0.terminal;
        terminal.on_data(&self.handler1(move |text| data(&text.as_string().unwrap_or_default())));
        terminal.on_binary(&self.handler1(move |text| {
            // One character a byte.
            let bytes: Vec<u8> = text.as_string().unwrap_or_default().chars().map(|c| c as u32 as u8).collect();
            binary(&bytes);
        }));
        terminal.on_title_change(&self.handler1(move |text| title(text.as_string().unwrap_or_default())));
        let replaying = Rc::clone(&self.0.replaying);
        terminal.on_bell(&self.handler1(move |_| {
            if !replaying.get() {
                bell();
            }
        }));
        terminal.on_selection_change(&self.handler1(move |_| selection()));
        let key = Closure::<dyn Fn(KeyboardEvent) -> bool>::new(move |event: KeyboardEvent| key(&event));
        terminal.on_key_event(self.keep(key.into_js_value()).unchecked_ref());
        self.0.search.on_results(&self.handler1(move |results| {
            let number = |name: &str| Reflect::get(&results, &name.into()).ok().and_then(|it| it.as_f64());
            found(
                number("resultIndex").filter(|it| *it >= 0.0).map(|it| it as u32),
                number("resultCount").unwrap_or(0.0) as u32,
            );
        }));
        let mark = Closure::<dyn Fn(JsValue) -> bool>::new(move |_| {
            mark();
            false
        });
        let mark = self.keep(mark.into_js_value());
        for number in [133, 633] {
            terminal.parser().on_osc(number, mark.unchecked_ref());
        }
        self.marked_links(marked_link);
        self.link_addon(link)?;
        self.clipboard_addon(remote_copy)
    }

    fn handler1(&self, handle: impl Fn(JsValue) + 'static) -> Function {
        self.keep(Closure::<dyn Fn(JsValue)>::new(handle).into_js_value()).unchecked_into()
    }
}
