//! Line ends of a text. A browser's text field knows one kind only; a file keeps the kind that it had.

/// How the lines of a text end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineEnds {
    /// What most of them are.
    end: &'static str,
    /// Whether some are another kind: then not all can stay.
    pub(super) are_mixed: bool,
}

impl LineEnds {
    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        let both = text.matches("\r\n").count();
        let counts =
            [("\n", text.matches('\n').count() - both), ("\r\n", both), ("\r", text.matches('\r').count() - both)];
        let mut end = counts[0];
        for other in &counts[1..] {
            if other.1 > end.1 {
                end = *other;
            }
        }
        Self { end: end.0, are_mixed: counts.iter().filter(|(_, count)| *count > 0).count() > 1 }
    }

    /// What people call the kind that most are.
    pub(super) fn name(self) -> &'static str {
        match self.end {
            "\r\n" => "CRLF",
            "\r" => "CR",
            _ => "LF",
        }
    }

    /// A text as a text field has it, with these line ends.
    pub(super) fn put_into(self, typed: &str) -> String {
        if self.end == "\n" { typed.to_owned() } else { typed.replace('\n', self.end) }
    }
}

/// A text as a text field has it.
pub(super) fn as_typed(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_kind_of_most_lines_counts() {
        let of = |text| {
            let ends = LineEnds::of(text);
            (ends.name(), ends.are_mixed)
        };
        assert_eq!(of(""), ("LF", false));
        assert_eq!(of("one\ntwo"), ("LF", false));
        assert_eq!(of("one\r\ntwo\r\n"), ("CRLF", false));
        assert_eq!(of("one\rtwo"), ("CR", false));
        assert_eq!(of("one\r\ntwo\nthree\r\n"), ("CRLF", true));
    }

    proptest! {
        #[test]
        fn what_is_not_mixed_comes_back_as_it_was(lines in proptest::collection::vec("[a-z]{0,3}", 0..9), end in 0..3_usize) {
            let text = lines.join(["\n", "\r\n", "\r"][end]);
            prop_assert_eq!(LineEnds::of(&text).put_into(&as_typed(&text)), text);
        }
    }
}
