//! Jump hosts: which hosts are passed on the way to a host, and the refusal to go in circles.

use super::{Inventory, ftp::refuse_ftp};
use crate::{Caller, ServiceError, access};
use wire::{HostId, inventory::HostView};

/// How many jump hosts may lie before a host.
pub(super) const MAX_HOPS: usize = 5;

impl Inventory {
    /// The jump hosts before `host`, the one to dial first in front. Checked at save and again at every dial, because
    /// two edits at the same moment could still close a loop. Whoever goes through a host of another account needs the right
    /// to connect to it.
    pub(super) async fn jumps(&self, caller: &Caller, host: &HostView) -> Result<Vec<HostView>, ServiceError> {
        let mut passed: Vec<HostView> = Vec::new();
        let mut next = host.effective.jump_host_id.clone();
        while let Some(id) = next {
            let jump = match &host.shared {
                None => {
                    self.own(caller.account(), &id).await?.ok_or_else(|| ServiceError::missing("jump host", &id))?
                }
                Some(shared) => {
                    let jump = self.reached(caller, &id).await.map_err(|_| not_shared(host, &shared.owner))?;
                    access::connect(caller, jump)?.host().clone()
                }
            };
            refuse_loop(host, &passed, &jump)?;
            refuse_ftp(&jump)?;
            next = jump.effective.jump_host_id.clone();
            passed.push(jump);
        }
        passed.reverse();
        Ok(passed)
    }
}

fn not_shared(host: &HostView, owner: &str) -> ServiceError {
    ServiceError::NotGranted(format!(
        "{} is reached through a host that {owner} does not share with you; ask for it too",
        host.name
    ))
}

/// Refuses `jump` when it was passed already, or when it would be one too many. `passed` begins next to the host.
fn refuse_loop(host: &HostView, passed: &[HostView], jump: &HostView) -> Result<(), ServiceError> {
    let known = |id: &HostId| *id == host.id || passed.iter().any(|hop| hop.id == *id);
    if known(&jump.id) {
        let names: Vec<&str> = [host].into_iter().chain(passed).chain([jump]).map(|hop| hop.name.as_str()).collect();
        return Err(ServiceError::bad(format!("the jump hosts go in a circle: {}", names.join(" → "))));
    }
    if passed.len() == MAX_HOPS {
        return Err(ServiceError::bad(format!("more than {MAX_HOPS} jump hosts lie before {}", host.name)));
    }
    Ok(())
}
