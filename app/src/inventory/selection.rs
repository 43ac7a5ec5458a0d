//! Choosing hosts of the list: one, a range, all that match.

use super::{chosen::Chosen, lines::Line, store::Inventory};
use crate::ui::{ToastKind, toast};
use leptos::{prelude::*, task::spawn_local};
use wire::{HostId, inventory::MOST_SELECTED};

/// The choice, and how it is made. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Selection {
    /// What is chosen.
    pub chosen: RwSignal<Chosen>,
    /// Whether a tap chooses, though nothing may be chosen yet.
    pub choosing: RwSignal<bool>,
    /// The row that was chosen last: a range begins there.
    anchor: StoredValue<Option<u64>>,
    inventory: Inventory,
}

impl Selection {
    /// Nothing is chosen. What is looked at next is not what was chosen of.
    pub(super) fn new(inventory: Inventory) -> Self {
        let this = Self {
            chosen: RwSignal::new(Chosen::default()),
            choosing: RwSignal::new(false),
            anchor: StoredValue::new(None),
            inventory,
        };
        Effect::new(move |before: Option<()>| {
            inventory.look.track();
            if before.is_some() {
                this.clear();
            }
        });
        this
    }

    /// Whether a tap on a row chooses it.
    pub(super) fn is_on(self) -> bool {
        self.choosing.get() || self.chosen.with(|chosen| !chosen.is_empty())
    }

    /// Nothing is chosen any more.
    pub(super) fn clear(self) {
        self.choosing.set(false);
        self.anchor.set_value(None);
        if self.chosen.with_untracked(|chosen| *chosen != Chosen::default()) {
            self.chosen.set(Chosen::default());
        }
    }

    /// Chooses the host of a row, or not any more; with a range, everything since the one before.
    pub(super) fn toggle(self, id: &HostId, row: u64, range: bool) {
        let from = self.anchor.get_value().filter(|_| range);
        self.anchor.set_value(Some(row));
        match from {
            Some(from) => self.add_rows(from.min(row)..from.max(row) + 1),
            None => self.chosen.update(|chosen| {
                let has = chosen.has(id);
                chosen.set(id, !has);
            }),
        }
    }

    /// Chooses the rows between two lines besides.
    pub(super) fn extend(self, from: usize, to: usize) {
        let lines = self.inventory.lines;
        let rows: Vec<u64> = lines.with_untracked(|lines| {
            let between = from.min(to)..=from.max(to);
            between
                .filter_map(|line| if let Some(Line::Row(row)) = lines.at(line) { Some(row) } else { None })
                .collect()
        });
        if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
            self.anchor.set_value(Some(*last));
            self.add_rows(*first..last + 1);
        }
    }

    fn add_rows(self, rows: std::ops::Range<u64>) {
        if rows.end - rows.start > MOST_SELECTED as u64 {
            return toast(ToastKind::Info, "So many hosts are chosen by “Choose all that match”.");
        }
        spawn_local(async move {
            match self.inventory.ids(rows).await {
                Ok(ids) => drop(self.chosen.try_update(|chosen| chosen.add(ids))),
                Err(error) => toast(ToastKind::Error, error.to_string()),
            }
        });
    }

    /// Chooses everything that is looked at, seen or not.
    pub(super) fn all(self) {
        let (filter, total) =
            (self.inventory.look.get_untracked().filter, self.inventory.head.with_untracked(|head| head.total));
        if total > 0 {
            self.chosen.set(Chosen::matching(filter, total));
        }
    }

    /// The hosts that something is done with when it begins at this one: all chosen ones, if it is one of them.
    pub(super) fn with(self, id: &HostId) -> Chosen {
        let mut alone = Chosen::default();
        alone.set(id, true);
        self.chosen.with_untracked(|chosen| if chosen.has(id) { chosen.clone() } else { alone })
    }
}
