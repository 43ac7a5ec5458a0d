//! What was done to many hosts at once, and can be taken back.

use super::{acts::Acts, api::undos};
use crate::ui::{Button, Dialog, EmptyState, Icon, Notice, RelativeTime, Skeleton, Tone};
use leptos::{prelude::*, task::spawn_local};
use wire::inventory::UndoView;

/// The dialog.
#[component]
pub(super) fn UndoList() -> impl IntoView {
    let (acts, listed) = (expect_context::<Acts>(), RwSignal::new(None::<Result<Vec<UndoView>, String>>));
    spawn_local(async move {
        let answer = undos().await.map_err(|error| error.to_string());
        let _ = listed.try_set(Some(answer));
    });
    let take = move |undo: &UndoView| {
        let id = undo.id.clone();
        move |()| {
            acts.done();
            acts.take_back(id.clone());
        }
    };
    view! {
        <Dialog title="Undo" on_close=move |()| acts.done() wide=true>
            {move || match listed.get() {
                None => view! { <Skeleton rows=3 label="Loading what can be undone" /> }.into_any(),
                Some(Err(text)) => view! { <Notice tone=Tone::Bad>{text}</Notice> }.into_any(),
                Some(Ok(list)) if list.is_empty() => view! {
                    <EmptyState icon=Icon::History title="Nothing to undo">
                        <p>"Changes of many hosts at once, deleted folders and imports can be taken back here for a day."</p>
                    </EmptyState>
                }.into_any(),
                Some(Ok(list)) => view! {
                    <ul class="rows framed" aria-label="What can be undone">
                        {list.into_iter().map(|undo| {
                            let label = format!("Undo: {}", undo.what);
                            let take = take(&undo);
                            view! {
                                <li class="row">
                                    <div class="row-main">
                                        <span class="row-title whole">{undo.what.clone()}</span>
                                        <span class="row-meta"><RelativeTime millis=undo.at.millis() /></span>
                                    </div>
                                    <Button label on_click=take>"Undo"</Button>
                                </li>
                            }
                        }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </Dialog>
    }
}
