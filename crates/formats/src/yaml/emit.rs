//! Data to YAML text: blocks, indented by two, quoted only where a word would be taken for another thing.

use crate::value::{Key, Value, is_ambiguous, plain};
use std::fmt::Write;

/// A document. It ends with a line end.
pub(crate) fn emit(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::List(items) if !items.is_empty() => list(&mut out, items, 0),
        Value::Map(entries) if !entries.is_empty() => map(&mut out, entries, 0, true),
        single => {
            scalar(&mut out, single);
            out.push('\n');
        }
    }
    out
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn list(out: &mut String, items: &[Value], depth: usize) {
    for item in items {
        indent(out, depth);
        out.push('-');
        match item {
            Value::Map(entries) if !entries.is_empty() => {
                out.push(' ');
                map(out, entries, depth + 1, false);
            }
            other => after(out, other, depth + 1),
        }
    }
}

/// `first` says whether the first line is to be indented: after a `- ` it is already.
fn map(out: &mut String, entries: &[(Key, Value)], depth: usize, mut first: bool) {
    for (key, value) in entries {
        if first {
            indent(out, depth);
        }
        first = true;
        if key.plain && is_safe_plain(&key.text) {
            out.push_str(&key.text);
        } else {
            text(out, &key.text);
        }
        out.push(':');
        after(out, value, depth + 1);
    }
}

/// What stands behind a `-` or a `:`, up to the line's end or in lines of its own.
fn after(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::List(items) if !items.is_empty() => {
            out.push('\n');
            list(out, items, depth);
        }
        Value::Map(entries) if !entries.is_empty() => {
            out.push('\n');
            map(out, entries, depth, true);
        }
        Value::Tagged(tag, value) => {
            out.push(' ');
            out.push_str(tag);
            after(out, value, depth);
        }
        single => {
            out.push(' ');
            scalar(out, single);
            out.push('\n');
        }
    }
}

fn scalar(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => {
            // Writing to a string does not fail.
            let _ = write!(out, "{value}");
        }
        Value::Plain(word) if is_safe_plain(word) => out.push_str(word),
        Value::Plain(word) | Value::Text(word) => text(out, word),
        Value::List(_) => out.push_str("[]"),
        Value::Map(_) => out.push_str("{}"),
        Value::Tagged(tag, value) => {
            out.push_str(tag);
            out.push(' ');
            scalar(out, value);
        }
    }
}

/// Whether an unquoted word may stand as it is; what was kept may have passed through other hands.
fn is_safe_plain(word: &str) -> bool {
    let unharmful = |c: char| c.is_ascii_alphanumeric() || "+-._~=<: ".contains(c);
    word.chars().all(unharmful)
        && !word.starts_with([' ', ':'])
        && !word.ends_with([' ', ':'])
        && !word.contains(": ")
        && !word.starts_with("- ")
        && !word.starts_with("---")
        && !word.starts_with("...")
        && word != "-"
        && !matches!(plain(word), Value::Text(_))
}

fn text(out: &mut String, text: &str) {
    if is_bare(text) {
        out.push_str(text);
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c) => out.push(c),
            c => {
                let _ = match u32::from(c) {
                    code @ ..=0xFF => write!(out, "\\x{code:02X}"),
                    code @ ..=0xFFFF => write!(out, "\\u{code:04X}"),
                    code => write!(out, "\\U{code:08X}"),
                };
            }
        }
    }
    out.push('"');
}

/// Whether every reader takes the text for itself without quotes.
fn is_bare(text: &str) -> bool {
    let ends = |c: char| c.is_alphanumeric() || "_/.)%+".contains(c);
    text.starts_with(|c: char| c.is_alphanumeric() || c == '/' || c == '_')
        && text.ends_with(ends)
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(|c| is_printable(c) && c != '"' && c != '\'')
        && !is_ambiguous(text)
        && matches!(plain(text), Value::Text(_))
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}
