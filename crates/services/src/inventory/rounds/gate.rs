//! Turns for the work of all accounts: so many at once, and whoever waits gets the next one that has the fewest.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;
use wire::AccountId;

/// The gate. Clones are one gate.
#[derive(Clone)]
pub(super) struct Gate(Arc<Mutex<Queue>>);

struct Queue {
    free: usize,
    working: HashMap<AccountId, usize>,
    waiting: VecDeque<(AccountId, oneshot::Sender<Turn>)>,
}

/// Somebody's turn; it ends when it is dropped.
pub(super) struct Turn {
    gate: Option<Gate>,
    account: AccountId,
}

impl Gate {
    /// So many at once.
    pub(super) fn new(most: usize) -> Self {
        Self(Arc::new(Mutex::new(Queue { free: most, working: HashMap::new(), waiting: VecDeque::new() })))
    }

    /// Waits for a turn. Given up, the place in the queue is lost.
    pub(super) async fn turn(&self, account: &AccountId) -> Option<Turn> {
        let (sender, turn) = oneshot::channel();
        {
            let mut queue = self.held();
            queue.waiting.push_back((account.clone(), sender));
            self.call(&mut queue);
        }
        turn.await.ok()
    }

    fn held(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call(&self, queue: &mut Queue) {
        queue.waiting.retain(|(_, sender)| !sender.is_closed());
        while queue.free > 0 {
            let working = |account: &AccountId| queue.working.get(account).copied().unwrap_or_default();
            // Among equals the one that waits longest.
            let next = queue.waiting.iter().enumerate().min_by_key(|(_, (account, _))| working(account));
            let Some((at, _)) = next else { return };
            let Some((account, sender)) = queue.waiting.remove(at) else { return };
            let turn = Turn { gate: Some(self.clone()), account: account.clone() };
            match sender.send(turn) {
                Ok(()) => {
                    queue.free -= 1;
                    *queue.working.entry(account).or_default() += 1;
                }
                // Nobody waits for it any more; it must not come back through the gate that is held here.
                Err(mut turn) => turn.gate = None,
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(gate) = self.gate.take() else { return };
        let mut queue = gate.held();
        queue.free += 1;
        if let Some(working) = queue.working.get_mut(&self.account) {
            *working -= 1;
            if *working == 0 {
                queue.working.remove(&self.account);
            }
        }
        gate.call(&mut queue);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn account(name: &str) -> AccountId {
        name.parse().unwrap()
    }

    #[tokio::test]
    async fn who_has_the_fewest_comes_next() {
        let gate = Gate::new(3);
        let (anna, ben) = (account("anna"), account("ben"));
        let mut annas = vec![gate.turn(&anna).await, gate.turn(&anna).await, gate.turn(&anna).await];
        let mut next = [gate.turn(&anna).boxed(), gate.turn(&anna).boxed(), gate.turn(&ben).boxed()];
        assert!(next.iter_mut().all(|turn| turn.now_or_never().is_none()), "all are taken");
        annas.pop();
        let [first, second, bens] = &mut next;
        let bens = bens.now_or_never().expect("he has none, and she has two");
        assert!(first.now_or_never().is_none());
        drop(annas.pop());
        let third = first.now_or_never().expect("they are equal, and hers has waited");
        assert!(second.now_or_never().is_none());
        drop((bens, third, annas));
        assert!(second.now_or_never().is_some());
    }

    #[tokio::test]
    async fn who_gave_up_waiting_takes_no_turn() {
        let gate = Gate::new(1);
        let (anna, ben) = (account("anna"), account("ben"));
        let first = gate.turn(&anna).await;
        let mut given_up = gate.turn(&anna).boxed();
        assert!((&mut given_up).now_or_never().is_none());
        let mut waits = gate.turn(&ben).boxed();
        assert!((&mut waits).now_or_never().is_none());
        drop(given_up);
        drop(first);
        drop((&mut waits).now_or_never().expect("his turn"));
        assert!(gate.turn(&anna).now_or_never().is_some());
    }
}
