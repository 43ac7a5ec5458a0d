//! A host as it is typed, and the draft or patch that becomes of it.

use super::policy::{self, PolicyFaults, PolicyForm};
use wire::{
    CredentialId, HostId, Patch,
    inventory::{DeviceMetadata, HostDraft, HostPatch, HostView, Protocol},
};

/// What a person typed. Empty means "none".
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HostForm {
    /// What to call the host.
    pub name: String,
    /// A DNS name or an IP address.
    pub address: String,
    /// The word of the protocol; SSH when empty.
    pub protocol: String,
    /// The TCP port; the protocol's own when empty.
    pub port: String,
    /// The username to sign in with.
    pub username: String,
    /// The credential's id.
    pub credential: String,
    /// The folder's path.
    pub folder: String,
    /// Words with commas between them.
    pub tags: String,
    /// The jump host's id.
    pub jump_host: String,
    /// Whether it is reached straight, whatever the folders say.
    pub direct: bool,
    /// What is known about the device.
    pub device: DeviceMetadata,
    /// What holds for its sessions.
    pub policy: PolicyForm,
}

/// What is wrong, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostFaults {
    /// With the name.
    pub name: Option<String>,
    /// With the address.
    pub address: Option<String>,
    /// With the port.
    pub port: Option<String>,
    /// With the tags.
    pub tags: Option<String>,
    /// With what holds for its sessions.
    pub policy: PolicyFaults,
}

impl From<&HostView> for HostForm {
    fn from(host: &HostView) -> Self {
        Self {
            name: host.name.clone(),
            address: host.address.clone(),
            protocol: PROTOCOLS.iter().find(|known| known.0 == host.protocol).map_or("", |known| known.1).to_owned(),
            port: host.port.to_string(),
            username: host.username.clone().unwrap_or_default(),
            credential: host.credential_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            folder: host.folder.clone().unwrap_or_default(),
            tags: host.tags.join(", "),
            jump_host: host.jump_host_id.as_ref().map(ToString::to_string).unwrap_or_default(),
            direct: host.direct,
            device: host.device.clone(),
            policy: PolicyForm::from(host),
        }
    }
}

impl HostForm {
    /// The form for a new host.
    pub fn blank() -> Self {
        Self { protocol: "ssh".into(), ..Default::default() }
    }

    /// The host that this describes, or what is wrong with it.
    pub fn draft(&self) -> Result<HostDraft, Box<HostFaults>> {
        let protocol = protocol(&self.protocol);
        let (port, tags) = (port(&self.port, protocol), tags(&self.tags));
        let faults = HostFaults {
            name: crate::accounts::checks::label(&self.name),
            address: address_fault(self.address.trim()),
            port: port.as_ref().err().cloned(),
            tags: tags.as_ref().err().cloned(),
            policy: self.policy.faults(),
        };
        match (port, tags) {
            (Ok(port), Ok(tags)) if faults == HostFaults::default() => Ok(self.complete(protocol, port, tags)),
            _ => Err(Box::new(faults)),
        }
    }

    fn complete(&self, protocol: Protocol, port: u16, tags: Vec<String>) -> HostDraft {
        self.policy.complete(HostDraft {
            name: self.name.trim().into(),
            address: self.address.trim().into(),
            port: Some(port),
            protocol,
            username: filled(&self.username),
            credential_id: self.credential.parse::<CredentialId>().ok(),
            folder: filled(&self.folder),
            tags,
            jump_host_id: self.jump_host.parse::<HostId>().ok().filter(|_| !self.direct),
            direct: self.direct,
            device: self.device.clone(),
            ..HostDraft::default()
        })
    }

    /// The same for a host that is there: every field anew, so that an emptied one is cleared.
    pub fn patch(&self) -> Result<HostPatch, Box<HostFaults>> {
        let draft = self.draft()?;
        let policy = policy::patch(&draft, HostPatch::default());
        Ok(HostPatch {
            name: Some(draft.name),
            address: Some(draft.address),
            port: draft.port,
            protocol: Some(draft.protocol),
            username: Patch::from(draft.username),
            credential_id: Patch::from(draft.credential_id),
            folder: Patch::from(draft.folder),
            tags: Some(draft.tags),
            jump_host_id: Patch::from(draft.jump_host_id),
            direct: Some(draft.direct),
            device: Some(draft.device),
            ..policy
        })
    }
}

/// What a host may speak: the word in the form, and what it is called.
pub(super) const PROTOCOLS: [(Protocol, &str, &str); 4] = [
    (Protocol::Ssh, "ssh", "SSH"),
    (Protocol::Ftps, "ftps", "FTPS: FTP under TLS"),
    (Protocol::FtpsImplicit, "ftps_implicit", "FTPS, TLS from the start"),
    (Protocol::Ftp, "ftp", "FTP, not encrypted"),
];

pub(super) fn protocol(word: &str) -> Protocol {
    PROTOCOLS.iter().find(|known| known.1 == word).map_or(Protocol::Ssh, |known| known.0)
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

pub(super) fn address_fault(address: &str) -> Option<String> {
    if address.is_empty() {
        Some("Enter a DNS name or an IP address.".into())
    } else if address.contains("://") || address.contains('/') {
        Some("Enter the address alone, without “ssh://” or a path.".into())
    } else if address.contains('@') {
        Some("Enter the username in its own field.".into())
    } else if address.chars().any(char::is_whitespace) || address.len() > 253 {
        Some("This is not a DNS name or an IP address.".into())
    } else {
        None
    }
}

fn port(text: &str, protocol: Protocol) -> Result<u16, String> {
    match text.trim() {
        "" => Ok(protocol.default_port()),
        text => text.parse().ok().filter(|port| *port > 0).ok_or_else(|| "Enter a number from 1 to 65535.".into()),
    }
}

/// Words between commas, once each, without the `#` that people like to put before them.
pub(super) fn tags(text: &str) -> Result<Vec<String>, String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(|tag| tag.trim().trim_start_matches('#')).filter(|tag| !tag.is_empty()) {
        if !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
            tags.push(tag.into());
        }
    }
    match tags.len() {
        0..=20 if tags.iter().all(|tag| tag.chars().count() <= 50) => Ok(tags),
        0..=20 => Err("A tag has at most 50 characters.".into()),
        _ => Err("Use at most 20 tags.".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> HostForm {
        HostForm { name: " web01 ".into(), address: "192.0.2.7".into(), ..Default::default() }
    }

    #[test]
    fn empty_fields_mean_none_and_port_22() {
        let draft = form().draft().expect("complete");
        assert_eq!((draft.name.as_str(), draft.port, draft.username, draft.folder), ("web01", Some(22), None, None));
    }

    #[test]
    fn says_what_is_wrong_at_each_field() {
        let wrong = HostForm { address: "ssh://x".into(), port: "0".into(), ..Default::default() };
        let faults = wrong.draft().expect_err("refused");
        assert!(faults.name.is_some() && faults.address.is_some() && faults.port.is_some() && faults.tags.is_none());
        for address in ["root@host", "a b", "host/path", ""] {
            assert!(HostForm { address: address.into(), ..form() }.draft().is_err(), "{address:?}");
        }
    }

    #[test]
    fn a_protocol_brings_its_port_unless_one_was_typed() {
        for (protocol, word, _) in PROTOCOLS {
            let draft = HostForm { protocol: word.into(), ..form() }.draft().expect("complete");
            assert_eq!((draft.protocol, draft.port), (protocol, Some(protocol.default_port())));
            assert_eq!(serde_json::to_value(protocol).ok(), Some(word.into()), "the word is the API's");
        }
        let draft = HostForm { protocol: "ftp".into(), port: "2121".into(), ..form() }.draft().expect("complete");
        assert_eq!(draft.port, Some(2121));
    }

    #[test]
    fn tags_are_words_once_each() {
        let draft = HostForm { tags: "#prod, web,, Prod ,db".into(), ..form() }.draft().expect("complete");
        assert_eq!(draft.tags, ["prod", "web", "db"]);
    }

    #[test]
    fn an_emptied_field_is_cleared_by_the_patch() {
        let patch = form().patch().expect("complete");
        assert_eq!((patch.username, patch.folder, patch.jump_host_id), (Patch::Clear, Patch::Clear, Patch::Clear));
    }

    #[test]
    fn a_host_that_is_reached_straight_has_no_jump_host() {
        let form = HostForm { jump_host: "h-1".into(), direct: true, ..form() };
        let patch = form.patch().expect("complete");
        assert_eq!((patch.jump_host_id, patch.direct), (Patch::Clear, Some(true)));
    }

    #[test]
    fn ids_survive_the_form() {
        let form = HostForm { credential: "c-1".into(), jump_host: "h-1".into(), ..form() };
        let patch = form.patch().expect("complete");
        assert_eq!(patch.credential_id, "c-1".parse().map_or(Patch::Keep, Patch::Set));
        assert_eq!(patch.jump_host_id, "h-1".parse().map_or(Patch::Keep, Patch::Set));
    }
}
