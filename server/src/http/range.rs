//! `Range: bytes=…` of a request (RFC 9110 §14): one part of what has a known length. Several parts are answered with all.

use axum::http::{HeaderMap, HeaderValue, header};

/// A part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Where it begins, in bytes.
    pub(super) from: u64,
    /// How many bytes; never 0.
    pub(super) length: u64,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything.
    All,
    /// A part of it.
    Part(Part),
    /// A part that there is not.
    Nothing,
}

/// What of `size` bytes a request asks for. What cannot be read is as if it were not there.
pub(super) fn asked(headers: &HeaderMap, size: u64) -> Asked {
    let value = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    value.and_then(|value| parsed(value, size)).unwrap_or(Asked::All)
}

fn parsed(value: &str, size: u64) -> Option<Asked> {
    let range = value.trim().strip_prefix("bytes=")?.trim();
    let (first, last) = range.split_once('-')?;
    if first.is_empty() {
        let length = number(last)?.min(size);
        return Some(if length == 0 { Asked::Nothing } else { Asked::Part(Part { from: size - length, length }) });
    }
    let from = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < from {
        return None;
    }
    if from >= size {
        return Some(Asked::Nothing);
    }
    Some(Asked::Part(Part { from, length: last.min(size - 1) - from + 1 }))
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// Which part an answer has.
pub(super) fn content_range(from: u64, length: u64, size: u64) -> HeaderValue {
    value(&format!("bytes {from}-{}/{size}", from + length - 1))
}

/// What could have been asked for.
pub(super) fn unsatisfied(size: u64) -> HeaderValue {
    value(&format!("bytes */{size}"))
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &str, size: u64) -> Asked {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(range).unwrap())]);
        asked(&headers, size)
    }

    #[test]
    fn parts_are_cut_to_what_there_is() {
        let part = |from, length| Asked::Part(Part { from, length });
        assert_eq!(of("bytes=0-0", 10), part(0, 1));
        assert_eq!(of("bytes=4-", 10), part(4, 6));
        assert_eq!(of("bytes=4-99", 10), part(4, 6));
        assert_eq!(of("bytes=-3", 10), part(7, 3));
        assert_eq!(of("bytes=-30", 10), part(0, 10));
        for nothing in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
            assert_eq!(of(nothing, 10), Asked::Nothing, "{nothing}");
        }
        assert_eq!((of("bytes=0-", 0), of("bytes=-1", 0)), (Asked::Nothing, Asked::Nothing));
    }

    #[test]
    fn what_cannot_be_read_asks_for_all() {
        for all in ["bytes=5-4", "bytes=a-b", "bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=+1-2", "bytes=-"] {
            assert_eq!(of(all, 10), Asked::All, "{all}");
        }
        assert_eq!(asked(&HeaderMap::new(), 10), Asked::All);
    }
}
