//! The saved hosts in the shape that clients of the earlier systems know: `/api/sessions*` of SPEC §12.
//!
//! A "session" is a saved host there, and its id is made of what it says (SPEC §4), so that a client can work it out.

use serde::{Deserialize, Deserializer, Serialize};

/// A folder with its hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LibraryFolder {
    /// The folder's path; empty for hosts without a folder.
    pub folder_name: String,
    /// Its hosts.
    pub sessions: Vec<LibrarySession>,
}

/// A saved host.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LibrarySession {
    /// `session-` and the first 12 hex digits of the MD5 of `display_name:host:port:folder_name`.
    pub id: String,
    /// What it is called.
    pub display_name: String,
    /// A DNS name or an IP address.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// The folder's path; empty for none.
    pub folder_name: String,
    /// What kind of device it is.
    #[serde(rename = "DeviceType")]
    pub device_type: String,
    /// The maker's model name.
    #[serde(rename = "Model")]
    pub model: String,
    /// The serial number.
    #[serde(rename = "SerialNumber")]
    pub serial_number: String,
    /// The software it runs.
    #[serde(rename = "SoftwareVersion")]
    pub software_version: String,
    /// The maker.
    #[serde(rename = "Vendor")]
    pub vendor: String,
    /// The credential's name, or what the file called it.
    pub credsid: String,
}

/// Body of POST `/api/sessions` and PUT `/api/sessions/{id}`. What a PUT leaves out stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct LibraryDraft {
    /// What it is called; the host's own name when left out.
    pub display_name: Option<String>,
    /// A DNS name or an IP address.
    pub host: Option<String>,
    /// The TCP port, as a number or as text; 22 when left out.
    #[serde(deserialize_with = "port")]
    pub port: Option<u16>,
    /// The folder's path, made when there is none; empty for no folder.
    pub folder_name: Option<String>,
    /// What kind of device it is.
    #[serde(rename = "DeviceType", alias = "device_type")]
    pub device_type: Option<String>,
    /// The maker's model name.
    #[serde(rename = "Model", alias = "model")]
    pub model: Option<String>,
    /// The serial number.
    #[serde(rename = "SerialNumber", alias = "serial_number")]
    pub serial_number: Option<String>,
    /// The software it runs.
    #[serde(rename = "SoftwareVersion", alias = "software_version")]
    pub software_version: Option<String>,
    /// The maker.
    #[serde(rename = "Vendor", alias = "vendor")]
    pub vendor: Option<String>,
    /// The name of a credential of the vault; empty for none.
    pub credsid: Option<String>,
}

/// Body of POST `/api/sessions/folders` and PUT `/api/sessions/folders/{name}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LibraryFolderDraft {
    /// The folder's path, or its new name.
    #[serde(alias = "name", alias = "new_name")]
    pub folder_name: String,
}

/// Answer of what makes, renames or deletes a folder, and of what deletes a host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LibraryDone {
    /// What was done.
    pub message: String,
}

/// A port as clients write it: a number, or text that is one.
fn port<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u16),
        Text(String),
    }
    match Option::<Written>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Written::Number(port)) => Ok(Some(port)),
        Some(Written::Text(text)) => {
            let wrong = || serde::de::Error::custom(format!("the port {text:?} is no number from 1 to 65535"));
            text.trim().parse().map(Some).map_err(|_| wrong())
        }
    }
}
