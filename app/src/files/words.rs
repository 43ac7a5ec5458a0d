//! What is said of files and transfers.

use wire::files::{FilesCount, TransferKind, TransferState, TransferView, size_formatted};

/// `1 file`, `3 files and 2 folders (14 KiB)`.
pub(super) fn amount(count: &FilesCount) -> String {
    let some = |number: u64, noun: &str| match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        number => Some(format!("{number} {noun}s")),
    };
    let parts: Vec<_> = [some(count.files, "file"), some(count.folders, "folder")].into_iter().flatten().collect();
    let amount = if parts.is_empty() { "nothing".to_owned() } else { parts.join(" and ") };
    let amount = if count.cut { format!("more than {amount}") } else { amount };
    if count.bytes > 0 { format!("{amount}, {}", size_formatted(count.bytes)) } else { amount }
}

/// What a transfer does: `Deleting x and 2 more`.
pub(super) fn title(transfer: &TransferView) -> String {
    let name = transfer.path.name().map_or_else(|| transfer.path.to_string(), |name| name.to_string());
    let more = if transfer.paths > 1 { format!(" and {} more", transfer.paths - 1) } else { String::new() };
    match transfer.kind {
        TransferKind::Delete => format!("Delete {name}{more}"),
        TransferKind::Copy => {
            let to = transfer.to_host_name.as_ref().filter(|to| **to != transfer.host_name);
            format!("Copy {name}{more}{}", to.map(|to| format!(" to {to}")).unwrap_or_default())
        }
    }
}

/// How far a transfer is.
pub(super) fn progress(transfer: &TransferView) -> String {
    let items = format!("{} of {}", transfer.items_done, transfer.items);
    let bytes = match transfer.kind {
        TransferKind::Copy => {
            format!(" · {} of {}", size_formatted(transfer.bytes_done), size_formatted(transfer.bytes))
        }
        TransferKind::Delete => String::new(),
    };
    let failed = if transfer.failed > 0 { format!(" · {} failed", transfer.failed) } else { String::new() };
    match transfer.state {
        TransferState::Waiting => "Waits for others".to_owned(),
        TransferState::Counting => "Counting".to_owned(),
        TransferState::Running => format!("{items}{bytes}{failed}"),
        TransferState::Done => format!("Done: {}", transfer.items_done),
        TransferState::Failed => format!("{items}{failed}"),
        TransferState::Cancelled => format!("Stopped at {items}"),
    }
}

/// How far, between 0 and 1.
pub(super) fn share(transfer: &TransferView) -> f64 {
    let of = |done: u64, all: u64| if all == 0 { 0.0 } else { done as f64 / all as f64 };
    match transfer.kind {
        TransferKind::Copy if transfer.bytes > 0 => of(transfer.bytes_done, transfer.bytes),
        _ => of(transfer.items_done, transfer.items),
    }
    .clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_plainly() {
        let count = |files, folders, bytes, cut| amount(&FilesCount { files, folders, bytes, cut });
        assert_eq!(count(1, 0, 0, false), "1 file");
        assert_eq!(count(3, 1, 2048, false), "3 files and 1 folder, 2.0 KiB");
        assert_eq!(count(0, 2, 0, true), "more than 2 folders");
        assert_eq!(count(0, 0, 0, false), "nothing");
    }

    #[test]
    fn a_transfer_says_what_it_does_and_how_far_it_is() {
        let now = wire::Timestamp::from_millis(0);
        let mut transfer = TransferView {
            id: "t1".parse().unwrap(),
            kind: TransferKind::Copy,
            state: TransferState::Running,
            host_id: "h1".parse().unwrap(),
            host_name: "web01".into(),
            to_host_name: Some("web02".into()),
            to: None,
            path: "/srv/data".parse().unwrap(),
            paths: 3,
            items: 4,
            items_done: 1,
            bytes: 2048,
            bytes_done: 1024,
            failures: Vec::new(),
            failed: 0,
            started_at: now,
            ended_at: None,
        };
        assert_eq!(title(&transfer), "Copy data and 2 more to web02");
        assert_eq!((progress(&transfer).as_str(), share(&transfer)), ("1 of 4 · 1.0 KiB of 2.0 KiB", 0.5));
        (transfer.kind, transfer.state, transfer.failed) = (TransferKind::Delete, TransferState::Failed, 2);
        assert_eq!(title(&transfer), "Delete data and 2 more");
        assert_eq!((progress(&transfer).as_str(), share(&transfer)), ("1 of 4 · 2 failed", 0.25));
    }
}
