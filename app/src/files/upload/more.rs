//! Names that are taken, and what an earlier page left unfinished.

use super::{
    Uploads,
    item::{Item, State},
    kept::{self, Kept},
    picker::chosen,
};
use crate::{
    files::words,
    ui::{
        Button, ButtonKind, Checkbox, Dialog, DialogActions, Icon, IconButton, ToastKind,
        middle::{HEADING, middle_cut},
        toast,
    },
};
use leptos::{html, prelude::*};
use wire::files::OnConflict;

/// Asks about the first name that is taken.
#[component]
pub(super) fn Conflict(uploads: Uploads) -> impl IntoView {
    let asking = Memo::new(move |_| {
        uploads.items.with(|items| items.iter().find(|item| item.state.get() == State::Asking).map(|item| item.id))
    });
    move || {
        let id = asking.get()?;
        let item = uploads.items.with_untracked(|items| items.iter().find(|item| item.id == id).cloned())?;
        Some(view! { <Question uploads item /> })
    }
}

#[component]
fn Question(uploads: Uploads, item: Item) -> impl IntoView {
    let (for_all, name, item) = (RwSignal::new(false), item.name(), StoredValue::new(item));
    let answer = move |conflict: OnConflict| {
        item.with_value(|item| uploads.answer(item, conflict, for_all.get_untracked()));
    };
    view! {
        <Dialog title=format!("{} is there already", middle_cut(&name, HEADING)) on_close=move |()| answer(OnConflict::Skip) question=true>
            <p>"The folder has a file of this name. What shall become of it?"</p>
            <Checkbox label="Do the same for all that follow" value=for_all />
            <DialogActions>
                <Button on_click=move |()| answer(OnConflict::Skip)>"Leave it"</Button>
                <Button on_click=move |()| answer(OnConflict::KeepBoth)>"Keep both"</Button>
                <Button kind=ButtonKind::Danger on_click=move |()| answer(OnConflict::Replace)>"Replace"</Button>
            </DialogActions>
        </Dialog>
    }
}

/// What was begun before this page was loaded: a page cannot keep a file, so that it has to be chosen again.
#[component]
pub(super) fn Earlier(uploads: Uploads) -> impl IntoView {
    let earlier = Memo::new(move |_| {
        uploads.kept.track();
        let items = uploads.items.get();
        let mut all = kept::all();
        all.retain(|kept| !items.iter().any(|item| item.host == kept.host && item.path == kept.path));
        all
    });
    move || {
        let earlier = earlier.get();
        (!earlier.is_empty()).then(|| {
            view! {
                <ul class="transfers" aria-label="Unfinished uploads">
                    {earlier.into_iter().map(|kept| view! { <Unfinished uploads kept /> }).collect_view()}
                </ul>
            }
        })
    }
}

#[component]
fn Unfinished(uploads: Uploads, kept: Kept) -> impl IntoView {
    let name = kept.path.name().map_or_else(|| kept.path.to_string(), |name| name.to_string());
    let meta = words::unfinished(kept.sent, kept.total, &kept.path, &kept.host_name);
    let input = NodeRef::<html::Input>::new();
    let (label, forget) = (format!("Choose {name} again"), kept.clone());
    let take = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let Some((file, _)) = chosen(&input).into_iter().next() else { return };
        input.set_value("");
        if file.size() as u64 != kept.total || file.last_modified() as i64 != kept.modified {
            toast(ToastKind::Error, "This is another file, or it was changed. Upload it anew.");
            return;
        }
        uploads.take(kept.host.clone(), kept.host_name.clone(), kept.path.clone(), file);
        uploads.pump();
    };
    let drop = move |()| {
        kept::forget(&forget.host, &forget.path);
        uploads.kept_changed();
        uploads.clean_up(forget.host.clone(), forget.path.clone());
    };
    view! {
        <li class="transfer">
            <div class="transfer-main">
                <span class="transfer-title"><bdi>{name.clone()}</bdi></span>
                <span class="transfer-meta"><bdi>{meta}</bdi></span>
            </div>
            <input type="file" hidden=true aria-label=label node_ref=input on:change=take />
            <Button icon=Icon::Upload on_click=move |()| if let Some(input) = input.get_untracked() { input.click() }>"Choose it again"</Button>
            <IconButton icon=Icon::Close label=format!("Forget {name}") on_click=drop />
        </li>
    }
}
