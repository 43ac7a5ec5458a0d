//! The text of an `authorized_keys` file: a key beside another one, and a key taken out. Every other byte stays as it is,
//! whatever it is: options, comments, line ends of Windows, a missing one at the end.
//!
//! A key is known by its type and its body. What stands before it (options) and behind it (a comment) does not count.

/// A public key as files and hosts tell it: type and body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyWords<'a> {
    kind: &'a str,
    body: &'a str,
}

impl<'a> KeyWords<'a> {
    /// Of a line `ssh-ed25519 AAAA… comment`.
    pub(super) fn of(line: &'a str) -> Option<Self> {
        let mut words = line.split_whitespace();
        Some(Self { kind: words.next()?, body: words.next()? })
    }

    /// Where the key begins in a line of the file; none when it is another one's line.
    fn begins_in(self, line: &[u8]) -> Option<usize> {
        let start = line.iter().position(|byte| !is_blank(*byte))?;
        if line[start] == b'#' {
            return None;
        }
        if self.stands_at(&line[start..]) {
            return Some(start);
        }
        let mut at = start + options(&line[start..]);
        at += line[at..].iter().position(|byte| !is_blank(*byte))?;
        self.stands_at(&line[at..]).then_some(at)
    }

    fn stands_at(self, text: &[u8]) -> bool {
        let mut words = text.split(|byte| is_blank(*byte) || is_end(*byte)).filter(|word| !word.is_empty());
        words.next() == Some(self.kind.as_bytes()) && words.next() == Some(self.body.as_bytes())
    }
}

/// The text with a key beside another one: in the line below it, with its options and its line end. Without the other one
/// it stands at the end. None when it stands there already.
pub(super) fn beside(text: &[u8], old: KeyWords<'_>, line: &str) -> Option<Vec<u8>> {
    let new = KeyWords::of(line)?;
    if lines(text).any(|line| new.begins_in(line).is_some()) {
        return None;
    }
    let (mut out, mut placed) = (Vec::with_capacity(text.len() + line.len() + 2), false);
    for known in lines(text) {
        out.extend_from_slice(known);
        let Some(at) = old.begins_in(known) else { continue };
        let end: &[u8] = if known.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
        if !known.ends_with(b"\n") {
            out.extend_from_slice(end);
        }
        out.extend_from_slice(&known[..at]);
        out.extend_from_slice(line.as_bytes());
        // The last line stays without its end, so that taking the old one out leaves what was there.
        if known.ends_with(b"\n") {
            out.extend_from_slice(end);
        }
        placed = true;
    }
    if !placed {
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    Some(out)
}

/// The text without a key's lines; none when it has none.
pub(super) fn without(text: &[u8], key: KeyWords<'_>) -> Option<Vec<u8>> {
    let kept: Vec<_> = lines(text).filter(|line| key.begins_in(line).is_none()).collect();
    let kept = kept.concat();
    (kept.len() < text.len()).then_some(kept)
}

/// The lines with their ends.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

/// How long the options are that a line begins with: up to the first blank that stands in no quotes.
fn options(line: &[u8]) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, byte) in line.iter().enumerate() {
        match byte {
            b'"' if !escaped => quoted = !quoted,
            byte if is_blank(*byte) && !quoted => return at,
            _ => {}
        }
        escaped = *byte == b'\\' && !escaped;
    }
    line.len()
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
#[path = "authorized_keys_tests.rs"]
mod tests;
