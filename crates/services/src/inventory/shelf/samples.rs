//! Hosts for tests.

use storage::HostLine;
use wire::{
    Timestamp,
    inventory::{BootstrapState, DeviceMetadata, Protocol, Reachability},
};

/// A host whose id is its name.
pub(in crate::inventory) fn host(name: &str, address: &str, folder: Option<&str>, tags: &[&str]) -> HostLine {
    HostLine {
        id: name.replace(' ', "-").parse().unwrap(),
        name: name.into(),
        address: address.into(),
        port: 22,
        protocol: Protocol::Ssh,
        username: None,
        credential_id: None,
        folder_id: folder.map(|id| id.parse().unwrap()),
        jump_host_id: None,
        direct: false,
        tags: tags.iter().map(ToString::to_string).collect(),
        device: DeviceMetadata::default(),
        status: Reachability::Unknown,
        bootstrap: BootstrapState::Never,
        os: None,
        hostname: None,
        recording: None,
        created_at: Timestamp::from_millis(0),
        last_used_at: None,
        text: None,
    }
}
