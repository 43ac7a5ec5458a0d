//! Writes asciicast version 2, straight from bytes.

use super::Header;
use std::{io::Write as _, time::Duration};
use transport::PtySize;

/// What the remote shell is told that its terminal is.
const TERM: &str = "xterm-256color";

/// Makes lines. Remembers the front of a character whose rest has not come yet.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    cut: Vec<u8>,
}

impl Writer {
    /// The header's line.
    pub(crate) fn header(header: &Header, out: &mut Vec<u8>) {
        let Header { size, timestamp, title } = header;
        let mut line = serde_json::json!({
            "version": 2, "width": size.cols, "height": size.rows, "env": {"TERM": TERM},
        });
        if let Some(timestamp) = timestamp {
            line["timestamp"] = (*timestamp).into();
        }
        if let Some(title) = title {
            line["title"] = title.as_str().into();
        }
        out.extend_from_slice(line.to_string().as_bytes());
        out.push(b'\n');
    }

    /// Output, as far as its characters are whole.
    pub(crate) fn output(&mut self, at: Duration, bytes: &[u8], out: &mut Vec<u8>) {
        if self.cut.is_empty() {
            return self.whole(at, bytes, out);
        }
        let joined = [&std::mem::take(&mut self.cut), bytes].concat();
        self.whole(at, &joined, out);
    }

    fn whole(&mut self, at: Duration, bytes: &[u8], out: &mut Vec<u8>) {
        let (whole, cut) = bytes.split_at(bytes.len() - cut_len(bytes));
        self.cut.extend_from_slice(cut);
        if !whole.is_empty() {
            event(at, 'o', whole, out);
        }
    }

    /// Whatever waits for a rest that will not come.
    pub(crate) fn end(&mut self, at: Duration, out: &mut Vec<u8>) {
        let cut = std::mem::take(&mut self.cut);
        if !cut.is_empty() {
            event(at, 'o', &cut, out);
        }
    }

    /// The terminal has another size.
    pub(crate) fn resize(at: Duration, size: PtySize, out: &mut Vec<u8>) {
        event(at, 'r', format!("{}x{}", size.cols, size.rows).as_bytes(), out);
    }

    /// A place to find again.
    pub(crate) fn marker(at: Duration, label: &str, out: &mut Vec<u8>) {
        event(at, 'm', label.as_bytes(), out);
    }

    /// What was typed.
    pub(crate) fn input(at: Duration, text: &[u8], out: &mut Vec<u8>) {
        event(at, 'i', text, out);
    }
}

fn event(at: Duration, code: char, text: &[u8], out: &mut Vec<u8>) {
    // Writing to a vector cannot fail.
    let _ = write!(out, "[{}.{:06}, \"{code}\", \"", at.as_secs(), at.subsec_micros());
    match simdutf8::basic::from_utf8(text) {
        Ok(text) => escape(text.as_bytes(), out),
        Err(_) => {
            for chunk in text.utf8_chunks() {
                escape(chunk.valid().as_bytes(), out);
                if !chunk.invalid().is_empty() {
                    out.extend_from_slice("\u{FFFD}".as_bytes());
                }
            }
        }
    }
    out.extend_from_slice(b"\"]\n");
}

/// How many bytes at the end begin a character that more bytes would complete.
fn cut_len(bytes: &[u8]) -> usize {
    for len in 1..=bytes.len().min(3) {
        let tail = &bytes[bytes.len() - len..];
        if tail[0] & 0xc0 != 0x80 {
            let cut = std::str::from_utf8(tail).is_err_and(|error| error.error_len().is_none());
            return if cut { len } else { 0 };
        }
    }
    0
}

/// UTF-8 as the inside of a JSON string.
fn escape(text: &[u8], out: &mut Vec<u8>) {
    let (mut copied, mut at) = (0, 0);
    loop {
        at += plain(&text[at..]);
        out.extend_from_slice(&text[copied..at]);
        let Some(&byte) = text.get(at) else { return };
        match byte {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            byte => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
        }
        at += 1;
        copied = at;
    }
}

/// How many bytes at the front stand in a JSON string as they are. Eight are looked at in one go: this is where a
/// flood's time goes.
fn plain(text: &[u8]) -> usize {
    let (words, rest) = text.as_chunks::<8>();
    for (number, word) in words.iter().enumerate() {
        let hit = special(u64::from_le_bytes(*word));
        if hit != 0 {
            return number * 8 + hit.trailing_zeros() as usize / 8;
        }
    }
    let plain = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\').unwrap_or(rest.len());
    words.len() * 8 + plain
}

/// The lowest set bit lies in the first byte that is a control character, a quote or a backslash; 0 when there is none.
/// (Bits above it may be wrong: a subtraction borrows.)
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (control | zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c))) & (ONES * 0x80)
}
