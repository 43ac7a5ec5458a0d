//! Dates as FTP servers write them. Without a zone they are read as UTC, which RFC 3659 demands and most listings follow.

use wire::Timestamp;

const DAY: i64 = 24 * 60 * 60 * 1000;

/// A date of the Gregorian calendar, with its time of day in seconds; none when there is no such date.
pub(super) fn moment(year: i64, month: i64, day: i64, seconds: i64) -> Option<Timestamp> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1900..=9999).contains(&year) || !(1..=longest).contains(&day) || !(0..=DAY / 1000).contains(&seconds) {
        return None;
    }
    // Years that begin in March put the leap day last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(Timestamp::from_millis(days * DAY + seconds * 1000))
}

/// `20261121083000` with or without fractions (RFC 3659 §2.3).
pub(super) fn compact(text: &[u8]) -> Option<Timestamp> {
    let digits = text.get(..14)?;
    if !matches!(text.get(14), None | Some(b'.')) {
        return None;
    }
    let part = |from: usize, to: usize| number(&digits[from..to]);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    moment(part(0, 4)?, part(4, 6)?, part(6, 8)?, hour * 3600 + minute * 60 + second)
}

/// The same, for a server to read.
pub(super) fn written(at: Timestamp) -> Option<String> {
    let text: String = String::from(at).chars().filter(char::is_ascii_digit).collect();
    text.get(..14).map(str::to_owned)
}

/// `08:30`, in seconds.
pub(super) fn clock(text: &[u8]) -> Option<i64> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (hour, minute) = (number(&text[..colon])?, number(text.get(colon + 1..colon + 3)?)?);
    let ended = matches!(text.get(colon + 3), None | Some(b':'));
    (ended && hour < 24 && minute < 60).then_some(hour * 3600 + minute * 60)
}

/// A date without its year lies less than a year back; a day ahead is a clock or a zone that differs.
pub(super) fn latest(month: i64, day: i64, seconds: i64, now: Timestamp) -> Option<Timestamp> {
    let this_year = 1970 + now.millis() / (DAY * 146_097 / 400);
    let before = |at: &Timestamp| at.millis() <= now.millis() + DAY;
    (this_year - 8..=this_year + 1).rev().filter_map(|year| moment(year, month, day, seconds)).find(before)
}

/// Digits alone, up to eighteen.
pub(super) fn number(text: &[u8]) -> Option<i64> {
    let fits = (1..=18).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    fits.then(|| text.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(at: Option<Timestamp>) -> String {
        at.map_or_else(|| "none".to_owned(), String::from)
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(shown(compact(b"20240229120001.123")), "2024-02-29T12:00:01Z");
        assert_eq!(shown(compact(b"19991231235959")), "1999-12-31T23:59:59Z");
        for wrong in ["", "20230229120000", "20231301000000", "2024022912000", "20240229250000", "2024-02-29T1200"] {
            assert_eq!(compact(wrong.as_bytes()), None, "{wrong}");
        }
    }

    #[test]
    fn a_missing_year_is_the_last_that_fits() {
        let now = compact(b"20260301120000").unwrap();
        assert_eq!(shown(latest(3, 1, 0, now)), "2026-03-01T00:00:00Z");
        assert_eq!(shown(latest(12, 31, 0, now)), "2025-12-31T00:00:00Z");
        assert_eq!(shown(latest(3, 2, 3600, now)), "2026-03-02T01:00:00Z", "a zone ahead");
        assert_eq!(shown(latest(2, 29, 0, now)), "2024-02-29T00:00:00Z");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in -2_000_000_000_i64..200_000_000_000) {
            let at = Timestamp::from_millis(seconds * 1000);
            prop_assert_eq!(compact(written(at).unwrap().as_bytes()), Some(at));
        }
    }
}
