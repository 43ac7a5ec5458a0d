//! Hosts to choose from on other pages: the server searches, and says how many there are beyond those that are drawn.

use super::{
    api::{filters, folders, list},
    look::Look,
    tree::Tree,
};
use crate::{
    error::AppError,
    events::Refresh,
    ui::{Icon, IconView},
};
use leptos::{prelude::*, task::spawn_local};
use std::ops::Range;
use wire::{
    HostId,
    events::Topic,
    inventory::{HostGroup, HostListPage, HostListRequest, HostScope, HostView, SavedFilter},
};

/// Rows that are drawn; a search finds the others, and choosing all takes them too.
pub(crate) const DRAWN: usize = 200;
/// So many come in one answer.
const AT_ONCE: u64 = 1_000;

/// What is offered. Copy it into closures; it lives as long as the page that made it.
#[derive(Clone, Copy)]
pub(crate) struct Offered {
    /// The words.
    pub search: RwSignal<String>,
    /// Which part: a value of the select's.
    part: RwSignal<String>,
    /// The answer that is drawn.
    page: RwSignal<HostListPage>,
    /// Whether the first one has come.
    pub loaded: RwSignal<bool>,
    /// What the last one complained of.
    pub error: RwSignal<Option<String>>,
    tree: RwSignal<Tree>,
    filters: RwSignal<Vec<SavedFilter>>,
    turn: StoredValue<u32>,
}

impl Offered {
    /// Asks now, and again when something is typed or has changed.
    pub(crate) fn begin() -> Self {
        let none = HostListPage { total: 0, offset: 0, groups: Vec::new(), rows: Vec::new(), near: false };
        let this = Self {
            search: RwSignal::new(String::new()),
            part: RwSignal::new(String::new()),
            page: RwSignal::new(none),
            loaded: RwSignal::new(false),
            error: RwSignal::new(None),
            tree: RwSignal::new(Tree::default()),
            filters: RwSignal::new(Vec::new()),
            turn: StoredValue::new(0),
        };
        Refresh::new().keep(&[Topic::Hosts, Topic::Folders], move || async move {
            let (tree, saved) = (folders().await.unwrap_or_default(), filters().await.unwrap_or_default());
            let _ = this.tree.try_set(Tree::new(tree));
            let _ = this.filters.try_set(saved);
            this.ask().await;
        });
        Effect::new(move |before: Option<()>| {
            this.search.track();
            this.part.track();
            if before.is_some() {
                spawn_local(this.ask());
            }
        });
        this
    }

    /// What is asked for.
    fn look(self) -> Look {
        let part = self.part.get_untracked();
        let saved = self.filters.with_untracked(|saved| saved.iter().find(|one| one.id.to_string() == part).cloned());
        let mut look = match (saved, part.as_str()) {
            (Some(saved), _) => Look::of(saved.filter, saved.arrangement),
            (None, "favourites") => Look::at(HostScope::Favourites),
            (None, "recent") => Look::at(HostScope::Recent),
            (None, id) => id.parse().map_or_else(|_| Look::default(), |id| Look::at(HostScope::Folder { id })),
        };
        let words = self.search.get_untracked();
        if !words.trim().is_empty() {
            look.filter.search = words;
        }
        look
    }

    fn request(self, rows: Range<u64>) -> HostListRequest {
        let (look, limit) = (self.look(), (rows.end - rows.start) as u32);
        HostListRequest { arrangement: look.arrangement(), filter: look.filter, offset: rows.start, limit: Some(limit) }
    }

    async fn ask(self) {
        if self.loaded.try_get_untracked().is_none() {
            return;
        }
        let mine = self.turn.with_value(|turn| turn.wrapping_add(1));
        self.turn.set_value(mine);
        let answer = list(self.request(0..DRAWN as u64)).await;
        if self.turn.try_get_value() != Some(mine) {
            return;
        }
        match answer {
            Ok(page) => {
                self.error.set(None);
                self.page.set(page);
            }
            Err(error) => self.error.set(Some(error.to_string())),
        }
        self.loaded.set(true);
    }

    /// Whether there is no host at all.
    pub(crate) fn is_empty(self) -> bool {
        let asked = self.search.with(|text| !text.trim().is_empty()) || self.part.with(|part| !part.is_empty());
        !asked && self.page.with(|page| page.total == 0)
    }

    /// How many hosts are offered, drawn or not.
    pub(crate) fn total(self) -> u64 {
        self.page.with(|page| page.total)
    }

    /// What is drawn, under its headings, each with the place of its first row.
    pub(crate) fn groups(self) -> Vec<(Option<HostGroup>, u64, Vec<HostView>)> {
        self.page.with(|page| {
            let headed = page.groups.len() > 1 || page.groups.iter().any(|group| !group.label.is_empty());
            if !headed {
                return if page.rows.is_empty() { Vec::new() } else { vec![(None, 0, page.rows.clone())] };
            }
            let mut row = 0;
            let groups = page.groups.iter().map(|group| {
                let from = row;
                row += group.hosts;
                let rows = page.rows.iter().skip(from as usize).take(group.hosts as usize).cloned().collect::<Vec<_>>();
                (Some(group.clone()).filter(|group| !group.label.is_empty()), from, rows)
            });
            groups.filter(|(_, _, rows)| !rows.is_empty()).collect()
        })
    }

    /// All that is drawn.
    pub(crate) fn rows(self) -> Vec<HostView> {
        self.page.with(|page| page.rows.clone())
    }

    /// The ids of these rows, drawn or not.
    pub(crate) async fn ids(self, rows: Range<u64>) -> Result<Vec<HostId>, AppError> {
        let mut ids = Vec::new();
        let mut from = rows.start;
        while from < rows.end {
            let to = rows.end.min(from + AT_ONCE);
            let page = list(self.request(from..to)).await?;
            ids.extend(page.rows.into_iter().map(|host| host.id));
            from = to;
        }
        Ok(ids)
    }
}

/// The words and the part.
#[component]
pub(crate) fn OfferedSearch(offered: Offered, #[prop(optional)] autofocus: bool) -> impl IntoView {
    let more = Memo::new(move |_| {
        offered.tree.with(|tree| !tree.is_empty()) || offered.filters.with(|filters| !filters.is_empty())
    });
    let options = move || {
        let fixed = [("", "All hosts"), ("favourites", "Favourites"), ("recent", "Recent")];
        let fixed = fixed.map(|(key, text)| (key.to_owned(), text.to_owned()));
        let saved = offered.filters.get().into_iter().map(|one| (one.id.to_string(), format!("Filter: {}", one.name)));
        let folders = offered
            .tree
            .with(|tree| tree.all().into_iter().map(|one| (one.id.to_string(), one.path.clone())).collect::<Vec<_>>());
        fixed.into_iter().chain(saved).chain(folders).collect::<Vec<_>>()
    };
    view! {
        <div class="search">
            <IconView icon=Icon::Search />
            <input type="search" class="input" aria-label="Search hosts" placeholder="Name, address, folder or #tag" autofocus=autofocus
                autocomplete="off" autocapitalize="none" spellcheck="false" bind:value=offered.search />
        </div>
        {move || more.get().then(|| view! {
            <div class="select">
                <select class="input" aria-label="Part of the inventory" on:change=move |event| offered.part.set(event_target_value(&event))>
                    {move || options().into_iter().map(|(key, text)| {
                        let mine = key.clone();
                        view! { <option value=key selected=move || offered.part.with(|part| *part == mine)>{text}</option> }
                    }).collect_view()}
                </select>
                <IconView icon=Icon::ChevronDown />
            </div>
        })}
    }
}
