//! What something that uses a host stands on for as long as it does: what others allow on the host and on the way to it, which
//! credentials they lend there, and which keys are trusted.

use super::{
    Inventory,
    target::{Target, Way},
};
use crate::{Caller, ServiceError};
use transport::HostTrust;
use wire::{
    AccountId, CredentialId, HostId,
    grants::HostRights,
    inventory::{HostView, Protocol},
};

/// What others allow on some of their hosts. Empty on hosts of one's own.
pub(super) type Allowances = Vec<Allowance>;

/// The same on one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    host: HostId,
    /// But for the credential, which is told by which one it is.
    rights: HostRights,
    /// The credential that its owner lends there.
    lent: Option<CredentialId>,
}

impl Allowance {
    /// Whether nothing was taken back of what was `before`.
    fn keeps(&self, before: &Self) -> bool {
        self.host == before.host
            && self.rights.covers(before.rights)
            && (before.lent.is_none() || self.lent == before.lent)
    }
}

/// What one use of a host stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Footing {
    allowances: Allowances,
    trust: Vec<HostTrust>,
}

impl Footing {
    /// Whether nothing was taken back of what was `before`: no right, no credential, no key.
    pub(crate) fn keeps(&self, before: &Self) -> bool {
        keep(&self.allowances, &before.allowances)
            && self.trust.len() == before.trust.len()
            && self.trust.iter().zip(&before.trust).all(|(now, before)| is_trusted_still(now, before))
    }
}

fn keep(now: &Allowances, before: &Allowances) -> bool {
    now.len() == before.len() && now.iter().zip(before).all(|(now, before)| now.keeps(before))
}

fn is_trusted_still(now: &HostTrust, before: &HostTrust) -> bool {
    let has_all = |has: &[String], all: &[String]| all.iter().all(|key| has.contains(key));
    has_all(&now.keys, &before.keys)
        && has_all(&now.authorities, &before.authorities)
        && has_all(&before.revoked, &now.revoked)
}

impl Inventory {
    /// What a use of this host stands on now. Whoever keeps something open asks again, and compares.
    ///
    /// # Errors
    /// When a host on the way may not be gone through any more.
    pub(crate) async fn footing(&self, caller: &Caller, host: &HostView) -> Result<Footing, ServiceError> {
        let jumps = self.jumps(caller, host).await?;
        let (mut way, mut trust) = (Way::default(), Vec::new());
        for leg in jumps.iter().chain([host]) {
            let target = Target::host(leg, way.clone());
            trust.push(self.trusted_on(caller.account(), leg, &target).await?);
            if let Some(shared) = &leg.shared {
                trust.push(self.trusted_on(&shared.owner_id, leg, &target).await?);
            }
            way = way.past(leg);
        }
        Ok(Footing { allowances: self.allowed_on(caller, host, &jumps).await?, trust })
    }

    async fn trusted_on(
        &self,
        account: &AccountId,
        host: &HostView,
        target: &Target,
    ) -> Result<HostTrust, ServiceError> {
        if host.protocol == Protocol::Ssh {
            return self.trusted(account, target).await;
        }
        let certificate = self.trusted_certificate(account, target.endpoint()).await?;
        Ok(HostTrust::of_keys(certificate.as_slice()))
    }

    /// What others allow the caller on a host and on the way to it.
    ///
    /// # Errors
    /// As [`Inventory::footing`].
    pub(super) async fn allowances(&self, caller: &Caller, host: &HostView) -> Result<Allowances, ServiceError> {
        if host.shared.is_none() {
            return Ok(Allowances::new());
        }
        let jumps = self.jumps(caller, host).await?;
        self.allowed_on(caller, host, &jumps).await
    }

    async fn allowed_on(
        &self,
        caller: &Caller,
        host: &HostView,
        jumps: &[HostView],
    ) -> Result<Allowances, ServiceError> {
        let mut allowances = Allowances::new();
        for leg in [host].into_iter().chain(jumps) {
            let Some(shared) = &leg.shared else { continue };
            // Whoever signs in with their own stands on nobody's credential.
            let is_own = leg.effective.credential_id.is_some();
            let lent = if is_own { None } else { self.lends(caller.account(), &leg.id).await? };
            let rights = HostRights { credential: false, ..shared.rights };
            allowances.push(Allowance { host: leg.id.clone(), rights, lent });
        }
        Ok(allowances)
    }

    /// Asks again after a dial, which takes its time.
    ///
    /// # Errors
    /// When something that others allowed was taken back, or one on the way may not be gone through any more.
    pub(super) async fn still_allowed(
        &self,
        caller: &Caller,
        host: &HostView,
        before: &Allowances,
    ) -> Result<(), ServiceError> {
        if host.shared.is_none() {
            return Ok(());
        }
        let now = self.reached(caller, &host.id).await?;
        if keep(&self.allowances(caller, &now).await?, before) {
            return Ok(());
        }
        Err(ServiceError::Conflict(format!("what is shared of {} was changed just now; try again", host.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn footing(rights: HostRights, lent: Option<&str>, trusted: [&[&str]; 3]) -> Footing {
        let lent = lent.map(|id| id.parse().unwrap());
        let [keys, authorities, revoked] = trusted.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect());
        Footing {
            allowances: vec![Allowance { host: "h-1".parse().unwrap(), rights, lent }],
            trust: vec![HostTrust { keys, authorities, revoked, names: vec![] }],
        }
    }

    #[test]
    fn what_is_added_takes_nothing_back_and_what_is_gone_does() {
        let files = HostRights { files: true, ..HostRights::default() };
        let before = footing(files, Some("c-1"), [&["a"], &["ca"], &["old"]]);
        let keeps = |rights, lent, trusted| footing(rights, lent, trusted).keeps(&before);
        assert!(keeps(files, Some("c-1"), [&["a"], &["ca"], &["old"]]));
        assert!(keeps(HostRights { watch: true, ..files }, Some("c-1"), [&["a", "b"], &["ca", "cb"], &[]]));
        assert!(!keeps(files, None, [&["a"], &["ca"], &["old"]]), "the credential");
        assert!(!keeps(files, Some("c-2"), [&["a"], &["ca"], &["old"]]), "another credential");
        assert!(!keeps(files, Some("c-1"), [&["b"], &["ca"], &["old"]]), "the key");
        assert!(!keeps(files, Some("c-1"), [&["a"], &[], &["old"]]), "who vouched for it");
        assert!(!keeps(files, Some("c-1"), [&["a"], &["ca"], &["old", "a"]]), "a key that is refused now");
        let own = footing(files, None, [&["a"], &[], &[]]);
        assert!(!keeps(HostRights::default(), Some("c-1"), [&["a"], &["ca"], &["old"]]), "a right");
        assert!(
            footing(files, Some("c-1"), [&["a"], &[], &[]]).keeps(&own),
            "who signs in with their own is lent more"
        );
    }
}
