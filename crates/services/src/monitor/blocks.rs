//! What the script says, cut at its marks: from bytes as they come to whole rounds.

use std::collections::BTreeMap;

/// A round may say so much, and a line be so long. The largest hosts say about a tenth of it.
const MOST: usize = 1024 * 1024;

/// The parts of a round by name.
pub(super) type Block = BTreeMap<String, String>;

/// Something that the script said in full.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// It waits for rounds; these programs for graphics processors are there.
    Ready(Vec<String>),
    /// There is nothing here that it can read, on a system of this name.
    Unsupported(String),
    /// A whole round.
    Round(Block),
}

/// The host said more than fits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMuch;

/// Cuts what comes into what was said.
pub(super) struct Blocks {
    mark: String,
    line: Vec<u8>,
    part: Option<String>,
    block: Block,
    size: usize,
}

impl Blocks {
    /// With the mark that the script was given.
    pub(super) fn new(mark: &str) -> Self {
        Self { mark: format!("{mark} "), line: Vec::new(), part: None, block: Block::new(), size: 0 }
    }

    /// Takes bytes in; what is whole by now.
    pub(super) fn take_in(&mut self, bytes: &[u8]) -> Result<Vec<Said>, TooMuch> {
        let mut said = Vec::new();
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            self.size += piece.len();
            if self.size > MOST {
                return Err(TooMuch);
            }
            self.line.extend_from_slice(piece);
            if pieces.peek().is_some() {
                let line = std::mem::take(&mut self.line);
                said.extend(self.line(&String::from_utf8_lossy(&line)));
            }
        }
        Ok(said)
    }

    fn line(&mut self, line: &str) -> Option<Said> {
        let Some(word) = line.strip_prefix(&self.mark) else {
            // What comes before the first mark is a greeting of the host's profile. A line end comes before each mark.
            if let Some(text) = self.part.as_ref().and_then(|part| self.block.get_mut(part))
                && !line.is_empty()
            {
                text.push_str(line);
                text.push('\n');
            }
            return None;
        };
        let (name, rest) = word.split_once(' ').unwrap_or((word, ""));
        match name {
            "ready" => Some(Said::Ready(rest.split_whitespace().map(str::to_owned).collect())),
            "unsupported" => Some(Said::Unsupported(rest.trim().to_owned())),
            "end" => {
                (self.part, self.size) = (None, 0);
                Some(Said::Round(std::mem::take(&mut self.block)))
            }
            name => {
                self.part = Some(name.to_owned());
                self.block.insert(name.to_owned(), String::new());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rounds_come_whole_however_they_are_cut() {
        let said = "Welcome!\n\x1b]0;title\x07\n@m ready nvidia rocm\n\n@m uptime\n1.5 2\n\n@m stat\ncpu 1\n@mx\n@m end\n@m uptime\n2";
        for at in 0..said.len() {
            let mut blocks = Blocks::new("@m");
            let mut all = blocks.take_in(&said.as_bytes()[..at]).unwrap();
            all.extend(blocks.take_in(&said.as_bytes()[at..]).unwrap());
            let round = [("uptime", "1.5 2\n"), ("stat", "cpu 1\n@mx\n")];
            let round = round.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
            assert_eq!(all, [Said::Ready(vec!["nvidia".into(), "rocm".into()]), Said::Round(round)]);
        }
    }

    #[test]
    fn a_host_that_never_ends_its_line_or_its_round_is_too_much() {
        let mut blocks = Blocks::new("@m");
        let piece = vec![b'x'; MOST / 4];
        assert!((0..4).all(|_| blocks.take_in(&piece).is_ok()));
        assert_eq!(blocks.take_in(&piece), Err(TooMuch));
        let mut blocks = Blocks::new("@m");
        blocks.take_in(b"@m stat\n").unwrap();
        assert!((0..MOST).any(|_| blocks.take_in(b"some line\n").is_err()));
    }

    #[test]
    fn rounds_do_not_add_up() {
        let mut blocks = Blocks::new("@m");
        let round = format!("@m stat\n{}\n@m end\n", "x".repeat(MOST / 3));
        assert!((0..9).all(|_| blocks.take_in(round.as_bytes()).unwrap().len() == 1));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_taken(pieces in prop::collection::vec("(@m (end|ready|stat|.*)\n|\\PC*\n?)", 0..20)) {
            let mut blocks = Blocks::new("@m");
            for piece in pieces {
                let _ = blocks.take_in(piece.as_bytes());
            }
        }
    }
}
