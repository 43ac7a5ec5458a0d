//! The kitty keyboard protocol's flags: one stack for each of the two screens.

/// What the protocol lets a stack hold at most; a push onto a full one forgets the oldest.
const DEPTH: usize = 16;

/// The flags that programs asked for; the last entry is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyFlags(Vec<u16>);

impl Default for KeyFlags {
    fn default() -> Self {
        Self(vec![0])
    }
}

impl KeyFlags {
    pub(super) fn push(&mut self, flags: u16) {
        if self.0.len() == DEPTH {
            self.0.remove(0);
        }
        self.0.push(flags);
    }

    pub(super) fn pop(&mut self, count: u16) {
        let kept = self.0.len().saturating_sub(usize::from(count.max(1)));
        self.0.truncate(kept);
        if self.0.is_empty() {
            self.0.push(0);
        }
    }

    /// Mode 1 replaces the flags in force, 2 adds to them, 3 takes away.
    pub(super) fn set(&mut self, flags: u16, mode: u16) {
        if let Some(top) = self.0.last_mut() {
            *top = match mode {
                0 | 1 => flags,
                2 => *top | flags,
                3 => *top & !flags,
                _ => *top,
            };
        }
    }

    pub(super) fn dump(&self, out: &mut String) {
        use std::fmt::Write as _;
        let (base, pushed) = self.0.split_first().unwrap_or((&0, &[]));
        if *base != 0 {
            let _ = write!(out, "\x1b[={base};1u");
        }
        for flags in pushed {
            let _ = write!(out, "\x1b[>{flags}u");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumped(flags: &KeyFlags) -> String {
        let mut out = String::new();
        flags.dump(&mut out);
        out
    }

    #[test]
    fn the_stack_is_dumped_from_the_bottom() {
        let mut flags = KeyFlags::default();
        assert_eq!(dumped(&flags), "");
        flags.push(1);
        flags.push(5);
        flags.set(2, 2);
        assert_eq!(dumped(&flags), "\x1b[>1u\x1b[>7u");
        flags.set(3, 3);
        flags.pop(0);
        assert_eq!(dumped(&flags), "\x1b[>1u");
        flags.pop(9);
        flags.set(9, 1);
        assert_eq!(dumped(&flags), "\x1b[=9;1u");
    }

    #[test]
    fn the_stack_forgets_the_oldest() {
        let mut flags = KeyFlags::default();
        (0..100).for_each(|n| flags.push(n));
        assert_eq!(flags.0, (84..100).collect::<Vec<_>>());
    }
}
