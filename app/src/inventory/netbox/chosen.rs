//! Which devices are meant, as the fields hold it.

use leptos::prelude::*;
use wire::inventory::{NetBoxChoice, NetBoxChoiceKind, NetBoxFilters};

/// The filters with a list of choices: which, and how one is called.
pub(super) const LISTS: [(NetBoxChoiceKind, &str); 4] = [
    (NetBoxChoiceKind::Site, "Site"),
    (NetBoxChoiceKind::Platform, "Platform"),
    (NetBoxChoiceKind::Role, "Role"),
    (NetBoxChoiceKind::Tag, "Tag"),
];

/// The fields.
#[derive(Clone, Copy)]
pub(super) struct Chosen {
    /// Words to look for.
    pub(super) search: RwSignal<String>,
    /// A state; empty for any.
    pub(super) status: RwSignal<String>,
    lists: [RwSignal<Vec<NetBoxChoice>>; 4],
}

impl Chosen {
    /// Nothing is left out.
    pub(super) fn new() -> Self {
        let list = || RwSignal::new(Vec::new());
        let text = || RwSignal::new(String::new());
        Self { search: text(), status: text(), lists: [list(), list(), list(), list()] }
    }

    /// What was chosen in one of the lists.
    pub(super) fn list(self, kind: NetBoxChoiceKind) -> RwSignal<Vec<NetBoxChoice>> {
        let [site, platform, role, tag] = self.lists;
        match kind {
            NetBoxChoiceKind::Site => site,
            NetBoxChoiceKind::Platform => platform,
            NetBoxChoiceKind::Role => role,
            NetBoxChoiceKind::Tag => tag,
        }
    }

    /// As the server is asked.
    pub(super) fn filters(self) -> NetBoxFilters {
        let words =
            |kind| self.list(kind).with(|list| list.iter().map(|it| it.slug.as_str()).collect::<Vec<_>>().join(","));
        NetBoxFilters {
            search: self.search.with(|text| text.trim().to_owned()),
            site: words(NetBoxChoiceKind::Site),
            platform: words(NetBoxChoiceKind::Platform),
            role: words(NetBoxChoiceKind::Role),
            status: self.status.get(),
            tag: words(NetBoxChoiceKind::Tag),
        }
    }

    /// Shows filters that were used before; of what is listed in them, the words alone are known.
    pub(super) fn show(self, filters: &NetBoxFilters) {
        let NetBoxFilters { search, site, platform, role, status, tag } = filters;
        self.search.set(search.clone());
        self.status.set(status.clone());
        for (kind, text) in LISTS.into_iter().map(|(kind, _)| kind).zip([site, platform, role, tag]) {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            let list = words.map(|word| NetBoxChoice { slug: word.to_owned(), name: word.to_owned() });
            self.list(kind).set(list.collect());
        }
    }

    /// Leaves nothing out any more.
    pub(super) fn clear(self) {
        self.show(&NetBoxFilters::default());
    }
}
