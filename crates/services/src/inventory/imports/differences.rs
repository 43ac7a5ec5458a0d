//! What differs between a host as it is and as it would be, in words.

use wire::inventory::{FieldChange, FolderView, HostView};

/// The fields that differ, as a person reads them.
pub(super) fn differences(before: &HostView, after: &HostView) -> Vec<FieldChange> {
    differ(shown(before), shown(after))
}

/// The same of a folder.
pub(super) fn of_folders(before: &FolderView, after: &FolderView) -> Vec<FieldChange> {
    differ(shown_of_folder(before), shown_of_folder(after))
}

/// What stands there for fields that Berth does not know, and only keeps.
pub(super) fn of_kept() -> FieldChange {
    FieldChange { field: "other_fields".to_owned(), from: "as kept".to_owned(), to: "as in the file".to_owned() }
}

fn differ<const N: usize>(old: [(&'static str, String); N], new: [(&'static str, String); N]) -> Vec<FieldChange> {
    let differ = old.into_iter().zip(new).filter(|((_, from), (_, to))| from != to);
    differ.map(|((field, from), (_, to))| FieldChange { field: field.to_owned(), from, to }).collect()
}

fn shown(host: &HostView) -> [(&'static str, String); 24] {
    let (device, yes) = (&host.device, |on: bool| if on { "yes".to_owned() } else { String::new() });
    let seconds = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        ("name", host.name.clone()),
        ("address", host.address.clone()),
        ("port", host.port.to_string()),
        ("protocol", word(host.protocol)),
        ("folder", host.folder.clone().unwrap_or_default()),
        ("username", host.username.clone().unwrap_or_default()),
        ("credential_id", host.credential_id.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("jump_host_id", host.jump_host_id.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("direct", yes(host.direct)),
        ("tags", host.tags.join(", ")),
        ("device_type", device.device_type.clone()),
        ("model", device.model.clone()),
        ("vendor", device.vendor.clone()),
        ("serial_number", device.serial_number.clone()),
        ("software_version", device.software_version.clone()),
        ("platform", device.platform.clone()),
        ("site", device.site.clone()),
        ("role", device.role.clone()),
        ("notes", device.notes.clone()),
        ("idle_timeout_seconds", seconds(host.idle_timeout_seconds)),
        ("max_duration_seconds", seconds(host.max_duration_seconds)),
        ("max_sessions", seconds(host.max_sessions.map(u64::from))),
        ("tmux", yes(host.tmux)),
        ("recording", host.recording.map(word).unwrap_or_default()),
    ]
}

fn shown_of_folder(folder: &FolderView) -> [(&'static str, String); 8] {
    let seconds = |value: Option<u64>| value.map(|value| value.to_string()).unwrap_or_default();
    [
        ("username", folder.username.clone().unwrap_or_default()),
        ("credential_id", folder.credential_id.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("jump_host_id", folder.jump_host_id.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("direct", if folder.direct { "yes".to_owned() } else { String::new() }),
        ("idle_timeout_seconds", seconds(folder.idle_timeout_seconds)),
        ("max_duration_seconds", seconds(folder.max_duration_seconds)),
        ("max_sessions", seconds(folder.max_sessions.map(u64::from))),
        ("recording", folder.recording.map(word).unwrap_or_default()),
    ]
}

/// The word of this interface for an enum's value.
fn word(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
