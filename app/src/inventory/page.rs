//! The dashboard: hosts, and the sessions that are open.

use super::{
    acts::{Act, ActDialog, Acts},
    address,
    drag::{Drag, Ghost},
    list::HostList,
    names::Names,
    selection::Selection,
    sidebar::{Sidebar, is_needed, scope_name},
    store::Inventory,
    toolbar::{ListMenu, Toolbar},
    words::{hosts, thousands},
};
use crate::{
    accounts::SignIn,
    events::Live,
    palette::{Palette, Wish},
    rounds::RoundLines,
    terminal::SessionsPanel,
    ui::{Button, ButtonKind, EmptyState, Icon, IconView, Notice, Skeleton, Tone, set_title},
};
use leptos::{ev, html, prelude::*};
use wire::inventory::HostScope;

/// The first page of a signed-in person.
#[component]
pub fn DashboardPage() -> impl IntoView {
    set_title("Hosts");
    let (inventory, sign_in) = (Inventory::begin(address::asked()), expect_context::<SignIn>());
    address::follow(inventory.look);
    let selection = Selection::new(inventory);
    let acts = Acts::new(inventory, selection);
    provide_context(Names::new());
    provide_context(acts);
    provide_context(Drag::new(inventory, selection));
    let palette = expect_context::<Palette>();
    Effect::new(move |_| {
        if let Some(wish) = palette.wish.get() {
            palette.wish.set(None);
            acts.start(match wish {
                Wish::AddHost => Act::Edit(None),
                Wish::NewFolder => Act::NewFolder(None),
                Wish::Undo => Act::Undos,
            });
        }
    });
    let side = Memo::new(move |_| is_needed(inventory));
    let heading = move || match inventory.look.with(|look| look.filter.scope == HostScope::All) {
        true => "Hosts".to_owned(),
        false => scope_name(inventory),
    };
    view! {
        <main id="main" class="page dashboard" data-side=move || side.get().then_some("")>
            <h1 class="sr-only">"Dashboard"</h1>
            {move || (!sign_in.vault_open()).then(|| view! { <VaultLocked /> })}
            <RoundLines />
            <SessionsPanel />
            {move || side.get().then(|| view! {
                <nav class="inventory-side" aria-label="Parts of the inventory"><Sidebar inventory on_pick=|()| () /></nav>
            })}
            <section class="hosts" aria-labelledby="hosts-heading">
                <div class="section-head">
                    <h2 id="hosts-heading" title=heading>{heading}</h2>
                    <Tally inventory />
                    <Search inventory />
                    <Button kind=ButtonKind::Primary icon=Icon::Plus on_click=move |()| acts.start(Act::Edit(None))>
                        "Add host"
                    </Button>
                    <ListMenu selection />
                </div>
                <Toolbar inventory />
                <Listing inventory selection />
            </section>
        </main>
        <ActDialog />
        <Ghost />
    }
}

#[component]
fn VaultLocked() -> impl IntoView {
    view! {
        <Notice tone=Tone::Warn>
            "The vault is locked: stored passwords and keys cannot be used. "<a href="/account">"Open it on the account page"</a>"."
        </Notice>
    }
}

/// How many hosts are looked at.
#[component]
fn Tally(inventory: Inventory) -> impl IntoView {
    let text = Memo::new(move |_| {
        let all = inventory.counts.with(|counts| counts.all);
        inventory.head.with(|head| match (head.total, head.look.is_narrowed(), head.near) {
            (0, ..) => String::new(),
            (found, _, true) => format!("nothing is called that; {} near to it", hosts(found)),
            (found, true, _) if all > 0 && found <= all => format!("{} of {}", thousands(found), hosts(all)),
            (found, ..) => hosts(found),
        })
    });
    view! { <span class="tally" role="status">{text}</span> }
}

/// What stands in the place of the list, or the list.
#[component]
fn Listing(inventory: Inventory, selection: Selection) -> impl IntoView {
    // Only these three decide what is built; the list follows its hosts by itself.
    let live = expect_context::<Live>();
    let empty = Memo::new(move |_| {
        inventory.head.with(|head| head.total == 0 && head.groups.is_empty() && head.look.is_whole())
            && inventory.look.with(|look| look.is_whole())
    });
    let failed = move || inventory.error.with(Option::is_some) && (live.is_up() || empty.get());
    let state = Memo::new(move |_| (inventory.loaded.get(), empty.get(), failed()));
    move || {
        match state.get() {
        (false, ..) => view! { <Skeleton rows=6 label="Loading the hosts" /> }.into_any(),
        (true, true, true) => view! {
            <Notice tone=Tone::Bad>{move || inventory.error.get()}</Notice>
            <Button icon=Icon::Refresh on_click=move |()| inventory.refresh()>"Try again"</Button>
        }
        .into_any(),
        (true, true, false) => view! { <NoneYet /> }.into_any(),
        (true, false, stale) => view! {
            {stale.then(|| view! { <Notice tone=Tone::Warn>"This list may be old: "{move || inventory.error.get()}</Notice> })}
            <HostList inventory selection />
        }
        .into_any(),
    }
    }
}

#[component]
fn NoneYet() -> impl IntoView {
    let acts = expect_context::<Acts>();
    view! {
        <EmptyState icon=Icon::Server title="Add your first host">
            <p>
                "A host is a machine that you reach by SSH. Give it a name and an address; then one tap opens a terminal on it,
                here or on your phone, and it is still there when you come back."
            </p>
            <div class="empty-acts">
                <Button icon=Icon::Plus on_click=move |()| acts.start(Act::Edit(None))>"Add a host"</Button>
                <Button icon=Icon::Upload on_click=move |()| acts.go("/import")>"Import"</Button>
            </div>
        </EmptyState>
    }
}

/// The search field; `/` jumps into it, Escape empties it.
#[component]
fn Search(inventory: Inventory) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let jump = window_event_listener(ev::keydown, move |event| {
        let typing = document()
            .active_element()
            .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT" | "DIALOG"));
        let dialog = document().query_selector("dialog[open]").ok().flatten().is_some();
        if event.key() == "/" && !typing && !dialog && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }
    });
    on_cleanup(move || jump.remove());
    let words = Memo::new(move |_| inventory.look.with(|look| look.filter.search.clone()));
    let search = move |text: String| inventory.look.update(|look| look.filter.search = text);
    let clear = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            search(String::new());
        }
    };
    view! {
        <div class="search">
            <IconView icon=Icon::Search />
            <input
                node_ref=input
                type="search"
                class="input"
                aria-label="Search hosts"
                placeholder="Name, address, folder or #tag"
                autocomplete="off"
                spellcheck="false"
                prop:value=words
                on:input=move |event| search(event_target_value(&event))
                on:keydown=clear
            />
            <kbd aria-hidden="true">"/"</kbd>
        </div>
    }
}
