//! Which quotes stand around a place in a shell's command line.
//!
//! It follows a POSIX shell as far as quotes, comments and substitutions go. Here-documents, backquotes, `$'…'`,
//! arithmetic and `case` inside a substitution are not followed: from there on it is unsure and says so. So it does where
//! fish disagrees about the end of single quotes, because a backslash stands before it.

/// The quotes around a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    Nothing,
    Single,
    Double,
}

/// What is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    /// A parenthesis: inside it the quotes outside do not count.
    Paren,
    /// `${`.
    Brace,
}

/// Reads a command line from its beginning.
#[derive(Debug, Default)]
pub(super) struct Reader {
    open: Vec<Open>,
    unsure: Option<&'static str>,
    comment: bool,
    escaped: bool,
    /// Between single quotes: whether fish would take the next character for an escaped one.
    fish_escapes: bool,
    /// The last character that counts; what is escaped or quoted counts as a letter.
    last: char,
    /// The word that is being read outside quotes.
    word: String,
}

impl Reader {
    /// What stands around the place that was reached.
    ///
    /// # Errors
    /// Where it is, when no value can be put there safely.
    pub(super) fn around(&self) -> Result<Around, &'static str> {
        if let Some(place) = self.unsure {
            return Err(place);
        }
        if self.comment {
            return Err("in a comment");
        }
        if self.escaped {
            return Err("behind a backslash");
        }
        if self.last == '$' && !matches!(self.open.last(), Some(Open::Single)) {
            return Err("behind a dollar sign");
        }
        match self.open.last() {
            None | Some(Open::Paren) => Ok(Around::Nothing),
            Some(Open::Single) => Ok(Around::Single),
            Some(Open::Double) => Ok(Around::Double),
            Some(Open::Brace) => Err("inside ${…}"),
        }
    }

    /// A word was put in here.
    pub(super) fn word(&mut self) {
        self.goes_on('x');
    }

    /// Reads on.
    pub(super) fn read(&mut self, text: &str) {
        for character in text.chars() {
            self.take(character);
        }
    }

    fn take(&mut self, character: char) {
        if self.comment {
            self.comment = character != '\n';
            return;
        }
        if self.escaped {
            self.escaped = false;
            return self.goes_on('x');
        }
        match self.open.last() {
            Some(Open::Single) => self.in_single(character),
            Some(Open::Double) => self.in_double(character),
            Some(Open::Brace) => self.in_brace(character),
            None | Some(Open::Paren) => self.outside(character),
        }
    }

    fn in_single(&mut self, character: char) {
        match character {
            '\'' if self.fish_escapes => self.unsure("behind \\' in single quotes"),
            '\'' => {
                self.open.pop();
            }
            _ => {}
        }
        self.fish_escapes = character == '\\' && !self.fish_escapes;
    }

    fn in_double(&mut self, character: char) {
        match character {
            '"' => {
                self.open.pop();
                return self.goes_on('x');
            }
            '\\' => self.escaped = true,
            '`' => self.unsure("behind a backquote"),
            '(' if self.last == '$' => self.opens(),
            '{' if self.last == '$' => self.open.push(Open::Brace),
            _ => {}
        }
        self.last = character;
    }

    fn in_brace(&mut self, character: char) {
        match character {
            '}' => {
                self.open.pop();
                return self.goes_on('x');
            }
            '\'' | '"' | '`' | '$' | '\\' => self.unsure("behind quotes inside ${…}"),
            _ => {}
        }
        self.last = character;
    }

    fn outside(&mut self, character: char) {
        let last = self.last;
        match character {
            '\\' => self.escaped = true,
            '\'' if last == '$' => self.unsure("behind $'…'"),
            '\'' => self.open.push(Open::Single),
            '"' => self.open.push(Open::Double),
            '`' => self.unsure("behind a backquote"),
            '{' if last == '$' => self.open.push(Open::Brace),
            '[' if last == '$' => self.unsure("inside $[…]"),
            // In arithmetic even a quoted value is evaluated.
            '(' if last == '(' => self.unsure("behind (("),
            '(' => self.opens(),
            ')' => self.closes(),
            '#' if self.begins_word() => self.comment = true,
            '<' if last == '<' => self.unsure("behind a here-document"),
            _ => {}
        }
        self.goes_on(character);
    }

    fn begins_word(&self) -> bool {
        matches!(self.last, '\0' | ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>')
    }

    fn opens(&mut self) {
        self.open.push(Open::Paren);
        self.word.clear();
    }

    fn closes(&mut self) {
        if self.open.last() == Some(&Open::Paren) {
            self.open.pop();
        }
    }

    /// Remembers what was read outside quotes.
    fn goes_on(&mut self, character: char) {
        self.last = character;
        if character.is_ascii_alphanumeric() {
            self.word.push(character);
            // In a substitution, a pattern of `case` has a parenthesis that opens nowhere.
            if self.word == "case" && self.open.contains(&Open::Paren) {
                self.unsure("behind `case` in parentheses");
            }
            if self.word.len() > 8 {
                self.word.truncate(8);
            }
        } else {
            self.word.clear();
        }
    }

    fn unsure(&mut self, place: &'static str) {
        self.unsure.get_or_insert(place);
    }
}
