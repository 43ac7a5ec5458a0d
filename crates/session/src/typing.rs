//! Input by offset: what a client sends again after a reconnect is typed once.

/// How many clients are remembered. A page that was not heard of for longer than sixteen others begins anew.
const REMEMBERED: usize = 16;

/// Who typed how much, the last heard of last.
#[derive(Debug, Default)]
pub(crate) struct Typists(Vec<Typist>);

#[derive(Debug)]
struct Typist {
    client: u64,
    /// How many bytes were taken; unknown until the first ones come.
    taken: Option<u64>,
}

impl Typists {
    fn typist(&mut self, client: u64) -> &mut Typist {
        let typist = match self.0.iter().position(|typist| typist.client == client) {
            Some(at) => self.0.remove(at),
            None => Typist { client, taken: None },
        };
        if self.0.len() == REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(typist);
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// How many bytes of a client's input were taken.
    pub(crate) fn taken(&mut self, client: u64) -> u64 {
        self.typist(client).taken.unwrap_or(0)
    }

    /// Counts input as taken that nobody will ever type. How much counts as taken then.
    pub(crate) fn forgo(&mut self, client: u64, end: u64) -> u64 {
        let typist = self.typist(client);
        if end > 0 {
            typist.taken = Some(typist.taken.unwrap_or(0).max(end));
        }
        typist.taken.unwrap_or(0)
    }

    /// Takes what is new of `data`, which begins at `offset` of the client's input; returns how much of its front is to
    /// be dropped. `None` when something before it is missing: the client hears how far it came, and sends again.
    pub(crate) fn take(&mut self, client: u64, offset: u64, data: &[u8]) -> Option<usize> {
        let typist = self.typist(client);
        let taken = typist.taken.unwrap_or(offset);
        let known = usize::try_from(taken.checked_sub(offset)?).ok()?.min(data.len());
        typist.taken = Some(taken.max(offset.saturating_add(data.len() as u64)));
        Some(known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn resent_input_is_typed_once(text in prop::collection::vec(any::<u8>(), 1..300),
                                      sends in prop::collection::vec((any::<prop::sample::Index>(), 1usize..60), 0..60)) {
            let mut typists = Typists::default();
            let mut typed = Vec::new();
            let mut send = |from: usize, to: usize, typists: &mut Typists| {
                if let Some(known) = typists.take(7, from as u64, &text[from..to]) {
                    typed.extend_from_slice(&text[from..to][known..]);
                }
            };
            send(0, 1, &mut typists);
            for (from, len) in sends {
                let from = from.index(text.len());
                send(from, (from + len).min(text.len()), &mut typists);
            }
            let reached = usize::try_from(typists.taken(7)).unwrap();
            send(reached.min(text.len()), text.len(), &mut typists);
            prop_assert_eq!(typed, text);
        }
    }

    #[test]
    fn a_gap_is_not_taken() {
        let mut typists = Typists::default();
        assert_eq!(typists.take(1, 0, b"ab"), Some(0));
        assert_eq!(typists.take(1, 3, b"d"), None);
        assert_eq!(typists.taken(1), 2);
    }

    #[test]
    fn forgets_the_one_not_heard_of_for_longest() {
        let mut typists = Typists::default();
        for client in 0..=REMEMBERED as u64 {
            typists.take(client, 0, b"x");
        }
        assert_eq!((typists.taken(1), typists.0.len()), (1, REMEMBERED));
        assert_eq!(typists.taken(0), 0);
    }
}
