//! Hosts that only their ids are known of, such as jump hosts: each is asked for once.

use super::api::host;
use leptos::{prelude::*, task::spawn_local};
use std::collections::HashMap;
use wire::{HostId, inventory::HostView};

#[derive(Clone)]
enum Known {
    Asked,
    Gone,
    Here(Box<HostView>),
}

/// Hosts by id. Copy it into closures; it lives as long as the page that made it.
#[derive(Clone, Copy)]
pub(crate) struct Names(RwSignal<HashMap<HostId, Known>>);

impl Names {
    /// Nothing is known yet.
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(HashMap::new()))
    }

    /// The host behind an id; none before its answer has come, and when it is gone.
    pub(crate) fn host(self, id: &HostId) -> Option<HostView> {
        match self.0.with(|known| known.get(id).cloned()) {
            Some(Known::Here(host)) => return Some(*host),
            Some(_) => return None,
            None => {}
        }
        let id = id.clone();
        // Not while whoever asks is being worked out.
        spawn_local(async move {
            let is_new = self.0.try_update_untracked(|known| {
                let is_new = !known.contains_key(&id);
                known.entry(id.clone()).or_insert(Known::Asked);
                is_new
            });
            if is_new == Some(true) {
                let answer = host(id.clone()).await.map_or(Known::Gone, |host| Known::Here(Box::new(host)));
                let _ = self.0.try_update(|known| drop(known.insert(id, answer)));
            }
        });
        None
    }

    /// Its name; three dots before that is known.
    pub(crate) fn of(self, id: &HostId) -> String {
        let gone = self.0.with(|known| matches!(known.get(id), Some(Known::Gone)));
        let name = self.host(id).map(|host| host.name);
        name.unwrap_or_else(|| if gone { "a host that is gone".into() } else { "…".into() })
    }
}
