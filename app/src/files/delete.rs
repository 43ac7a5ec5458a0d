//! The question before something is deleted: with how much it is.

use super::{api, browser::Browser, dialogs::Failure, words};
use crate::ui::{Button, ButtonKind, Dialog, DialogActions, Submit};
use leptos::{prelude::*, task::spawn_local};
use wire::files::{Entry, PathsRequest};

/// The question.
#[component]
pub(super) fn DeleteDialog(browser: Browser, entries: Vec<Entry>) -> impl IntoView {
    let (submit, counted) = (Submit::new(), RwSignal::new(None::<String>));
    let request = PathsRequest { paths: entries.iter().map(|entry| entry.path.clone()).collect() };
    let title = match entries.as_slice() {
        [one] => format!("Delete {}?", one.name),
        more => format!("Delete {} entries?", more.len()),
    };
    let (host, asked) = (browser.host(), request.clone());
    spawn_local(async move {
        let text = match api::count(&host, &asked).await {
            Ok(count) => words::amount(&count),
            Err(error) => format!("not counted: {error}"),
        };
        let _ = counted.try_set(Some(text));
    });
    let confirm = move |()| {
        let (host, request) = (browser.host(), request.clone());
        submit.run(async move { api::delete(&host, &request).await }, move |_| browser.act.set(None));
    };
    view! {
        <Dialog title on_close=move |()| browser.act.set(None) question=true>
            <p role="status">{move || counted.get().map_or_else(|| "Counting…".to_owned(), |text| format!("In all: {text}."))}</p>
            <p>"Links go themselves; where they lead, nothing is touched. This cannot be undone."</p>
            <Failure submit />
            <DialogActions>
                <Button on_click=move |()| browser.act.set(None)>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy=submit.busy on_click=confirm>"Delete"</Button>
            </DialogActions>
        </Dialog>
    }
}
