//! What the fields of hosts are called: in the address of the page, and for eyes.

use wire::inventory::HostField;

/// The field's word in an address, which is the interface's own.
pub const fn word(field: HostField) -> &'static str {
    match field {
        HostField::Name => "name",
        HostField::Address => "address",
        HostField::Port => "port",
        HostField::Protocol => "protocol",
        HostField::Username => "username",
        HostField::Credential => "credential",
        HostField::Folder => "folder",
        HostField::Tag => "tag",
        HostField::JumpHost => "jump_host",
        HostField::Status => "status",
        HostField::Access => "access",
        HostField::DeviceType => "device_type",
        HostField::Model => "model",
        HostField::Vendor => "vendor",
        HostField::SerialNumber => "serial_number",
        HostField::SoftwareVersion => "software_version",
        HostField::Platform => "platform",
        HostField::Site => "site",
        HostField::Role => "role",
        HostField::Os => "os",
        HostField::Recording => "recording",
        HostField::CreatedAt => "created_at",
        HostField::LastUsedAt => "last_used_at",
    }
}

/// What it is called.
pub const fn title(field: HostField) -> &'static str {
    match field {
        HostField::Name => "Name",
        HostField::Address => "Address",
        HostField::Port => "Port",
        HostField::Protocol => "Protocol",
        HostField::Username => "Username",
        HostField::Credential => "Credential",
        HostField::Folder => "Folder",
        HostField::Tag => "Tag",
        HostField::JumpHost => "Jump host",
        HostField::Status => "Reachability",
        HostField::Access => "Access",
        HostField::DeviceType => "Device type",
        HostField::Model => "Model",
        HostField::Vendor => "Vendor",
        HostField::SerialNumber => "Serial number",
        HostField::SoftwareVersion => "Software version",
        HostField::Platform => "Platform",
        HostField::Site => "Site",
        HostField::Role => "Role",
        HostField::Os => "Operating system",
        HostField::Recording => "Recording",
        HostField::CreatedAt => "Added",
        HostField::LastUsedAt => "Last used",
    }
}

/// The field behind a word.
pub fn by_word(text: &str) -> Option<HostField> {
    HostField::ALL.into_iter().find(|field| word(*field) == text)
}

/// What stands in the place of a value that is not there: at a heading, in a filter.
pub fn without(field: HostField) -> String {
    match field {
        HostField::LastUsedAt => "Never used".to_owned(),
        HostField::JumpHost => "Reached straight".to_owned(),
        field => format!("No {}", title(field).to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_the_interfaces_and_lead_back() {
        for field in HostField::ALL {
            assert_eq!(serde_json::to_value(field).ok(), Some(word(field).into()));
            assert_eq!(by_word(word(field)), Some(field));
        }
        assert_eq!(by_word("in"), None);
    }
}
