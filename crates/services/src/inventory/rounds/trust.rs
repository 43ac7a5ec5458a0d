//! Keys that a round was shown are trusted: exactly those, and exactly as somebody compared them.
//!
//! A host that shows another key by the time it is dialled is refused like any other whose key changed.

use super::{Rounds, round::number, set};
use crate::{Caller, ServiceError, access, clock};
use std::collections::{BTreeMap, HashMap, HashSet};
use wire::{
    events::Topic,
    inventory::{HostKeyState, TrustReport, TrustRequest},
};

/// So many keys are told in one line of the audit log.
const IN_A_LINE: usize = 20;

impl Rounds {
    /// Trusts keys of a round. A key that takes the place of a trusted one is never among "all unknown ones".
    ///
    /// # Errors
    /// `NotFound` when the round is forgotten, or the caller may only watch.
    pub async fn trust(&self, caller: &Caller, request: TrustRequest) -> Result<TrustReport, ServiceError> {
        access::may_connect(caller)?;
        let round = self.find(caller, &request.round_id)?;
        let except = set(request.except);
        let mut named: HashMap<_, _> = request.keys.into_iter().map(|key| (key.host_id, key.fingerprint)).collect();
        let (mut keys, mut lines, mut places) = (BTreeMap::new(), Vec::new(), HashSet::new());
        let (mut replaced, mut hosts) = (0, 0);
        {
            let standing = round.standing();
            for (at, (item, host)) in round.items.iter().zip(&standing.hosts).enumerate() {
                let Some(key) = &host.key else { continue };
                let asked = named.get(&item.id).is_some_and(|fingerprint| fingerprint.trim() == key.fingerprint);
                let among = request.all_unknown && key.known == HostKeyState::Unknown && !except.contains(&item.id);
                if !asked && !among {
                    continue;
                }
                named.remove(&item.id);
                places.insert(at);
                if key.known == HostKeyState::Trusted {
                    continue;
                }
                hosts += 1;
                replaced += usize::from(key.known == HostKeyState::Changed);
                lines.push(format!("{} {} {}", item.name, key.keyring, key.fingerprint));
                keys.insert(key.keyring.clone(), key.openssh.clone());
            }
        }
        let keys: Vec<_> = keys.into_iter().collect();
        let inventory = &self.0.inventory;
        inventory.0.storage.host_keys().trust_all(caller.account(), &keys, clock::now()).await?;
        round.trusts(&places);
        if hosts > 0 {
            inventory.0.events.changed(caller.account(), Topic::HostKeys, None);
            self.0.changed(&round);
        }
        for lines in lines.chunks(IN_A_LINE) {
            self.0.audit.note(caller, "host_key.trust", lines.join("; "), "trusted").await;
        }
        let refused = named.into_keys().collect();
        Ok(TrustReport { trusted: number(hosts), replaced: number(replaced), refused })
    }
}
