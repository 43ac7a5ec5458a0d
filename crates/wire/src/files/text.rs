//! Names of files as text, without losing a byte.
//!
//! A name on a host is bytes, mostly UTF-8; JSON and addresses are text. What is UTF-8 stays as it is. Each byte that is
//! not becomes one character of the last 128 of Unicode's private plane, U+10FF00 + byte. A real name may hold those
//! characters too: then their own bytes are written so, and every name has a text of its own.

use crate::plain::{marks_direction, misleads};
use std::fmt::Write as _;

/// What a byte is added to. Only bytes from 0x80 on are ever no UTF-8.
const BASE: u32 = 0x10_FF00;

/// The byte that a character stands for, if it does.
fn byte_of(character: char) -> Option<u8> {
    u8::try_from(u32::from(character).checked_sub(BASE)?).ok().filter(|byte| *byte >= 0x80)
}

fn character_of(byte: u8) -> char {
    char::from_u32(BASE + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The text of these bytes.
pub(super) fn written(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if byte_of(character).is_some() {
                let mut buffer = [0; 4];
                text.extend(character.encode_utf8(&mut buffer).bytes().map(character_of));
            } else {
                text.push(character);
            }
        }
        text.extend(chunk.invalid().iter().copied().map(character_of));
    }
    text
}

/// The bytes of this text.
pub(super) fn read(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match byte_of(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    bytes
}

/// The bytes for people: nothing in it moves the cursor, ends the line or turns the direction of writing.
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if misleads(character) || marks_direction(character) || byte_of(character).is_some() {
                text.extend(character.escape_default());
            } else {
                text.push(character);
            }
        }
        for byte in chunk.invalid() {
            // Writing into a text cannot fail.
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            any::<Vec<u8>>(),
            any::<String>().prop_map(String::into_bytes),
            (0x10_FF00_u32..=0x10_FFFF).prop_map(|c| char::from_u32(c).unwrap().to_string().into_bytes()),
        ];
        proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_byte_is_lost(bytes in bytes()) {
            prop_assert_eq!(read(&written(&bytes)), bytes);
        }

        #[test]
        fn plain_text_is_itself(text in "[^\u{10ff80}-\u{10ffff}]*") {
            prop_assert_eq!(written(text.as_bytes()), text);
        }

        #[test]
        fn every_text_means_some_name(text in any::<String>()) {
            let bytes = read(&text);
            prop_assert_eq!(read(&written(&bytes)), bytes);
        }

        #[test]
        fn what_is_shown_is_harmless(bytes in bytes()) {
            prop_assert!(!shown(&bytes).chars().any(|c| misleads(c) || marks_direction(c)));
        }
    }

    #[test]
    fn the_mapping_itself() {
        assert_eq!(written(b"caf\xe9"), "caf\u{10ffe9}");
        assert_eq!(written("\u{10ff80}".as_bytes()), "\u{10fff4}\u{10ff8f}\u{10ffbe}\u{10ff80}");
        assert_eq!(written("\u{10ff7f}é\n".as_bytes()), "\u{10ff7f}é\n");
        assert_eq!(shown(b"a\nb\xff\xe2\x80\xaetxt"), "a\\nb\\xff\\u{202e}txt");
    }
}
