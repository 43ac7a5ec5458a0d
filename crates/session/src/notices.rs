//! What a viewer is still to be told beside the output. Of each kind only the latest counts, so the queue is bounded by
//! the kinds that there are, and a slow viewer hears the present.

use std::{
    mem::discriminant,
    sync::{Mutex, MutexGuard, PoisonError},
};
use wire::terminal::Notice;

/// One viewer's notices.
#[derive(Debug, Default)]
pub(crate) struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    fn waiting(&self) -> MutexGuard<'_, Vec<Notice>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a notice; one that it makes untrue goes.
    pub(crate) fn push(&self, notice: Notice) {
        let mut waiting = self.waiting();
        waiting.retain(|other| !replaces(&notice, other));
        waiting.push(notice);
    }

    /// The next one to tell.
    pub(crate) fn next(&self) -> Option<Notice> {
        let mut waiting = self.waiting();
        if waiting.is_empty() { None } else { Some(waiting.remove(0)) }
    }
}

fn replaces(newer: &Notice, older: &Notice) -> bool {
    let about_the_end = |notice: &Notice| matches!(notice, Notice::EndsSoon { .. } | Notice::EndsLater {});
    discriminant(newer) == discriminant(older) || about_the_end(newer) && about_the_end(older)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::terminal::EndReason;

    #[test]
    fn of_each_kind_the_latest_counts() {
        let notices = Notices::default();
        let soon = |seconds| Notice::EndsSoon { reason: EndReason::Idle, seconds, may_extend: true };
        notices.push(soon(9));
        notices.push(Notice::Rights { may_type: true });
        notices.push(soon(5));
        notices.push(Notice::Rights { may_type: false });
        notices.push(Notice::EndsLater {});
        assert_eq!(notices.next(), Some(Notice::Rights { may_type: false }));
        assert_eq!(notices.next(), Some(Notice::EndsLater {}));
        assert_eq!(notices.next(), None);
    }
}
