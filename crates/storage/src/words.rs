//! How values stand in columns: ids and enums as their words, lists as JSON, names with a lower-cased twin.

use crate::StorageError;
use sea_orm::sea_query::LikeExpr;
use serde::{Serialize, de::DeserializeOwned, de::IntoDeserializer};
use std::fmt;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use wire::{Timestamp, inventory::DeviceMetadata};

/// Serde's word for an enum's variant; a formatter takes unit variants and nothing else.
struct Word<T>(T);

impl<T: Serialize> fmt::Display for Word<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

/// The snake_case word of an enum without fields.
pub(crate) fn word(value: impl Serialize) -> String {
    Word(value).to_string()
}

/// The enum behind a word.
pub(crate) fn parse_word<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StorageError> {
    T::deserialize(text.into_deserializer())
        .map_err(|why: serde::de::value::Error| StorageError::Corrupt { what, why: why.to_string() })
}

/// The id behind a text.
pub(crate) fn parse_id<T: TryFrom<String, Error = wire::InvalidId>>(text: String) -> Result<T, StorageError> {
    T::try_from(text).map_err(|why| StorageError::Corrupt { what: "id", why: why.to_string() })
}

/// A number that a column holds wider than its type.
pub(crate) fn parse_number<T: TryFrom<i64>>(what: &'static str, number: i64) -> Result<T, StorageError> {
    T::try_from(number).map_err(|_| StorageError::Corrupt { what, why: format!("{number} is out of range") })
}

/// The moment behind a number, when there is one.
pub(crate) fn moment(millis: Option<i64>) -> Option<Timestamp> {
    millis.map(Timestamp::from_millis)
}

/// A value as JSON text.
pub(crate) fn to_json(what: &'static str, value: &impl Serialize) -> Result<String, StorageError> {
    serde_json::to_string(value).map_err(|why| StorageError::Corrupt { what, why: why.to_string() })
}

/// The value behind JSON text.
pub(crate) fn parse_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|why| StorageError::Corrupt { what, why: why.to_string() })
}

/// The lower-cased twin by which names are compared: SQLite's own lower() knows ASCII only.
pub(crate) fn key(text: &str) -> String {
    storable(text).to_lowercase()
}

/// Text as the search compares it: no case, and no accents on letters that are known without them.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return storable(text).to_ascii_lowercase();
    }
    storable(text).nfd().filter(|letter| !is_combining_mark(*letter)).collect::<String>().to_lowercase()
}

/// What the search finds a host by of what its owner says; lines, so that no word is found across two fields.
pub(crate) fn search_text(
    name: &str,
    address: &str,
    username: Option<&str>,
    tags: &[String],
    device: &DeviceMetadata,
) -> String {
    let DeviceMetadata { device_type, model, vendor, serial_number, software_version, platform, site, role, notes } =
        device;
    let fields = [device_type, model, vendor, serial_number, software_version, platform, site, role, notes];
    let texts = [name, address, username.unwrap_or_default()].into_iter();
    let texts = texts.chain(tags.iter().map(String::as_str)).chain(fields.into_iter().map(String::as_str));
    folded(&texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"))
}

/// What the search finds a host by of what was read from it.
pub(crate) fn found_text(hostname: Option<&str>, os: Option<&str>) -> String {
    folded(&[hostname, os].into_iter().flatten().collect::<Vec<_>>().join("\n"))
}

/// Text from outside, with a mark in place of the one character that PostgreSQL refuses. Dropping it instead would
/// let two texts become one.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

/// Matches keys that have `text` in them, whatever its case; `%` and `_` stand for themselves.
pub(crate) fn containing(text: &str) -> LikeExpr {
    LikeExpr::new(containing_pattern(&key(text))).escape('!')
}

/// The pattern of texts that have this one in them; the escape is an exclamation mark.
pub(crate) fn containing_pattern(text: &str) -> String {
    // Not a backslash: PostgreSQL's string literals may take it for themselves.
    format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
}

/// The pattern of texts that begin with this one; the escape is an exclamation mark.
pub(crate) fn beginning_pattern(text: &str) -> String {
    containing_pattern(text).trim_start_matches('%').to_owned()
}

/// How many rows a page has.
pub(crate) fn page(asked: Option<u32>, default: u32) -> u64 {
    u64::from(asked.unwrap_or(default).clamp(1, 1000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::terminal::{EndReason, Mode};

    #[test]
    fn enums_are_their_snake_case_words_both_ways() {
        assert_eq!(word(EndReason::ServerRestart), "server_restart");
        assert_eq!(parse_word::<Mode>("mode", "popout").unwrap(), Mode::Popout);
        let refused = parse_word::<Mode>("mode", "hologram").unwrap_err().to_string();
        assert!(refused.contains("mode") && refused.contains("hologram"), "{refused}");
    }

    #[test]
    fn the_search_knows_neither_case_nor_accents() {
        assert_eq!(folded("Zürich ÉTÉ Łódź Straße"), "zurich ete łodz straße");
        assert_eq!(folded("A\0B"), "a\u{FFFD}b");
        assert_eq!(folded("e\u{301}"), folded("é"));
    }

    #[test]
    fn a_page_has_a_limit_whatever_was_asked() {
        assert_eq!((page(None, 200), page(Some(0), 200), page(Some(9_999), 200)), (200, 1, 1000));
    }
}
