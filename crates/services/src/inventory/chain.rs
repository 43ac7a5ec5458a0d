//! Jump hosts: which hosts are passed on the way to a host, and the refusal to go in circles.

use super::{Inventory, ftp::refuse_ftp};
use crate::ServiceError;
use wire::{AccountId, HostId, inventory::HostView};

/// How many jump hosts may lie before a host.
pub(super) const MAX_HOPS: usize = 5;

impl Inventory {
    /// The jump hosts before `host`, the one to dial first in front. Checked at save and again at every dial, because
    /// two edits at the same moment could still close a loop.
    pub(super) async fn jumps(&self, account: &AccountId, host: &HostView) -> Result<Vec<HostView>, ServiceError> {
        let mut passed: Vec<HostView> = Vec::new();
        let mut next = host.effective.jump_host_id.clone();
        while let Some(id) = next {
            let jump = self.own(account, &id).await?;
            let jump = jump.ok_or_else(|| ServiceError::missing("jump host", &id))?;
            refuse_loop(host, &passed, &jump)?;
            refuse_ftp(&jump)?;
            next = jump.effective.jump_host_id.clone();
            passed.push(jump);
        }
        passed.reverse();
        Ok(passed)
    }
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
