//! Keys that vouch for hosts by certificates (`@cert-authority`), and keys that are never accepted (`@revoked`).
//!
//! One place asks for them: [`Inventory::trusted`], by which every path to a host goes. A certificate counts for a host when
//! the authority's names fit the host's address or its name here, and the certificate is for that address or name.

use super::{Inventory, target::Target};
use crate::{Caller, ServiceError, access, clock, vault::random};
use formats::{KeyMarker, KnownKey, known_lines, names_match};
use storage::HostAuthorityRecord;
use transport::HostTrust;
use wire::{
    AccountId, HostAuthorityId,
    events::Topic,
    inventory::{HostAuthorityDraft, HostAuthorityView},
    plain::misleads,
};

/// An account has at most so many: they are compared at each dial.
const MOST: usize = 200;

/// So many bytes of lines are read at once.
const LONGEST: usize = 256 * 1024;

impl Inventory {
    /// The caller's authorities and revoked keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authorities(&self, caller: &Caller) -> Result<Vec<HostAuthorityView>, ServiceError> {
        let all = self.0.storage.host_authorities().list(caller.account()).await?;
        Ok(all.into_iter().map(view).collect())
    }

    /// Adds lines of `known_hosts` with a marker; what is there already is not added again. Answers all that there are.
    ///
    /// # Errors
    /// When a line is none or has no marker, there are too many, or the caller may only watch. Nothing is added then.
    pub async fn add_authorities(
        &self,
        caller: &Caller,
        draft: HostAuthorityDraft,
    ) -> Result<Vec<HostAuthorityView>, ServiceError> {
        access::may_connect(caller)?;
        if draft.lines.len() > LONGEST {
            return Err(ServiceError::TooLarge(format!("at most {LONGEST} bytes of lines are read at once")));
        }
        let lines = known_lines(&draft.lines).map_err(ServiceError::BadInput)?;
        if lines.is_empty() {
            return Err(ServiceError::bad("give a line of known_hosts that begins with @cert-authority or @revoked"));
        }
        let _alone = self.alone(caller.account()).await;
        let present = self.0.storage.host_authorities().list(caller.account()).await?;
        let mut added: Vec<HostAuthorityRecord> = Vec::new();
        for line in lines {
            let new = record(line)?;
            let is_it = |one: &HostAuthorityRecord| {
                (&one.names, &one.openssh, one.revoked) == (&new.names, &new.openssh, new.revoked)
            };
            if !present.iter().chain(&added).any(is_it) {
                added.push(new);
            }
        }
        if present.len() + added.len() > MOST {
            return Err(ServiceError::Conflict(format!(
                "an account has at most {MOST} of these; take some away first"
            )));
        }
        if !added.is_empty() {
            self.0.storage.host_authorities().add(caller.account(), &added).await?;
            self.0.events.changed(caller.account(), Topic::HostKeys, None);
        }
        for one in &added {
            self.0.audit.note(caller, "host_authority.add", told(one), "done").await;
        }
        self.authorities(caller).await
    }

    /// Takes one away. Connections that stand go on.
    ///
    /// # Errors
    /// When there is none of that id, or the database fails.
    pub async fn delete_authority(&self, caller: &Caller, id: &HostAuthorityId) -> Result<(), ServiceError> {
        let all = self.0.storage.host_authorities().list(caller.account()).await?;
        let one = all.iter().find(|one| one.id == *id).ok_or_else(|| ServiceError::missing("host authority", id))?;
        if !self.0.storage.host_authorities().delete(caller.account(), id).await? {
            return Err(ServiceError::missing("host authority", id));
        }
        self.0.events.changed(caller.account(), Topic::HostKeys, None);
        self.0.audit.note(caller, "host_authority.delete", told(one), "done").await;
        Ok(())
    }

    /// What makes a key acceptable at a place.
    pub(super) async fn trusted(&self, account: &AccountId, target: &Target) -> Result<HostTrust, ServiceError> {
        let mut trust = HostTrust {
            keys: self.0.storage.host_keys().trusted(account, &target.keyring()).await?,
            names: target.names(),
            ..HostTrust::default()
        };
        let port = target.endpoint().port;
        for one in self.0.storage.host_authorities().list(account).await? {
            if !trust.names.iter().any(|name| names_match(&one.names, name, port)) {
                continue;
            }
            if one.revoked { &mut trust.revoked } else { &mut trust.authorities }.push(one.openssh);
        }
        Ok(trust)
    }
}

fn record(line: KnownKey) -> Result<HostAuthorityRecord, ServiceError> {
    let place = line.at.line;
    let revoked = match line.marker {
        Some(KeyMarker::CertAuthority) => false,
        Some(KeyMarker::Revoked) => true,
        None => {
            return Err(ServiceError::bad(format!(
                "line {place} has no marker; a host's own key is trusted with its host, or imported with the file known_hosts"
            )));
        }
    };
    let openssh = format!("{} {}", line.algorithm, line.key);
    transport::describe_key(&openssh).map_err(|error| ServiceError::bad(format!("line {place}: {error}")))?;
    if line.names.chars().any(misleads) {
        return Err(ServiceError::bad(format!("line {place}: a name holds a character that is not seen")));
    }
    Ok(HostAuthorityRecord {
        id: random::id()?,
        names: line.names,
        openssh,
        revoked,
        comment: line.comment.chars().filter(|letter| !misleads(*letter)).collect(),
        added_at: clock::now(),
    })
}

fn view(record: HostAuthorityRecord) -> HostAuthorityView {
    let key = transport::describe_key(&record.openssh).ok();
    HostAuthorityView {
        id: record.id,
        names: record.names,
        revoked: record.revoked,
        algorithm: key.as_ref().map(|key| key.algorithm.clone()).unwrap_or_default(),
        fingerprint: key.map(|key| key.fingerprint).unwrap_or_default(),
        comment: record.comment,
        added_at: record.added_at,
    }
}

fn told(record: &HostAuthorityRecord) -> String {
    let fingerprint = transport::describe_key(&record.openssh).map(|key| key.fingerprint).unwrap_or_default();
    let marker = if record.revoked { "@revoked" } else { "@cert-authority" };
    format!("{marker} {} {fingerprint}", record.names)
}
