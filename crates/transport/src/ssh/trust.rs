//! Which host keys are acceptable at a place: those that are trusted there, and those that an authority vouches for.

use crate::{DialError, KeyError, ShownKey, keys};
use russh::keys::{
    Algorithm, Certificate, HashAlg, PublicKey, PublicKeyOrCertificate,
    ssh_key::{Fingerprint, certificate::CertType},
};
use std::time::{SystemTime, UNIX_EPOCH};

/// What makes a host's key acceptable at one place. Each key is a line of OpenSSH (`ssh-ed25519 AAAA…`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostTrust {
    /// The keys that are trusted there.
    pub keys: Vec<String>,
    /// The keys whose certificates of hosts are accepted there (`@cert-authority` of sshd(8)).
    pub authorities: Vec<String>,
    /// A certificate has to be for one of these names. One that is for nobody in particular is not accepted.
    pub names: Vec<String>,
    /// The keys that are never accepted, neither as a host's nor as an authority (`@revoked`).
    pub revoked: Vec<String>,
}

impl HostTrust {
    /// These keys and nothing else.
    pub fn of_keys(keys: &[String]) -> Self {
        Self { keys: keys.to_vec(), ..Self::default() }
    }

    /// Whether no key at all can be acceptable.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.authorities.is_empty()
    }
}

/// The same, read.
#[derive(Debug, Clone, Default)]
pub(super) struct Judge {
    keys: Vec<PublicKey>,
    authorities: Vec<PublicKey>,
    names: Vec<String>,
    revoked: Vec<PublicKey>,
}

impl Judge {
    /// # Errors
    /// When a line is no key.
    pub(super) fn new(trust: &HostTrust) -> Result<Self, KeyError> {
        let parsed = |lines: &[String]| lines.iter().map(|line| keys::parse_public(line)).collect::<Result<_, _>>();
        Ok(Self {
            keys: parsed(&trust.keys)?,
            authorities: parsed(&trust.authorities)?,
            names: trust.names.iter().map(|name| name.to_lowercase()).collect(),
            revoked: parsed(&trust.revoked)?,
        })
    }

    /// The kinds of keys to ask for first.
    pub(super) fn kinds(&self) -> Vec<Algorithm> {
        self.keys.iter().map(PublicKey::algorithm).collect()
    }

    /// Whether certificates are asked for.
    pub(super) fn takes_certificates(&self) -> bool {
        !self.authorities.is_empty()
    }

    /// The same that trusts no key of its own: what a host shows is the answer. Authorities count.
    pub(super) fn without_keys(self) -> Self {
        Self { keys: Vec::new(), ..self }
    }

    /// Accepts what a host shows, or says what stands against it.
    ///
    /// # Errors
    /// A key that is revoked, unknown, or another one than the trusted one.
    pub(super) fn judge(&self, shown: &PublicKeyOrCertificate) -> Result<(), DialError> {
        let key = shown.public_key();
        if has(&self.revoked, &key) {
            return Err(DialError::HostKeyRevoked(Box::new(ShownKey::of(&key)?)));
        }
        let vouched = matches!(shown, PublicKeyOrCertificate::Certificate(one) if self.vouches(one, unix_time()));
        if vouched || has(&self.keys, &key) {
            return Ok(());
        }
        let shown = Box::new(ShownKey::of(&key)?);
        let same_kind = self.keys.iter().find(|one| one.algorithm() == key.algorithm());
        Err(match same_kind.or(self.keys.first()) {
            None => DialError::HostKeyUnknown(shown),
            Some(one) => DialError::HostKeyChanged { shown, trusted: Box::new(ShownKey::of(one)?) },
        })
    }

    /// Whether an authority says that the host is one of the names. SHA-1 proves nothing any more, and what a critical option
    /// asks for nobody here does.
    fn vouches(&self, certificate: &Certificate, now: u64) -> bool {
        let authority = PublicKey::from(certificate.signature_key().clone());
        let signed_well = certificate.signature().algorithm() != Algorithm::Rsa { hash: None };
        let is_named =
            certificate.valid_principals().iter().any(|principal| self.names.contains(&principal.to_lowercase()));
        let fingerprints: Vec<Fingerprint> =
            self.authorities.iter().map(|key| key.fingerprint(HashAlg::Sha256)).collect();
        certificate.cert_type() == CertType::Host
            && signed_well
            && is_named
            && certificate.critical_options().is_empty()
            && !has(&self.revoked, &authority)
            && certificate.validate_at(now, &fingerprints).is_ok()
    }
}

fn has(keys: &[PublicKey], key: &PublicKey) -> bool {
    keys.iter().any(|one| one.key_data() == key.key_data())
}

fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
