//! A host's turn in a round of scans: which key it shows.

use super::super::target::Target;
use super::{
    Rounds,
    end::End,
    probe::{Found, answers},
    round::Item,
};
use crate::{Caller, ServiceError};
use wire::inventory::{HostView, Protocol, RoundOutcome};

impl Rounds {
    /// Scans a host.
    pub(super) async fn scan(&self, caller: &Caller, item: &Item, found: &Found) -> End {
        match self.reach(caller, item, found).await {
            Ok((_, target)) => self.shown(caller, &target).await,
            Err(end) => *end,
        }
    }

    /// A host that can be dialled: there, SSH, and with the jump hosts before it passed. One that stands straight here is
    /// knocked at first, because a knock is given up sooner than a dial.
    pub(super) async fn reach(
        &self,
        caller: &Caller,
        item: &Item,
        found: &Found,
    ) -> Result<(HostView, Target), Box<End>> {
        if item.protocol != Protocol::Ssh {
            return Err(Box::new(End::said(
                RoundOutcome::Skipped,
                "It speaks FTP, which has no host key and no shell.",
            )));
        }
        let host = self.0.inventory.host(caller, &item.id).await.map_err(|error| Box::new(End::of(&error)))?;
        if host.effective.jump_host_id.is_none() && !answers(item, found).await {
            let offline = ServiceError::HostOffline { name: host.name.clone(), endpoint: item.endpoint.to_string() };
            return Err(Box::new(End::of(&offline)));
        }
        let target = self.0.inventory.target(caller, &host).await;
        let blocked = |error| Box::new(End::on_the_way(&item.id, item.jump.as_deref(), &error));
        Ok((host, target.map_err(blocked)?))
    }

    /// What a place shows.
    pub(super) async fn shown(&self, caller: &Caller, target: &Target) -> End {
        match self.0.inventory.look(caller.account(), target).await {
            Ok((shown, scan)) => End::key(target.keyring(), shown, scan),
            Err(error) => End::of(&error),
        }
    }
}

/// Whether a person has to look at the host's key.
pub(super) fn is_key_question(error: &ServiceError) -> bool {
    matches!(error, ServiceError::HostKeyUnknown(_) | ServiceError::HostKeyChanged(_))
}
