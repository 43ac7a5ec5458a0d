//! What the server tells a terminal beside its output, put before the person who looks at it.

use super::{
    desk::Desk,
    entry::{Company, Entry, sets_size},
    warning::Warning,
};
use crate::ui::{ToastKind, toast};
use leptos::prelude::*;
use wire::terminal::{Notice, RecordingState};

/// One notice in so many milliseconds about input that does not get through.
const NOTICE_EVERY: f64 = 5_000.0;

/// Takes a notice in.
pub(super) fn hear(desk: Desk, notice: Notice) {
    match notice {
        Notice::EndsSoon { reason, seconds, may_extend } => {
            desk.warning.set(Some(Warning::ends(reason, seconds, may_extend)));
        }
        Notice::EndsLater {} => desk.warning.set(None),
        Notice::ServerStopping {} => desk.warning.set(Some(Warning::Stops)),
        Notice::Rights { may_type } => take_rights(desk, may_type, true),
        Notice::People { people, you, fixed } => take_company(desk, Company { people, you, fixed }),
        Notice::Recording { state, message } => {
            if state == RecordingState::Failed {
                let why = message.unwrap_or_else(|| "The recording of this session cannot be written any more.".into());
                toast(ToastKind::Error, why);
            }
            desk.recording.set(state);
        }
    }
}

fn take_company(desk: Desk, company: Company) {
    let followed = desk.company.with_untracked(|before| sets_size(before.as_ref()));
    if let Some(me) = company.me() {
        take_rights(desk, me.may_type, false);
    }
    let follows = sets_size(Some(&company));
    desk.company.set(Some(company));
    if followed != follows {
        desk.fit();
    }
}

fn take_rights(desk: Desk, may_type: bool, is_news: bool) {
    if desk.may_type.get_untracked() == may_type {
        return;
    }
    desk.may_type.set(may_type);
    if is_news {
        let text = if may_type {
            "The keyboard is yours: you may type in this session now."
        } else {
            "The keyboard was taken back: you watch this session now."
        };
        toast(ToastKind::Info, text);
    }
    if may_type {
        desk.focus();
    }
}

/// Whether what a person types arrives; one who only watches is told.
pub(super) fn may_type(desk: Desk) -> bool {
    let may_type = desk.may_type.get_untracked();
    if !may_type {
        let hint = match desk.entry.with_value(|entry| matches!(entry, Entry::Watch)) {
            true => "You watch this session; what you type is not sent.",
            false => "You watch this session; what you type is not sent. Its owner can give you the keyboard.",
        };
        now_and_then(desk, ToastKind::Info, hint);
    }
    may_type
}

/// Shows a message, unless one was shown just before.
pub(super) fn now_and_then(desk: Desk, kind: ToastKind, text: &'static str) {
    let now = js_sys::Date::now();
    if now - desk.noticed.get_value() > NOTICE_EVERY {
        desk.noticed.set_value(now);
        toast(kind, text);
    }
}
