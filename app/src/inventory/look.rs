//! What of the inventory is looked at, as the page's address says it: a reload, a bookmark and a shared link show the same.
//!
//! `/?in=favourites&q=core&vendor=Juniper&sort=-last_used_at&group=site`: the part, the words, values that fields must
//! have, the order, the headings.

use super::fields;
use wire::inventory::{FieldFilter, HostArrangement, HostField, HostFilter, HostScope};

/// The headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Grouping {
    /// Folders where the hosts of several may be seen, else none.
    #[default]
    ByItself,
    /// None.
    Off,
    /// By this field.
    By(HostField),
}

/// What is looked at, in what order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// What is looked at.
    pub filter: HostFilter,
    /// Sorted by this; by name or rank when left out.
    pub sort: Option<HostField>,
    /// Whether the last comes first.
    pub descending: bool,
    /// The headings.
    pub grouping: Grouping,
}

impl Look {
    /// A look at one part of the inventory.
    pub fn at(scope: HostScope) -> Self {
        Self { filter: HostFilter { scope, ..HostFilter::default() }, ..Self::default() }
    }

    /// Whether it is all of it, with nothing taken out.
    pub fn is_whole(&self) -> bool {
        self.filter.scope == HostScope::All && !self.is_narrowed()
    }

    /// Whether words or values leave something out.
    pub fn is_narrowed(&self) -> bool {
        !self.filter.search.trim().is_empty() || !self.filter.fields.is_empty()
    }

    /// The field whose values are the headings.
    pub fn group(&self) -> Option<HostField> {
        match self.grouping {
            Grouping::Off => None,
            Grouping::By(field) => Some(field),
            Grouping::ByItself => {
                let folders = matches!(self.filter.scope, HostScope::All | HostScope::Folder { .. });
                (folders && self.sort.is_none() && self.filter.search.trim().is_empty()).then_some(HostField::Folder)
            }
        }
    }

    /// As the server is asked.
    pub fn arrangement(&self) -> HostArrangement {
        HostArrangement { sort: self.sort, descending: self.descending, group: self.group() }
    }

    /// A saved filter as a look.
    pub fn of(filter: HostFilter, arrangement: HostArrangement) -> Self {
        let (sort, descending) = (arrangement.sort, arrangement.descending);
        let itself = Self { filter, sort, descending, grouping: Grouping::ByItself };
        let grouping = match arrangement.group {
            group if group == itself.group() => Grouping::ByItself,
            Some(field) => Grouping::By(field),
            None => Grouping::Off,
        };
        Self { grouping, ..itself }
    }

    /// Takes a value into the filter, or out of it.
    pub fn toggle(&mut self, field: HostField, value: &str) {
        let before = self.filter.fields.len();
        self.filter.fields.retain(|one| !(one.field == field && one.value.eq_ignore_ascii_case(value)));
        if self.filter.fields.len() == before {
            self.filter.fields.push(FieldFilter { field, value: value.to_owned() });
        }
    }

    /// What stands behind the `?`; empty for all of it.
    pub fn query(&self) -> String {
        let mut pairs: Vec<(&str, String)> = Vec::new();
        match &self.filter.scope {
            HostScope::All => {}
            HostScope::Favourites => pairs.push(("in", "favourites".into())),
            HostScope::Recent => pairs.push(("in", "recent".into())),
            HostScope::Unfiled => pairs.push(("in", "none".into())),
            HostScope::Folder { id } => pairs.push(("in", id.to_string())),
        }
        if !self.filter.search.is_empty() {
            pairs.push(("q", self.filter.search.clone()));
        }
        pairs.extend(self.filter.fields.iter().map(|one| (fields::word(one.field), one.value.clone())));
        if let Some(sort) = self.sort {
            pairs.push(("sort", format!("{}{}", if self.descending { "-" } else { "" }, fields::word(sort))));
        }
        match self.grouping {
            Grouping::ByItself => {}
            Grouping::Off => pairs.push(("group", "none".into())),
            Grouping::By(field) => pairs.push(("group", fields::word(field).into())),
        }
        let pairs = pairs.into_iter().map(|(key, value)| format!("{key}={}", escaped(&value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The same back; what is not understood is left out.
    pub fn parse(query: &str) -> Self {
        let mut look = Self::default();
        for (key, value) in pairs(query) {
            match key.as_str() {
                "in" => look.filter.scope = scope(&value),
                "q" => look.filter.search = value,
                "sort" => {
                    look.descending = value.starts_with('-');
                    look.sort = fields::by_word(value.trim_start_matches('-'));
                }
                "group" if value == "none" => look.grouping = Grouping::Off,
                "group" => look.grouping = fields::by_word(&value).map_or(Grouping::ByItself, Grouping::By),
                key => {
                    if let Some(field) = fields::by_word(key) {
                        look.filter.fields.push(FieldFilter { field, value });
                    }
                }
            }
        }
        look
    }
}

fn scope(text: &str) -> HostScope {
    match text {
        "favourites" => HostScope::Favourites,
        "recent" => HostScope::Recent,
        "none" => HostScope::Unfiled,
        id => id.parse().map_or(HostScope::All, |id| HostScope::Folder { id }),
    }
}

/// Everything escaped that is not a letter or a digit of ASCII, or harmless.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Names and values of `a=b&c=d`, escapes taken out once.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let query = query.trim_start_matches('?');
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(key, value)| (plain(key), plain(value)))
}

fn plain(text: &str) -> String {
    let (mut out, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let Some((&first, others)) = rest.split_first() {
        let digits = others.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escape = digits.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        rest = if escape.is_some() { others.get(2..).unwrap_or_default() } else { others };
        out.push(escape.unwrap_or(if first == b'+' { b' ' } else { first }));
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
#[path = "look_tests.rs"]
mod tests;
