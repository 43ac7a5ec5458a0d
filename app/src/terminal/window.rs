//! Windows of their own for sessions. A browser opens a window only in the moment of a tap, before any answer of the
//! server can be there: so it is opened empty at once, and gets its address when that is known.

use super::api;
use crate::ui::{ToastKind, toast};
use leptos::{prelude::*, task::spawn_local};
use wire::SessionId;

/// What a page's fragment begins with when an admin watches; the host's name follows.
pub(super) const WATCH: &str = "#watch:";

const FEATURES: &str = "popup,width=1000,height=640";

/// A window that waits for its address.
#[derive(Debug, Clone)]
pub(super) struct Popup(web_sys::Window);

impl Popup {
    /// Opens an empty window; `None` when the browser does not let us.
    pub(super) fn open() -> Option<Self> {
        let window = window().open_with_url_and_target_and_features("about:blank", "_blank", FEATURES);
        window.ok().flatten().map(Self)
    }

    /// Shows a page of this server in it.
    pub(super) fn show(&self, address: &str) {
        // A window that was closed meanwhile needs no page.
        let _ = self.0.location().replace(address);
        let _ = self.0.focus();
    }

    /// Closes it; nothing came of it.
    pub(super) fn close(&self) {
        let _ = self.0.close();
    }
}

/// The address of a session's own window. `fresh` tells that page that it is the first to look at the session.
pub(super) fn address(session: &SessionId, ticket: &str, fresh: bool) -> String {
    let ticket = String::from(js_sys::encode_uri_component(ticket));
    format!("/popout/{session}?token={ticket}{}", if fresh { "#new" } else { "" })
}

/// Opens a live session in a window of its own.
pub(super) fn open_session(session: SessionId) {
    let Some(popup) = Popup::open() else {
        return toast(ToastKind::Error, "The browser blocked the window. Allow windows for this page and try again.");
    };
    spawn_local(async move {
        match api::ticket(session.clone()).await {
            Ok(ticket) => popup.show(&address(&session, ticket.expose(), false)),
            Err(error) => {
                popup.close();
                toast(ToastKind::Error, error.to_string());
            }
        }
    });
}

/// Watches somebody's session in a window of its own.
pub(super) fn watch(session: SessionId, host: String) {
    let Some(popup) = Popup::open() else {
        return toast(ToastKind::Error, "The browser blocked the window. Allow windows for this page and try again.");
    };
    spawn_local(async move {
        match api::watch(session.clone()).await {
            Ok(joined) => {
                let host = String::from(js_sys::encode_uri_component(&host));
                popup.show(&format!("{}{WATCH}{host}", address(&session, joined.token.expose(), false)));
            }
            Err(error) => {
                popup.close();
                toast(ToastKind::Error, error.to_string());
            }
        }
    });
}
