//! Fields that choose a host or a folder by typing: hosts are searched for on the server, folders are all here.

use super::{api::list, names::Names, tree::Tree};
use crate::ui::{Combobox, FieldError, Icon, IconView, Offer};
use leptos::{prelude::*, task::spawn_local};
use wire::{
    HostId,
    inventory::{HostArrangement, HostFilter, HostListRequest, HostScope, Protocol},
};

/// So many are offered.
const OFFERED: usize = 20;

/// Chooses a host that others are reached through.
#[component]
pub(super) fn HostField(
    label: &'static str,
    /// Its id, or nothing.
    value: RwSignal<String>,
    /// What it means when none is chosen.
    #[prop(into)]
    none: Signal<String>,
    /// A host that cannot be chosen.
    but: Option<HostId>,
    hint: &'static str,
) -> impl IntoView {
    let names = expect_context::<Names>();
    let (text, open, found) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(Vec::<Offer>::new()));
    let name_of = move |id: &str| id.parse::<HostId>().ok().and_then(|id| names.host(&id)).map(|host| host.name);
    // Its name comes later than its id, and it may be chosen from elsewhere.
    Effect::new(move |_| {
        let name = value.with(|id| name_of(id));
        if !open.get_untracked() {
            text.set(name.unwrap_or_default());
        }
    });
    let (turn, but) = (StoredValue::new(0_u32), StoredValue::new(but));
    Effect::new(move |_| {
        let (is_open, typed) = (open.get(), text.get());
        if !is_open {
            return;
        }
        // What was chosen before is no search: opened again, the field offers others.
        let search =
            if Some(&typed) == untrack(|| value.with(|id| name_of(id))).as_ref() { String::new() } else { typed };
        let mine = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(mine);
        spawn_local(async move {
            let offers = offered(search, but.get_value()).await;
            if turn.try_get_value() == Some(mine) {
                found.set(offers);
            }
        });
    });
    let left = move |()| {
        if text.with_untracked(|text| text.trim().is_empty()) {
            value.set(String::new());
        }
        // What is half typed is nobody's name.
        text.set(untrack(|| value.with(|id| name_of(id))).unwrap_or_default());
    };
    let pick = move |offer: Offer| {
        text.set(offer.text);
        value.set(offer.value);
    };
    view! { <Combobox label text offers=found open on_pick=pick on_leave=left hint placeholder=none optional=true /> }
}

async fn offered(search: String, but: Option<HostId>) -> Vec<Offer> {
    let scope = if search.trim().is_empty() { HostScope::Recent } else { HostScope::All };
    let mut hosts = ask(search.clone(), scope).await;
    if hosts.is_empty() && search.trim().is_empty() {
        hosts = ask(search, HostScope::All).await;
    }
    hosts.retain(|host| Some(&host.id) != but.as_ref() && host.protocol == Protocol::Ssh);
    let offer = |host: wire::inventory::HostView| Offer {
        value: host.id.to_string(),
        detail: host.folder.unwrap_or(host.address),
        text: host.name,
    };
    hosts.into_iter().map(offer).collect()
}

async fn ask(search: String, scope: HostScope) -> Vec<wire::inventory::HostView> {
    let filter = HostFilter { scope, search, ..HostFilter::default() };
    let arrangement = HostArrangement::default();
    // Without an answer nothing is offered; the next letter asks again.
    let answer = list(HostListRequest { filter, arrangement, offset: 0, limit: Some(OFFERED as u32) }).await;
    answer.map(|page| page.rows).unwrap_or_default()
}

/// Takes a folder's path: one that is there, or a new one.
#[component]
pub(super) fn FolderField(
    label: &'static str,
    /// The path, as typed.
    text: RwSignal<String>,
    tree: RwSignal<Tree>,
    hint: &'static str,
    /// What stands there as long as it is empty.
    #[prop(optional, into)]
    placeholder: Signal<String>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: FieldError,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let offers = Memo::new(move |_| {
        let words: Vec<String> = text.with(|text| text.split_whitespace().map(str::to_lowercase).collect());
        tree.with(|tree| {
            // A path that was taken is no search.
            let whole = text.with(|text| tree.all().iter().any(|folder| folder.path == *text));
            let fits = |path: &str| whole || words.iter().all(|word| path.to_lowercase().contains(word.as_str()));
            let fitting = tree.all().into_iter().filter(|folder| fits(&folder.path)).take(OFFERED);
            let offer = |folder: &wire::inventory::FolderView| Offer {
                value: folder.id.to_string(),
                text: folder.path.clone(),
                detail: tree.hosts(&folder.id).to_string(),
            };
            fitting.map(offer).collect::<Vec<_>>()
        })
    });
    view! {
        <Combobox label text offers on_pick=move |offer: Offer| text.set(offer.text) hint error placeholder optional=true autofocus />
    }
}

/// What holds because folders say it, below the field that says nothing itself.
#[component]
pub(super) fn Inherits(
    /// `admin`, and the folder that says so; nothing while the field speaks for itself.
    #[prop(into)]
    what: Signal<Option<(String, String)>>,
) -> impl IntoView {
    move || {
        what.get().map(|(value, folder)| {
            view! { <p class="inherits"><IconView icon=Icon::Inherit /><span>{as_folder(&folder, &value)}</span></p> }
        })
    }
}

/// `As the folder Site / Rack: admin`.
pub(super) fn as_folder(folder: &str, value: &str) -> String {
    format!("As the folder {folder}: {value}")
}
