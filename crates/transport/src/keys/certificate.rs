//! Certificates of a user's key, as `ssh-keygen -s` makes them (OpenSSH's PROTOCOL.certkeys).

use super::public_line;
use crate::KeyError;
use russh::keys::{Certificate, HashAlg, PublicKey, ssh_key::certificate::CertType};

/// A user's certificate as it is shown to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCertificate {
    /// The certificate's line without a comment: `ssh-ed25519-cert-v01@openssh.com AAAA…`.
    pub openssh: String,
    /// The public key that it is for, as a line without a comment.
    pub public_key: String,
    /// What its authority calls it.
    pub key_id: String,
    /// The usernames that it lets in; none means that the host decides.
    pub principals: Vec<String>,
    /// Since when it holds, in seconds of Unix time.
    pub valid_after: u64,
    /// Until when it holds, in seconds of Unix time; none means for ever.
    pub valid_before: Option<u64>,
    /// The SHA-256 fingerprint of the key that signed it.
    pub authority: String,
}

/// Reads a user's certificate.
///
/// # Errors
/// When it is none, or one of a host.
pub fn describe_certificate(openssh: &str) -> Result<UserCertificate, KeyError> {
    let certificate = parse_certificate(openssh)?;
    if certificate.cert_type() != CertType::User || certificate.verify_signature().is_err() {
        return Err(KeyError::NotACertificate);
    }
    let mut bare = certificate.clone();
    bare.set_comment("");
    Ok(UserCertificate {
        openssh: bare.to_openssh().map_err(|_| KeyError::NotACertificate)?.trim().to_owned(),
        public_key: public_line(&PublicKey::from(certificate.public_key().clone()))?,
        key_id: certificate.key_id().to_owned(),
        principals: certificate.valid_principals().to_vec(),
        valid_after: certificate.valid_after(),
        // OpenSSH writes "for ever" as the largest number.
        valid_before: Some(certificate.valid_before()).filter(|end| *end != u64::MAX),
        authority: certificate.signature_key().fingerprint(HashAlg::Sha256).to_string(),
    })
}

pub(crate) fn parse_certificate(openssh: &str) -> Result<Certificate, KeyError> {
    Certificate::from_openssh(openssh.trim()).map_err(|_| KeyError::NotACertificate)
}
