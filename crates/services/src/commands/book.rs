//! Which runs there are: so many of an account go on at once, and so many ended ones are kept.

use super::run::Run;
use crate::ServiceError;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use wire::{AccountId, CommandRunId};

/// So many runs of an account go on at once.
const RUNNING: usize = 64;

/// So many ended ones are kept; the oldest gives way.
const ENDED: usize = 50;

/// The runs by id. Ids sort by time.
#[derive(Default)]
pub(super) struct Book(BTreeMap<CommandRunId, Arc<Run>>);

impl Book {
    /// Takes a run in.
    pub(super) fn add(&mut self, run: Arc<Run>) -> Result<(), ServiceError> {
        let (ended, running): (Vec<_>, Vec<_>) = self.of(run.owner()).into_iter().partition(|run| run.is_over());
        if running.len() >= RUNNING {
            return Err(ServiceError::Conflict(format!(
                "{RUNNING} runs of yours go on already; wait for one to end or cancel one"
            )));
        }
        for old in ended.iter().skip(ENDED - 1) {
            self.0.remove(&old.id);
        }
        self.0.insert(run.id.clone(), run);
        Ok(())
    }

    /// One by its id.
    pub(super) fn get(&self, id: &CommandRunId) -> Option<Arc<Run>> {
        self.0.get(id).cloned()
    }

    /// An account's, the newest first.
    pub(super) fn of(&self, account: &AccountId) -> Vec<Arc<Run>> {
        self.0.values().rev().filter(|run| run.owner() == account).cloned().collect()
    }

    /// Forgets one.
    pub(super) fn forget(&mut self, id: &CommandRunId) {
        self.0.remove(id);
    }

    /// Forgets those that ended so long ago.
    pub(super) fn sweep(&mut self, keep: Duration) -> Vec<Arc<Run>> {
        let old: Vec<_> = self.0.values().filter(|run| run.ended_before(keep)).cloned().collect();
        old.iter().for_each(|run| self.forget(&run.id));
        old
    }

    /// Forgets the oldest ended one, whoever's, to make room. `None` when nothing has ended.
    pub(super) fn give_way(&mut self) -> Option<Arc<Run>> {
        let oldest = self.0.values().find(|run| run.is_over()).cloned()?;
        self.forget(&oldest.id);
        Some(oldest)
    }
}
