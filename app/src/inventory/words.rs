//! Numbers and what was done, in words.

use wire::inventory::BulkReport;

/// `1 host`, `12,000 hosts`.
pub fn hosts(count: u64) -> String {
    match count {
        1 => "1 host".into(),
        many => format!("{} hosts", thousands(many)),
    }
}

/// `1 entry`, `12,000 entries`: hosts, folders and marks alike.
pub fn count(entries: u64) -> String {
    match entries {
        1 => "1 entry".into(),
        many => format!("{} entries", thousands(many)),
    }
}

/// A number with a comma after each three digits.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a change did, with what it left alone: `998 hosts deleted, 2 left as they are: gate is a jump host of others`.
pub fn done(report: &BulkReport, what: &str) -> String {
    let left = match (report.skipped, report.skips.first()) {
        (0, _) => String::new(),
        (1, Some(skip)) => format!(", {} left as it is: {}", skip.name, skip.reason),
        (many, Some(skip)) => format!(", {} left as they are: {}: {}", thousands(many), skip.name, skip.reason),
        (many, None) => format!(", {} left as they are", thousands(many)),
    };
    format!("{} {what}{left}", hosts(report.changed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_can_be_read() {
        let numbers = [0, 12, 999, 1_000, 20_000, 1_234_567];
        assert_eq!(numbers.map(thousands), ["0", "12", "999", "1,000", "20,000", "1,234,567"]);
        assert_eq!((hosts(1), hosts(1_000)), ("1 host".into(), "1,000 hosts".into()));
    }
}
