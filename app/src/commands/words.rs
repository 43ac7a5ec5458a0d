//! How runs are spoken of, and how what a command wrote is made fit to be shown.

use wire::commands::{CommandRunState, HostRun, HostRunCounts, HostRunState};

/// So many hosts.
pub(super) fn hosts(count: usize) -> String {
    match count {
        1 => "1 host".into(),
        many => format!("{many} hosts"),
    }
}

/// How it stands on a host, in a word or two.
pub(super) fn state(host: &HostRun) -> String {
    match (host.state, host.exit_code, &host.signal) {
        (HostRunState::Waiting, ..) => "waiting".into(),
        (HostRunState::Connecting, ..) => "connecting".into(),
        (HostRunState::Running, ..) => "running".into(),
        (HostRunState::Done, Some(0), _) => "ok".into(),
        (HostRunState::Done, Some(code), _) => format!("exit {code}"),
        (HostRunState::Done, None, Some(signal)) => format!("killed by {signal}"),
        (HostRunState::Done, None, None) => "ended".into(),
        (HostRunState::Failed, ..) => "failed".into(),
        (HostRunState::TimedOut, ..) => "out of time".into(),
        (HostRunState::Cancelled, ..) => "cancelled".into(),
    }
}

/// How a run stands, in a word.
pub(super) fn run_state(state: CommandRunState, counts: &HostRunCounts) -> &'static str {
    match state {
        CommandRunState::Running => "Running",
        CommandRunState::Cancelled => "Cancelled",
        CommandRunState::TimedOut => "Out of time",
        CommandRunState::Done if counts.succeeded == counts.total => "All ok",
        CommandRunState::Done => "Done",
    }
}

/// The counts that are not zero, with their words and the names that style goes by.
pub(super) fn tally(counts: &HostRunCounts) -> Vec<(u32, &'static str, &'static str)> {
    let all = [
        (counts.succeeded, "ok", "good"),
        (counts.unsuccessful, "other exit", "warn"),
        (counts.failed, "failed", "bad"),
        (counts.timed_out, "out of time", "late"),
        (counts.cancelled, "cancelled", "cancelled"),
        (counts.running, "running", "running"),
        (counts.connecting, "connecting", "connecting"),
        (counts.waiting, "waiting", "waiting"),
    ];
    all.into_iter().filter(|(count, ..)| *count > 0).collect()
}

/// How long it ran.
pub(super) fn duration(millis: u64) -> String {
    match millis {
        0..=999 => format!("{millis} ms"),
        1_000..=59_999 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        _ => format!("{} min {} s", millis / 60_000, millis / 1_000 % 60),
    }
}

/// Text without the sequences that would colour it on a terminal; other control characters are made visible. Carriage
/// returns go, as they only move a cursor.
pub(super) fn shown(text: &str) -> String {
    let (mut shown, mut characters) = (String::with_capacity(text.len()), text.chars().peekable());
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => skip_sequence(&mut characters),
            '\r' => {}
            '\n' | '\t' => shown.push(character),
            control if control.is_control() => {
                let visible = char::from_u32(0x2400 + u32::from(control)).filter(|_| u32::from(control) < 0x20);
                shown.push(visible.unwrap_or('\u{fffd}'));
            }
            character => shown.push(character),
        }
    }
    shown
}

fn skip_sequence(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match characters.next() {
        Some('[') => while characters.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
        Some(']') => while characters.next().is_some_and(|c| c != '\u{7}' && c != '\u{1b}') {},
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_nothing_else_is_hidden() {
        assert_eq!(shown("\u{1b}[1;31mred\u{1b}[0m\r\nplain\t\u{7}"), "red\nplain\t␇");
        assert_eq!(shown("\u{1b}]0;title\u{7}x"), "x");
        assert_eq!(shown("cut \u{1b}[3"), "cut ");
    }

    #[test]
    fn numbers_read_as_one_says_them() {
        assert_eq!([1, 3].map(hosts), ["1 host", "3 hosts"]);
        assert_eq!([12, 3_400, 307_000].map(duration), ["12 ms", "3.4 s", "5 min 7 s"]);
    }

    #[test]
    fn a_host_is_told_how_it_stands_in_a_word_or_two() {
        let ended = |state: &str, exit_code: Option<u32>, signal: Option<&str>| {
            let host = serde_json::json!({
                "host_id": "h1", "host_name": "web01", "state": state, "exit_code": exit_code, "signal": signal,
                "stdout_bytes": 0, "stderr_bytes": 0, "truncated": false,
            });
            super::state(&serde_json::from_value(host).unwrap())
        };
        assert_eq!(ended("done", Some(0), None), "ok");
        assert_eq!(ended("done", Some(3), None), "exit 3");
        assert_eq!(ended("done", None, Some("TERM")), "killed by TERM");
        assert_eq!(ended("timed_out", None, None), "out of time");
    }

    #[test]
    fn only_what_there_is_is_counted() {
        let counts = HostRunCounts { total: 3, succeeded: 2, waiting: 1, ..Default::default() };
        assert_eq!(tally(&counts), [(2, "ok", "good"), (1, "waiting", "waiting")]);
        assert_eq!(run_state(CommandRunState::Done, &HostRunCounts { total: 1, succeeded: 1, ..counts }), "All ok");
    }
}
