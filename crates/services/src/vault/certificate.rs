//! Certificates of stored private keys: checked against the key, shown, and renewed without the vault, for they are public.

use super::{Vault, view};
use crate::{Caller, ServiceError, clock};
use transport::{UserCertificate, describe_certificate};
use wire::{
    CredentialId, Timestamp,
    events::Topic,
    vault::{CertificateDraft, CertificateView, CredentialView},
};

const MAX_CERTIFICATE: usize = 64 * 1024;

impl Vault {
    /// Puts a certificate in the place of the one that a credential has, or takes it away.
    ///
    /// # Errors
    /// When it is none, is over, or is for another key; when there is no such credential; or the database fails.
    pub async fn set_certificate(
        &self,
        caller: &Caller,
        id: &CredentialId,
        draft: CertificateDraft,
    ) -> Result<CredentialView, ServiceError> {
        let records = self.storage.vault().list(caller.account()).await?;
        let found = records.into_iter().find(|(record, _)| record.id == *id);
        let (mut record, used_by) = found.ok_or_else(|| ServiceError::missing("credential", id))?;
        record.certificate = checked(draft.certificate, record.public_key.as_deref())?;
        if !self.storage.vault().set_certificate(caller.account(), id, record.certificate.clone()).await? {
            return Err(ServiceError::missing("credential", id));
        }
        self.events.changed(caller.account(), Topic::Credentials, Some(id.as_str()));
        let outcome = if record.certificate.is_some() { "done" } else { "done; it has none now" };
        self.audit.note(caller, "credential.certificate", format!("credential {id} {}", record.name), outcome).await;
        Ok(view(record, used_by))
    }
}

/// A certificate that goes with this public key. A form sends an empty field for none.
pub(super) fn checked(given: Option<String>, public_key: Option<&str>) -> Result<Option<String>, ServiceError> {
    let Some(text) = given.filter(|text| !text.trim().is_empty()) else { return Ok(None) };
    if text.len() > MAX_CERTIFICATE {
        return Err(ServiceError::bad(format!("a certificate has at most {MAX_CERTIFICATE} bytes")));
    }
    let certificate = describe_certificate(&text).map_err(|error| ServiceError::bad(error.to_string()))?;
    let key = public_key.ok_or_else(|| {
        ServiceError::bad(
            "a certificate belongs to a private key whose public half is known; give the key, with its passphrase",
        )
    })?;
    if bare(key) != bare(&certificate.public_key) {
        return Err(ServiceError::bad("this certificate is for another key; sign the public key of this credential"));
    }
    if certificate.valid_before.is_some_and(|end| millis(end) <= clock::now()) {
        return Err(ServiceError::bad("this certificate is over; have the key signed anew"));
    }
    Ok(Some(certificate.openssh))
}

/// The algorithm and the key of a line, without its comment.
fn bare(line: &str) -> Vec<&str> {
    line.split_whitespace().take(2).collect()
}

/// What of a stored certificate is shown.
pub(super) fn shown(line: &str) -> Option<CertificateView> {
    let UserCertificate { key_id, principals, valid_after, valid_before, authority, .. } =
        describe_certificate(line).ok()?;
    Some(CertificateView {
        key_id,
        principals,
        valid_from: millis(valid_after),
        valid_until: valid_before.map(millis),
        authority,
    })
}

fn millis(seconds: u64) -> Timestamp {
    Timestamp::from_millis(i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX))
}
