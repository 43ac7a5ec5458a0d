//! A value as JSON text, in order, and back. JSON's own words where they say all; the rest behind a `$`.
//!
//! `"$0x1F"` is an unquoted word, `{"$!secret": …}` a tag, a name `"$1"` an unquoted name, and a text that begins with `$` has one more.

use super::{Key, Value};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};
use std::{borrow::Cow, fmt};

const MARK: char = '$';

pub(crate) fn to_json(value: &Value) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn from_json(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text)
}

fn marked(text: &str) -> String {
    format!("{MARK}{text}")
}

fn escaped(text: &str) -> Cow<'_, str> {
    if text.starts_with(MARK) { Cow::Owned(marked(text)) } else { Cow::Borrowed(text) }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => to.serialize_unit(),
            Self::Bool(value) => to.serialize_bool(*value),
            Self::Int(value) => to.serialize_i64(*value),
            Self::Plain(text) => to.serialize_str(&marked(text)),
            Self::Text(text) => to.serialize_str(&escaped(text)),
            Self::List(items) => to.collect_seq(items),
            Self::Map(entries) => {
                let mut map = to.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    let name = if key.plain { Cow::Owned(marked(&key.text)) } else { escaped(&key.text) };
                    map.serialize_entry(&name, value)?;
                }
                map.end()
            }
            Self::Tagged(tag, value) => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry(&marked(tag), value)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reading)
    }
}

struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("data")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(i64::try_from(value).map_or_else(|_| Value::Plain(value.to_string()), Value::Int))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Plain(value.to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(match text.strip_prefix(MARK) {
            None => Value::Text(text.to_owned()),
            Some(rest) if rest.starts_with(MARK) => Value::Text(rest.to_owned()),
            Some(rest) => Value::Plain(rest.to_owned()),
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            let value = entries.next_value()?;
            let key = match name.strip_prefix(MARK) {
                None => Key::text(name),
                Some(rest) if rest.starts_with(MARK) => Key::text(rest),
                Some(tag) if tag.starts_with('!') => return Ok(Value::Tagged(tag.to_owned(), Box::new(value))),
                Some(rest) => Key { text: rest.to_owned(), plain: true },
            };
            map.push((key, value));
        }
        Ok(Value::Map(map))
    }
}
