//! Questions and their answers, without a network: filters, fields and pages.

use super::World;
use serde_json::{Map, Value, json};

/// What was asked, unescaped.
pub(super) struct Asked {
    pairs: Vec<(String, String)>,
}

impl Asked {
    pub(super) fn new(query: &str) -> Self {
        let pair = |pair: &str| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (unescaped(key), unescaped(value))
        };
        Self { pairs: query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect() }
    }

    pub(super) fn one(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn number(&self, key: &str) -> Option<usize> {
        self.one(key).and_then(|value| value.parse().ok())
    }

    fn all(&self, key: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect()
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = [rest.clone().next(), rest.clone().nth(1)];
        match (byte, hex) {
            (b'%', [Some(high), Some(low)]) => {
                let digits = [high, low];
                let value = std::str::from_utf8(&digits).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok());
                bytes.push(value.expect("two hexadecimal digits"));
                rest.nth(1);
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// The page that was asked for; none for an unknown path. `by_number`: whether pages by number are known.
pub(super) fn page(world: &World, path: &str, asked: &Asked, by_number: bool, origin: &str) -> Option<Value> {
    let (platforms, roles, tags) = world.named();
    let all = match path {
        "/api/dcim/platforms/" => &platforms,
        "/api/dcim/device-roles/" => &roles,
        "/api/extras/tags/" => &tags,
        "/api/dcim/devices/" => &world.devices,
        "/api/dcim/sites/" => &world.sites,
        "/api/virtualization/virtual-machines/" => &world.machines,
        "/api/ipam/services/" => &world.services,
        _ => return None,
    };
    let found: Vec<&Value> = all.iter().filter(|it| is_meant(it, asked)).collect();
    let limit = asked.number("limit").unwrap_or(50).clamp(1, 1000);
    let start = asked.number("start").filter(|_| by_number);
    let id = |it: &Value| it["id"].as_u64().expect("an id") as usize;
    let others: String = asked
        .pairs
        .iter()
        .filter(|(key, _)| !["start", "offset"].contains(&key.as_str()))
        .map(|(key, value)| format!("&{key}={value}"))
        .collect();
    let (shown, next): (Vec<_>, _) = match start {
        Some(start) => {
            let from: Vec<_> = found.iter().filter(|it| id(it) >= start).collect();
            let next = from.get(limit).map(|it| format!("{origin}{path}?start={}{others}", id(it)));
            (from.into_iter().take(limit).map(|it| shown(it, asked)).collect(), next)
        }
        None => {
            let offset = asked.number("offset").unwrap_or(0);
            let next =
                (offset + limit < found.len()).then(|| format!("{origin}{path}?offset={}{others}", offset + limit));
            (found.iter().skip(offset).take(limit).map(|it| shown(it, asked)).collect(), next)
        }
    };
    let count = if start.is_some() { Value::Null } else { json!(found.len()) };
    Some(json!({"count": count, "next": next, "previous": null, "results": shown}))
}

fn is_meant(it: &Value, asked: &Asked) -> bool {
    let is_one_of = |key: &str, value: &Value| {
        let wanted = asked.all(key);
        wanted.is_empty() || value.as_str().is_some_and(|value| wanted.contains(&value))
    };
    let ids = asked.all("id");
    let name = it["name"].as_str().unwrap_or_default().to_lowercase();
    let tags = it["tags"].as_array().cloned().unwrap_or_default();
    asked.one("q").is_none_or(|word| name.contains(&word.to_lowercase()))
        && asked.one("name__ie").is_none_or(|word| name == word.to_lowercase())
        && (ids.is_empty() || ids.contains(&it["id"].to_string().as_str()))
        && is_one_of("site", &it["site"]["slug"])
        && is_one_of("platform", &it["platform"]["slug"])
        && is_one_of("role", &it["role"]["slug"])
        && is_one_of("status", &it["status"]["value"])
        && asked.all("tag").iter().all(|tag| tags.iter().any(|it| it["slug"] == *tag))
}

fn shown(it: &Value, asked: &Asked) -> Value {
    let keys = match (asked.one("fields"), asked.one("brief")) {
        (Some(fields), _) => fields,
        (None, Some(_)) => "id,url,display,name,description",
        (None, None) => return it.clone(),
    };
    let all = it.as_object().expect("an object");
    let some: Map<_, _> = keys.split(',').filter_map(|key| Some((key.to_owned(), all.get(key)?.clone()))).collect();
    Value::Object(some)
}
