//! Cuts terminal output into text and control sequences, by the rules of ECMA-48 as terminals of today follow them.
//!
//! Pure: it looks at a slice that begins outside any sequence and says what stands first. A sequence that does not end
//! within the slice is [`Split::Unfinished`]; the caller keeps it and asks again with more bytes. Invalid UTF-8 never
//! stops anything. What it does not know: 8-bit control characters outside UTF-8 (a lone 0x9B is an invalid byte).

use memchr::memchr2_iter;

pub(crate) const ESC: u8 = 0x1b;

/// Ends a string, and does nothing anywhere else.
pub(crate) const STRING_END: &[u8] = b"\x1b\\";

/// The most that is kept of an unfinished sequence.
pub(crate) const LONGEST: usize = 4096;

/// One piece of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text and control characters; it may hold invalid UTF-8, but nothing that more bytes could complete.
    Text(&'a [u8]),
    /// ESC, intermediates, final byte; or a control character of the C1 set.
    Escape(&'a [u8]),
    /// A control sequence, from its introducer to its final byte.
    Csi(&'a [u8]),
    /// What stood between `ESC ]` and its terminator.
    Osc(&'a [u8]),
    /// Device control and other strings, and sequences that were broken off: no effect that anybody remembers.
    Nothing,
}

/// What stands first in a slice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Split<'a> {
    /// A token and how many bytes it takes, terminator included.
    Token(Token<'a>, usize),
    /// It goes on behind the slice.
    Unfinished,
}

/// A sequence that grew too long: its bytes are dropped until it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overlong {
    Osc,
    Text,
    Csi,
}

/// What stands first in `bytes`, which must not be empty.
pub(crate) fn split(bytes: &[u8]) -> Split<'_> {
    match first(bytes) {
        // Cut or whole, a sequence that is too long means nothing.
        Split::Token(token, len) if len > LONGEST && !matches!(token, Token::Text(_)) => {
            Split::Token(Token::Nothing, len)
        }
        split => split,
    }
}

fn first(bytes: &[u8]) -> Split<'_> {
    match introducer(bytes) {
        Some((Kind::Unknown, _)) => Split::Unfinished,
        Some((Kind::Escape, start)) => escape(bytes, start),
        Some((Kind::Csi, start)) => csi(bytes, start),
        Some((Kind::Osc, start)) => string(bytes, start, true),
        Some((Kind::String, start)) => string(bytes, start, false),
        Some((Kind::Single, len)) => Split::Token(Token::Escape(&bytes[..len]), len),
        None => text(bytes),
    }
}

/// How the unfinished sequence that begins with these bytes is to be dropped.
pub(crate) fn overlong(bytes: &[u8]) -> Overlong {
    match introducer(bytes) {
        Some((Kind::Osc, _)) => Overlong::Osc,
        Some((Kind::String, _)) => Overlong::Text,
        _ => Overlong::Csi,
    }
}

impl Overlong {
    /// Where the sequence that these bytes continue ends, its terminator included.
    pub(crate) fn end(self, bytes: &[u8]) -> Option<usize> {
        match self {
            Self::Osc => string_end(bytes, true).map(|(_, end, _)| end),
            Self::Text => string_end(bytes, false).map(|(_, end, _)| end),
            Self::Csi => {
                let at = bytes.iter().position(|&byte| matches!(byte, 0x18 | 0x1a | ESC | 0x40..=0x7e))?;
                Some(if bytes[at] == ESC { at } else { at + 1 })
            }
        }
    }

    /// Brings a terminal into a state that ignores everything up to the same end.
    pub(crate) fn opening(self) -> &'static [u8] {
        match self {
            Self::Osc => b"\x1b]99999;",
            Self::Text => b"\x1b^",
            Self::Csi => b"\x1b[0<",
        }
    }
}

enum Kind {
    Unknown,
    Escape,
    Csi,
    Osc,
    String,
    Single,
}

/// What kind of sequence begins here, if any, and how long its introducer is.
fn introducer(bytes: &[u8]) -> Option<(Kind, usize)> {
    let (kind, len) = match bytes {
        [ESC] => (Kind::Unknown, 1),
        [ESC, b'[', ..] => (Kind::Csi, 2),
        [ESC, b']', ..] => (Kind::Osc, 2),
        [ESC, b'P' | b'X' | b'^' | b'_', ..] => (Kind::String, 2),
        [ESC, ..] => (Kind::Escape, 1),
        [0xc2, 0x9b, ..] => (Kind::Csi, 2),
        [0xc2, 0x9d, ..] => (Kind::Osc, 2),
        [0xc2, 0x90 | 0x98 | 0x9e | 0x9f, ..] => (Kind::String, 2),
        [0xc2, 0x80..=0x9f, ..] => (Kind::Single, 2),
        _ => return None,
    };
    Some((kind, len))
}

fn text(bytes: &[u8]) -> Split<'_> {
    let end = memchr2_iter(ESC, 0xc2, bytes)
        .find(|&at| bytes[at] == ESC || matches!(bytes.get(at + 1), Some(0x80..=0x9f)))
        .unwrap_or(bytes.len());
    let end = if end == bytes.len() { end - unfinished_char(bytes) } else { end };
    if end == 0 { Split::Unfinished } else { Split::Token(Token::Text(&bytes[..end]), end) }
}

/// How many bytes at the end are the beginning of a character.
pub(crate) fn unfinished_char(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(3);
    (from..bytes.len()).find(|&at| char_len(&bytes[at..]).is_none()).map_or(0, |at| bytes.len() - at)
}

fn escape(bytes: &[u8], start: usize) -> Split<'_> {
    sequence(bytes, start, |byte| matches!(byte, 0x30..=0x7e), Token::Escape)
}

fn csi(bytes: &[u8], start: usize) -> Split<'_> {
    sequence(bytes, start, |byte| matches!(byte, 0x40..=0x7e), Token::Csi)
}

fn sequence<'a>(
    bytes: &'a [u8],
    start: usize,
    is_final: fn(u8) -> bool,
    token: fn(&'a [u8]) -> Token<'a>,
) -> Split<'a> {
    for (at, &byte) in bytes.iter().enumerate().skip(start) {
        match byte {
            ESC => return Split::Token(Token::Nothing, at),
            0x18 | 0x1a => return Split::Token(Token::Nothing, at + 1),
            0x80.. => return broken_by_char(bytes, at),
            _ if is_final(byte) => return Split::Token(token(&bytes[..=at]), at + 1),
            _ => {}
        }
    }
    Split::Unfinished
}

/// A character outside ASCII ends a sequence without effect, and is lost with it; a C1 character begins anew.
fn broken_by_char(bytes: &[u8], at: usize) -> Split<'_> {
    match (&bytes[at..], char_len(&bytes[at..])) {
        (_, None) => Split::Unfinished,
        ([0xc2, 0x80..=0x9f, ..], _) => Split::Token(Token::Nothing, at),
        (_, Some(len)) => Split::Token(Token::Nothing, at + len),
    }
}

/// How long the character, or the invalid sequence, at the front is; `None` while more bytes could complete it.
pub(crate) fn char_len(bytes: &[u8]) -> Option<usize> {
    let full = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    match std::str::from_utf8(&bytes[..full.min(bytes.len())]) {
        Ok(_) => Some(full),
        Err(error) => error.error_len(),
    }
}

fn string(bytes: &[u8], start: usize, osc: bool) -> Split<'_> {
    match string_end(&bytes[start..], osc) {
        None => Split::Unfinished,
        Some((len, end, whole)) => {
            let token = if osc && whole { Token::Osc(&bytes[start..start + len]) } else { Token::Nothing };
            Split::Token(token, start + end)
        }
    }
}

/// The string's length, its length with terminator, and whether it was ended rather than broken off.
fn string_end(bytes: &[u8], osc: bool) -> Option<(usize, usize, bool)> {
    bytes.iter().enumerate().find_map(|(at, &byte)| match byte {
        0x07 if osc => Some((at, at + 1, true)),
        0x18 | 0x1a => Some((at, at + 1, false)),
        ESC => Some((at, at, true)),
        0xc2 if bytes.get(at + 1) == Some(&0x9c) => Some((at, at + 2, true)),
        _ => None,
    })
}

/// The parts of a control sequence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Csi<'a> {
    /// One of `< = > ?`, or 0.
    pub(crate) prefix: u8,
    params: &'a [u8],
    pub(crate) intermediates: &'a [u8],
    pub(crate) last: u8,
}

impl<'a> Csi<'a> {
    /// Takes a [`Token::Csi`] apart; `None` when terminals ignore it, or when control characters stand inside it.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&last, body) = bytes.get(2..)?.split_last()?;
        let (prefix, body) = match body {
            [prefix @ b'<'..=b'?', rest @ ..] => (*prefix, rest),
            [b':', ..] => return None,
            _ => (0, body),
        };
        let split = body.iter().position(|byte| !matches!(byte, b'0'..=b';')).unwrap_or(body.len());
        let (params, intermediates) = body.split_at(split);
        let sound = intermediates.iter().all(|byte| matches!(byte, 0x20..=0x2f));
        sound.then_some(Self { prefix, params, intermediates, last })
    }

    /// The parameters, a missing one as 0; of one with colons only the part before the first.
    pub(crate) fn params(&self) -> impl Iterator<Item = u16> + use<'a> {
        self.params.split(|&byte| byte == b';').map(|param| {
            let digits = param.iter().take_while(|byte| byte.is_ascii_digit());
            digits.fold(0u16, |number, digit| number.wrapping_mul(10).wrapping_add(u16::from(digit - b'0')))
        })
    }

    /// One parameter, 0 when it is missing.
    pub(crate) fn param(&self, index: usize) -> u16 {
        self.params().nth(index).unwrap_or(0)
    }
}
