//! The marks that shells print around prompt and command: OSC 133 (FinalTerm), OSC 633 (VS Code), and OSC 7 for the
//! directory.

/// A command line of more bytes is not kept.
pub(super) const LONGEST: usize = 4096;

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A: the prompt begins.
    Prompt,
    /// A with `k=s`: a continuation prompt begins.
    Continuation,
    /// B: the prompt has ended; what follows is the command line being edited.
    Input,
    /// E of 633, or a parameter of C: the command line as the shell has it.
    CommandLine(String),
    /// C: the command line was sent off, output follows. It may bring the command line along.
    Output(Option<String>),
    /// D: the command has ended, with this exit code.
    Done(Option<i32>),
    /// The shell's directory.
    Directory(String),
}

impl Mark {
    /// Takes an operating system command's content.
    pub(super) fn parse(content: &[u8]) -> Option<Self> {
        if let Some(url) = content.strip_prefix(b"7;") {
            return directory_url(url).and_then(directory);
        }
        let rest = content.strip_prefix(b"133;").or_else(|| content.strip_prefix(b"633;"))?;
        let (kind, rest) = rest.split_first()?;
        let rest = match rest {
            [] => rest,
            [b';', rest @ ..] => rest,
            _ => return None,
        };
        match kind {
            b'A' if params(rest).any(|param| param == b"k=s") => Some(Self::Continuation),
            b'A' => Some(Self::Prompt),
            b'B' => Some(Self::Input),
            b'C' => Some(Self::Output(command_line_url(rest))),
            b'D' => Some(Self::Done(params(rest).next().and_then(|code| std::str::from_utf8(code).ok()?.parse().ok()))),
            b'E' if content[0] == b'6' => Some(Self::CommandLine(unescaped(params(rest).next()?))),
            b'P' if content[0] == b'6' => directory(unescaped(rest.strip_prefix(b"Cwd=")?)),
            _ => None,
        }
    }
}

/// `C;cmdline_url=…`, percent-encoded, as fish and kitty's integration send it.
fn command_line_url(rest: &[u8]) -> Option<String> {
    let encoded = params(rest).find_map(|param| param.strip_prefix(b"cmdline_url="))?;
    Some(decoded(encoded, b"%"))
}

/// `file://host/path`, percent-encoded. Which host a shell believes to be on is its own affair.
fn directory_url(url: &[u8]) -> Option<String> {
    let rest = url.strip_prefix(b"file://")?;
    let path = rest.iter().position(|&byte| byte == b'/')?;
    Some(decoded(&rest[path..], b"%"))
}

/// A directory that can be shown in one line.
fn directory(path: String) -> Option<Mark> {
    (!path.is_empty() && path.len() <= LONGEST && !path.contains(char::is_control)).then_some(Mark::Directory(path))
}

fn params(rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    rest.split(|&byte| byte == b';')
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
        assert_eq!(Mark::parse(b"133;A;k=i"), Some(Mark::Prompt));
        assert_eq!(Mark::parse(b"633;B"), Some(Mark::Input));
        assert_eq!(Mark::parse(b"133;C"), Some(Mark::Output(None)));
        assert_eq!(Mark::parse(b"133;C;cmdline_url=ls%20-l%25"), Some(Mark::Output(Some("ls -l%".into()))));
        assert_eq!(Mark::parse(b"133;A;cl=m;k=s"), Some(Mark::Continuation));
        assert_eq!(Mark::parse(b"133;D"), Some(Mark::Done(None)));
        assert_eq!(Mark::parse(b"633;D;130"), Some(Mark::Done(Some(130))));
        assert_eq!(Mark::parse(b"133;D;-1;err=x"), Some(Mark::Done(Some(-1))));
        assert_eq!(Mark::parse(b"133;D;99999999999"), Some(Mark::Done(None)));
        assert_eq!(Mark::parse(b"133;E;ls"), None);
        assert_eq!(Mark::parse(b"133;"), None);
        assert_eq!(Mark::parse(b"133;AB"), None);
        assert_eq!(Mark::parse(b"0;title"), None);
    }

    #[test]
    fn directories_are_read() {
        let directory = |path: &str| Some(Mark::Directory(path.to_owned()));
        assert_eq!(Mark::parse(b"7;file://web01/srv/a%20b"), directory("/srv/a b"));
        assert_eq!(Mark::parse(b"7;file:///"), directory("/"));
        assert_eq!(Mark::parse(br"633;P;Cwd=/a\x3bb\\c"), directory(r"/a;b\c"));
        for other in
            [&b"7;file://web01"[..], b"7;http://x/y", b"7;file:///a%0ab", b"633;P;IsWindows=False", b"133;P;Cwd=/"]
        {
            assert_eq!(Mark::parse(other), None, "{}", other.escape_ascii());
        }
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
