//! What is known of every link that stands, shared or not: whose it is, where to, by which way.

use super::{super::target::Target, Links};
use crate::clock;
use std::collections::HashMap;
use transport::{ChannelUse, Link, WeakLink};
use wire::{
    AccountId, CredentialId, HostId, Timestamp,
    links::{LinkPurpose, LinkView},
};

/// One link, as people may know it.
pub(super) struct Known {
    account: AccountId,
    host_id: Option<HostId>,
    host_name: String,
    endpoint: String,
    username: String,
    lent: Option<CredentialId>,
    via: Vec<String>,
    purpose: LinkPurpose,
    opened_at: Timestamp,
    link: WeakLink,
    /// What was told of it last.
    pub(super) told: Option<Told>,
}

/// A host that a link stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leg {
    pub(in super::super) host: HostId,
    /// Its owner's credential that it was signed in to with, when it is another account's.
    pub(in super::super) lent: Option<CredentialId>,
}

/// What of a link a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) channels: [usize; 3],
    pub(super) bytes: u64,
}

impl Known {
    pub(super) fn link(&self) -> Option<Link> {
        self.link.upgrade().filter(Link::is_open)
    }

    pub(super) fn account(&self) -> &AccountId {
        &self.account
    }

    pub(super) fn is_of(&self, account: &AccountId, host: Option<&HostId>) -> bool {
        &self.account == account && host.is_none_or(|host| self.host_id.as_ref() == Some(host))
    }

    /// What a page would show of it now; `None` when it has ended.
    pub(super) fn now(&self) -> Option<Told> {
        let link = self.link()?;
        let (sent, received) = link.bytes();
        let channels = [ChannelUse::Shell, ChannelUse::Command, ChannelUse::Files].map(|uses| link.channels(uses));
        Some(Told { channels, bytes: sent + received })
    }

    fn view(&self, through: &HashMap<u64, u32>) -> Option<LinkView> {
        let link = self.link()?;
        let (bytes_sent, bytes_received) = link.bytes();
        let count = |uses| u32::try_from(link.channels(uses)).unwrap_or(u32::MAX);
        Some(LinkView {
            id: link.number().to_string(),
            host_id: self.host_id.clone(),
            host_name: self.host_name.clone(),
            endpoint: self.endpoint.clone(),
            username: self.username.clone(),
            via: self.via.clone(),
            purpose: self.purpose,
            opened_at: self.opened_at,
            shells: count(ChannelUse::Shell),
            commands: count(ChannelUse::Command),
            files: count(ChannelUse::Files),
            links: through.get(&link.number()).copied().unwrap_or(0),
            bytes_sent,
            bytes_received,
        })
    }
}

impl Links {
    /// A link stands, signed in as this user, with this credential when it is another account's.
    pub(in super::super) fn stands(
        &self,
        account: &AccountId,
        target: &Target,
        (user, lent): (&str, Option<&CredentialId>),
        purpose: LinkPurpose,
        link: &Link,
    ) {
        let known = Known {
            account: account.clone(),
            host_id: target.host_id().cloned(),
            host_name: target.name(),
            endpoint: target.endpoint().to_string(),
            username: user.to_owned(),
            lent: lent.cloned(),
            via: target.hops().to_vec(),
            purpose,
            opened_at: clock::now(),
            link: link.downgrade(),
            told: None,
        };
        self.known().insert(link.number(), known);
    }

    /// The account's links that stand, the oldest first.
    pub(in super::super) fn views(&self, account: &AccountId) -> Vec<LinkView> {
        let known = self.known();
        let theirs = || known.values().filter(|known| known.is_of(account, None));
        let mut through = HashMap::new();
        for number in theirs().filter_map(Known::link).filter_map(|link| link.goes_through()) {
            *through.entry(number).or_default() += 1;
        }
        theirs().filter_map(|known| known.view(&through)).collect()
    }

    /// The hosts that a link stands on: the one that it ends at first, then those that it goes through.
    pub(in super::super) fn legs(&self, link: &Link) -> Vec<Leg> {
        let (known, mut legs, mut next) = (self.known(), Vec::new(), Some(link.number()));
        while let Some(one) = next.and_then(|number| known.get(&number)) {
            legs.extend(one.host_id.clone().map(|host| Leg { host, lent: one.lent.clone() }));
            next = one.link.upgrade().and_then(|link| link.goes_through());
        }
        legs
    }

    /// One of the account's links that stand.
    pub(in super::super) fn numbered(&self, account: &AccountId, number: u64) -> Option<Link> {
        self.known().get(&number).filter(|known| known.is_of(account, None)).and_then(Known::link)
    }
}
