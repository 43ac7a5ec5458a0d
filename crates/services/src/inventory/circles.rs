//! Whether the jump hosts of a whole inventory go in circles after a change, and whose way is another one then.

use super::shelf::{Line, Shelf};
use crate::ServiceError;
use wire::HostId;

/// Asks for each host's jump host as it will be. Answers the hosts that will be reached by another way than now.
///
/// # Errors
/// `BadInput` when the ways go in a circle that is not there now; it names the hosts.
pub(super) fn check(shelf: &Shelf, jump: impl Fn(&Line) -> Option<HostId>) -> Result<Vec<HostId>, ServiceError> {
    let mut changed = Vec::new();
    let mut next = Vec::with_capacity(shelf.lines.len());
    for line in &shelf.lines {
        let after = jump(line);
        if after.as_ref() != shelf.jump(line) {
            changed.push(line.host.id.clone());
        }
        next.push(after.and_then(|id| shelf.position(&id)));
    }
    for id in &changed {
        let Some(start) = shelf.position(id) else { continue };
        let mut passed = vec![start];
        let mut here = next[start];
        while let Some(at) = here {
            if passed.contains(&at) {
                passed.push(at);
                let names: Vec<_> = passed.iter().map(|at| shelf.lines[*at].host.name.as_str()).collect();
                return Err(ServiceError::bad(format!("the jump hosts would go in a circle: {}", names.join(" → "))));
            }
            if passed.len() > super::chain::MAX_HOPS {
                let name = &shelf.lines[start].host.name;
                let most = super::chain::MAX_HOPS;
                return Err(ServiceError::bad(format!("more than {most} jump hosts would lie before {name}")));
            }
            passed.push(at);
            here = next[at];
        }
    }
    Ok(changed)
}
