//! What the ids of SPEC §4 are made of: name, address, port and folder in the words of the YAML.

use crate::{
    document::{HostEntry, path},
    entry,
    fields::{Field, Style, bare_names},
};
use wire::inventory::Form;

/// A host as clients that work out its id see it: the texts that a file brought, while they still mean the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called.
    pub display_name: String,
    /// Its address.
    pub host: String,
    /// Its port.
    pub port: String,
    /// Its folder's path, empty for none.
    pub folder_name: String,
}

impl Session {
    /// A host's.
    pub fn of(host: &HostEntry) -> Self {
        let entries = entry::written(host, Form::Yaml, Style::Yaml);
        let columns = entry::Columns::of(&bare_names(entries.iter().map(|(key, _)| key)));
        let text = |field, now: &str| {
            let said = columns.get(field).and_then(|index| entries.get(index)).and_then(|(_, value)| value.scalar());
            said.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).unwrap_or_else(|| now.to_owned())
        };
        Self {
            display_name: text(Field::Name, &host.name),
            host: text(Field::Address, &host.address),
            port: text(Field::Port, &host.port.to_string()),
            folder_name: path::join(&host.folder),
        }
    }
}
