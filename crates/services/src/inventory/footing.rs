//! What something that uses a host stands on for as long as it does: what others allow on the host and on the way to it, which
//! credentials they lend there, and which keys are trusted.

use super::{
    Inventory,
    lending::Lending,
    target::{Target, Way},
};
use crate::{Caller, ServiceError};
use transport::HostTrust;
use wire::{
    AccountId, HostId,
    grants::HostRights,
    inventory::{HostView, Protocol},
};

/// What others allow on some of their hosts. Empty on hosts of one's own.
pub(super) type Allowances = Vec<Allowance>;

/// The same on one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Allowance {
    host: HostId,
    /// Those that matter here; but for the credential, which is told by which one it is.
    rights: HostRights,
    /// Where it is, as its owner has it.
    at: (Protocol, String, u16),
    /// The credential that its owner lends there.
    lent: Option<Lending>,
    /// Whether it is signed in to with the caller's own instead, on nobody's credential.
    is_own: bool,
}

impl Allowance {
    /// Whether nothing was taken back of what was `before`.
    fn keeps(&self, before: &Self) -> bool {
        self.host == before.host
            && self.at == before.at
            && self.rights.covers(before.rights)
            && (before.is_own || before.lent.is_none() || self.lent == before.lent)
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
        && now.revoked.iter().all(|key| before.revoked.contains(key) || !may_be_in_use(key, before))
}

/// Whether a key may be the one that the host has shown. One that an authority vouches for is written down nowhere.
fn may_be_in_use(key: &String, before: &HostTrust) -> bool {
    before.keys.contains(key) || !before.authorities.is_empty()
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
        // Whoever keeps something open asks for the right itself that it needs there.
        let allowances = self.allowed_on(caller, host, HostRights::default(), &jumps).await?;
        Ok(Footing { allowances, trust })
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
        let Some(shared) = &host.shared else { return Ok(Allowances::new()) };
        let jumps = self.jumps(caller, host).await?;
        self.allowed_on(caller, host, HostRights { credential: false, ..shared.rights }, &jumps).await
    }

    async fn allowed_on(
        &self,
        caller: &Caller,
        host: &HostView,
        on_host: HostRights,
        jumps: &[HostView],
    ) -> Result<Allowances, ServiceError> {
        let mut allowances = Allowances::new();
        for leg in [host].into_iter().chain(jumps) {
            let Some(shared) = &leg.shared else { continue };
            // Through a jump host one goes, and does nothing else.
            let through = HostRights { connect: shared.rights.connect, ..HostRights::default() };
            let rights = if leg.id == host.id { on_host } else { through };
            allowances.push(Allowance {
                host: leg.id.clone(),
                rights,
                at: (leg.protocol, leg.address.clone(), leg.port),
                lent: self.lending(caller.account(), &leg.id).await?,
                is_own: leg.effective.credential_id.is_some(),
            });
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

    #[test]
    fn a_key_that_is_refused_now_counts_where_it_may_have_been_shown() {
        let keeps = |trusted, now| {
            let files = HostRights { files: true, ..HostRights::default() };
            footing(files, None, [trusted, &[], now]).keeps(&footing(files, None, [trusted, &[], &[]]))
        };
        assert!(!keeps(&["a"], &["a"]));
        assert!(keeps(&["a"], &["somebody's"]));
    }

    fn footing(rights: HostRights, lent: Option<&str>, trusted: [&[&str]; 3]) -> Footing {
        let lent = lent.map(|id| Lending { credential: id.parse().unwrap(), username: Some("ops".into()) });
        let at = (Protocol::Ssh, "web01".to_owned(), 22);
        let [keys, authorities, revoked] = trusted.map(|keys| keys.iter().map(|key| (*key).to_owned()).collect());
        Footing {
            allowances: vec![Allowance { host: "h-1".parse().unwrap(), rights, at, lent, is_own: false }],
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
        let all = || footing(files, Some("c-1"), [&["a"], &["ca"], &["old"]]);
        let changed = |change: fn(&mut Allowance)| {
            let mut now = all();
            change(&mut now.allowances[0]);
            now.keeps(&before)
        };
        assert!(changed(|now| now.is_own = true), "a login of one's own");
        assert!(!changed(|now| now.at.2 = 2222), "another place");
        assert!(!changed(|now| now.lent.as_mut().unwrap().username = Some("guest".into())), "as somebody else");
        assert!(!keeps(HostRights::default(), Some("c-1"), [&["a"], &["ca"], &["old"]]), "a right");
        assert!(
            footing(files, Some("c-1"), [&["a"], &[], &[]]).keeps(&own),
            "who signs in with their own is lent more"
        );
    }
}
