//! Data to JSON text, indented by two.

use crate::value::Value;

/// A text that ends with a line end.
pub(super) fn emit(value: &Value) -> String {
    let mut out = String::new();
    write(&mut out, value, 0);
    out.push('\n');
    out
}

fn write(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::List(items) if is_short(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(out, item, depth);
            }
            out.push(']');
        }
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                write(out, item, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Value::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                line(out, depth + 1);
                text(out, &key.text);
                out.push_str(": ");
                write(out, value, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        Value::Tagged(_, value) => write(out, value, depth),
        Value::Null => out.push_str("null"),
        Value::Bool(_) | Value::Int(_) => out.push_str(&value.scalar().unwrap_or_default()),
        // Only a number of JSON's own is kept as spelled.
        Value::Plain(word) if serde_json::from_str::<f64>(word).is_ok() => out.push_str(word),
        Value::Plain(word) | Value::Text(word) => text(out, word),
    }
}

fn is_short(items: &[Value]) -> bool {
    items.len() <= 16 && !items.iter().any(|item| matches!(item, Value::List(_) | Value::Map(_) | Value::Tagged(..)))
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

fn text(out: &mut String, text: &str) {
    // A text is always written.
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}
