//! The fields of a host, under all the names that files call them by.

mod content;

pub(crate) use content::{Content, get, port, protocol, protocol_name, read, set, shortened};

use crate::value::Key;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Name,
    Address,
    Port,
    DeviceType,
    Model,
    SerialNumber,
    SoftwareVersion,
    Vendor,
    Credential,
    Protocol,
    Username,
    Tags,
    Jumps,
    Direct,
    Platform,
    Site,
    Role,
    Notes,
    IdleTimeout,
    MaxDuration,
    MaxSessions,
    Tmux,
    Recording,
}

use Field::{
    Address, Credential, DeviceType, Direct, IdleTimeout, Jumps, MaxDuration, MaxSessions, Model, Name, Notes,
    Platform, Port, Recording, Role, SerialNumber, Site, SoftwareVersion, Tags, Tmux, Username, Vendor,
};

/// A field with its name in SPEC §4's YAML, its name elsewhere, and other names that it is known by, the surest first.
/// All without `_`, `-`, blanks and capitals. The address comes before the name, because some names serve for both.
const WORDS: [(Field, &str, &str, &[&str]); 23] = [
    (
        Address,
        "host",
        "address",
        &[
            "address",
            "ipaddress",
            "ip",
            "managementip",
            "mgmtip",
            "primaryip",
            "hostip",
            "ipaddr",
            "ipv4",
            "ansiblehost",
            "fqdn",
            "dnsname",
            "dns",
            "host",
            "hostname",
            "server",
        ],
    ),
    (
        Name,
        "display_name",
        "name",
        &["displayname", "name", "sessionname", "label", "title", "devicename", "alias", "hostname", "host", "device"],
    ),
    (Port, "port", "port", &["port", "sshport", "tcpport", "ansibleport"]),
    (DeviceType, "DeviceType", "device_type", &["devicetype", "type", "category"]),
    (Model, "Model", "model", &["model", "hardwaremodel"]),
    (SerialNumber, "SerialNumber", "serial_number", &["serialnumber", "serial", "serialno", "sn"]),
    (
        SoftwareVersion,
        "SoftwareVersion",
        "software_version",
        &["softwareversion", "version", "osversion", "firmware", "firmwareversion"],
    ),
    (Vendor, "Vendor", "vendor", &["vendor", "manufacturer", "maker"]),
    (
        Credential,
        "credsid",
        "credential",
        &["credsid", "credential", "credentials", "credentialname", "identityfile", "identity", "keyfile", "sshkey"],
    ),
    (Field::Protocol, "protocol", "protocol", &["protocol"]),
    (
        Username,
        "username",
        "username",
        &["username", "user", "login", "loginname", "account", "ansibleuser", "sshuser"],
    ),
    (Tags, "tags", "tags", &["tags", "tag", "labels", "keywords"]),
    (Jumps, "jump_host", "jump_host", &["jumphost", "jumphosts", "proxyjump", "jump", "via", "gateway", "bastion"]),
    (Direct, "direct", "direct", &["direct"]),
    (Platform, "platform", "platform", &["platform", "os"]),
    (Site, "site", "site", &["site", "location", "sitename"]),
    (Role, "role", "role", &["role", "devicerole"]),
    (Notes, "notes", "notes", &["notes", "note", "comment", "comments", "description", "remarks"]),
    (IdleTimeout, "idle_timeout_seconds", "idle_timeout_seconds", &["idletimeoutseconds"]),
    (MaxDuration, "max_duration_seconds", "max_duration_seconds", &["maxdurationseconds"]),
    (MaxSessions, "max_sessions", "max_sessions", &["maxsessions"]),
    (Tmux, "tmux", "tmux", &["tmux"]),
    (Recording, "recording", "recording", &["recording"]),
];

/// How a form calls things where it is free to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// As SPEC §4's YAML does.
    Yaml,
    /// As the REST interface does. An entry without a name is called as its address is.
    Own,
}

/// What a folder may say for the hosts inside.
pub(crate) const OF_FOLDERS: [Field; 8] =
    [Username, Credential, Jumps, Direct, IdleTimeout, MaxDuration, MaxSessions, Recording];

/// A name as it is compared.
pub(crate) fn bare(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ' | '.')).flat_map(char::to_lowercase).collect()
}

impl Field {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        WORDS.iter().map(|(field, ..)| *field)
    }

    /// The fields in the order in which a new entry has them.
    pub(crate) fn in_order() -> Vec<Self> {
        let mut all: Vec<_> = Self::all().collect();
        all.sort();
        all
    }

    /// What the form calls it.
    pub(crate) fn title(self, style: Style) -> &'static str {
        WORDS.iter().find(|(field, ..)| *field == self).map_or(
            "",
            |(_, yaml, other, _)| {
                if style == Style::Yaml { yaml } else { other }
            },
        )
    }

    /// Which of these names (compared as [`bare`]) is the field's: the surest that is no other field's yet.
    pub(crate) fn find(self, names: &[String], taken: &[bool]) -> Option<usize> {
        let others = WORDS.iter().find(|(field, ..)| *field == self).map_or(&[] as &[&str], |(.., others)| others);
        let free = |index: &usize| !taken.get(*index).copied().unwrap_or_default();
        let position =
            |name: &str| (0..names.len()).filter(free).find(|index| names.get(*index).is_some_and(|n| n == name));
        others.iter().find_map(|name| position(name))
    }

    /// Whether what stands there is refused when it makes no sense, instead of being kept unread.
    pub(crate) const fn is_strict(self) -> bool {
        matches!(self, Name | Address | Port | Field::Protocol)
    }
}

/// The names of an entry's fields, to be looked for.
pub(crate) fn bare_names<'a>(keys: impl Iterator<Item = &'a Key>) -> Vec<String> {
    keys.map(|key| bare(&key.text)).collect()
}

/// Names, compared as [`bare`], that a folder's path is given under.
const FOLDER: [&str; 5] = ["folder", "folderpath", "foldername", "path", "group"];

/// Which of these names is that of the folder.
pub(crate) fn folder(names: &[String]) -> Option<usize> {
    FOLDER.iter().find_map(|name| names.iter().position(|other| other == name))
}

/// Whether a name, compared as [`bare`], is some field's.
pub(crate) fn is_known(name: &str) -> bool {
    WORDS.iter().any(|(.., others)| others.contains(&name)) || FOLDER.contains(&name)
}
