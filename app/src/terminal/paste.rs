//! What to ask before a text is pasted.

/// Longer texts are described, not shown.
const PREVIEW: usize = 2_000;

/// A text on its way into the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pasted {
    /// The text, line ends as `\n`. Control characters are shown instead of meant: an escape could end the bracket around
    /// the pasted text, an interrupt makes a shell forget that it is pasted, and the rest of it would run.
    pub(crate) text: String,
}

impl Pasted {
    /// A text from the clipboard.
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.replace("\r\n", "\n").replace('\r', "\n").chars().map(shown).collect() }
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

    /// The beginning, for the question.
    pub(crate) fn preview(&self) -> String {
        let mut chars = self.text.chars();
        let head: String = chars.by_ref().take(PREVIEW).collect();
        if chars.next().is_some() { format!("{head}…") } else { head }
    }
}

/// A character as it is pasted: a control character as the sign for it.
fn shown(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\u{7f}' => '␡',
        c if c.is_control() => char::from_u32(0x2400 + u32::from(c)).filter(|_| c < ' ').unwrap_or('\u{fffd}'),
        c => c,
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
    fn nothing_in_it_is_a_key() {
        assert_eq!(Pasted::new("a\u{1b}[201~rm -rf\n").text, "a␛[201~rm -rf\n");
        assert_eq!(Pasted::new("a\t\u{3}\u{4}b\u{9b}201~c\u{7f}").text, "a\t␃␄b\u{fffd}201~c␡");
    }

    #[test]
    fn a_preview_hides_nothing() {
        assert_eq!(Pasted::new("a\u{3}b\u{7f}").preview(), "a␃b␡");
        assert_eq!(Pasted::new(&"x".repeat(3_000)).preview().chars().count(), PREVIEW + 1);
    }

    #[test]
    fn lines_are_counted_as_a_person_does() {
        assert_eq!((Pasted::new("a").lines(), Pasted::new("a\rb\r\n").lines()), (1, 2));
    }
}
