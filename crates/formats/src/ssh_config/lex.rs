//! A line to its keyword and arguments.

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// A comment, or nothing.
    Blank,
    /// An option.
    Option(Words),
}

/// A keyword with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    /// In small letters.
    pub(super) keyword: String,
    /// As it is written.
    pub(super) spelled: String,
    /// Unquoted.
    pub(super) args: Vec<String>,
    /// Everything behind the keyword, as commands are written.
    pub(super) rest: String,
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it.
pub(super) fn line(text: &str) -> Result<Line, &'static str> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{c}');
    if text.is_empty() || text.starts_with('#') {
        return Ok(Line::Blank);
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(text.len());
    let (keyword, rest) = text.split_at(end);
    let keyword = keyword.trim_matches('"');
    if keyword.is_empty() {
        return Err("the name of an option is missing before `=`");
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let lower = keyword.to_ascii_lowercase();
    let is_command = matches!(lower.as_str(), "proxycommand" | "localcommand" | "remotecommand" | "knownhostscommand");
    let args = if is_command { Vec::new() } else { words(rest)? };
    Ok(Line::Option(Words { keyword: lower, spelled: keyword.to_owned(), args, rest: rest.to_owned() }))
}

/// Words as OpenSSH parts them: single and double quotes, a backslash before a quote, a blank or itself, `#` ends the line.
///
/// # Errors
/// When a quote is not closed.
pub(crate) fn words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
        if chars.peek().is_none_or(|c| *c == '#') {
            return Ok(words);
        }
        let mut word = String::new();
        let mut quote = None;
        while let Some(c) = chars.next_if(|c| quote.is_some() || !c.is_ascii_whitespace()) {
            match c {
                '\\' => {
                    match chars.next_if(|next| matches!(next, '"' | '\'' | '\\') || (quote.is_none() && *next == ' ')) {
                        Some(escaped) => word.push(escaped),
                        None => word.push('\\'),
                    }
                }
                c if quote == Some(c) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(c),
                c => word.push(c),
            }
        }
        if quote.is_some() {
            return Err("a quotation mark is not closed");
        }
        words.push(word);
    }
}

/// A word as it is written so that [`words`] gives it back.
pub(super) fn quoted(word: &str) -> String {
    let harmless = |c: char| !c.is_ascii_whitespace() && !matches!(c, '"' | '\'' | '\\' | '#' | '=');
    if !word.is_empty() && word.chars().all(harmless) {
        return word.to_owned();
    }
    let escaped: String =
        word.chars().flat_map(|c| if matches!(c, '"' | '\\') { vec!['\\', c] } else { vec![c] }).collect();
    format!("\"{escaped}\"")
}
