//! What the server tells a terminal beside its output, put before the person who looks at it.

use super::{desk::Desk, words};
use crate::ui::{ToastKind, toast};
use leptos::prelude::*;
use wire::terminal::{Notice, RecordingState};

/// Takes a notice in.
pub(super) fn hear(desk: Desk, notice: Notice) {
    match notice {
        Notice::EndsSoon { reason, seconds, .. } => desk.warning.set(Some(words::ends_soon(reason, seconds))),
        Notice::EndsLater {} => desk.warning.set(None),
        Notice::Rights { may_type: true } => toast(ToastKind::Info, "You may type in this session now."),
        Notice::Rights { may_type: false } => toast(ToastKind::Info, "You watch this session; its owner types."),
        Notice::Recording { state: RecordingState::Failed, message } => {
            let why = message.unwrap_or_else(|| "The recording of this session cannot be written any more.".into());
            toast(ToastKind::Error, why);
        }
        Notice::ServerStopping {} => desk.warning.set(Some("Berth is being stopped; this session ends now.".into())),
        Notice::People { .. } | Notice::Recording { .. } => {}
    }
}
