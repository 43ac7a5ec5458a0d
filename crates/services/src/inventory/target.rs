//! Where a dial goes, by which way, and under which name the trusted keys of that place are kept.

use super::chain::MAX_HOPS;
use transport::{Endpoint, Link, ShownKey};
use wire::{
    HostId,
    inventory::{HostKeyScan, HostKeyState, HostView},
};

/// The jump hosts that were passed, and the link through the last of them.
#[derive(Clone, Default)]
pub(super) struct Way {
    via: Option<Link>,
    passed: String,
    hops: Vec<String>,
}

impl Way {
    /// The way that goes on through `jump`.
    pub(super) fn through(self, jump: &HostView, link: Link) -> Self {
        Self { via: Some(link), ..self.past(jump) }
    }

    /// The same without a link: it names the places behind `jump`, and dials none.
    pub(super) fn past(self, jump: &HostView) -> Self {
        let mut hops = self.hops;
        hops.push(jump.name.clone());
        Self { passed: passed(jump) + &self.passed, via: None, hops }
    }
}

/// One place to dial.
#[derive(Clone)]
pub(super) struct Target {
    host: Option<(HostId, String)>,
    endpoint: Endpoint,
    way: Way,
}

impl Target {
    /// A host of the inventory.
    pub(super) fn host(host: &HostView, way: Way) -> Self {
        Self { host: Some((host.id.clone(), host.name.clone())), endpoint: endpoint(host), way }
    }

    /// A place that is not in the inventory.
    pub(super) fn adhoc(endpoint: Endpoint) -> Self {
        Self { host: None, endpoint, way: Way::default() }
    }

    /// The host of the inventory, if it is one.
    pub(super) fn host_id(&self) -> Option<&HostId> {
        self.host.as_ref().map(|(id, _)| id)
    }

    /// The host's name; of another place, its address.
    pub(super) fn name(&self) -> String {
        self.host.as_ref().map_or_else(|| self.endpoint.address.clone(), |(_, name)| name.clone())
    }

    /// The names of the jump hosts that were passed, the first one first.
    pub(super) fn hops(&self) -> &[String] {
        &self.way.hops
    }

    /// What it goes by: its address, and its name in the inventory.
    pub(super) fn names(&self) -> Vec<String> {
        let name = self.host.as_ref().map(|(_, name)| name.clone());
        [self.endpoint.address.clone()].into_iter().chain(name).collect()
    }

    /// Address and port.
    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// The link to go through.
    pub(super) fn via(&self) -> Option<&Link> {
        self.way.via.as_ref()
    }

    /// The name under which this place's keys are kept. The way belongs to it: `10.0.0.1` behind one jump host is another
    /// machine than `10.0.0.1` behind another.
    pub(super) fn keyring(&self) -> String {
        format!("{}{}", self.endpoint, self.way.passed)
    }

    /// What the place showed, beside what is trusted there.
    pub(super) fn scan(&self, shown: &ShownKey, trusted: &[String]) -> HostKeyScan {
        let known = match trusted {
            [] => HostKeyState::Unknown,
            keys if keys.iter().any(|key| is_same_key(key, shown)) => HostKeyState::Trusted,
            _ => HostKeyState::Changed,
        };
        let other = trusted.first().filter(|_| known == HostKeyState::Changed);
        let other = other.and_then(|key| transport::describe_key(key).ok());
        HostKeyScan {
            host_id: self.host_id().cloned(),
            endpoint: self.endpoint.to_string(),
            algorithm: shown.algorithm.clone(),
            fingerprint: shown.fingerprint.clone(),
            randomart: shown.randomart.clone(),
            known,
            trusted_fingerprint: other.as_ref().map(|key| key.fingerprint.clone()),
            trusted_algorithm: other.map(|key| key.algorithm),
        }
    }
}

/// The name under which a host's keys are kept, when `jump` knows what each host is really reached through. A circle ends.
pub(super) fn keyring_of<'a>(host: &HostView, jump: impl Fn(&HostView) -> Option<&'a HostView>) -> String {
    let mut keyring = endpoint(host).to_string();
    let mut next = jump(host);
    for _ in 0..=MAX_HOPS {
        let Some(hop) = next else { break };
        keyring.push_str(&passed(hop));
        next = jump(hop);
    }
    keyring
}

fn passed(jump: &HostView) -> String {
    format!(" via {}", endpoint(jump))
}

/// Where a host listens.
pub(super) fn endpoint(host: &HostView) -> Endpoint {
    Endpoint { address: host.address.clone(), port: host.port }
}

/// Compares algorithm and key; a comment behind them does not count.
fn is_same_key(trusted: &str, shown: &ShownKey) -> bool {
    trusted.split_whitespace().take(2).eq(shown.openssh.split_whitespace().take(2))
}
