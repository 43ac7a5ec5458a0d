//! What goes over the control connection: commands there, replies back (RFC 959 §4).

use crate::FileError;
use bytes::{Bytes, BytesMut};

/// A reply that is longer than this is none: the longest (FEAT, SITE HELP) have a few kilobytes.
const LONGEST: usize = 256 * 1024;

/// One answer of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// Its lines, the code and what parts it from the text cut off.
    pub(super) lines: Vec<Bytes>,
}

impl Reply {
    /// More follows: data mostly.
    pub(super) const fn is_begun(&self) -> bool {
        self.code / 100 == 1
    }

    /// It is done.
    pub(super) const fn is_done(&self) -> bool {
        self.code / 100 == 2
    }

    /// More is wanted from the client.
    pub(super) const fn wants_more(&self) -> bool {
        self.code / 100 == 3
    }

    /// Its text for people: the last line.
    pub(super) fn text(&self) -> String {
        let last = self.lines.last().map_or_else(Default::default, |line| String::from_utf8_lossy(line));
        let shown: String = last.chars().filter(|char| !char.is_control()).take(200).collect();
        shown.trim().trim_end_matches('.').to_owned()
    }
}

/// The bytes of a command. What has a line break in it would be two commands, and is refused.
pub(super) fn command(verb: &str, argument: &[u8]) -> Result<Vec<u8>, FileError> {
    if argument.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
        return Err(FileError::Unsupported { what: "take a line break in a name" });
    }
    let mut line = verb.as_bytes().to_vec();
    if !argument.is_empty() {
        line.push(b' ');
        line.extend_from_slice(argument);
    }
    line.extend_from_slice(b"\r\n");
    Ok(line)
}

/// Replies out of bytes, however they arrive.
#[derive(Debug, Default)]
pub(super) struct Replies {
    /// What came and was not looked at yet.
    pub(super) bytes: BytesMut,
    begun: Option<Reply>,
    length: usize,
}

/// The server sends something that is no FTP.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoReply;

impl Replies {
    /// Whether nothing has come that was not asked for.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.begun.is_none()
    }

    /// The next reply, if all of it is here.
    pub(super) fn next(&mut self) -> Result<Option<Reply>, NoReply> {
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let mut line = self.bytes.split_to(end + 1).freeze();
            self.length += line.len();
            if self.length > LONGEST {
                return Err(NoReply);
            }
            let text = line.iter().rev().skip_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            line.truncate(text);
            if let Some(reply) = self.line(line)? {
                self.length = 0;
                return Ok(Some(reply));
            }
        }
        if self.bytes.len() > LONGEST { Err(NoReply) } else { Ok(None) }
    }

    fn line(&mut self, line: Bytes) -> Result<Option<Reply>, NoReply> {
        let code = code(&line);
        let more = line.get(3) == Some(&b'-');
        if let Some(reply) = &mut self.begun {
            let last = code == Some(reply.code) && !more;
            let same = code == Some(reply.code);
            reply.lines.push(if same { after_code(&line) } else { line });
            return Ok(if last { self.begun.take() } else { None });
        }
        let code = code.ok_or(NoReply)?;
        let reply = Reply { code, lines: vec![after_code(&line)] };
        if more {
            self.begun = Some(reply);
            return Ok(None);
        }
        Ok(Some(reply))
    }
}

/// The three digits with which a line of a reply begins, and something that ends them.
fn code(line: &[u8]) -> Option<u16> {
    let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    let ended = matches!(line.get(3), None | Some(b' ' | b'-'));
    let code = digits.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    (ended && (100..600).contains(&code)).then_some(code)
}

fn after_code(line: &Bytes) -> Bytes {
    line.slice(line.len().min(4)..)
}

/// The port in the answer to EPSV: `(|||6446|)` (RFC 2428 §3).
pub(super) fn extended_port(text: &[u8]) -> Option<u16> {
    let inner = text.split(|byte| *byte == b'(').nth(1)?;
    let bar = inner.first()?;
    let parts: Vec<_> = inner.split(|byte| byte == bar).collect();
    std::str::from_utf8(parts.get(3)?).ok()?.parse().ok().filter(|port| *port > 0)
}

/// The port in the answer to PASV: six numbers, of which the first four are an address that is not looked at.
pub(super) fn passive_port(text: &[u8]) -> Option<u16> {
    let begin = text.iter().position(u8::is_ascii_digit)?;
    let numbers = text[begin..].split(|byte| *byte == b',');
    let number = |digits: &[u8]| {
        let digits: Vec<u8> = digits.iter().copied().take_while(u8::is_ascii_digit).collect();
        String::from_utf8(digits).ok()?.parse::<u8>().ok()
    };
    let numbers: Vec<u8> = numbers.take(6).map(number).collect::<Option<_>>()?;
    let [_, _, _, _, high, low] = numbers.try_into().ok()?;
    let port = u16::from(high) << 8 | u16::from(low);
    (port > 0).then_some(port)
}

#[cfg(test)]
#[path = "reply_tests.rs"]
mod tests;
