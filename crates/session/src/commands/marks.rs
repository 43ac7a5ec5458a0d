//! The marks that shells print around prompt and command: OSC 133 (FinalTerm) and OSC 633 (VS Code).

/// A command line of more bytes is not kept.
pub(super) const LONGEST: usize = 4096;

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A: the prompt begins.
    Prompt,
    /// B: the prompt has ended; what follows is the command line being edited.
    Input,
    /// E of 633, or a parameter of C: the command line as the shell has it.
    CommandLine(String),
    /// C: the command line was sent off, output follows. It may bring the command line along.
    Output(Option<String>),
    /// D: the command has ended.
    Done,
}

impl Mark {
    /// Takes an operating system command's content.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        let rest = content.strip_prefix(b"133;").or_else(|| content.strip_prefix(b"633;"))?;
        let (kind, rest) = rest.split_first()?;
        let rest = match rest {
            [] => rest,
            [b';', rest @ ..] => rest,
            _ => return None,
        };
        match kind {
            b'A' => Some(Self::Prompt),
            b'B' => Some(Self::Input),
            b'C' => Some(Self::Output(command_line_url(rest))),
            b'D' => Some(Self::Done),
            b'E' if content[0] == b'6' => Some(Self::CommandLine(unescaped(rest.split(|&byte| byte == b';').next()?))),
            _ => None,
        }
    }
}

/// `C;cmdline_url=…`, percent-encoded, as fish and kitty's integration send it.
fn command_line_url(params: &[u8]) -> Option<String> {
    let encoded = params.split(|&byte| byte == b';').find_map(|param| param.strip_prefix(b"cmdline_url="))?;
    Some(decoded(encoded, b"%"))
}

/// `\xHH` and `\\` of VS Code's integration.
fn unescaped(line: &[u8]) -> String {
    decoded(line, b"\\x")
}

/// Replaces `lead` and two hexadecimal digits by the byte, and a doubled first byte of `lead` by one.
fn decoded(mut bytes: &[u8], lead: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    while let [first, rest @ ..] = bytes {
        let hex = bytes.strip_prefix(lead).and_then(|hex| hex.first_chunk::<2>());
        match hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                bytes = &bytes[lead.len() + 2..];
            }
            None => {
                let doubled = *first == lead[0] && rest.first() == Some(first);
                out.push(*first);
                bytes = if doubled { &rest[1..] } else { rest };
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read() {
        assert_eq!(Mark::parse(b"133;A"), Some(Mark::Prompt));
        assert_eq!(Mark::parse(b"133;A;k=s"), Some(Mark::Prompt));
        assert_eq!(Mark::parse(b"633;B"), Some(Mark::Input));
        assert_eq!(Mark::parse(b"133;C"), Some(Mark::Output(None)));
        assert_eq!(Mark::parse(b"133;C;cmdline_url=ls%20-l%25"), Some(Mark::Output(Some("ls -l%".into()))));
        assert_eq!(Mark::parse(b"133;D;0"), Some(Mark::Done));
        assert_eq!(Mark::parse(b"133;E;ls"), None);
        assert_eq!(Mark::parse(b"133;"), None);
        assert_eq!(Mark::parse(b"133;AB"), None);
        assert_eq!(Mark::parse(b"0;title"), None);
    }

    #[test]
    fn a_command_line_is_unescaped() {
        let line = |content: &[u8]| match Mark::parse(content) {
            Some(Mark::CommandLine(line)) => line,
            other => panic!("{other:?}"),
        };
        assert_eq!(line(br"633;E;echo a\x3b echo \\x41;nonce"), r"echo a; echo \x41");
        assert_eq!(line(br"633;E;a\x0ab"), "a\nb");
        assert_eq!(line(br"633;E;\xZZ\x4"), r"\xZZ\x4");
        assert_eq!(line(b"633;E;\xff\\"), "\u{fffd}\\");
    }
}
