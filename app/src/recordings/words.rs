//! Times, lengths and sizes in a recording's words.

use wire::recordings::{RecordingState, RecordingView};

/// A moment in a recording: `0:07`, `12:30`, `4:05:09`.
pub(super) fn moment(ms: f64) -> String {
    let seconds = (ms.max(0.0) / 1e3) as u64;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// The same for a screen reader: `4 hours 5 minutes 9 seconds`.
pub(super) fn spoken(ms: f64) -> String {
    let seconds = (ms.max(0.0) / 1e3) as u64;
    let part = |count: u64, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        many => Some(format!("{many} {word}s")),
    };
    let parts: Vec<_> =
        [part(seconds / 3_600, "hour"), part(seconds / 60 % 60, "minute"), part(seconds % 60, "second")]
            .into_iter()
            .flatten()
            .collect();
    if parts.is_empty() { "the beginning".into() } else { parts.join(" ") }
}

/// A length in few letters: `9 s`, `12 min`, `4 h 5 min`.
pub(super) fn length(ms: u64) -> String {
    let seconds = ms / 1_000;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, 0, _) => format!("{hours} h"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// What stands in the way of a whole recording, in a word for a badge and a sentence.
pub(super) fn flaw(recording: &RecordingView) -> Option<(&'static str, String)> {
    if recording.missing {
        return Some((
            "file gone",
            "The recording's file is not on the server any more. Nothing of it can be played.".into(),
        ));
    }
    let why = || recording.message.clone().unwrap_or_else(|| "The reason is not known".into());
    (recording.state == RecordingState::Failed)
        .then(|| ("broken off", format!("The recording breaks off before the session's end: {}", why())))
}

/// A line that shows what was searched for: what stands before it, it, and what stands behind it.
pub(super) fn around<'a>(line: &'a str, searched: &str) -> (&'a str, &'a str, &'a str) {
    let needle = searched.to_lowercase();
    let starts = line.char_indices().map(|(at, _)| at);
    let hit = starts.filter(|_| !needle.is_empty()).find_map(|at| {
        let (mut lower, mut len) = (String::new(), 0);
        for c in line[at..].chars() {
            if lower.len() >= needle.len() {
                break;
            }
            lower.extend(c.to_lowercase());
            len += c.len_utf8();
        }
        (lower == needle).then_some((at, at + len))
    });
    let (from, to) = hit.unwrap_or((line.len(), line.len()));
    (&line[..from], &line[from..to], &line[to..])
}

/// The moment of an address's `?t=`: seconds, `90` or `90.5`.
pub(super) fn moment_in_address(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0).map(|seconds| seconds * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_as_on_every_player() {
        assert_eq!(
            [0.0, 7_900.0, 750_000.0, 14_709_000.0, -3.0].map(moment),
            ["0:00", "0:07", "12:30", "4:05:09", "0:00"]
        );
        assert_eq!([0.0, 61_000.0, 7_200_000.0].map(spoken), ["the beginning", "1 minute 1 second", "2 hours"]);
    }

    #[test]
    fn lengths_are_short() {
        assert_eq!(
            [9_400, 720_000, 61_000, 14_709_000, 7_200_000].map(length),
            ["9 s", "12 min", "1 min 1 s", "4 h 5 min", "2 h"]
        );
    }

    #[test]
    fn a_flaw_says_why() {
        let json = r#"{"id":"r1","session_id":"s1","account_id":"a1","account":"ada","host_id":null,"host_name":"web01",
            "username":"deploy","state":"failed","running":false,"message":"No space is left.","started_at":"2026-01-01T00:00:00Z",
            "ended_at":null,"duration_ms":1,"cols":80,"rows":24,"bytes":1,"commands":0,"sealed":false,"required":false,
            "missing":false,"may_delete":true}"#;
        let mut recording: RecordingView = serde_json::from_str(json).expect("a recording");
        let (word, why) = flaw(&recording).expect("a flaw");
        assert!(word == "broken off" && why.ends_with("No space is left."), "{word}: {why}");
        recording.missing = true;
        assert_eq!(flaw(&recording).map(|(word, _)| word), Some("file gone"));
        (recording.missing, recording.state) = (false, RecordingState::Finished);
        assert_eq!(flaw(&recording), None);
    }

    #[test]
    fn what_was_searched_for_stands_out() {
        assert_eq!(around("the Harbour-light", "HARBOUR"), ("the ", "Harbour", "-light"));
        assert_eq!(around("Ärger im Hafen", "ärger"), ("", "Ärger", " im Hafen"));
        assert_eq!(around("nothing of it", "ship"), ("nothing of it", "", ""));
        assert_eq!(around("nothing", ""), ("nothing", "", ""));
    }

    #[test]
    fn an_address_names_a_moment_or_none() {
        assert_eq!(
            ["83.5", "0", "-1", "nan", "x"].map(moment_in_address),
            [Some(83_500.0), Some(0.0), None, None, None]
        );
    }
}
