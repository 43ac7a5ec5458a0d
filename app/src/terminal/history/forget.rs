//! Forgetting everything that is looked for, after a question.

use super::{api, book::Book, words};
use crate::ui::{Button, ButtonKind, ConfirmDialog, Icon, Submit, ToastKind, toast};
use leptos::prelude::*;

/// The button, while there is something to forget.
#[component]
pub(super) fn ForgetButton(book: Book, forgetting: RwSignal<bool>) -> impl IntoView {
    let some = move || book.found.with(Option::is_some) && book.total.get() > 0;
    move || {
        some().then(|| {
            view! {
                <Button kind=ButtonKind::Ghost icon=Icon::Trash on_click=move |()| forgetting.set(true)>
                    {move || format!("Delete {}", words::counted(book.total.get()))}
                </Button>
            }
        })
    }
}

/// The question, once the button was pressed.
#[component]
pub(super) fn ForgetQuestion(book: Book, forgetting: RwSignal<bool>) -> impl IntoView {
    move || forgetting.get().then(|| view! { <Question book open=forgetting /> })
}

#[component]
fn Question(book: Book, open: RwSignal<bool>) -> impl IntoView {
    let submit = Submit::new();
    let query = book.matching();
    let which = match (&query.search, &query.host) {
        (Some(_), _) => "that match the search",
        (None, Some(_)) => "typed on this host",
        (None, None) => "typed on any host",
    };
    let body = format!("Every command {which} is deleted from the history, for good. Nothing changes on the hosts.");
    let forget = move |()| {
        submit.run(api::forget_matching(query.clone()), move |done| {
            open.set(false);
            toast(ToastKind::Success, done.message);
            book.read_now();
        });
    };
    view! {
        <ConfirmDialog
            title=format!("Delete {}?", words::counted(book.total.get_untracked()))
            body
            confirm="Delete"
            busy=submit.busy
            error=submit.error
            on_confirm=forget
            on_cancel=move |()| open.set(false)
        />
    }
}
