//! Spans of time in words, short enough for a table.

/// A span in its largest unit: `just now`, `5 min`, `3 h`, `12 d`.
pub fn short(seconds: u64) -> String {
    match seconds {
        0..=44 => "just now".into(),
        45..=3_569 => format!("{} min", (seconds + 30) / 60),
        3_570..=86_399 => format!("{} h", (seconds + 1_800) / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long ago something was: `just now`, `5 min ago`.
pub fn ago(seconds: u64) -> String {
    match short(seconds) {
        now if now == "just now" => now,
        span => format!("{span} ago"),
    }
}

/// How long something still lasts: `less than a minute`, `5 min`, `7 h 30 min`.
pub fn left(seconds: u64) -> String {
    match (seconds / 3_600, seconds / 60 % 60) {
        (0, 0) => "less than a minute".into(),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_largest_unit() {
        let words: Vec<_> = [0, 44, 45, 300, 3_600, 86_400, 950_400].map(short).to_vec();
        assert_eq!(words, ["just now", "just now", "1 min", "5 min", "1 h", "1 d", "11 d"]);
    }

    #[test]
    fn never_says_sixty_minutes() {
        assert_eq!((short(3_569), short(3_570)), ("59 min".into(), "1 h".into()));
    }

    #[test]
    fn ago_reads_as_a_sentence() {
        assert_eq!((ago(3), ago(120)), ("just now".into(), "2 min ago".into()));
    }

    #[test]
    fn left_keeps_the_minutes() {
        let words = [30, 300, 3_600, 27_000].map(left);
        assert_eq!(words, ["less than a minute", "5 min", "1 h", "7 h 30 min"]);
    }
}
