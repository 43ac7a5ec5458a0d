//! What stands in a field: read of data, taken from a host, put into one, and made data again.

use super::{Field, bare};
use crate::{
    document::{HostEntry, Jump},
    value::Value,
};
use wire::{inventory::Protocol, recordings::RecordingPolicy};

use Field::{
    Address, Credential, DeviceType, Direct, IdleTimeout, Jumps, MaxDuration, MaxSessions, Model, Name, Notes,
    Platform, Port, Recording, Role, SerialNumber, Site, SoftwareVersion, Tags, Tmux, Username, Vendor,
};

/// What stands in a field, in the one way in which two spellings of it are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Nothing,
    Text(String),
    Words(Vec<String>),
    Number(u64),
    Flag(bool),
}

impl Content {
    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }

    /// As data: spelled as what it stands in place of was, where that is possible.
    pub(crate) fn to_value(&self, old: Option<&Value>) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => Value::Text(text.clone()),
            Self::Flag(flag) if matches!(old, Some(Value::Text(_))) => Value::Text(flag.to_string()),
            Self::Flag(flag) => Value::Bool(*flag),
            Self::Number(number) if matches!(old, Some(Value::Text(_))) => Value::Text(number.to_string()),
            Self::Number(number) => i64::try_from(*number).map_or_else(|_| Value::Text(number.to_string()), Value::Int),
            Self::Words(words) => match old {
                Some(Value::Text(_)) if !words.iter().any(|word| word.contains([',', ';'])) => {
                    Value::Text(words.join(", "))
                }
                _ => Value::List(words.iter().cloned().map(Value::Text).collect()),
            },
        }
    }
}

/// Reads what stands in a field.
///
/// # Errors
/// What is wrong, as a sentence's end.
pub(crate) fn read(field: Field, value: &Value) -> Result<Content, String> {
    if let Value::Tagged(_, value) = value {
        return read(field, value);
    }
    if matches!(field, Tags | Jumps) {
        return words(value);
    }
    let Some(text) = value.scalar() else {
        return Err(format!("{} stands where a single value is expected", value.kind()));
    };
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Content::Nothing);
    }
    match field {
        Port => port(trimmed).map(|port| Content::Number(u64::from(port))),
        Field::Protocol => Ok(Content::Text(trimmed.to_lowercase())),
        IdleTimeout | MaxDuration => number(trimmed, u64::MAX),
        MaxSessions => number(trimmed, u64::from(u32::MAX)),
        Direct | Tmux => match trimmed.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Ok(Content::Flag(true)),
            "false" | "no" | "off" | "0" => Ok(Content::Nothing),
            _ => Err(format!("`{trimmed}` is neither true nor false")),
        },
        Recording => match trimmed.to_lowercase().as_str() {
            // Unquoted `on` and `off` are true and false to some writers of YAML.
            "on" | "true" => Ok(Content::text("on")),
            "off" | "false" => Ok(Content::text("off")),
            "required" => Ok(Content::text("required")),
            _ => Err(format!("`{trimmed}` is none of on, off, required")),
        },
        Name | Address | Username | Credential => Ok(Content::text(trimmed)),
        _ => Ok(Content::text(&text)),
    }
}

fn words(value: &Value) -> Result<Content, String> {
    let mut words: Vec<String> = Vec::new();
    match value {
        Value::List(items) => {
            for item in items {
                let word = item.scalar().ok_or_else(|| format!("{} stands among words", item.kind()))?;
                words.push(word.trim().to_owned());
            }
        }
        Value::Map(_) => return Err("a mapping stands where words are expected".to_owned()),
        single => {
            let text = single.scalar().unwrap_or_default();
            words.extend(text.split([',', ';']).map(|word| word.trim().to_owned()));
        }
    }
    words.retain(|word| !word.is_empty());
    Ok(if words.is_empty() { Content::Nothing } else { Content::Words(words) })
}

/// Reads a port: `22`, `"22"`, `22.0`.
///
/// # Errors
/// What is wrong and what to do.
pub(crate) fn port(text: &str) -> Result<u16, String> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    match whole.parse::<u16>() {
        Ok(port) if port > 0 && !whole.starts_with('+') => Ok(port),
        _ => Err(format!("`{}` is no port. Write a number from 1 to 65535.", shortened(text))),
    }
}

fn number(text: &str, most: u64) -> Result<Content, String> {
    match text.strip_suffix(".0").unwrap_or(text).parse::<u64>() {
        Ok(number) if number <= most => Ok(Content::Number(number)),
        _ => Err(format!("`{}` is no whole number", shortened(text))),
    }
}

/// A text of a file in a message, not longer than a message bears.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

pub(crate) fn protocol(text: &str) -> Option<Protocol> {
    match bare(text).as_str() {
        "ssh" | "ssh2" | "sftp" | "scp" => Some(Protocol::Ssh),
        "ftp" => Some(Protocol::Ftp),
        "ftps" | "ftpes" => Some(Protocol::Ftps),
        "ftpsimplicit" => Some(Protocol::FtpsImplicit),
        _ => None,
    }
}

pub(crate) const fn protocol_name(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Ssh => "ssh",
        Protocol::Ftp => "ftp",
        Protocol::Ftps => "ftps",
        Protocol::FtpsImplicit => "ftps_implicit",
    }
}

/// What a host has in a field; what goes without saying is nothing.
pub(crate) fn get(host: &HostEntry, field: Field) -> Content {
    let device = &host.device;
    let policy = &host.policy;
    let text = |text: &Option<String>| text.as_deref().map_or(Content::Nothing, Content::text);
    match field {
        Name => Content::text(&host.name),
        Address => Content::text(&host.address),
        Port if host.port == host.protocol.default_port() => Content::Nothing,
        Port => Content::Number(u64::from(host.port)),
        Field::Protocol if host.protocol == Protocol::Ssh => Content::Nothing,
        Field::Protocol => Content::text(protocol_name(host.protocol)),
        Username => text(&host.username),
        Credential => text(&host.credential),
        Tags if host.tags.is_empty() => Content::Nothing,
        Tags => Content::Words(host.tags.clone()),
        Jumps if host.jumps.is_empty() => Content::Nothing,
        Jumps => Content::Words(host.jumps.iter().map(ToString::to_string).collect()),
        DeviceType => Content::text(&device.device_type),
        Model => Content::text(&device.model),
        SerialNumber => Content::text(&device.serial_number),
        SoftwareVersion => Content::text(&device.software_version),
        Vendor => Content::text(&device.vendor),
        Platform => Content::text(&device.platform),
        Site => Content::text(&device.site),
        Role => Content::text(&device.role),
        Notes => Content::text(&device.notes),
        Direct => {
            if policy.direct {
                Content::Flag(true)
            } else {
                Content::Nothing
            }
        }
        Tmux => {
            if policy.tmux {
                Content::Flag(true)
            } else {
                Content::Nothing
            }
        }
        IdleTimeout => policy.idle_timeout_seconds.map_or(Content::Nothing, Content::Number),
        MaxDuration => policy.max_duration_seconds.map_or(Content::Nothing, Content::Number),
        MaxSessions => policy.max_sessions.map_or(Content::Nothing, |most| Content::Number(u64::from(most))),
        Recording => policy.recording.map_or(Content::Nothing, |recording| {
            Content::text(match recording {
                RecordingPolicy::Off => "off",
                RecordingPolicy::On => "on",
                RecordingPolicy::Required => "required",
            })
        }),
    }
}

/// Puts into a host what was read of a field.
pub(crate) fn set(host: &mut HostEntry, field: Field, content: Content) {
    let device = &mut host.device;
    let policy = &mut host.policy;
    match (field, content) {
        (Name, Content::Text(text)) => host.name = text,
        (Address, Content::Text(text)) => host.address = text,
        (Port, Content::Number(number)) => host.port = u16::try_from(number).unwrap_or_default(),
        (Field::Protocol, Content::Text(text)) => host.protocol = protocol(&text).unwrap_or_default(),
        (Username, Content::Text(text)) => host.username = Some(text),
        (Credential, Content::Text(text)) => host.credential = Some(text),
        (Tags, Content::Words(words)) => host.tags = words,
        (Jumps, Content::Words(words)) => host.jumps = words.iter().map(|word| Jump::parse(word)).collect(),
        (DeviceType, Content::Text(text)) => device.device_type = text,
        (Model, Content::Text(text)) => device.model = text,
        (SerialNumber, Content::Text(text)) => device.serial_number = text,
        (SoftwareVersion, Content::Text(text)) => device.software_version = text,
        (Vendor, Content::Text(text)) => device.vendor = text,
        (Platform, Content::Text(text)) => device.platform = text,
        (Site, Content::Text(text)) => device.site = text,
        (Role, Content::Text(text)) => device.role = text,
        (Notes, Content::Text(text)) => device.notes = text,
        (Direct, Content::Flag(flag)) => policy.direct = flag,
        (Tmux, Content::Flag(flag)) => policy.tmux = flag,
        (IdleTimeout, Content::Number(number)) => policy.idle_timeout_seconds = Some(number),
        (MaxDuration, Content::Number(number)) => policy.max_duration_seconds = Some(number),
        (MaxSessions, Content::Number(number)) => policy.max_sessions = u32::try_from(number).ok(),
        (Recording, Content::Text(text)) => {
            policy.recording = match text.as_str() {
                "off" => Some(RecordingPolicy::Off),
                "on" => Some(RecordingPolicy::On),
                "required" => Some(RecordingPolicy::Required),
                _ => None,
            };
        }
        _ => {}
    }
}
