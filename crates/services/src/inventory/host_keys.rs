//! Host keys: scan, compare, trust. A key is trusted only when the host shows it at that very moment.
//!
//! Every look at a host offers the key types that are trusted there first, as dialling does: a person compares the key
//! that the next dial will meet, even when the host has keys of other types too.

use super::{Inventory, target::Target};
use crate::{Caller, ServiceError, access, clock};
use transport::{HostTrust, ShownKey};
use wire::{
    AccountId, HostId,
    events::Topic,
    inventory::{HostKeyScan, HostKeyState, HostKeyTrust, Protocol},
};

impl Inventory {
    /// Asks a host for its key, without signing in, and compares it with the trusted one.
    ///
    /// # Errors
    /// When there is no such host, it does not answer, or the caller may only watch.
    pub async fn scan_host_key(&self, caller: &Caller, id: &HostId) -> Result<HostKeyScan, ServiceError> {
        access::may_connect(caller)?;
        let permit = access::look(caller, self.reached(caller, id).await?)?;
        let host = permit.host();
        if host.protocol != Protocol::Ssh {
            return self.scan_certificate(caller, host).await;
        }
        let target = self.target(caller, host).await?;
        Ok(self.look(caller.account(), &target).await?.1)
    }

    /// Trusts the key that the host shows now, in place of any other, when it is the one that the person compared.
    ///
    /// # Errors
    /// When the host shows another key by now, there is no such host, it does not answer, or the caller may only watch.
    pub async fn trust_host_key(
        &self,
        caller: &Caller,
        id: &HostId,
        trust: HostKeyTrust,
    ) -> Result<HostKeyScan, ServiceError> {
        access::may_connect(caller)?;
        let permit = access::look(caller, self.reached(caller, id).await?)?;
        let host = permit.host();
        if host.protocol != Protocol::Ssh {
            return self.trust_certificate(caller, host, &trust.fingerprint).await;
        }
        let target = self.target(caller, host).await?;
        let (_, scan) = self.trust_shown(caller, &target, &trust.fingerprint).await?;
        Ok(scan)
    }

    /// What is trusted at a place; with nothing, what it shows is the answer. Asked before any secret is looked for, so that
    /// a person never types a password for a host whose key nobody compared.
    pub(super) async fn known_keys(&self, account: &AccountId, target: &Target) -> Result<HostTrust, ServiceError> {
        let trusted = self.trusted(account, target).await?;
        if !trusted.is_empty() {
            return Ok(trusted);
        }
        let (_, scan) = self.look(account, target).await?;
        Err(ServiceError::HostKeyUnknown(Box::new(scan)))
    }

    /// What a place shows now.
    pub(super) async fn look(
        &self,
        account: &AccountId,
        target: &Target,
    ) -> Result<(ShownKey, HostKeyScan), ServiceError> {
        let trusted = self.trusted(account, target).await?;
        let shown = transport::scan_host_key_like(target.endpoint(), &trusted, target.via(), self.0.dial_timeout).await;
        let (shown, vouched) = shown.map_err(ServiceError::Dial)?;
        let mut scan = target.scan(&shown, &trusted.keys);
        if vouched {
            (scan.known, scan.trusted_fingerprint, scan.trusted_algorithm) = (HostKeyState::Trusted, None, None);
        }
        Ok((shown, scan))
    }

    /// Trusts what a place shows now, in place of any other key, when it has this fingerprint.
    pub(super) async fn trust_shown(
        &self,
        caller: &Caller,
        target: &Target,
        fingerprint: &str,
    ) -> Result<(ShownKey, HostKeyScan), ServiceError> {
        let account = caller.account();
        let (shown, scan) = self.look(account, target).await?;
        if shown.fingerprint != fingerprint.trim() {
            self.note_trust(caller, &scan, false).await;
            return Err(ServiceError::Conflict(format!(
                "{} shows the {} key {} now, which is not the one that was compared; nothing was trusted, compare again",
                scan.endpoint, scan.algorithm, scan.fingerprint
            )));
        }
        let keys = self.0.storage.host_keys();
        keys.trust(account, &target.keyring(), &shown.openssh, clock::now()).await?;
        self.note_trust(caller, &scan, true).await;
        self.0.events.changed(account, Topic::HostKeys, None);
        let scan =
            HostKeyScan { known: HostKeyState::Trusted, trusted_fingerprint: None, trusted_algorithm: None, ..scan };
        Ok((shown, scan))
    }

    /// Notes that somebody decided to trust what a place shows, or that it shows something else by now.
    pub(super) async fn note_trust(&self, caller: &Caller, scan: &HostKeyScan, same: bool) {
        let what = format!("{} {} {}", scan.endpoint, scan.algorithm, scan.fingerprint);
        let outcome = match &scan.trusted_fingerprint {
            _ if !same => "refused: it is not the key that was compared".to_owned(),
            Some(other) => format!("trusted, in place of {other}"),
            None => "trusted".to_owned(),
        };
        self.0.audit.note(caller, "host_key.trust", what, &outcome).await;
    }
}
