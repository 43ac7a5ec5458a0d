//! The folders beside the list, as a tree: a tap shows what is in one, hosts and folders are dropped onto them.
//!
//! Only what is seen is drawn. The tree is one stop of the Tab key; arrows walk in it.

use super::{
    acts::{Act, Acts},
    drag::Drag,
    folder::FolderMenu,
    look::Look,
    store::Inventory,
    tree::Branch,
    words::thousands,
};
use crate::ui::{Icon, IconView, has_coarse_pointer, rolling};
use leptos::{attr::custom::custom_attribute, ev, html, prelude::*};
use std::collections::HashSet;
use wasm_bindgen::JsCast;
use wire::{FolderId, inventory::HostScope};

const STORED_AS: &str = "berth-folders";
/// So many are remembered as turned over.
const REMEMBERED: usize = 1_000;
/// From so many folders on there is a field to find one.
pub(super) const MANY: usize = 20;

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// The folders that were opened or closed by hand.
fn remembered() -> HashSet<FolderId> {
    let text = storage().and_then(|storage| storage.get_item(STORED_AS).ok().flatten());
    text.map(|text| text.split(',').filter_map(|id| id.parse().ok()).collect()).unwrap_or_default()
}

fn remember(turned: &HashSet<FolderId>) {
    let ids: Vec<_> = turned.iter().take(REMEMBERED).map(ToString::to_string).collect();
    if let Some(storage) = storage() {
        // A browser that keeps nothing (private mode) forgets it with the page.
        let _ = storage.set_item(STORED_AS, &ids.join(","));
    }
}

fn item_id(at: usize) -> String {
    format!("folder-{at}")
}

/// The tree.
#[component]
pub(super) fn FolderTree(
    inventory: Inventory,
    search: RwSignal<String>,
    #[prop(into)] on_pick: Callback<()>,
) -> impl IntoView {
    let height = if has_coarse_pointer() { 44.0 } else { 30.0 };
    let acts = expect_context::<Acts>();
    let (node, turned) = (NodeRef::<html::Div>::new(), RwSignal::new(remembered()));
    let (top, seen, at) = (RwSignal::new(0.0), RwSignal::new(600.0), RwSignal::new(0_usize));
    let scope = Memo::new(move |_| match inventory.look.with(|look| look.filter.scope.clone()) {
        HostScope::Folder { id } => Some(id),
        _ => None,
    });
    let rows = Memo::new(move |_| {
        inventory.tree.with(|tree| search.with(|words| turned.with(|turned| tree.seen(turned, words))))
    });
    let count = Memo::new(move |_| rows.with(Vec::len));
    let turn = move |id: &FolderId| {
        turned.update(|turned| {
            if !turned.remove(id) {
                turned.insert(id.clone());
            }
        });
        turned.with_untracked(remember);
    };
    // The folder that is looked at is seen.
    Effect::new(move |_| {
        let hiding =
            scope.get().map(|id| inventory.tree.with(|tree| turned.with_untracked(|turned| tree.hiding(&id, turned))));
        hiding.into_iter().flatten().for_each(|id| turn(&id));
    });
    let measure = move || {
        if let Some(node) = node.get_untracked() {
            let now = f64::from(node.client_height()).max(100.0);
            seen.maybe_update(|seen| std::mem::replace(seen, now) != now);
            top.set(f64::from(node.scroll_top()));
        }
    };
    let resized = window_event_listener(ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move |_| {
        count.track();
        node.track();
        measure();
    });
    let elements = Memo::new(move |_| rolling::elements(seen.get(), height, count.get()));
    let first = Memo::new(move |_| rolling::first(top.get(), height, count.get(), elements.get()));
    let pick = move |id: FolderId| {
        inventory.look.update(|look| {
            let folder = HostScope::Folder { id };
            *look =
                Look { filter: wire::inventory::HostFilter { scope: folder, ..look.filter.clone() }, ..look.clone() };
        });
        on_pick.run(());
    };
    let show = move |row: usize| {
        at.set(row);
        if let Some(node) = node.get_untracked() {
            let (from, now) = (row as f64 * height, f64::from(node.scroll_top()));
            if from < now {
                node.set_scroll_top(from as i32);
            } else if from + height > now + f64::from(node.client_height()) {
                node.set_scroll_top((from + height - f64::from(node.client_height())) as i32);
            }
        }
    };
    let keydown = move |event: ev::KeyboardEvent| {
        if event.target() != event.current_target() || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let last = count.get_untracked().saturating_sub(1);
        let here = at.get_untracked().min(last);
        let Some(branch) = rows.with_untracked(|rows| rows.get(here).cloned()) else { return };
        let around = || rows.with_untracked(|rows| rows.iter().take(here).rposition(|row| row.depth < branch.depth));
        match (event.key().as_str(), branch.open) {
            ("ArrowDown", _) => show((here + 1).min(last)),
            ("ArrowUp", _) => show(here.saturating_sub(1)),
            ("Home", _) => show(0),
            ("End", _) => show(last),
            ("ArrowRight", Some(false)) | ("ArrowLeft", Some(true)) => turn(&branch.id),
            ("ArrowRight", Some(true)) => show((here + 1).min(last)),
            ("ArrowLeft", _) => around().into_iter().for_each(show),
            ("Enter" | " ", _) => pick(branch.id),
            ("ContextMenu" | "F10", _) => {
                let found = document().query_selector(&format!("#{} [aria-haspopup]", item_id(here))).ok().flatten();
                let button = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok());
                button.iter().for_each(|button| button.click());
            }
            ("F2", _) => {
                let folder = inventory.tree.with_untracked(|tree| tree.get(&branch.id).cloned());
                folder.into_iter().for_each(|folder| acts.start(Act::EditFolder(folder)));
            }
            ("Delete", _) => {
                let folder = inventory.tree.with_untracked(|tree| tree.get(&branch.id).cloned());
                folder.into_iter().for_each(|folder| acts.start(Act::DeleteFolder(folder)));
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="tree" node_ref=node role="tree" tabindex="0" aria-label="Folders"
            aria-activedescendant=move || (count.get() > 0).then(|| item_id(at.get().min(count.get() - 1)))
            on:scroll=move |_| measure() on:keydown=keydown>
            <div class="tree-space" role="presentation" style:height=move || format!("{}px", count.get() as f64 * height)>
                <For each=move || 0..elements.get() key=|element| *element children=move |element| {
                    let row = Memo::new(move |_| rolling::row_of(element, first.get(), elements.get()));
                    let branch = Memo::new(move |_| rows.with(|rows| rows.get(row.get()).cloned()));
                    let is_scope = Memo::new(move |_| branch.with(|branch| branch.as_ref().map(|one| &one.id) == scope.get().as_ref() && branch.is_some()));
                    view! {
                        <BranchView inventory branch row at height is_scope
                            on_turn=move |id: FolderId| turn(&id) on_pick=move |id: FolderId| { at.set(row.get_untracked()); pick(id); } />
                    }
                } />
            </div>
        </div>
        {move || (count.get() == 0).then(|| view! { <p class="tree-none">"No folder has this in its name."</p> })}
    }
}

#[component]
fn BranchView(
    inventory: Inventory,
    branch: Memo<Option<Branch>>,
    row: Memo<usize>,
    at: RwSignal<usize>,
    height: f64,
    is_scope: Memo<bool>,
    #[prop(into)] on_turn: Callback<FolderId>,
    #[prop(into)] on_pick: Callback<FolderId>,
) -> impl IntoView {
    let drag = expect_context::<Drag>();
    let id = Memo::new(move |_| branch.with(|branch| branch.as_ref().map(|branch| branch.id.clone())));
    let open = Memo::new(move |_| branch.with(|branch| branch.as_ref().and_then(|branch| branch.open)));
    let depth = Memo::new(move |_| branch.with(|branch| branch.as_ref().map_or(0, |branch| branch.depth)));
    let level = custom_attribute("aria-level", move || (depth.get() + 1).to_string());
    let name = move || branch.with(|branch| branch.as_ref().map(|branch| branch.name.clone()).unwrap_or_default());
    let hosts = move || branch.with(|branch| branch.as_ref().map(|branch| thousands(branch.hosts)).unwrap_or_default());
    let target = Memo::new(move |_| id.get().map(|id| id.to_string()).unwrap_or_default());
    let press = move |event: ev::PointerEvent| {
        if let Some(branch) = branch.get_untracked() {
            drag.press_folder(&event, branch.id, branch.name);
        }
    };
    let click = move |_| {
        if let Some(id) = id.get_untracked().filter(|_| !drag.has_just_ended()) {
            on_pick.run(id);
        }
    };
    let toggle = move |event: ev::MouseEvent| {
        event.stop_propagation();
        id.get_untracked().into_iter().for_each(|id| on_turn.run(id));
    };
    view! {
        <div {..level} role="treeitem" class="branch" id=move || item_id(row.get()) hidden=move || id.get().is_none()
            style=move || format!("height:{height}px;transform:translateY({}px);--depth:{}", row.get() as f64 * height, depth.get())
            class:branch-at=move || at.get() == row.get() class:branch-over=move || drag.is_over(&target.get())
            aria-expanded=move || open.get().map(|open| open.to_string())
            aria-selected=move || is_scope.get().to_string() aria-label=move || format!("{}, {}", name(), hosts())
            data-drop=target on:click=click on:pointerdown=press>
            {move || match open.get() {
                None => view! { <span class="branch-turn"></span> }.into_any(),
                Some(_) => view! {
                    <span class="branch-turn" data-open=move || open.get().unwrap_or_default().to_string() on:click=toggle on:pointerdown=|event| event.stop_propagation()>
                        <IconView icon=Icon::ChevronRight />
                    </span>
                }.into_any(),
            }}
            <IconView icon=Icon::Folder />
            <span class="branch-name" title=name>{name}</span>
            <span class="count">{hosts}</span>
            <span class="branch-menu" on:click=|event| event.stop_propagation() on:pointerdown=|event| event.stop_propagation()>
                {move || id.get().map(|id| view! { <FolderMenu inventory id in_tree=true /> })}
            </span>
        </div>
    }
}
