//! An account's NetBox: where it is, by whom it is trusted, and how its devices become hosts.

use crate::ServiceError;
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use transport::{NetBoxTrust, NetBoxUrl};
use wire::{
    Timestamp,
    inventory::{NetBoxDraft, NetBoxMapping},
};

const MAX_AUTHORITY: usize = 64 * 1024;
const MAX_CUSTOM_FIELDS: usize = 50;
const MAX_DEVICE_TYPES: usize = 200;
const MAX_TEXT: usize = 500;
const MAX_TOKEN: usize = 200;

/// What is stored beside the token.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    /// Where it is.
    pub(super) url: String,
    /// Authorities that sign its certificate, as PEM.
    pub(super) authority: String,
    /// The SHA-256 of the one certificate that is trusted.
    pub(super) fingerprint: String,
    /// How devices become hosts.
    pub(super) mapping: NetBoxMapping,
    /// NetBox's version, when it was last asked.
    pub(super) version: String,
    /// When that was.
    pub(super) checked_at: Option<Timestamp>,
}

impl Settings {
    /// These settings with what a draft says, checked.
    pub(super) fn changed(mut self, draft: &NetBoxDraft) -> Result<Self, ServiceError> {
        if let Some(url) = &draft.url {
            let url = NetBoxUrl::parse(url)?.to_string();
            if !self.url.is_empty() && self.url != url && draft.token.is_none() {
                return Err(ServiceError::bad(
                    "the token belongs to the address that it was given for; give it again with the new address",
                ));
            }
            self.url = url;
        }
        if let Some(authority) = &draft.authority {
            if authority.len() > MAX_AUTHORITY {
                return Err(ServiceError::bad("the certificate authority is longer than 64 KiB"));
            }
            authority.trim().clone_into(&mut self.authority);
        }
        if let Some(fingerprint) = &draft.fingerprint {
            self.fingerprint = pin(fingerprint)?;
        }
        if let Some(mapping) = &draft.mapping {
            check(mapping)?;
            self.mapping = mapping.clone();
        }
        if self.url.is_empty() {
            return Err(ServiceError::bad("url is missing; give the address under which NetBox shows its start page"));
        }
        if !self.authority.is_empty() && !self.fingerprint.is_empty() {
            return Err(ServiceError::bad(
                "either an authority or a pinned certificate, not both; the pinned one alone is enough",
            ));
        }
        Ok(self)
    }

    /// Whose certificate is good.
    pub(super) fn trust(&self) -> NetBoxTrust {
        match (self.fingerprint.as_str(), self.authority.as_str()) {
            ("", "") => NetBoxTrust::System,
            ("", authority) => NetBoxTrust::Authority(authority.to_owned()),
            (fingerprint, _) => NetBoxTrust::Pinned(fingerprint.to_owned()),
        }
    }

    /// With what the keys of its things begin: another NetBox has the same numbers for other things.
    pub(super) fn key_beginning(&self) -> String {
        let digest = HEXLOWER.encode(&Sha256::digest(self.url.as_bytes()));
        format!("netbox:{}:", &digest[..12])
    }
}

/// A token without the blanks around it.
pub(super) fn token(text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_TOKEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ServiceError::bad(
            "the token is empty or has signs that a token cannot have; copy it from NetBox again",
        ));
    }
    Ok(text.to_owned())
}

fn pin(text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    let bare = text.strip_prefix("SHA256:").unwrap_or(text);
    let digits: String = bare.chars().filter(|sign| !matches!(sign, ':' | ' ')).collect();
    let is_print = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !digits.is_empty() && !is_print {
        return Err(ServiceError::bad(
            "the fingerprint is the SHA-256 of the certificate: 64 hexadecimal digits, as `openssl x509 -fingerprint -sha256` writes it",
        ));
    }
    Ok(digits.to_ascii_uppercase())
}

fn check(mapping: &NetBoxMapping) -> Result<(), ServiceError> {
    let is_long = |text: &String| text.chars().count() > MAX_TEXT;
    if mapping.addresses.is_empty() || mapping.addresses.len() > 8 {
        return Err(ServiceError::bad("mapping.addresses: name at least one kind of address, and each once"));
    }
    if mapping.custom_fields.len() > MAX_CUSTOM_FIELDS || mapping.custom_fields.keys().any(is_long) {
        return Err(ServiceError::bad("mapping.custom_fields: 50 fields at most"));
    }
    let types = &mapping.device_types;
    if types.len() > MAX_DEVICE_TYPES || types.iter().any(|(platform, kind)| is_long(platform) || is_long(kind)) {
        return Err(ServiceError::bad("mapping.device_types: 200 platforms at most"));
    }
    if is_long(&mapping.folder) || is_long(&mapping.service) {
        return Err(ServiceError::bad("mapping.folder and mapping.service have 500 characters at most"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::vault::Secret;

    fn draft(url: &str) -> NetBoxDraft {
        NetBoxDraft { url: Some(url.to_owned()), ..NetBoxDraft::default() }
    }

    #[test]
    fn a_token_goes_to_no_other_address_than_its_own() {
        let first = Settings::default().changed(&draft("https://one.example")).unwrap();
        assert!(first.clone().changed(&draft("https://one.example/")).is_ok());
        for other in ["https://two.example", "http://one.example", "https://one.example:8443"] {
            assert!(first.clone().changed(&draft(other)).is_err(), "{other}");
            let with = NetBoxDraft { token: Some(Secret::new("x")), ..draft(other) };
            assert!(first.clone().changed(&with).is_ok(), "{other}");
        }
    }

    #[test]
    fn pins_are_read_however_they_are_written() {
        let bare = "ab".repeat(32);
        for text in [bare.clone(), format!("SHA256:{bare}"), "AB:".repeat(31) + "AB", format!(" {bare} ")] {
            assert_eq!(pin(&text).unwrap(), bare.to_uppercase(), "{text}");
        }
        assert_eq!(pin("").unwrap(), "");
        assert!(pin("SHA256:base64ish+/").is_err());
    }

    #[test]
    fn keys_of_two_netboxes_differ() {
        let of = |url: &str| Settings { url: url.to_owned(), ..Settings::default() }.key_beginning();
        assert_ne!(of("https://one.example"), of("https://two.example"));
    }
}
