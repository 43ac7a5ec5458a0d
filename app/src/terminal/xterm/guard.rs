//! What programs on the host ask of the terminal beside drawing: that links lead somewhere, that the clipboard is
//! written, that questions are answered. None of it happens for output that is only shown again.

use super::{
    Screen,
    library::{Class, object},
};
use js_sys::{Array, Function, Object, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

/// More lines or columns than a screen has.
const MOST_TIMES: f64 = 1_000.0;

impl Screen {
    /// What repeats something is done as often as it says, two thousand million times if a program says so; the page
    /// would stand still meanwhile. More than a screen holds is left out.
    pub(super) fn hold_back_endless_work(&self) {
        let times = |params: &JsValue| Reflect::get_u32(params, 0).ok().and_then(|times| times.as_f64());
        let is_endless = move |params: JsValue| times(&params).is_some_and(|times| times > MOST_TIMES);
        let swallow = self.keep(Closure::<dyn Fn(JsValue) -> bool>::new(is_endless).into_js_value());
        for last in ["I", "L", "M", "S", "T", "Z", "^", "b"] {
            self.0.terminal.parser().on_csi(&object(&[("final", last.into())]), swallow.unchecked_ref());
        }
    }

    /// Addresses that a program marks (OSC 8). xterm.js tells of those of web pages only.
    pub(super) fn marked_links(&self, open: Box<dyn Fn(String)>) {
        let chosen = Closure::<dyn Fn(JsValue, String)>::new(move |_event, address: String| open(address));
        self.set_option("linkHandler", &object(&[("activate", self.keep(chosen.into_js_value()))]));
    }

    /// Addresses in the text.
    pub(super) fn link_addon(&self, open: Box<dyn Fn(&str)>) -> Result<(), JsValue> {
        let chosen = Closure::<dyn Fn(JsValue, String)>::new(move |_event, address: String| open(&address));
        let chosen = self.keep(chosen.into_js_value());
        let addon: Object = self.0.library.make(Class::WebLinks, &Array::of1(&chosen))?;
        self.0.terminal.load_addon(&addon)
    }

    /// OSC 52: a program may ask to write to the clipboard; what is in it is never told.
    pub(super) fn clipboard_addon(&self, write: Box<dyn Fn(String)>) -> Result<(), JsValue> {
        let replaying = Rc::clone(&self.0.replaying);
        let write = Closure::<dyn Fn(JsValue, String)>::new(move |_which, text: String| {
            if !replaying.get() {
                write(text);
            }
        });
        let read = Closure::<dyn Fn() -> String>::new(String::new);
        let provider =
            object(&[("writeText", self.keep(write.into_js_value())), ("readText", self.keep(read.into_js_value()))]);
        let addon: Object = self.0.library.make(Class::Clipboard, &Array::of2(&JsValue::UNDEFINED, &provider))?;
        self.0.terminal.load_addon(&addon)?;
        // The addon would answer a question with an empty text; a program shall not learn even that.
        // What stands behind the question mark makes it no other question for the addon.
        let is_question = |data: JsValue| {
            data.as_string().is_some_and(|data| data.split(';').nth(1).is_some_and(|asked| asked == "?"))
        };
        let swallow = Closure::<dyn Fn(JsValue) -> bool>::new(is_question);
        self.0.terminal.parser().on_osc(52, self.keep(swallow.into_js_value()).unchecked_ref());
        Ok(())
    }

    /// Output that is shown again contains questions ("what terminal are you?") which were answered when it was new.
    /// Answered again, the answers would be typed into whatever runs now.
    pub(super) fn hold_back_old_answers(&self) {
        let replaying = Rc::clone(&self.0.replaying);
        let swallow = Closure::<dyn Fn(JsValue) -> bool>::new(move |_| replaying.get()).into_js_value();
        let swallow = self.keep(swallow);
        let swallow: &Function = swallow.unchecked_ref();
        let parser = self.0.terminal.parser();
        for (prefix, between, last) in [
            ("", "", "c"),
            (">", "", "c"),
            ("=", "", "c"),
            ("", "", "n"),
            ("?", "", "n"),
            ("", "$", "p"),
            ("?", "$", "p"),
            (">", "", "q"),
            ("", "", "t"),
        ] {
            let id = object(&[("prefix", prefix.into()), ("intermediates", between.into()), ("final", last.into())]);
            parser.on_csi(&id, swallow);
        }
        parser.on_dcs(&object(&[("intermediates", "$".into()), ("final", "q".into())]), swallow);
        self.hold_back_old_colours();
    }

    /// The same for questions after colours. Colours that are set are set again.
    fn hold_back_old_colours(&self) {
        let replaying = Rc::clone(&self.0.replaying);
        let asks = move |data: JsValue| data.as_string().is_some_and(|data| data.split(';').any(|part| part == "?"));
        let swallow = Closure::<dyn Fn(JsValue) -> bool>::new(move |data| replaying.get() && asks(data));
        let swallow = self.keep(swallow.into_js_value());
        for colours in [4, 10, 11, 12] {
            self.0.terminal.parser().on_osc(colours, swallow.unchecked_ref());
        }
    }
}
