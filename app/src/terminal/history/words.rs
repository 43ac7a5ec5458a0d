//! How commands are spoken of.

/// How long a command ran: `12 ms`, `3.4 s`, `5 min 7 s`, `2 h 5 min`.
pub(super) fn duration(millis: u64) -> String {
    let seconds = millis / 1_000;
    match millis {
        0..=999 => format!("{millis} ms"),
        1_000..=59_999 => format!("{}.{} s", seconds, millis % 1_000 / 100),
        60_000..=3_599_999 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds / 60 % 60),
    }
}

/// So many commands.
pub(super) fn counted(total: u64) -> String {
    match total {
        1 => "1 command".into(),
        many => format!("{many} commands"),
    }
}

/// How often a command was used.
pub(super) fn uses(count: u64) -> String {
    match count {
        1 => "once".into(),
        2 => "twice".into(),
        many => format!("{many} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        let words = [0, 999, 1_000, 3_456, 59_999, 61_000, 3_600_000, 7_500_000].map(duration);
        assert_eq!(words, ["0 ms", "999 ms", "1.0 s", "3.4 s", "59.9 s", "1 min 1 s", "1 h 0 min", "2 h 5 min"]);
    }

    #[test]
    fn numbers_read_as_one_says_them() {
        assert_eq!([0, 1, 2].map(counted), ["0 commands", "1 command", "2 commands"]);
        assert_eq!([1, 2, 30].map(uses), ["once", "twice", "30 times"]);
    }
}
