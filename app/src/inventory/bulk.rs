//! A change of many hosts as it is typed: only what was taken up is sent, everything else stays as it is.

use super::{form, policy, policy::LimitForm};
use wire::{
    CredentialId, HostId, Patch,
    inventory::{BulkChange, DeviceMetadata, HostPatch},
};

/// A field that many hosts can get another value of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the field of that name")]
pub enum EditField {
    Username,
    Credential,
    JumpHost,
    Direct,
    Address,
    Protocol,
    Port,
    AddTags,
    RemoveTags,
    Folder,
    IdleTimeout,
    LongestDuration,
    MaxSessions,
    Tmux,
    Recording,
    DeviceType,
    Vendor,
    Model,
    SerialNumber,
    SoftwareVersion,
    Platform,
    Site,
    Role,
    Notes,
}

impl EditField {
    /// All of them with their names, in the order of the list.
    pub const ALL: [(Self, &'static str); 24] = [
        (Self::Username, "Username"),
        (Self::Credential, "Credential"),
        (Self::JumpHost, "Jump host"),
        (Self::Direct, "Reached straight"),
        (Self::AddTags, "Add tags"),
        (Self::RemoveTags, "Remove tags"),
        (Self::Folder, "Folder"),
        (Self::Address, "Address"),
        (Self::Protocol, "Protocol"),
        (Self::Port, "Port"),
        (Self::IdleTimeout, "Idle timeout"),
        (Self::LongestDuration, "Longest duration"),
        (Self::MaxSessions, "Sessions at most"),
        (Self::Tmux, "Keep work alive with tmux"),
        (Self::Recording, "Recording"),
        (Self::DeviceType, "Device type"),
        (Self::Vendor, "Vendor"),
        (Self::Model, "Model"),
        (Self::SerialNumber, "Serial number"),
        (Self::SoftwareVersion, "Software version"),
        (Self::Platform, "Platform"),
        (Self::Site, "Site"),
        (Self::Role, "Role"),
        (Self::Notes, "Notes"),
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, title)| title)
    }

    /// The field in the metadata of a device, with its name in the interface.
    fn of(self, device: &mut DeviceMetadata) -> Option<(&'static str, &mut String)> {
        Some(match self {
            Self::DeviceType => ("device_type", &mut device.device_type),
            Self::Vendor => ("vendor", &mut device.vendor),
            Self::Model => ("model", &mut device.model),
            Self::SerialNumber => ("serial_number", &mut device.serial_number),
            Self::SoftwareVersion => ("software_version", &mut device.software_version),
            Self::Platform => ("platform", &mut device.platform),
            Self::Site => ("site", &mut device.site),
            Self::Role => ("role", &mut device.role),
            Self::Notes => ("notes", &mut device.notes),
            _ => return None,
        })
    }
}

/// A field that was taken up, and what stands in it. Empty is what clears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Which.
    pub field: EditField,
    /// What was typed or chosen.
    pub value: String,
    /// The same for a limit of time.
    pub limit: LimitForm,
}

/// The change of all that was taken up, or which field is wrong and why.
pub fn change(edited: &[Edited]) -> Result<BulkChange, (EditField, String)> {
    let mut patch = HostPatch::default();
    let (mut device, mut clear_device) = (DeviceMetadata::default(), Vec::new());
    let (mut add_tags, mut remove_tags) = (Vec::new(), Vec::new());
    for one in edited {
        let wrong = |text: String| (one.field, text);
        let text = one.value.trim();
        match one.field {
            EditField::Username => patch.username = text_patch(text),
            EditField::Credential => patch.credential_id = Patch::from(text.parse::<CredentialId>().ok()),
            EditField::JumpHost => patch.jump_host_id = Patch::from(text.parse::<HostId>().ok()),
            EditField::Direct => patch.direct = Some(text == "yes"),
            EditField::Folder => patch.folder = text_patch(text),
            EditField::Address => {
                form::address_fault(text).map_or(Ok(()), Err).map_err(wrong)?;
                patch.address = Some(text.to_owned());
            }
            EditField::Protocol => patch.protocol = Some(form::protocol(text)),
            EditField::Port => {
                patch.port = Some(
                    text.parse()
                        .ok()
                        .filter(|port| *port > 0)
                        .ok_or_else(|| wrong("Enter a number from 1 to 65535.".into()))?,
                )
            }
            EditField::AddTags => add_tags = some_tags(text).map_err(wrong)?,
            EditField::RemoveTags => remove_tags = some_tags(text).map_err(wrong)?,
            EditField::IdleTimeout => patch.idle_timeout_seconds = Patch::from(one.limit.seconds().map_err(wrong)?),
            EditField::LongestDuration => patch.max_duration_seconds = Patch::from(one.limit.seconds().map_err(wrong)?),
            EditField::MaxSessions => patch.max_sessions = Patch::from(policy::sessions(text).map_err(wrong)?),
            EditField::Tmux => patch.tmux = Some(text == "yes"),
            EditField::Recording => patch.recording = Patch::from(policy::recording(text)),
            field => {
                if let Some((name, place)) = field.of(&mut device) {
                    if text.is_empty() {
                        clear_device.push(name.to_owned());
                    } else {
                        text.clone_into(place);
                    }
                }
            }
        }
    }
    if device != DeviceMetadata::default() {
        patch.device = Some(device);
    }
    Ok(BulkChange::Edit { patch: Box::new(patch), add_tags, remove_tags, clear_device })
}

fn text_patch(text: &str) -> Patch<String> {
    Patch::from(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn some_tags(text: &str) -> Result<Vec<String>, String> {
    let tags = form::tags(text)?;
    if tags.is_empty() { Err("Enter a tag.".into()) } else { Ok(tags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(field: EditField, value: &str) -> Edited {
        Edited { field, value: value.into(), limit: LimitForm::default() }
    }

    #[test]
    fn only_what_was_taken_up_is_sent() {
        let Ok(BulkChange::Edit { patch, add_tags, remove_tags, clear_device }) = change(&[
            edited(EditField::Username, " admin "),
            edited(EditField::AddTags, "prod, #core"),
            edited(EditField::Vendor, "Juniper"),
            edited(EditField::Site, ""),
        ]) else {
            panic!("it is right")
        };
        let device = DeviceMetadata { vendor: "Juniper".into(), ..Default::default() };
        let username = Patch::Set("admin".to_owned());
        assert_eq!(*patch, HostPatch { username, device: Some(device), ..HostPatch::default() });
        assert_eq!((add_tags, remove_tags), (vec!["prod".to_owned(), "core".into()], vec![]));
        assert_eq!(clear_device, ["site"]);
    }

    #[test]
    fn an_empty_field_is_cleared() {
        let Ok(BulkChange::Edit { patch, .. }) = change(&[
            edited(EditField::Credential, ""),
            edited(EditField::Recording, ""),
            edited(EditField::JumpHost, ""),
        ]) else {
            panic!("it is right")
        };
        assert_eq!(
            (patch.credential_id, patch.recording, patch.jump_host_id),
            (Patch::Clear, Patch::Clear, Patch::Clear)
        );
        assert_eq!((patch.username, patch.device), (Patch::Keep, None));
    }

    #[test]
    fn says_which_field_is_wrong() {
        for (field, value) in [
            (EditField::Port, "0"),
            (EditField::AddTags, " , "),
            (EditField::MaxSessions, "-1"),
            (EditField::Address, "a b"),
        ] {
            assert_eq!(change(&[edited(field, value)]).map_err(|(field, _)| field).err(), Some(field));
        }
    }

    #[test]
    fn every_field_has_a_name() {
        assert!(EditField::ALL.iter().all(|(field, title)| field.title() == *title));
    }
}
