//! How rounds are spoken of, and in which groups their hosts are shown.

use crate::inventory::words::{hosts, thousands};
use wire::inventory::{RoundOutcome, RoundOutcome as O, RoundState, RoundView, RoundWorkKind};

/// Hosts that are shown together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Their heading.
    pub title: &'static str,
    /// How they ended.
    pub outcomes: &'static [RoundOutcome],
    /// Whether it is open at first.
    pub open: bool,
    /// The name that style goes by.
    pub part: &'static str,
}

/// In the order of the page: what wants a decision, what went wrong, what is well.
pub const GROUPS: [Group; 11] = [
    Group { title: "Changed keys", outcomes: &[O::KeyChanged], open: true, part: "bad" },
    Group { title: "New keys", outcomes: &[O::KeyUnknown], open: true, part: "warn" },
    Group {
        title: "Failed",
        outcomes: &[O::Refused, O::Failed, O::Unreachable, O::Blocked, O::Locked],
        open: true,
        part: "bad",
    },
    Group { title: "Old key still there", outcomes: &[O::Unfinished], open: true, part: "warn" },
    Group { title: "No answer", outcomes: &[O::Offline], open: true, part: "bad" },
    Group { title: "Not tried", outcomes: &[O::Untried], open: false, part: "waiting" },
    Group { title: "Keys that you trust", outcomes: &[O::KeyTrusted], open: false, part: "good" },
    Group { title: "Done", outcomes: &[O::Done], open: true, part: "good" },
    Group { title: "Online", outcomes: &[O::Online], open: false, part: "good" },
    Group { title: "Not checked", outcomes: &[O::Unprobed], open: false, part: "waiting" },
    Group { title: "Left out", outcomes: &[O::Skipped], open: false, part: "waiting" },
];

/// What another try may help.
const AGAIN: [RoundOutcome; 8] =
    [O::Refused, O::Failed, O::Unreachable, O::Blocked, O::Locked, O::Untried, O::Offline, O::KeyTrusted];

/// The outcomes that a next round takes up: of a scan what can be signed in to now, of the others what did not work.
pub fn taken_up(work: RoundWorkKind) -> Vec<RoundOutcome> {
    match work {
        RoundWorkKind::Scan => vec![O::KeyTrusted, O::Blocked],
        RoundWorkKind::Probe => vec![O::Offline, O::Untried],
        RoundWorkKind::Bootstrap | RoundWorkKind::Roll => AGAIN.to_vec(),
    }
}

/// What of a scan is worth another scan.
pub const SCAN_AGAIN: [RoundOutcome; 5] = [O::Unreachable, O::Failed, O::Locked, O::Blocked, O::Untried];

/// How many hosts ended in one of these ways.
pub fn count(round: &RoundView, outcomes: &[RoundOutcome]) -> u32 {
    outcomes.iter().map(|outcome| round.count(*outcome)).sum()
}

/// The outcomes as a query names them.
pub fn query(outcomes: &[RoundOutcome]) -> String {
    let words = outcomes.iter().filter_map(|outcome| serde_json::to_value(outcome).ok());
    let words: Vec<_> = words.filter_map(|word| word.as_str().map(str::to_owned)).collect();
    words.join(",")
}

/// A round's heading.
pub fn title(work: RoundWorkKind) -> &'static str {
    match work {
        RoundWorkKind::Probe => "Reachability",
        RoundWorkKind::Scan | RoundWorkKind::Bootstrap => "Set up access",
        RoundWorkKind::Roll => "Roll keys",
    }
}

/// How it stands, in a word.
pub fn state(state: RoundState) -> &'static str {
    match state {
        RoundState::Running => "Running",
        RoundState::Done => "Done",
        RoundState::Cancelled => "Cancelled",
        RoundState::Stopped => "Stopped",
    }
}

/// What it does, or did, on how many hosts: one line.
pub fn line(round: &RoundView) -> String {
    let (all, over) = (hosts(u64::from(round.total)), thousands(u64::from(round.over)));
    let (doing, done) = match round.work {
        RoundWorkKind::Probe => ("Checking", "Checked"),
        RoundWorkKind::Scan => ("Reading the host keys of", "Read the host keys of"),
        RoundWorkKind::Bootstrap => ("Setting up access to", "Set up access:"),
        RoundWorkKind::Roll => ("Rolling the keys of", "Rolled keys:"),
    };
    if round.state == RoundState::Running {
        return format!("{doing} {all}: {over} done");
    }
    let parts = tally(round);
    let parts: Vec<_> =
        parts.iter().map(|(count, word, _)| format!("{} {word}", thousands(u64::from(*count)))).collect();
    match round.work {
        RoundWorkKind::Probe | RoundWorkKind::Scan => format!("{done} {all}: {}", parts.join(", ")),
        RoundWorkKind::Bootstrap | RoundWorkKind::Roll => format!("{done} {}", parts.join(", ")),
    }
}

/// The counts that are not zero, with their words and the names that style goes by.
pub fn tally(round: &RoundView) -> Vec<(u32, &'static str, &'static str)> {
    let parts: [(&[RoundOutcome], &str, &str); 12] = [
        (&[O::Done], "done", "good"),
        (&[O::Online], "online", "good"),
        (&[O::KeyTrusted], "trusted", "good"),
        (&[O::Unfinished], "with the old key still there", "warn"),
        (&[O::KeyUnknown], "with a new key", "warn"),
        (&[O::KeyChanged], "with a changed key", "bad"),
        (&[O::Refused, O::Failed, O::Unreachable, O::Blocked, O::Locked], "failed", "bad"),
        (&[O::Offline], "without an answer", "bad"),
        (&[O::Unprobed, O::Skipped], "left out", "waiting"),
        (&[O::Untried], "not tried", "waiting"),
        (&[O::Running], "at work", "running"),
        (&[O::Waiting], "waiting", "waiting"),
    ];
    let parts = parts.map(|(outcomes, word, part)| (count(round, outcomes), word, part));
    parts.into_iter().filter(|(count, ..)| *count > 0).collect()
}

/// How a host ended, in a word; none where its group says it.
pub fn outcome(outcome: RoundOutcome) -> Option<&'static str> {
    Some(match outcome {
        O::Refused => "turned down",
        O::Unreachable => "no answer",
        O::Blocked => "jump host not ready",
        O::Locked => "secret missing",
        O::Failed => "failed",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Timestamp, inventory::RoundCount};

    fn round(work: RoundWorkKind, state: RoundState, counts: &[(RoundOutcome, u32)]) -> RoundView {
        let at = Timestamp::from_millis(0);
        RoundView {
            id: "r1".parse().unwrap(),
            work,
            state,
            stopped: None,
            notes: Vec::new(),
            total: counts.iter().map(|(_, hosts)| hosts).sum(),
            over: counts.iter().filter(|(outcome, _)| outcome.is_over()).map(|(_, hosts)| hosts).sum(),
            counts: counts.iter().map(|(outcome, hosts)| RoundCount { outcome: *outcome, hosts: *hosts }).collect(),
            shared_keys: 0,
            started_at: at,
            ended_at: None,
            forgotten_at: None,
        }
    }

    #[test]
    fn a_line_says_how_far_it_is_and_what_came_of_it() {
        let running = [(O::Online, 1_200), (O::Waiting, 800)];
        let running = round(RoundWorkKind::Probe, RoundState::Running, &running);
        assert_eq!(line(&running), "Checking 2,000 hosts: 1,200 done");
        let done = [(O::Done, 3), (O::Refused, 1), (O::Locked, 1)];
        let done = round(RoundWorkKind::Bootstrap, RoundState::Done, &done);
        assert_eq!(line(&done), "Set up access: 3 done, 2 failed");
    }

    #[test]
    fn every_host_that_is_over_stands_in_one_group_and_is_counted() {
        for outcome in O::ALL {
            let groups = GROUPS.iter().filter(|group| group.outcomes.contains(&outcome)).count();
            assert_eq!(groups, usize::from(outcome.is_over()), "{outcome:?}");
            let one = round(RoundWorkKind::Scan, RoundState::Done, &[(outcome, 1)]);
            assert_eq!(tally(&one).len(), 1, "{outcome:?}");
        }
        assert_eq!(query(&[O::KeyTrusted, O::Blocked]), "key_trusted,blocked");
    }
}
