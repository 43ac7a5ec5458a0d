//! The order of names as people expect it: `web2` before `web10`, whatever their case.

use std::cmp::Ordering;

/// Compares two names. Equal only for equal texts.
pub(super) fn compare(one: &str, other: &str) -> Ordering {
    keyed(one, other).then_with(|| one.cmp(other))
}

/// The same without the last word on case: `Web` and `web` are equal.
pub(super) fn keyed(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.chars().peekable(), other.chars().peekable());
    loop {
        let (Some(&a), Some(&b)) = (left.peek(), right.peek()) else {
            return left.peek().is_some().cmp(&right.peek().is_some());
        };
        let order = if a.is_ascii_digit() && b.is_ascii_digit() {
            number(&mut left).cmp(&number(&mut right))
        } else {
            left.next();
            right.next();
            fold(a).cmp(fold(b))
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// The same order as bytes, so that many names are sorted by comparing bytes alone.
pub(super) fn key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(text.len() + 4);
    let mut letters = text.chars().peekable();
    while let Some(&letter) = letters.peek() {
        if letter.is_ascii_digit() {
            let (length, digits) = number(&mut letters);
            key.extend([b'0', u8::try_from(length).unwrap_or(u8::MAX)]);
            key.extend(digits.bytes());
        } else {
            letters.next();
            let mut buffer = [0; 4];
            for small in fold(letter) {
                key.extend(small.encode_utf8(&mut buffer).bytes());
            }
        }
    }
    key
}

fn fold(letter: char) -> impl Iterator<Item = char> {
    letter.to_lowercase()
}

/// A run of digits: how many there are after leading zeros, then the digits themselves. No number is too long.
fn number(text: &mut std::iter::Peekable<std::str::Chars<'_>>) -> (usize, String) {
    let mut digits = String::new();
    while let Some(digit) = text.next_if(char::is_ascii_digit) {
        if !(digits.is_empty() && digit == '0') {
            digits.push(digit);
        }
    }
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = ["web10", "Web2", "web1", "web", "10.0.0.10", "10.0.0.9", "web007", "web7a", "ä", "z"];
        names.sort_by(|one, other| compare(one, other));
        assert_eq!(names, ["10.0.0.9", "10.0.0.10", "web", "web1", "Web2", "web007", "web7a", "web10", "z", "ä"]);
    }

    proptest! {
        #[test]
        fn it_is_an_order(a in "[a-cA-C0-9]{0,6}", b in "[a-cA-C0-9]{0,6}", c in "[a-cA-C0-9]{0,6}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            prop_assert_eq!(key(&a).cmp(&key(&b)), keyed(&a, &b));
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
