//! One browser WebSocket with its listeners; dropped, it is closed and says nothing more.

use js_sys::{ArrayBuffer, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};
use wire::SessionId;

/// What a socket says.
pub(super) enum SocketEvent {
    /// It is open.
    Opened,
    /// A binary message.
    Message(Uint8Array),
    /// It closed, or could not be opened, with this code.
    Closed(u16),
}

/// An open or opening socket.
pub(super) struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn Fn()>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _closed: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Begins to open a socket to a session's terminal.
    pub(super) fn open(
        session: &SessionId,
        ticket: Option<&str>,
        tell: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Result<Self, ()> {
        let socket = WebSocket::new(&address(session, ticket).map_err(drop)?).map_err(drop)?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let say = tell.clone();
        let opened = Closure::<dyn Fn()>::new(move || say(SocketEvent::Opened));
        let say = tell.clone();
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // Text messages are for scripts; this page speaks binary.
            if let Ok(data) = event.data().dyn_into::<ArrayBuffer>() {
                say(SocketEvent::Message(Uint8Array::new(&data)));
            }
        });
        let closed =
            Closure::<dyn Fn(CloseEvent)>::new(move |event: CloseEvent| tell(SocketEvent::Closed(event.code())));
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self { socket, _opened: opened, _message: message, _closed: closed })
    }

    /// Sends a message. A socket that is just closing drops it; its `Closed` follows, and the course sends again.
    pub(super) fn send(&self, message: &[u8]) {
        let _ = self.socket.send_with_u8_array(message);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// `ws://` beside `http://`, `wss://` beside `https://`.
fn address(session: &SessionId, ticket: Option<&str>) -> Result<String, JsValue> {
    let location = window().location();
    let scheme = if location.protocol()? == "https:" { "wss" } else { "ws" };
    let query = ticket.map(|ticket| format!("?token={}", js_sys::encode_uri_component(ticket))).unwrap_or_default();
    Ok(format!("{scheme}://{}/ws/terminal/{session}{query}", location.host()?))
}
