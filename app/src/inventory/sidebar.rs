//! Which part of the inventory: all, favourites, what was used last, saved filters, folders. Beside the list where there is
//! room, else in a sheet.

use super::{
    acts::{Act, Acts},
    drag::{Drag, TOP},
    filters::SavedMenu,
    look::Look,
    store::Inventory,
    tree_view::{FolderTree, MANY},
    words::thousands,
};
use crate::ui::{Dialog, Icon, IconButton, IconView};
use leptos::prelude::*;
use wire::inventory::{HostFilter, HostScope};

/// Whether there is anything to choose from but all hosts.
pub(super) fn is_needed(inventory: Inventory) -> bool {
    inventory.tree.with(|tree| !tree.is_empty())
        || inventory.filters.with(|filters| !filters.is_empty())
        || inventory.counts.with(|counts| counts.favourites > 0)
        || inventory.look.with(|look| look.filter.scope != HostScope::All)
}

/// What the part that is looked at is called.
pub(super) fn scope_name(inventory: Inventory) -> String {
    match inventory.look.with(|look| look.filter.scope.clone()) {
        HostScope::All => "All hosts".into(),
        HostScope::Favourites => "Favourites".into(),
        HostScope::Recent => "Recent".into(),
        HostScope::Unfiled => "No folder".into(),
        HostScope::Folder { id } => inventory
            .tree
            .with(|tree| tree.get(&id).map(|folder| folder.path.clone()))
            .unwrap_or_else(|| "A folder that is gone".into()),
    }
}

/// Goes to a part; what narrows the list goes along.
fn go(inventory: Inventory, scope: HostScope) {
    inventory.look.update(|look| {
        let filter = HostFilter { scope, ..look.filter.clone() };
        *look = Look { filter, ..look.clone() };
    });
}

/// The places and the tree.
#[component]
pub(super) fn Sidebar(inventory: Inventory, #[prop(into)] on_pick: Callback<()>) -> impl IntoView {
    let (acts, search) = (expect_context::<Acts>(), RwSignal::new(String::new()));
    let many = Memo::new(move |_| inventory.tree.with(|tree| tree.len() > MANY));
    let folders = Memo::new(move |_| inventory.tree.with(|tree| !tree.is_empty()));
    let unfiled = Memo::new(move |_| {
        let filed = inventory.tree.with(|tree| tree.filed());
        inventory.counts.with(|counts| counts.all.saturating_sub(filed))
    });
    let all = Signal::derive(move || Some(inventory.counts.with(|counts| counts.all)));
    let favourites = Signal::derive(move || Some(inventory.counts.with(|counts| counts.favourites)));
    view! {
        <ul class="side-list">
            <Spot inventory on_pick scope=HostScope::All icon=Icon::Server text="All hosts" count=all />
            <Spot inventory on_pick scope=HostScope::Favourites icon=Icon::Star text="Favourites" count=favourites />
            <Spot inventory on_pick scope=HostScope::Recent icon=Icon::History text="Recent" count=Signal::stored(None) />
            {move || (folders.get() && unfiled.get() > 0).then(|| view! {
                <Spot inventory on_pick scope=HostScope::Unfiled icon=Icon::Inbox text="No folder" count=Signal::derive(move || Some(unfiled.get())) />
            })}
        </ul>
        <Saved inventory on_pick />
        <div class="side-head">
            <h3 id="folders-heading">"Folders"</h3>
            <IconButton icon=Icon::Plus label="New folder" on_click=move |()| acts.start(Act::NewFolder(None)) />
        </div>
        {move || many.get().then(|| view! {
            <div class="search side-search">
                <IconView icon=Icon::Search />
                <input type="search" class="input" aria-label="Search folders" placeholder="Name of a folder"
                    autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=search />
            </div>
        })}
        {move || match folders.get() {
            true => view! { <FolderTree inventory search on_pick /> }.into_any(),
            false => view! { <p class="tree-none">"Folders keep hosts together, and say once what holds for all of them."</p> }.into_any(),
        }}
    }
}

/// A place that is always there.
#[component]
fn Spot(
    inventory: Inventory,
    on_pick: Callback<()>,
    scope: HostScope,
    icon: Icon,
    text: &'static str,
    count: Signal<Option<u64>>,
) -> impl IntoView {
    let drag = expect_context::<Drag>();
    let mine = scope.clone();
    let current = move || {
        let is_mine = inventory.look.with(|look| look.filter.scope == mine);
        is_mine.then_some("page")
    };
    // Out of all folders, that is where there is none.
    let target = (scope == HostScope::Unfiled).then_some(TOP);
    let click = move |_| {
        go(inventory, scope.clone());
        on_pick.run(());
    };
    view! {
        <li>
            <button type="button" class="side-item" aria-current=current data-drop=target
                class:branch-over=move || target.is_some_and(|target| drag.is_over(target)) on:click=click>
                <IconView icon />
                <span>{text}</span>
                <span class="count">{move || count.get().map(thousands)}</span>
            </button>
        </li>
    }
}

/// The saved filters, when there are any.
#[component]
fn Saved(inventory: Inventory, on_pick: Callback<()>) -> impl IntoView {
    let some = Memo::new(move |_| inventory.filters.with(|filters| !filters.is_empty()));
    move || {
        some.get().then(|| {
            view! {
                <div class="side-head"><h3>"Saved filters"</h3></div>
                <ul class="side-list" aria-label="Saved filters">
                    <For each=move || inventory.filters.get() key=|filter| (filter.id.clone(), filter.name.clone(), filter.filter.search.clone(), filter.filter.fields.len()) children=move |filter| {
                        let look = Look::of(filter.filter.clone(), filter.arrangement);
                        let mine = look.clone();
                        let click = move |_| {
                            inventory.look.set(look.clone());
                            on_pick.run(());
                        };
                        view! {
                            <li class="side-saved">
                                <button type="button" class="side-item" on:click=click
                                    aria-current=move || (inventory.look.get() == mine).then_some("page")>
                                    <IconView icon=Icon::Filter />
                                    <span>{filter.name.clone()}</span>
                                </button>
                                <SavedMenu inventory filter />
                            </li>
                        }
                    } />
                </ul>
            }
        })
    }
}

/// The same behind a button, where there is no room beside the list.
#[component]
pub(super) fn ScopeButton(inventory: Inventory) -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <button type="button" class="scope-button" aria-haspopup="dialog" on:click=move |_| open.set(true)>
            <IconView icon=Icon::Folder />
            <span class="sr-only">"Shown: "</span>
            <span class="scope-name">{move || scope_name(inventory)}</span>
            <IconView icon=Icon::ChevronDown />
        </button>
        {move || open.get().then(|| view! {
            <Dialog title="Show" on_close=move |()| open.set(false)>
                <div class="side-sheet"><Sidebar inventory on_pick=move |()| open.set(false) /></div>
            </Dialog>
        })}
    }
}
