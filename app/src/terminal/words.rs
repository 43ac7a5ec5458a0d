//! What the terminal page says, as plain functions: how a session ended, and a title that the far side chose.

use crate::ui::middle::middle_cut;
use wire::terminal::{EndReason, Ending, Mode, Status};

/// The longest title that is shown, in characters.
const LONGEST_TITLE: usize = 120;

/// Of an address and of its host so much is shown, in characters.
const LONGEST_PART: usize = 160;

/// How a session ended, in a sentence or two.
pub(crate) fn ending(ending: &Ending) -> String {
    let because = |text: &str| match ending.message.as_deref() {
        Some(message) => format!("{text} {message}"),
        None => text.to_owned(),
    };
    match (ending.reason, ending.exit_code, ending.signal.as_deref()) {
        (EndReason::RemoteExit, _, Some(signal)) => format!("The remote shell was killed by SIG{signal}."),
        (EndReason::RemoteExit, Some(0), None) => "The remote shell has ended (exit code 0).".into(),
        (EndReason::RemoteExit, Some(code), None) => format!("The remote shell ended with exit code {code}."),
        (EndReason::RemoteExit, None, None) => "The remote shell has ended.".into(),
        (EndReason::User, ..) => "You closed this session.".into(),
        (EndReason::Admin, ..) => "An administrator closed this session.".into(),
        (EndReason::ClientLost, ..) => "Its page was closed, and the session with it.".into(),
        (EndReason::Idle, ..) => "Nobody looked at this session for too long, so it was closed.".into(),
        (EndReason::Expired, ..) => "This session reached its longest duration.".into(),
        (EndReason::ServerRestart, ..) if ending.message.is_some() => {
            "Berth was stopped, and this session with it.".into()
        }
        (EndReason::ServerRestart, ..) => "Berth was restarted, which ended this session.".into(),
        (EndReason::Error, ..) => because("The connection to the host broke."),
    }
}

/// That a session will end, in a sentence or two.
pub(crate) fn ends_soon(reason: EndReason, seconds: u64) -> String {
    let left = countdown(seconds);
    match reason {
        EndReason::Idle => format!("Nobody has looked at this session for long; it ends in {left}."),
        _ => format!("This session reaches its longest duration in {left}. Save your work."),
    }
}

/// What is said when "Open again" leads back into the same work.
#[cfg(feature = "csr")]
pub(crate) const WORK_IS_KEPT: &str = " What ran in it goes on in tmux on the host: open it again to be back.";

/// Whether a session in tmux that ended so left its work running on the host.
#[cfg(feature = "csr")]
pub(crate) const fn keeps_work(ending: &Ending) -> bool {
    matches!(ending.reason, EndReason::ServerRestart | EndReason::Error)
}

/// A session's place, for a badge.
pub(crate) const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Embedded => "embedded",
        Mode::Popout => "popout",
    }
}

/// Where a session is in its life, for a badge.
pub(crate) const fn status(status: Status) -> &'static str {
    match status {
        Status::Starting => "starting",
        Status::Active => "active",
        Status::Detached => "detached",
        Status::Closed => "closed",
        Status::Expired => "expired",
        Status::Error => "failed",
    }
}

/// A title from the far side (OSC 0 and 2), made fit to be shown: one line, no control or direction-changing characters
/// (they could make it read as something else), not endless.
pub(crate) fn title(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let clean: String = text.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let mut words = clean.trim().chars();
    let head: String = words.by_ref().take(LONGEST_TITLE).collect();
    if words.next().is_some() { format!("{}…", head.trim_end()) } else { head }
}

/// Where a link of a program leads: the host first, because the rest may be made to look like one.
pub(crate) fn leads_to(host: &str, address: &str) -> String {
    format!("The link leads to {}: {}", middle_cut(host, LONGEST_PART), middle_cut(address, LONGEST_PART))
}

/// Seconds as a countdown: `4 s`, `1:05`.
pub(crate) fn countdown(seconds: u64) -> String {
    if seconds < 60 { format!("{seconds} s") } else { format!("{}:{:02}", seconds / 60, seconds % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_says_which_limit_and_how_long() {
        let text = ends_soon(EndReason::Expired, 90);
        assert!(text.contains("longest duration in 1:30"), "{text}");
        assert!(ends_soon(EndReason::Idle, 60).contains("ends in 1:00"));
    }

    #[test]
    fn an_exit_names_its_code_or_signal() {
        let exit = |exit_code, signal: Option<&str>| {
            ending(&Ending { exit_code, signal: signal.map(Into::into), ..EndReason::RemoteExit.into() })
        };
        assert_eq!(exit(Some(3), None), "The remote shell ended with exit code 3.");
        assert_eq!(exit(None, Some("KILL")), "The remote shell was killed by SIGKILL.");
    }

    #[test]
    fn an_error_says_what_broke() {
        let broken = Ending { message: Some("sshd went away.".into()), ..EndReason::Error.into() };
        assert_eq!(ending(&broken), "The connection to the host broke. sshd went away.");
    }

    #[test]
    fn a_stop_is_not_a_restart() {
        let stopped = Ending { message: Some("the server was stopped".into()), ..EndReason::ServerRestart.into() };
        assert_eq!(ending(&stopped), "Berth was stopped, and this session with it.");
        assert!(ending(&EndReason::ServerRestart.into()).contains("restarted"));
    }

    #[test]
    fn a_title_is_one_harmless_line() {
        assert_eq!(title(" vim\u{7}\n a\u{202e}b "), "vim ab");
        assert_eq!(title(&"x".repeat(500)).chars().count(), 121);
        assert_eq!(title("\u{0}"), "");
    }

    #[test]
    fn a_link_names_its_host_first() {
        let told = leads_to("evil.example", "https://bank.example@evil.example/");
        assert_eq!(told, "The link leads to evil.example: https://bank.example@evil.example/");
        assert!(leads_to("a.example", &"x".repeat(5_000)).chars().count() < 400);
    }

    #[test]
    fn badges_are_words_and_a_countdown_is_a_clock() {
        assert_eq!((mode(Mode::Popout), status(Status::Detached)), ("popout", "detached"));
        assert_eq!((countdown(4), countdown(65)), ("4 s".into(), "1:05".into()));
    }
}
