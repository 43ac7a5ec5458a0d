//! What to ask before a text is pasted.

/// Longer texts are described, not shown.
const PREVIEW: usize = 2_000;

/// A text on its way into the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pasted {
    /// The text, line ends as `\n`. An escape character is shown instead of meant: it could end the bracket around the
    /// pasted text and have the rest of it run.
    pub(crate) text: String,
}

impl Pasted {
    /// A text from the clipboard.
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.replace("\r\n", "\n").replace('\r', "\n").replace('\u{1b}', "␛") }
    }

    /// How many lines it has.
    pub(crate) fn lines(&self) -> usize {
        self.text.trim_end_matches('\n').split('\n').count()
    }

    /// Whether a shell would run some of it at once: it has a line end, and nothing tells the shell that it is pasted.
    ///
    /// A program that knows bracketed paste shows the text instead of running it, so nobody has to be asked. One line end
    /// at the very end counts too: that line would run.
    pub(crate) fn is_risky(&self, bracketed: bool) -> bool {
        self.text.contains('\n') && !bracketed
    }

    /// The beginning, for the question; control characters are made visible.
    pub(crate) fn preview(&self) -> String {
        let visible = |c: char| match c {
            '\n' | '\t' => c,
            c if c.is_control() => {
                char::from_u32(0x2400 + u32::from(c)).filter(|_| u32::from(c) < 0x20).unwrap_or('\u{fffd}')
            }
            c => c,
        };
        let mut chars = self.text.chars().map(visible);
        let head: String = chars.by_ref().take(PREVIEW).collect();
        if chars.next().is_some() { format!("{head}…") } else { head }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_pasted_without_a_question() {
        assert!(!Pasted::new("ls -l").is_risky(false));
        assert!(Pasted::new("ls -l\r\n").is_risky(false));
        assert!(!Pasted::new("a\nb").is_risky(true));
    }

    #[test]
    fn an_escape_cannot_end_the_bracket() {
        assert_eq!(Pasted::new("a\u{1b}[201~rm -rf\n").text, "a␛[201~rm -rf\n");
    }

    #[test]
    fn a_preview_hides_nothing() {
        assert_eq!(Pasted::new("a\u{3}b\u{7f}").preview(), "a␃b\u{fffd}");
        assert_eq!(Pasted::new(&"x".repeat(3_000)).preview().chars().count(), PREVIEW + 1);
    }

    #[test]
    fn lines_are_counted_as_a_person_does() {
        assert_eq!((Pasted::new("a").lines(), Pasted::new("a\rb\r\n").lines()), (1, 2));
    }
}
