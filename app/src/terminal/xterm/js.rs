//! The JavaScript of xterm.js 6.0 and its addons, as far as it is used. Types only; what they mean stands in `xterm.rs`.

use js_sys::{Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(inline_js = "export const load = (address) => import(address);")]
extern "C" {
    /// `import()` at run time: the sign-in page does not pay for the terminal.
    pub(super) fn load(address: &str) -> Promise;
}

// In JavaScript because it is asked for every character.
#[wasm_bindgen(inline_js = r#"
const bytes = (code) => (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
const limited = (provider, most) => {
  let size = 0;
  return {
    version: provider.version,
    wcwidth: (code) => provider.wcwidth(code),
    charProperties(code, before) {
      const joined = provider.charProperties(code, before);
      // The lowest bit says that the character goes into the cell of the one before.
      size = joined & 1 ? size + bytes(code) : bytes(code);
      if (size <= most) return joined;
      size = bytes(code);
      return provider.charProperties(code, 0);
    },
  };
};
export const bounded = (addon, most) => ({
  activate(terminal) {
    addon.activate({
      unicode: {
        register: (provider) => terminal.unicode.register(limited(provider, most)),
        get activeVersion() { return terminal.unicode.activeVersion; },
        set activeVersion(version) { terminal.unicode.activeVersion = version; },
      },
    });
  },
  dispose: () => addon.dispose(),
});
"#)]
extern "C" {
    /// The graphemes add-on, but that one cell takes so many bytes of UTF-8 at most; more goes on in the next one.
    pub(super) fn bounded(addon: &Object, most: u32) -> Object;
}

#[wasm_bindgen]
extern "C" {
    /// `Terminal` of @xterm/xterm.
    #[derive(Clone)]
    pub(super) type Terminal;
    #[wasm_bindgen(method, getter)]
    pub(super) fn cols(this: &Terminal) -> u16;
    #[wasm_bindgen(method, getter)]
    pub(super) fn rows(this: &Terminal) -> u16;
    #[wasm_bindgen(method, getter)]
    pub(super) fn options(this: &Terminal) -> Object;
    #[wasm_bindgen(method, getter)]
    pub(super) fn modes(this: &Terminal) -> Modes;
    #[wasm_bindgen(method, getter)]
    pub(super) fn buffer(this: &Terminal) -> Buffers;
    #[wasm_bindgen(method, getter)]
    pub(super) fn parser(this: &Terminal) -> Parser;
    #[wasm_bindgen(method, catch)]
    pub(super) fn open(this: &Terminal, parent: &HtmlElement) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = loadAddon)]
    pub(super) fn load_addon(this: &Terminal, addon: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    pub(super) fn write(this: &Terminal, data: &Uint8Array, done: &Function);
    #[wasm_bindgen(method)]
    pub(super) fn clear(this: &Terminal);
    #[wasm_bindgen(method)]
    pub(super) fn resize(this: &Terminal, cols: u16, rows: u16);
    #[wasm_bindgen(method)]
    pub(super) fn focus(this: &Terminal);
    #[wasm_bindgen(method)]
    pub(super) fn paste(this: &Terminal, text: &str);
    #[wasm_bindgen(method)]
    pub(super) fn input(this: &Terminal, data: &str, by_person: bool);
    #[wasm_bindgen(method, js_name = getSelection)]
    pub(super) fn selection(this: &Terminal) -> String;
    #[wasm_bindgen(method, js_name = scrollLines)]
    pub(super) fn scroll_lines(this: &Terminal, lines: i32);
    #[wasm_bindgen(method, js_name = scrollToBottom)]
    pub(super) fn scroll_to_bottom(this: &Terminal);
    #[wasm_bindgen(method)]
    pub(super) fn dispose(this: &Terminal);
    #[wasm_bindgen(method, js_name = attachCustomKeyEventHandler)]
    pub(super) fn on_key_event(this: &Terminal, handler: &Function);
    #[wasm_bindgen(method, js_name = onData)]
    pub(super) fn on_data(this: &Terminal, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = onBinary)]
    pub(super) fn on_binary(this: &Terminal, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = onTitleChange)]
    pub(super) fn on_title_change(this: &Terminal, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = onBell)]
    pub(super) fn on_bell(this: &Terminal, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = onSelectionChange)]
    pub(super) fn on_selection_change(this: &Terminal, handler: &Function) -> Object;

    /// `IModes`.
    pub(super) type Modes;
    #[wasm_bindgen(method, getter, js_name = applicationCursorKeysMode)]
    pub(super) fn application_cursor_keys(this: &Modes) -> bool;
    #[wasm_bindgen(method, getter, js_name = bracketedPasteMode)]
    pub(super) fn bracketed_paste(this: &Modes) -> bool;
    #[wasm_bindgen(method, getter, js_name = mouseTrackingMode)]
    pub(super) fn mouse_tracking(this: &Modes) -> String;

    /// `IBufferNamespace`.
    pub(super) type Buffers;
    #[wasm_bindgen(method, getter)]
    pub(super) fn active(this: &Buffers) -> Buffer;

    /// `IBuffer`.
    pub(super) type Buffer;
    #[wasm_bindgen(method, getter, js_name = type)]
    pub(super) fn kind(this: &Buffer) -> String;
    #[wasm_bindgen(method, getter)]
    pub(super) fn length(this: &Buffer) -> u32;
    #[wasm_bindgen(method, getter, js_name = viewportY)]
    pub(super) fn viewport(this: &Buffer) -> u32;
    #[wasm_bindgen(method, js_name = getLine)]
    pub(super) fn line(this: &Buffer, number: u32) -> Option<Line>;

    /// `IBufferLine`.
    pub(super) type Line;
    #[wasm_bindgen(method, getter, js_name = isWrapped)]
    pub(super) fn is_wrapped(this: &Line) -> bool;
    #[wasm_bindgen(method, js_name = translateToString)]
    pub(super) fn text(this: &Line, trim: bool) -> String;

    /// `IParser`.
    pub(super) type Parser;
    #[wasm_bindgen(method, js_name = registerCsiHandler)]
    pub(super) fn on_csi(this: &Parser, id: &Object, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = registerDcsHandler)]
    pub(super) fn on_dcs(this: &Parser, id: &Object, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = registerOscHandler)]
    pub(super) fn on_osc(this: &Parser, number: u32, handler: &Function) -> Object;

    /// `FitAddon`.
    #[derive(Clone)]
    pub(super) type Fit;
    #[wasm_bindgen(method, js_name = proposeDimensions)]
    pub(super) fn propose(this: &Fit) -> Option<Dimensions>;

    /// `ITerminalDimensions`.
    pub(super) type Dimensions;
    #[wasm_bindgen(method, getter)]
    pub(super) fn cols(this: &Dimensions) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(super) fn rows(this: &Dimensions) -> f64;

    /// `SearchAddon`.
    #[derive(Clone)]
    pub(super) type Search;
    #[wasm_bindgen(method, js_name = findNext)]
    pub(super) fn find_next(this: &Search, text: &str, options: &Object) -> bool;
    #[wasm_bindgen(method, js_name = findPrevious)]
    pub(super) fn find_previous(this: &Search, text: &str, options: &Object) -> bool;
    #[wasm_bindgen(method, js_name = clearDecorations)]
    pub(super) fn clear_decorations(this: &Search);
    #[wasm_bindgen(method, js_name = onDidChangeResults)]
    pub(super) fn on_results(this: &Search, handler: &Function) -> Object;

    /// `WebglAddon`.
    #[derive(Clone)]
    pub(super) type Webgl;
    #[wasm_bindgen(method, js_name = onContextLoss)]
    pub(super) fn on_context_loss(this: &Webgl, handler: &Function) -> Object;
    #[wasm_bindgen(method, js_name = dispose)]
    pub(super) fn dispose_webgl(this: &Webgl);
}
