//! A host as an import says it, with every field in bounds.

use crate::{
    ServiceError,
    inventory::{fields, kept},
};
use formats::{FolderEntry, HostEntry, Jump, Kept, Policy};
use std::collections::HashMap;
use wire::{
    CredentialId,
    inventory::{DeviceMetadata, Form, Protocol},
};

/// What an import says of one host. What it leaves empty, it does not say.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::inventory) struct Entry {
    /// File and line.
    pub place: String,
    /// What it is called.
    pub name: String,
    /// A DNS name or an IP address.
    pub address: String,
    /// The TCP port.
    pub port: u16,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The names of the folders around it, the outermost first.
    pub folder: Vec<String>,
    /// Free words to find it by.
    pub tags: Vec<String>,
    /// What is known about the device.
    pub device: DeviceMetadata,
    /// How to sign in, and what holds for sessions.
    pub terms: Terms,
    /// What gives it back on export.
    pub source: Source,
}

/// What an import says of one folder.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::inventory) struct FolderSaid {
    /// File and line.
    pub place: String,
    /// Its name, after the names of the folders around it.
    pub path: Vec<String>,
    /// What holds for the hosts inside.
    pub terms: Terms,
    /// What gives it back on export.
    pub source: Source,
}

/// What both hosts and folders say.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::inventory) struct Terms {
    /// The username to sign in with.
    pub username: Option<String>,
    /// The credential to sign in with.
    pub credential: Option<CredentialId>,
    /// The hosts to go through, the first one first.
    pub hops: Vec<Jump>,
    /// Limits and recording.
    pub policy: Policy,
}

/// Where an entry came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::inventory) struct Source {
    /// The form; none for what was made for the sake of another entry.
    pub form: Option<Form>,
    /// Its place among the others.
    pub position: i64,
    /// The entry as it came, for export.
    pub kept: String,
    /// What it is known by where it came from.
    pub external_key: Option<String>,
}

/// The account's credentials by what files may call them: name, in lower case.
pub(super) type Credentials = HashMap<String, CredentialId>;

/// A field and what is wrong with it.
pub(super) struct Wrong {
    /// The field, as this interface calls it.
    pub field: &'static str,
    /// What happened and what to do.
    pub what: String,
}

impl Wrong {
    fn with(field: &'static str) -> impl Fn(ServiceError) -> Self {
        move |error| Self { field, what: error.to_string() }
    }
}

/// A host that was read, with its fields checked.
pub(super) fn host(read: &HostEntry, position: i64, credentials: &Credentials) -> Result<Entry, Wrong> {
    Ok(Entry {
        place: read.at.to_string(),
        name: fields::name("the name", &read.name).map_err(Wrong::with("name"))?,
        address: fields::address(&read.address).map_err(Wrong::with("address"))?,
        port: fields::port(read.port).map_err(Wrong::with("port"))?,
        protocol: read.protocol,
        folder: path(&read.folder)?,
        tags: fields::tags(read.tags.clone()).map_err(Wrong::with("tags"))?,
        device: fields::device(read.device.clone()).map_err(Wrong::with("device"))?,
        terms: terms(read.username.as_deref(), read.credential.as_deref(), &read.jumps, read.policy, credentials)?,
        source: source(&read.kept, read.credential.as_deref(), position),
    })
}

/// A folder that was read, with its fields checked.
pub(super) fn folder(read: &FolderEntry, position: i64, credentials: &Credentials) -> Result<FolderSaid, Wrong> {
    Ok(FolderSaid {
        place: read.at.to_string(),
        path: path(&read.path)?,
        terms: terms(read.username.as_deref(), read.credential.as_deref(), &read.jumps, read.policy, credentials)?,
        source: source(&read.kept, read.credential.as_deref(), position),
    })
}

fn path(names: &[String]) -> Result<Vec<String>, Wrong> {
    let name = |name: &String| fields::folder_name(name).map_err(Wrong::with("folder"));
    names.iter().map(name).collect()
}

fn terms(
    username: Option<&str>,
    credential: Option<&str>,
    hops: &[Jump],
    policy: Policy,
    credentials: &Credentials,
) -> Result<Terms, Wrong> {
    let limit = |field, of, seconds| fields::limit(of, seconds).map_err(Wrong::with(field));
    limit("idle_timeout_seconds", "the idle timeout", policy.idle_timeout_seconds)?;
    limit("max_duration_seconds", "the longest duration", policy.max_duration_seconds)?;
    let max_sessions = fields::max_sessions(policy.max_sessions).map_err(Wrong::with("max_sessions"))?;
    Ok(Terms {
        username: fields::username(username).map_err(Wrong::with("username"))?,
        credential: credential.and_then(|name| credentials.get(&name.to_lowercase()).cloned()),
        hops: hops.to_vec(),
        policy: Policy { max_sessions, ..policy },
    })
}

fn source(kept: &Kept, credential: Option<&str>, position: i64) -> Source {
    Source { form: kept.form(), position, kept: kept::written(kept, credential), external_key: None }
}
