//! What a host says about its sessions, as it is typed: limits of time, how many at once, tmux, agent, recording.

use wire::{
    Patch,
    inventory::{FolderView, HostDraft, HostPatch, HostView},
    recordings::RecordingPolicy,
};

/// A year, in seconds: the longest limit that the server takes.
const LONGEST: u64 = 365 * 24 * 60 * 60;
/// The most sessions that a host's own limit may allow.
const MOST_SESSIONS: u32 = 1_000;

/// The units that a limit is typed in, with their seconds; the largest last.
pub const UNITS: [(&str, u64); 4] = [("seconds", 1), ("minutes", 60), ("hours", 3_600), ("days", 86_400)];

/// A limit as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitForm {
    /// `server`, `off` or `own`.
    pub choice: String,
    /// How many units, when it is the host's own.
    pub amount: String,
    /// One of [`UNITS`].
    pub unit: String,
}

impl Default for LimitForm {
    fn default() -> Self {
        Self { choice: "server".into(), amount: String::new(), unit: "minutes".into() }
    }
}

impl From<Option<u64>> for LimitForm {
    fn from(seconds: Option<u64>) -> Self {
        match seconds {
            None => Self::default(),
            Some(0) => Self { choice: "off".into(), ..Self::default() },
            Some(seconds) => {
                let fits = UNITS.iter().rev().find(|(_, length)| seconds.is_multiple_of(*length));
                let (unit, length) = fits.copied().unwrap_or(UNITS[0]);
                Self { choice: "own".into(), amount: (seconds / length).to_string(), unit: unit.into() }
            }
        }
    }
}

impl LimitForm {
    /// Seconds; 0 is no limit, none the server's. Or what is wrong with it.
    pub(super) fn seconds(&self) -> Result<Option<u64>, String> {
        let length = UNITS.iter().find(|(unit, _)| *unit == self.unit).map_or(1, |(_, length)| *length);
        match self.choice.as_str() {
            "off" => Ok(Some(0)),
            "own" => match self.amount.trim().parse::<u64>() {
                Ok(amount) if amount > 0 => match amount.checked_mul(length) {
                    Some(seconds) if seconds <= LONGEST => Ok(Some(seconds)),
                    _ => Err("A year is the longest; choose “off” for no limit.".into()),
                },
                _ => Err("Enter a whole number from 1 up.".into()),
            },
            _ => Ok(None),
        }
    }
}

/// All of it as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyForm {
    /// How long a session lives unseen.
    pub idle: LimitForm,
    /// How long a session lives at most.
    pub longest: LimitForm,
    /// How many live at once; no limit of the host's own when empty.
    pub max_sessions: String,
    /// Whether shells run in tmux.
    pub tmux: bool,
    /// Whether an agent is forwarded.
    pub agent_forwarding: bool,
    /// The word of a [`RecordingPolicy`], or empty.
    pub recording: String,
}

/// What is wrong with it, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyFaults {
    /// With the idle timeout.
    pub idle: Option<String>,
    /// With the longest duration.
    pub longest: Option<String>,
    /// With the number of sessions.
    pub max_sessions: Option<String>,
}

impl From<&HostView> for PolicyForm {
    fn from(host: &HostView) -> Self {
        Self {
            idle: host.idle_timeout_seconds.into(),
            longest: host.max_duration_seconds.into(),
            max_sessions: host.max_sessions.map(|count| count.to_string()).unwrap_or_default(),
            tmux: host.tmux,
            agent_forwarding: host.agent_forwarding,
            recording: host.recording.map_or("", word).into(),
        }
    }
}

impl PolicyForm {
    /// What is wrong with it.
    pub fn faults(&self) -> PolicyFaults {
        PolicyFaults {
            idle: self.idle.seconds().err(),
            longest: self.longest.seconds().err(),
            max_sessions: self.sessions().err(),
        }
    }

    /// Puts it into a draft; a faulty field says nothing.
    pub fn complete(&self, draft: HostDraft) -> HostDraft {
        HostDraft {
            idle_timeout_seconds: self.idle.seconds().ok().flatten(),
            max_duration_seconds: self.longest.seconds().ok().flatten(),
            max_sessions: self.sessions().ok().flatten(),
            tmux: self.tmux,
            agent_forwarding: self.agent_forwarding,
            recording: recording(&self.recording),
            ..draft
        }
    }

    fn sessions(&self) -> Result<Option<u32>, String> {
        sessions(&self.max_sessions)
    }
}

/// A number of sessions as it is typed; none when it is left to somebody else.
pub(super) fn sessions(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u32>() {
            Ok(count) if (1..=MOST_SESSIONS).contains(&count) => Ok(Some(count)),
            _ => Err(format!("Enter a number from 1 to {MOST_SESSIONS}, or nothing.")),
        },
    }
}

/// A limit of time in words, as in `30 minutes`; 0 is `off`.
pub fn said(seconds: u64) -> String {
    let limit = LimitForm::from(Some(seconds));
    match (limit.choice.as_str(), limit.amount.as_str()) {
        ("off", _) => "off".into(),
        (_, "1") => format!("1 {}", limit.unit.trim_end_matches('s')),
        (_, amount) => format!("{amount} {}", limit.unit),
    }
}

impl From<&FolderView> for PolicyForm {
    fn from(folder: &FolderView) -> Self {
        Self {
            idle: folder.idle_timeout_seconds.into(),
            longest: folder.max_duration_seconds.into(),
            max_sessions: folder.max_sessions.map(|count| count.to_string()).unwrap_or_default(),
            tmux: false,
            agent_forwarding: false,
            recording: folder.recording.map_or("", word).into(),
        }
    }
}

/// The draft's policy in the shape of a change: every field anew.
pub fn patch(draft: &HostDraft, patch: HostPatch) -> HostPatch {
    HostPatch {
        idle_timeout_seconds: Patch::from(draft.idle_timeout_seconds),
        max_duration_seconds: Patch::from(draft.max_duration_seconds),
        max_sessions: Patch::from(draft.max_sessions),
        tmux: Some(draft.tmux),
        agent_forwarding: Some(draft.agent_forwarding),
        recording: Patch::from(draft.recording),
        ..patch
    }
}

/// The word of a recording policy, as a choice's value.
pub const fn word(policy: RecordingPolicy) -> &'static str {
    match policy {
        RecordingPolicy::Off => "off",
        RecordingPolicy::On => "on",
        RecordingPolicy::Required => "required",
    }
}

/// The recording policy behind a word; none when it is left to somebody else.
pub fn recording(word: &str) -> Option<RecordingPolicy> {
    match word {
        "off" => Some(RecordingPolicy::Off),
        "on" => Some(RecordingPolicy::On),
        "required" => Some(RecordingPolicy::Required),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(amount: &str, unit: &str) -> LimitForm {
        LimitForm { choice: "own".into(), amount: amount.into(), unit: unit.into() }
    }

    #[test]
    fn a_limit_survives_the_form_in_its_largest_unit() {
        for seconds in [None, Some(0), Some(1), Some(90), Some(1_800), Some(28_800), Some(LONGEST)] {
            assert_eq!(LimitForm::from(seconds).seconds(), Ok(seconds));
        }
        assert_eq!(LimitForm::from(Some(1_800)), own("30", "minutes"));
        assert_eq!(LimitForm::from(Some(172_800)), own("2", "days"));
    }

    #[test]
    fn a_limit_can_be_said() {
        assert_eq!([0, 60, 1_800, 90, 172_800].map(said), ["off", "1 minute", "30 minutes", "90 seconds", "2 days"]);
    }

    #[test]
    fn a_limit_says_what_is_wrong() {
        for wrong in [own("", "minutes"), own("0", "hours"), own("-1", "days"), own("366", "days"), own("1.5", "hours")]
        {
            assert!(wrong.seconds().is_err(), "{wrong:?}");
        }
        assert!(own(&u64::MAX.to_string(), "days").seconds().is_err());
        let hidden = LimitForm { choice: "off".into(), ..own("nonsense", "days") };
        assert_eq!(hidden.seconds(), Ok(Some(0)), "what is not shown is not complained of");
    }

    #[test]
    fn the_form_becomes_a_draft_and_a_change() {
        let form = PolicyForm {
            idle: own("5", "minutes"),
            longest: LimitForm::from(Some(0)),
            max_sessions: " 3 ".into(),
            tmux: true,
            agent_forwarding: true,
            recording: "required".into(),
        };
        assert_eq!(form.faults(), PolicyFaults::default());
        let draft = form.complete(HostDraft::default());
        assert_eq!((draft.idle_timeout_seconds, draft.max_duration_seconds), (Some(300), Some(0)));
        assert_eq!((draft.max_sessions, draft.recording), (Some(3), Some(RecordingPolicy::Required)));
        assert!(draft.tmux && draft.agent_forwarding);
        let cleared = patch(&PolicyForm::default().complete(HostDraft::default()), HostPatch::default());
        assert_eq!((cleared.idle_timeout_seconds, cleared.recording), (Patch::Clear, Patch::Clear));
        assert!(PolicyForm { max_sessions: "0".into(), ..form }.faults().max_sessions.is_some());
    }
}
