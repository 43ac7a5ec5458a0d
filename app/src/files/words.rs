//! What is said of files and transfers.

use wire::files::{FilesCount, RemotePath, TransferKind, TransferState, TransferView, size_formatted};

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
            let to_host = transfer.to_host_name.as_ref().filter(|to| **to != transfer.host_name);
            let on = |host: &String| format!(" on {host}");
            let from = transfer.path.parent().map(|folder| {
                format!(" from {folder}{}", to_host.map(|_| on(&transfer.host_name)).unwrap_or_default())
            });
            let to = match (&transfer.to, to_host) {
                (Some(folder), to_host) => format!(" to {folder}{}", to_host.map(on).unwrap_or_default()),
                (None, Some(to_host)) => format!(" to {to_host}"),
                (None, None) => String::new(),
            };
            format!("Copy {name}{more}{}{to}", from.unwrap_or_default())
        }
    }
}

/// Of uploads that are over: `31 done, 2 left out`.
pub(super) fn folded(done: usize, left_out: usize) -> String {
    let parts = [(done, "done"), (left_out, "left out")].into_iter().filter(|(count, _)| *count > 0);
    parts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
}

/// Of an upload of an earlier page: how much of it is where.
pub(super) fn unfinished(sent: u64, total: u64, path: &RemotePath, host_name: &str) -> String {
    let folder = path.parent().map(|folder| format!(" in {folder}")).unwrap_or_default();
    format!("Not finished: {} of {}{folder} on {host_name}", size_formatted(sent), size_formatted(total))
}

/// A name as a row shows it: blanks that nobody would see (at an end, several in a row) as marks.
pub(super) fn with_blanks_seen(name: &str) -> String {
    let is_blank = |character: Option<&char>| character.is_none_or(|character| character.is_whitespace());
    let characters: Vec<char> = name.chars().collect();
    let mut seen = String::with_capacity(name.len());
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| characters.get(before));
        let is_missed = || is_blank(before) || is_blank(characters.get(at + 1));
        match character {
            ' ' if is_missed() => seen.push('␣'),
            // Zero-width ones are no blanks for Unicode, and are not seen either.
            '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{2800}' | '\u{3164}' => seen.extend(character.escape_unicode()),
            blank if blank.is_whitespace() && is_missed() => seen.extend(blank.escape_unicode()),
            other => seen.push(*other),
        }
    }
    seen
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
    fn uploads_that_are_over_and_those_that_are_not_are_told() {
        assert_eq!((folded(31, 0), folded(30, 2)), ("31 done".into(), "30 done, 2 left out".into()));
        let told = unfinished(2 << 20, 5_033_165, &"/srv/disk.img".parse().unwrap(), "web01");
        assert_eq!(told, "Not finished: 2.0 MiB of 4.8 MiB in /srv on web01");
    }

    #[test]
    fn names_of_blanks_are_told_apart() {
        let names =
            [" ", "   ", " a", "a ", "a  b", "a b.txt", "a\u{202f}b", "a\u{a0}", "\u{200b}"].map(with_blanks_seen);
        let seen = ["␣", "␣␣␣", "␣a", "a␣", "a␣␣b", "a b.txt", "a\u{202f}b", "a\\u{a0}", "\\u{200b}"];
        assert_eq!(names, seen);
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
        assert_eq!(title(&transfer), "Copy data and 2 more from /srv on web01 to web02");
        transfer.to = Some("/backup".parse().unwrap());
        assert_eq!(title(&transfer), "Copy data and 2 more from /srv on web01 to /backup on web02");
        transfer.to_host_name = None;
        assert_eq!(title(&transfer), "Copy data and 2 more from /srv to /backup");
        assert_eq!((progress(&transfer).as_str(), share(&transfer)), ("1 of 4 · 1.0 KiB of 2.0 KiB", 0.5));
        (transfer.kind, transfer.state, transfer.failed) = (TransferKind::Delete, TransferState::Failed, 2);
        assert_eq!(title(&transfer), "Delete data and 2 more");
        assert_eq!((progress(&transfer).as_str(), share(&transfer)), ("1 of 4 · 2 failed", 0.25));
    }
}
