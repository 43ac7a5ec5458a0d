//! The words of the JSON language: what a script says and what it is told.

use axum::extract::ws::Message;
use serde::{Deserialize, Serialize};
use wire::{
    Fault, FaultCode, SessionId,
    terminal::{Ending, Notice},
    vault::Secret,
};

/// What a script says.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Heard {
    /// Opens a new terminal; the first message at `/ws/terminal/new`.
    Connect(Connect),
    /// Says where to go on; the first message, and optional.
    Attach {
        #[serde(default)]
        from: Option<u64>,
        #[serde(default)]
        cols: Option<u16>,
        #[serde(default)]
        rows: Option<u16>,
    },
    Input {
        data: String,
    },
    Resize {
        cols: u16,
        rows: u16,
    },
    Ping,
}

#[derive(Debug, Deserialize)]
pub(super) struct Connect {
    pub(super) hostname: String,
    pub(super) username: String,
    pub(super) password: Secret,
    #[serde(default)]
    pub(super) port: Option<u16>,
    /// The host key that the script expects, as `SHA256:…`.
    #[serde(default)]
    pub(super) fingerprint: Option<String>,
    #[serde(default)]
    pub(super) cols: Option<u16>,
    #[serde(default)]
    pub(super) rows: Option<u16>,
}

/// What the server says.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Said<'a> {
    Connected { session_id: &'a SessionId, host: &'a str },
    Ticket { ticket: &'a str },
    Output { data: String, offset: u64 },
    Snapshot { data: String, cols: u16, rows: u16, offset: u64 },
    Resized { cols: u16, rows: u16 },
    Pong,
    Notice(&'a Notice),
    Ended(&'a Ending),
    Error(&'a Fault),
}

/// Reads a message.
pub(super) fn understood(text: &str) -> Result<Heard, Fault> {
    let fault = |detail: String| Fault::new(FaultCode::BadInput, detail);
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| fault(format!("the message is no JSON: {error}")))?;
    if !value.is_object() {
        let shape = "an object whose `type` is connect, attach, input, resize or ping";
        return Err(fault(format!("the message is not understood: send {shape}")));
    }
    serde_json::from_value(value).map_err(|error| fault(format!("the message is not understood: {error}")))
}

/// Writes one.
pub(super) fn message(said: &Said<'_>) -> Message {
    Message::Text(serde_json::to_string(said).unwrap_or_default().into())
}
