//! What is read of files, and what is written to them.

use crate::{
    error::{FormatError, Place},
    kept::Kept,
    known_hosts::KnownKey,
};
use std::{fmt, sync::Arc};
use wire::{
    inventory::{DeviceMetadata, Protocol},
    recordings::RecordingPolicy,
};

/// A file as it was given.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name or path; errors say it, its ending is a hint, and includes find it by it.
    pub name: &'a str,
    /// What it holds.
    pub bytes: &'a [u8],
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The folders, in the file's order, empty ones too. A folder that is only named in another's path is not among them.
    pub folders: Vec<FolderEntry>,
    /// The hosts, in the file's order.
    pub hosts: Vec<HostEntry>,
    /// Host keys.
    pub keys: Vec<KnownKey>,
    /// What was left out.
    pub skipped: Vec<Skip>,
    /// What is worth knowing.
    pub notes: Vec<Remark>,
    /// What was read around folders and hosts, so that writing gives it back.
    pub kept: Kept,
}

/// What could be read, and what is wrong with the rest.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What could be read.
    pub document: Document,
    /// What is wrong, [`crate::MOST_ERRORS`] at most.
    pub errors: Vec<FormatError>,
    /// How many errors there are, those too that are not told of.
    pub wrong: usize,
    /// Whether more is wrong than single entries: then nobody knows what is missing, and nothing should be taken.
    pub broken: bool,
}

impl Reading {
    /// Nothing could be read.
    pub(crate) fn broken(errors: Vec<FormatError>) -> Self {
        Self { wrong: errors.len(), broken: true, errors, document: Document::default() }
    }
}

/// What is to be written; a [`Document`] is one too.
#[derive(Debug, Clone, Default)]
pub struct Outgoing {
    /// The folders in their order.
    pub folders: Vec<FolderEntry>,
    /// The hosts in their order.
    pub hosts: Vec<HostEntry>,
    /// What was read around them.
    pub kept: Kept,
}

impl From<Document> for Outgoing {
    fn from(document: Document) -> Self {
        Self { folders: document.folders, hosts: document.hosts, kept: document.kept }
    }
}

/// A folder with what it says for the hosts inside.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FolderEntry {
    /// Its name, after the names of the folders around it, outermost first.
    pub path: Vec<String>,
    /// The username for the hosts inside.
    pub username: Option<String>,
    /// The name of the credential for the hosts inside.
    pub credential: Option<String>,
    /// The hosts to go through, nearest to us first.
    pub jumps: Vec<Jump>,
    /// Limits and recording.
    pub policy: Policy,
    /// Where it stands.
    pub at: Place,
    /// What was read.
    pub kept: Kept,
}

/// A host.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HostEntry {
    /// What it is called.
    pub name: String,
    /// A DNS name or an IP address.
    pub address: String,
    /// The TCP port.
    pub port: u16,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// The username.
    pub username: Option<String>,
    /// The path of its folder, outermost first; empty for none.
    pub folder: Vec<String>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// What is known about the device.
    pub device: DeviceMetadata,
    /// The name of the credential; of a key file only its name, never its path.
    pub credential: Option<String>,
    /// The hosts to go through, nearest to us first.
    pub jumps: Vec<Jump>,
    /// Limits and recording.
    pub policy: Policy,
    /// Where it stands.
    pub at: Place,
    /// What was read.
    pub kept: Kept,
}

/// Limits and recording, each as in `wire::inventory::HostDraft`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// No jump host, whatever stands above.
    pub direct: bool,
    /// Seconds that a session lives unseen.
    pub idle_timeout_seconds: Option<u64>,
    /// Seconds that a session lives at most.
    pub max_duration_seconds: Option<u64>,
    /// How many sessions may live at once.
    pub max_sessions: Option<u32>,
    /// Whether the shell runs inside tmux; a host's alone.
    pub tmux: bool,
    /// Whether sessions are recorded.
    pub recording: Option<RecordingPolicy>,
}

/// A host to go through: the name of another entry, or where it is (`user@host:port`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jump {
    /// The username, when one is said.
    pub user: Option<String>,
    /// A name or an address.
    pub host: String,
    /// The port, when one is said.
    pub port: Option<u16>,
}

impl Jump {
    /// The entry of this name, whatever characters are in it.
    pub fn named(name: impl Into<String>) -> Self {
        Self { user: None, host: name.into(), port: None }
    }

    /// Reads `host`, `user@host:port`, `[address]:port` and `ssh://…`. What is none of these is a name.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let bare = text.strip_prefix("ssh://").map_or(text, |rest| rest.trim_end_matches('/'));
        let (user, place) = match bare.rsplit_once('@') {
            Some((user, place)) => (Some(user.to_owned()), place),
            None => (None, bare),
        };
        let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, "")) => (host, None),
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => match place.split_once(':') {
                Some((host, port)) if !port.contains(':') => (host, Some(port)),
                _ => (place, None),
            },
        };
        let found = Self { user, host: host.to_owned(), port: port.and_then(|port| port.parse().ok()) };
        let whole =
            found.user.as_deref() != Some("") && !found.host.is_empty() && found.port.is_some() == port.is_some();
        if whole && (found.to_string() == bare || place.starts_with('[')) { found } else { Self::named(text) }
    }
}

impl fmt::Display for Jump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.port {
            Some(port) if self.host.contains(':') => write!(f, "[{}]:{port}", self.host),
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

/// Something that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// Where it stands.
    pub place: Place,
    /// What it is called, when it has a name.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}

/// Something worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// What it is about.
    pub place: Place,
    /// What it is.
    pub text: String,
}

/// A folder's path as text, and the folders of such a text.
pub mod path {
    /// What stands between two names: ` / `.
    pub const BETWEEN: &str = " / ";

    /// The names of a path's text; none for an empty text.
    pub fn split(text: &str) -> Vec<String> {
        text.split(BETWEEN).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// The text of a path.
    pub fn join(names: &[String]) -> String {
        names.join(BETWEEN)
    }
}

/// A file's name, shared by all its places.
#[derive(Debug, Clone)]
pub(crate) struct Name(pub(crate) Arc<str>);

impl Name {
    pub(crate) fn of(file: &File<'_>) -> Self {
        Self(Arc::from(file.name))
    }

    pub(crate) fn of_text(name: &str) -> Self {
        Self(Arc::from(name))
    }

    pub(crate) fn line(&self, line: usize) -> Place {
        Place { file: Arc::clone(&self.0), line, column: None }
    }

    pub(crate) fn at(&self, line: usize, column: usize) -> Place {
        Place { file: Arc::clone(&self.0), line, column: Some(column) }
    }
}
