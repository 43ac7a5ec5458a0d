//! What lines say in the page's words, and how a filter stands in an address.

use wire::audit::{AuditChain, AuditFilter};

/// How an outcome is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    Plain,
    Wrong,
}

/// What went wrong or was refused stands out.
pub(super) fn mood(outcome: &str) -> Mood {
    let wrong = ["failed", "refused", "wrong"];
    if wrong.iter().any(|word| outcome.starts_with(word)) { Mood::Wrong } else { Mood::Plain }
}

/// What is said in a filter, as names and values of an address. Moments stand as they are asked for.
pub(super) fn pairs(filter: &AuditFilter) -> Vec<(&'static str, String)> {
    let words = [
        ("account", filter.account.clone()),
        ("action", filter.action.clone()),
        ("object", filter.object.clone()),
        ("outcome", filter.outcome.clone()),
        ("address", filter.address.clone()),
        ("from", filter.from.map(String::from)),
        ("until", filter.until.map(String::from)),
    ];
    let said = words.into_iter().filter_map(|(name, value)| Some((name, value?.trim().to_owned())));
    said.filter(|(_, value)| !value.is_empty()).collect()
}

/// How much of the log there is.
pub(super) fn extent(chain: &AuditChain) -> String {
    let (first, last) = (chain.removed.number + 1, chain.head.number);
    let removed = match chain.removed.number {
        0 => String::new(),
        1 => "; line 1 was removed by retention".to_owned(),
        number => format!("; lines 1 to {number} were removed by retention"),
    };
    if first > last { format!("The log holds no line{removed}.") } else { format!("Lines {first} to {last}{removed}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{
        Timestamp,
        audit::{AuditHash, AuditHead},
    };

    #[test]
    fn what_went_wrong_stands_out() {
        assert_eq!(
            ["done", "failed: no", "wrong code", "idle"].map(mood),
            [Mood::Plain, Mood::Wrong, Mood::Wrong, Mood::Plain]
        );
    }

    #[test]
    fn an_address_says_what_the_filter_says() {
        let filter = AuditFilter {
            account: Some(" ada ".into()),
            object: Some("  ".into()),
            from: Some(Timestamp::from_millis(0)),
            ..AuditFilter::default()
        };
        assert_eq!(pairs(&filter), [("account", "ada".to_owned()), ("from", "1970-01-01T00:00:00Z".to_owned())]);
    }

    #[test]
    fn the_extent_tells_what_is_gone() {
        let at = |number| AuditHead { number, hash: AuditHash::NONE };
        let chain = |removed, head| AuditChain { head: at(head), removed: at(removed), verified: None, sealed: None };
        assert_eq!(extent(&chain(0, 57)), "Lines 1 to 57.");
        assert_eq!(extent(&chain(9, 57)), "Lines 10 to 57; lines 1 to 9 were removed by retention.");
        assert_eq!(extent(&chain(0, 0)), "The log holds no line.");
    }
}
