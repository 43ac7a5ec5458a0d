//! What can be done with the hosts that are chosen, at the foot of the window.

use super::{
    acts::{Act, Acts},
    selection::Selection,
    sharing::What,
    store::Inventory,
    words::{hosts, thousands},
};
use crate::ui::{Button, ButtonKind, Icon, IconButton, Menu, MenuItem};
use leptos::{ev, prelude::*};

/// The bar; nothing while nothing is chosen.
#[component]
pub(super) fn BulkBar(inventory: Inventory, selection: Selection) -> impl IntoView {
    let acts = expect_context::<Acts>();
    let count = Memo::new(move |_| selection.chosen.with(|chosen| chosen.count()));
    let total = Memo::new(move |_| inventory.head.with(|head| head.total));
    let on = Memo::new(move |_| selection.is_on());
    let some = Memo::new(move |_| count.get() > 0);
    let start = move |act: fn(super::chosen::Chosen) -> Act| {
        if some.get_untracked() {
            acts.start(act(selection.chosen.get_untracked()));
        }
    };
    let more = move |()| {
        vec![
            MenuItem::new("Check reachability", Icon::Pulse, move || acts.check(selection.chosen.get_untracked())),
            MenuItem::new("Set up access", Icon::Key, move || acts.set_up(selection.chosen.get_untracked())),
            MenuItem::new("Roll keys", Icon::Refresh, move || {
                acts.start(Act::Roll(selection.chosen.get_untracked()));
            }),
            MenuItem::new("Mark as favourites", Icon::Star, move || {
                acts.mark_many(selection.chosen.get_untracked(), true)
            }),
            MenuItem::new("Favourites no more", Icon::Star, move || {
                acts.mark_many(selection.chosen.get_untracked(), false)
            }),
        ]
    };
    let escape = window_event_listener(ev::keydown, move |event| {
        let above = document().query_selector("dialog[open], :popover-open").ok().flatten().is_some();
        if event.key() == "Escape" && !event.default_prevented() && !above && on.get_untracked() {
            selection.clear();
        }
    });
    on_cleanup(move || escape.remove());
    let none = Signal::derive(move || !some.get());
    move || {
        on.get().then(|| {
            view! {
                <div class="bulk-bar" role="toolbar" aria-label="Chosen hosts">
                    <span class="bulk-count" role="status">{move || match count.get() {
                        0 => "Choose hosts".to_owned(),
                        count => format!("{} chosen", hosts(count)),
                    }}</span>
                    {move || (count.get() < total.get()).then(|| view! {
                        <Button kind=ButtonKind::Ghost on_click=move |()| selection.all()>
                            {format!("All {}", thousands(total.get()))}
                        </Button>
                    })}
                    <div class="bulk-acts">
                        <Button icon=Icon::Folder disabled=none on_click=move |()| start(Act::Move)>"Move"</Button>
                        <Button icon=Icon::Tag disabled=none on_click=move |()| start(Act::Tag)>"Tag"</Button>
                        <Button icon=Icon::Pencil disabled=none on_click=move |()| start(Act::EditMany)>"Edit"</Button>
                        {acts.may_share().then(|| view! {
                            <Button icon=Icon::User disabled=none on_click=move |()| start(|chosen| Act::Share(What::Hosts(chosen, None)))>"Share"</Button>
                        })}
                        <Menu label="More for the chosen hosts" items=more />
                        <Button icon=Icon::Trash disabled=none on_click=move |()| start(Act::DeleteMany)>"Delete"</Button>
                    </div>
                    <IconButton icon=Icon::Close label="Choose none" on_click=move |()| selection.clear() />
                </div>
            }
        })
    }
}
