//! The browser's socket to where the server pushes JSON text (`/ws/events`, `/ws/monitor/…`); dropped, it is closed and says
//! nothing more.

use leptos::prelude::window;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// What the socket says.
pub(crate) enum Heard<T> {
    /// A message; `None` when it is one that this page does not know, from a newer server.
    Told(Option<T>),
    /// It closed, or could not be opened, with this code.
    Closed(u16),
}

/// An open or opening socket.
pub(crate) struct Socket {
    socket: WebSocket,
    _message: Closure<dyn Fn(MessageEvent)>,
    _closed: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Opens one to a path of our own server.
    pub(crate) fn open<T: DeserializeOwned>(path: &str, tell: impl Fn(Heard<T>) + Clone + 'static) -> Option<Self> {
        let socket = WebSocket::new(&address(path).ok()?).ok()?;
        let say = tell.clone();
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                say(Heard::Told(serde_json::from_str(&text).ok()));
            }
        });
        let closed = Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| tell(Heard::Closed(event.code())));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _message: message, _closed: closed })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// `ws://` beside `http://`, `wss://` beside `https://`.
fn address(path: &str) -> Result<String, JsValue> {
    let location = window().location();
    let scheme = if location.protocol()? == "https:" { "wss" } else { "ws" };
    Ok(format!("{scheme}://{}{path}", location.host()?))
}
