//! A small highlighter: comments, texts, numbers and words that most languages share. It never changes a letter.

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    Comment,
    Text,
    Number,
    Word,
}

impl Kind {
    /// Its class in the style sheet.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Comment => "code-comment",
            Self::Text => "code-text",
            Self::Number => "code-number",
            Self::Word => "code-word",
        }
    }
}

const WORDS: &[&str] = &[
    "and",
    "as",
    "async",
    "await",
    "bool",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "def",
    "default",
    "do",
    "done",
    "elif",
    "else",
    "enum",
    "esac",
    "except",
    "export",
    "extern",
    "false",
    "False",
    "fi",
    "final",
    "finally",
    "fn",
    "for",
    "from",
    "func",
    "function",
    "if",
    "impl",
    "import",
    "in",
    "int",
    "interface",
    "is",
    "lambda",
    "let",
    "local",
    "loop",
    "match",
    "mod",
    "mut",
    "namespace",
    "new",
    "None",
    "not",
    "null",
    "or",
    "package",
    "pass",
    "private",
    "pub",
    "public",
    "raise",
    "return",
    "self",
    "static",
    "string",
    "struct",
    "super",
    "switch",
    "then",
    "this",
    "throw",
    "trait",
    "true",
    "True",
    "try",
    "type",
    "use",
    "using",
    "var",
    "void",
    "where",
    "while",
    "with",
    "yield",
];

/// How comments begin, by the ending of a file's name: to the end of the line, and over several.
fn comments(ending: &str) -> (&'static [&'static str], Option<(&'static str, &'static str)>) {
    match ending {
        "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "go" | "java" | "js" | "jsx" | "kt" | "mjs" | "php" | "rs"
        | "scala" | "swift" | "ts" | "tsx" | "zig" => (&["//"], Some(("/*", "*/"))),
        "css" | "scss" => (&[], Some(("/*", "*/"))),
        "html" | "htm" | "xml" | "svg" => (&[], Some(("<!--", "-->"))),
        "sql" | "lua" | "hs" => (&["--"], None),
        "ini" | "el" | "lisp" | "asm" => (&[";", "#"], None),
        "json" | "md" | "txt" | "log" | "csv" => (&[], None),
        _ => (&["#"], None),
    }
}

/// The text in parts.
pub(super) fn coloured<'a>(text: &'a str, ending: &str) -> Vec<(Kind, &'a str)> {
    if matches!(ending, "md" | "txt" | "log" | "csv") {
        return vec![(Kind::Plain, text)];
    }
    let (lines, block) = comments(ending);
    let mut parts: Vec<(Kind, &str)> = Vec::new();
    let (mut at, mut plain) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let Some((kind, length)) = part(rest, text[..at].chars().next_back(), lines, block) else {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        };
        if plain < at {
            parts.push((Kind::Plain, &text[plain..at]));
        }
        if kind == Kind::Plain {
            parts.push((Kind::Plain, &rest[..length]));
        } else {
            parts.push((kind, &rest[..length]));
        }
        at += length;
        plain = at;
    }
    if plain < text.len() {
        parts.push((Kind::Plain, &text[plain..]));
    }
    parts
}

/// What begins here, and how long it is.
fn part(rest: &str, before: Option<char>, lines: &[&str], block: Option<(&str, &str)>) -> Option<(Kind, usize)> {
    if let Some((begin, end)) = block.filter(|(begin, _)| rest.starts_with(begin)) {
        let length = rest[begin.len()..].find(end).map_or(rest.len(), |at| begin.len() + at + end.len());
        return Some((Kind::Comment, length));
    }
    let starts_word = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    // `$#` and `a#b` are no comments.
    let comment = |sign: &&&str| rest.starts_with(**sign) && (**sign == "//" || before.is_none_or(char::is_whitespace));
    if lines.iter().find(comment).is_some() {
        return Some((Kind::Comment, rest.find('\n').unwrap_or(rest.len())));
    }
    let first = rest.chars().next()?;
    if matches!(first, '"' | '\'' | '`') && (first != '\'' || starts_word) {
        return quoted(rest, first).map(|length| (Kind::Text, length));
    }
    if !starts_word || !(first.is_alphanumeric() || first == '_') {
        return None;
    }
    let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let word = &rest[..length];
    let kind = if first.is_ascii_digit() {
        Kind::Number
    } else if WORDS.contains(&word) {
        Kind::Word
    } else {
        Kind::Plain
    };
    Some((kind, length))
}

/// How long a quoted text is; none when its line ends before it does.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' if quote != '`' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kinds(text: &'static str, ending: &str) -> Vec<(Kind, &'static str)> {
        coloured(text, ending).into_iter().filter(|(kind, _)| *kind != Kind::Plain).collect()
    }

    #[test]
    fn the_usual_is_told_apart() {
        assert_eq!(
            kinds("let x = \"a // b\"; // 7\n", "rs"),
            [(Kind::Word, "let"), (Kind::Text, "\"a // b\""), (Kind::Comment, "// 7")]
        );
        assert_eq!(
            kinds("if [ $# -gt 10 ]; then # x", "sh"),
            [(Kind::Word, "if"), (Kind::Number, "10"), (Kind::Word, "then"), (Kind::Comment, "# x")]
        );
        assert_eq!(kinds("it's fine", "conf"), []);
        assert_eq!(kinds("a/*b\nc*/d", "css"), [(Kind::Comment, "/*b\nc*/")]);
        assert_eq!(kinds("if 1", "txt"), []);
        assert_eq!((Kind::Plain.class(), Kind::Word.class()), ("", "code-word"));
    }

    proptest! {
        #[test]
        fn no_letter_is_lost(text in any::<String>(), ending in "(rs|sh|css|html|sql|ini|json|txt)") {
            let joined: String = coloured(&text, &ending).into_iter().map(|(_, part)| part).collect();
            prop_assert_eq!(joined, text);
        }
    }
}
