//! `Content-Disposition` with any name (RFC 6266): plain for old clients, encoded for all others (RFC 5987).

use axum::http::HeaderValue;
use std::fmt::Write as _;

/// "Save this under that name."
pub(super) fn attachment(name: &str) -> HeaderValue {
    of("attachment", name)
}

/// "Show this, and save it under that name."
pub(super) fn inline(name: &str) -> HeaderValue {
    of("inline", name)
}

fn of(way: &'static str, name: &str) -> HeaderValue {
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    HeaderValue::from_str(&format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"))
        .unwrap_or_else(|_| HeaderValue::from_static(way))
}

fn is_plain(c: char) -> bool {
    c == ' ' || c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_breaks_out_of_the_header() {
        for (name, expected) in [
            ("data.bin", "attachment; filename=\"data.bin\"; filename*=UTF-8''data.bin"),
            ("a \"b\"\r\nX: y", "attachment; filename=\"a _b___X: y\"; filename*=UTF-8''a%20%22b%22%0D%0AX%3A%20y"),
            ("naïve/é.txt", "attachment; filename=\"na_ve__.txt\"; filename*=UTF-8''na%C3%AFve%2F%C3%A9.txt"),
        ] {
            assert_eq!(attachment(name).to_str().unwrap(), expected);
        }
    }
}
