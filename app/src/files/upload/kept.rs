//! What was begun and is not done, in the browser's own store: host, path, length and time, never content.

use super::item::Item;
use leptos::prelude::{GetUntracked, window};
use serde::{Deserialize, Serialize};
use wire::{HostId, files::RemotePath};

const KEY: &str = "berth.uploads";

/// So many are remembered, the newest.
const MOST: usize = 100;

/// An upload of an earlier page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) host: HostId,
    pub(super) host_name: String,
    pub(super) path: RemotePath,
    pub(super) total: u64,
    /// How much of it the host had when it was heard of last, in bytes.
    #[serde(default)]
    pub(super) sent: u64,
    pub(super) modified: i64,
}

impl Kept {
    fn is(&self, host: &HostId, path: &RemotePath) -> bool {
        self.host == *host && self.path == *path
    }
}

/// All of them. A browser that keeps nothing begins anew each time.
pub(super) fn all() -> Vec<Kept> {
    let text = window().local_storage().ok().flatten().and_then(|store| store.get_item(KEY).ok().flatten());
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn write(all: &[Kept]) {
    if let (Ok(Some(store)), Ok(text)) = (window().local_storage(), serde_json::to_string(all)) {
        // A full store only forgets how far it was.
        let _ = store.set_item(KEY, &text);
    }
}

/// Whether the part on the host is one of this very file.
pub(super) fn knows(item: &Item) -> bool {
    all()
        .iter()
        .any(|kept| kept.is(&item.host, &item.path) && kept.total == item.total && kept.modified == item.modified)
}

/// Remembers that it was begun.
pub(super) fn remember(item: &Item) {
    let mut kept = all();
    kept.retain(|kept| !kept.is(&item.host, &item.path));
    kept.push(Kept {
        host: item.host.clone(),
        host_name: item.host_name.clone(),
        path: item.path.clone(),
        total: item.total,
        sent: item.sent.get_untracked(),
        modified: item.modified,
    });
    let from = kept.len().saturating_sub(MOST);
    write(&kept[from..]);
}

/// It is done, or not wanted any more.
pub(super) fn forget(host: &HostId, path: &RemotePath) {
    let mut kept = all();
    let before = kept.len();
    kept.retain(|kept| !kept.is(host, path));
    if kept.len() != before {
        write(&kept);
    }
}
