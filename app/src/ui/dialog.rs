//! Dialogs: the browser's own modal one, which keeps the focus inside, makes the rest inert, and gives the focus back.
//!
//! A dialog is open while it is mounted. Escape and the cross ask the owner to take it away; a click beside it does not,
//! because a half-filled form would be lost.

use super::{Button, ButtonKind, Icon, IconButton, fresh_id};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDialogElement, HtmlElement, KeyboardEvent};

/// A modal dialog.
#[component]
pub fn Dialog(
    /// Its heading and accessible name.
    #[prop(into)]
    title: String,
    /// Takes it away.
    #[prop(into)]
    on_close: Callback<()>,
    /// Whether it needs more room than a short form.
    #[prop(optional)]
    wide: bool,
    /// Whether it is a question whose answers are all at its foot; then it has no cross.
    #[prop(optional)]
    question: bool,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let (node, heading, id) = (NodeRef::new(), NodeRef::new(), fresh_id());
    open_while_mounted(node, heading);
    let cancel = move |event: Event| {
        event.prevent_default();
        on_close.run(());
    };
    // A browser lets nobody prevent the second of two cancels without a click between; a key can always be taken.
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            on_close.run(());
        }
    };
    // What closed it all the same (a phone's Back) asked the owner, who may keep it.
    let closed = move |event: Event| {
        let dialog = event.target().and_then(|target| target.dyn_into::<HtmlDialogElement>().ok());
        if let Some(dialog) = dialog.filter(|dialog| dialog.is_connected() && !dialog.open()) {
            let _ = dialog.show_modal();
            on_close.run(());
        }
    };
    view! {
        <dialog
            node_ref=node
            class=if wide { "dialog wide" } else { "dialog" }
            aria-labelledby=id.clone()
            on:cancel=cancel
            on:keydown=escape
            on:close=closed
        >
            <div class="dialog-head">
                <h2 id=id.clone() node_ref=heading tabindex="-1">{title}</h2>
                {(!question).then(|| view! { <IconButton icon=Icon::Close label="Close" on_click=on_close /> })}
            </div>
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
}

fn open_while_mounted(node: NodeRef<html::Dialog>, heading: NodeRef<html::H2>) {
    let before = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let before = StoredValue::new_local(before);
    Effect::new(move |_| {
        let (Some(dialog), Some(heading)) = (node.get(), heading.get()) else { return };
        // Shown twice it complains; it is shown then.
        if dialog.open() || dialog.show_modal().is_err() {
            return;
        }
        if let Ok(None) = dialog.query_selector("[autofocus]") {
            let _ = heading.focus();
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
        if let Some(element) = before.get_value().filter(|element| element.is_connected()) {
            let _ = element.focus();
        }
    });
}

/// The buttons at the foot of a dialog.
#[component]
pub fn DialogActions(
    /// The buttons, the one that goes on last.
    children: Children,
) -> impl IntoView {
    view! { <div class="dialog-actions">{children()}</div> }
}

/// Asks once before something is done that cannot be undone.
#[component]
pub fn ConfirmDialog(
    /// The question.
    #[prop(into)]
    title: String,
    /// What will happen.
    #[prop(into)]
    body: String,
    /// The answer that goes on: a verb.
    #[prop(into)]
    confirm: String,
    /// Whether it is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What went wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Goes on.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Does not.
    #[prop(into)]
    on_cancel: Callback<()>,
) -> impl IntoView {
    view! {
        <Dialog title on_close=on_cancel question=true>
            <p>{body}</p>
            {move || error.get().map(|text| view! { <super::Notice tone=super::Tone::Bad>{text}</super::Notice> })}
            <DialogActions>
                <Button on_click=on_cancel>"Cancel"</Button>
                <Button kind=ButtonKind::Danger busy on_click=on_confirm>{confirm}</Button>
            </DialogActions>
        </Dialog>
    }
}
