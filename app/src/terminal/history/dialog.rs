//! The history of a host without a terminal: from the host's menu.

use super::{
    book::Book,
    forget::{ForgetButton, ForgetQuestion},
    pane::{List, Search},
};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, Notice, Tone};
use leptos::prelude::*;
use wire::HostId;

/// The dialog.
#[component]
pub fn HistoryDialog(
    /// The host.
    host: HostId,
    /// Its name.
    name: String,
    /// Takes the dialog away.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let book = Book::open(Memo::new(move |_| Some(host.clone())), None);
    let forgetting = RwSignal::new(false);
    view! {
        <Dialog title=format!("Command history of {name}") on_close wide=true>
            <div class="history-pane">
                <Search book />
                {move || book.error.get().map(|text| view! { <Notice tone=Tone::Bad>{text}</Notice> })}
                <div class="history-list"><List book /></div>
            </div>
            <DialogActions>
                <ForgetButton book forgetting />
                <Button kind=ButtonKind::Primary on_click=on_close>"Done"</Button>
            </DialogActions>
        </Dialog>
        <ForgetQuestion book forgetting />
    }
}
