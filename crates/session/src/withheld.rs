//! By what nobody gets the right to type any more: an invite, say, from a guest of which it was taken. Whoever comes by it
//! anew may be the same person under another number.

/// How many are remembered; the oldest is forgotten first.
const MOST: usize = 64;

/// The words of those who let people in, by which the right to type is withheld.
#[derive(Debug, Default)]
pub(crate) struct Withheld(Vec<String>);

impl Withheld {
    /// Whether it is withheld from who comes by this.
    pub(crate) fn from(&self, by: &str) -> bool {
        self.0.iter().any(|other| other == by)
    }

    /// Withholds it from who comes by this, or does so no longer.
    pub(crate) fn set(&mut self, by: &str, withheld: bool) {
        self.0.retain(|other| other != by);
        if withheld {
            if self.0.len() == MOST {
                self.0.remove(0);
            }
            self.0.push(by.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_counts_and_memory_is_bounded() {
        let mut withheld = Withheld::default();
        withheld.set("a", true);
        assert!(withheld.from("a") && !withheld.from("b"));
        withheld.set("a", false);
        assert!(!withheld.from("a"));
        for number in 0..=MOST {
            withheld.set(&number.to_string(), true);
        }
        assert!(!withheld.from("0") && withheld.from("1") && withheld.0.len() == MOST);
    }
}
