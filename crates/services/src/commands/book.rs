//! Which runs there are: so many of an account go on at once, and so many ended ones are kept.

use super::{kept::Short, run::Run};
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

    /// Those that go on.
    pub(super) fn going_on(&self) -> Vec<Arc<Run>> {
        self.0.values().filter(|run| !run.is_over()).cloned().collect()
    }

    /// Forgets an ended one to make room for output of this account. Who holds the most gives way, and nobody to one who
    /// holds more: a flood takes its own account's results away, not those of others. `None` when there is none such.
    pub(super) fn give_way(&mut self, account: &AccountId, short: Short) -> Option<Arc<Run>> {
        let mut held = BTreeMap::<_, usize>::new();
        for run in self.0.values() {
            *held.entry(run.owner()).or_default() += run.budget.held();
        }
        let own = held.get(account).copied().unwrap_or_default();
        let helps = |run: &Run| short == Short::OfAll || run.owner() == account;
        let gives = |run: &&Arc<Run>| run.is_over() && run.budget.held() > 0 && helps(run);
        // The account itself comes before others that hold as much; ids sort by time, so the first is the oldest.
        let rank = |run: &Arc<Run>| (held[run.owner()], run.owner() == account);
        let most = self.0.values().filter(gives).map(rank).filter(|rank| *rank >= (own, true)).max()?;
        let oldest = self.0.values().filter(gives).find(|run| rank(run) == most).cloned()?;
        self.forget(&oldest.id);
        Some(oldest)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::kept::{Budget, Kept},
        super::request::Order,
        *,
    };
    use bytes::Bytes;
    use transport::Stream;
    use wire::commands::CommandRunState;

    /// The runs of a test, and what each keeps.
    struct Shelf {
        book: Book,
        budget: Budget,
        kept: Vec<Kept>,
    }

    impl Shelf {
        fn run(&mut self, id: &str, owner: &str, bytes: usize, is_over: bool) {
            let order = Order {
                command: String::new(),
                stdin: Bytes::new(),
                hosts: Vec::new(),
                timeout: Duration::ZERO,
                time_limit: Duration::ZERO,
                concurrency: 1,
                max_output: bytes,
            };
            let run = Run::new(id.parse().unwrap(), owner.parse().unwrap(), order, &self.budget);
            let mut kept = Kept::new(bytes, run.budget.clone());
            kept.take_in(Stream::Stdout, &vec![b'x'; bytes], |_| false);
            if is_over {
                run.ended(CommandRunState::Done);
            }
            self.kept.push(kept);
            self.book.add(Arc::new(run)).unwrap();
        }

        fn gives_way(&mut self, account: &str) -> Option<String> {
            self.book.give_way(&account.parse().unwrap(), Short::OfAll).map(|run| run.id.to_string())
        }
    }

    fn shelf() -> Shelf {
        Shelf { book: Book::default(), budget: Budget::new(2000), kept: Vec::new() }
    }

    #[test]
    fn a_flood_takes_the_results_of_its_own_account() {
        let mut shelf = shelf();
        shelf.run("a", "admin", 7, true);
        shelf.run("b", "ann", 0, true);
        shelf.run("c", "ann", 300, true);
        shelf.run("d", "ann", 300, true);
        shelf.run("e", "ann", 300, false);
        let gone = [(); 3].map(|()| shelf.gives_way("ann"));
        assert_eq!(gone, [Some("c".into()), Some("d".into()), None], "the oldest first, and nothing of the admin's");
    }

    #[test]
    fn a_share_that_is_used_up_takes_nothing_of_others() {
        let mut shelf = shelf();
        shelf.run("a", "admin", 300, true);
        shelf.run("b", "ann", 200, true);
        shelf.run("c", "ann", 10, false);
        let ann = "ann".parse().unwrap();
        let gone = [(); 2].map(|()| shelf.book.give_way(&ann, Short::OfShare).map(|run| run.id.to_string()));
        assert_eq!(gone, [Some("b".into()), None]);
    }

    #[test]
    fn who_holds_the_most_gives_way_to_those_who_hold_less() {
        let mut shelf = shelf();
        shelf.run("a", "admin", 10, true);
        shelf.run("b", "ann", 300, true);
        shelf.run("c", "bob", 10, true);
        shelf.run("d", "admin", 10, false);
        let gone = [(); 3].map(|()| shelf.gives_way("admin"));
        assert_eq!(gone, [Some("b".into()), Some("a".into()), None], "nothing of those who hold as much");
    }
}
