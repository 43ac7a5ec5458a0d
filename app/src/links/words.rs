//! What runs over a link, in words.

use crate::ui::span;
use wire::links::{LinkPurpose, LinkView};

/// What runs over it: `2 terminals, 1 command`.
pub(super) fn runs(link: &LinkView) -> String {
    let part = |count: u32, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let counts =
        [(link.shells, "terminal"), (link.commands, "command"), (link.files, "file channel"), (link.links, "link")];
    let parts: Vec<String> = counts.into_iter().filter_map(|(count, word)| part(count, word)).collect();
    if parts.is_empty() { "unused".into() } else { parts.join(", ") }
}

/// How long one stays that nobody uses.
pub(super) fn stays(idle_seconds: u64) -> String {
    match idle_seconds {
        0 => "One that nobody uses ends at once.".into(),
        seconds => format!("One that nobody uses stays for {}, ready for the next use.", span::left(seconds)),
    }
}

/// What a link is for, when it is not the usual.
pub(super) fn purpose(link: &LinkView) -> Option<(&'static str, &'static str)> {
    match link.purpose {
        LinkPurpose::Shared => None,
        LinkPurpose::Bulk => Some(("transfers", "Large transfers go over it, apart from terminals")),
        LinkPurpose::Connection => Some(("script", "A script opened it by name, over the REST interface")),
    }
}

/// What ends with a link.
pub(super) fn ends_with(link: &LinkView) -> String {
    if link.links > 0 {
        return "Links to other hosts go through it and end with it, and so does what runs over them.".into();
    }
    let ends = match (link.shells, link.commands + link.files) {
        (0, 0) => return "Nothing runs over it. The next use of the host connects again.".into(),
        (0, _) => "What runs over it breaks off".to_owned(),
        (1, _) => "The terminal on it ends".to_owned(),
        (many, _) => format!("The {many} terminals on it end"),
    };
    format!("{ends}, and it cannot be undone.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Timestamp;

    fn link(shells: u32, commands: u32, files: u32, purpose: LinkPurpose) -> LinkView {
        LinkView {
            id: "1".into(),
            host_id: None,
            host_name: "web01".into(),
            endpoint: "192.0.2.7:22".into(),
            username: "root".into(),
            via: Vec::new(),
            purpose,
            opened_at: Timestamp::from_millis(0),
            shells,
            commands,
            files,
            links: 0,
            bytes_sent: 0,
            bytes_received: 0,
        }
    }

    #[test]
    fn what_runs_is_counted() {
        assert_eq!(runs(&link(2, 1, 0, LinkPurpose::Shared)), "2 terminals, 1 command");
        assert_eq!(runs(&LinkView { links: 2, ..link(0, 0, 1, LinkPurpose::Bulk) }), "1 file channel, 2 links");
        assert_eq!(runs(&link(0, 0, 0, LinkPurpose::Shared)), "unused");
        assert_eq!(stays(300), "One that nobody uses stays for 5 min, ready for the next use.");
    }

    #[test]
    fn only_the_unusual_has_a_badge() {
        let word = |of| purpose(&link(0, 0, 0, of)).map(|(word, _)| word);
        let all = [LinkPurpose::Shared, LinkPurpose::Bulk, LinkPurpose::Connection].map(word);
        assert_eq!(all, [None, Some("transfers"), Some("script")]);
    }

    #[test]
    fn closing_says_what_ends() {
        assert_eq!(ends_with(&link(1, 3, 0, LinkPurpose::Shared)), "The terminal on it ends, and it cannot be undone.");
        assert!(ends_with(&link(0, 0, 0, LinkPurpose::Shared)).starts_with("Nothing"));
        assert!(ends_with(&LinkView { links: 1, ..link(1, 0, 0, LinkPurpose::Shared) }).starts_with("Links to other"));
    }
}
