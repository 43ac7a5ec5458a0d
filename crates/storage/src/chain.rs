//! The chain that the lines of the audit log make: how a line is hashed, and the walk along lines that finds the first one
//! that does not fit.
//!
//! The walk holds a line at a time, however long the log is. What it cannot see: that the end was cut off, or that all was
//! written anew; for that it is given a head that was kept elsewhere.

use sha2::{Digest, Sha256};
use std::{error::Error, fmt};
use wire::audit::{AuditEvent, AuditHash, AuditHead};

/// The hash that a line must have.
#[must_use]
pub fn hash(line: &AuditEvent) -> AuditHash {
    AuditHash::new(Sha256::digest(line.encoded()).into())
}

/// The first line that does not fit, and what is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// It is not as it was written.
    Changed {
        /// Its number.
        number: i64,
    },
    /// It stands on another line than the one that comes before it: one of the two was written anew.
    Replaced {
        /// Its number.
        number: i64,
    },
    /// It is not there.
    Missing {
        /// Its number.
        number: i64,
    },
    /// It comes later than it should.
    Reordered {
        /// Its number.
        number: i64,
    },
    /// A line with a number that was there already.
    Repeated {
        /// Its number.
        number: i64,
    },
    /// The last lines are not there.
    CutOff {
        /// The first of them.
        number: i64,
        /// The last of them.
        until: i64,
    },
    /// The log stands on another line than on the one that was kept.
    OtherHead {
        /// That line's number.
        number: i64,
    },
    /// The line that was kept is older than what is there.
    HeadRemoved {
        /// That line's number.
        number: i64,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { number } => write!(f, "line {number} was changed: its hash is not that of its content"),
            Self::Replaced { number } => {
                let before = number - 1;
                write!(f, "line {number} does not follow from line {before}: one of the two was written anew")
            }
            Self::Missing { number } => write!(f, "line {number} is missing"),
            Self::Reordered { number } => write!(f, "line {number} is not in its place: it comes later"),
            Self::Repeated { number } => write!(f, "a line {number} comes a second time"),
            Self::CutOff { number, until } => {
                write!(f, "the end is missing: lines {number} to {until} were there")
            }
            Self::OtherHead { number } => {
                write!(f, "line {number} is another one than the one whose hash was kept: the log was written anew")
            }
            Self::HeadRemoved { number } => {
                write!(f, "line {number}, whose hash was kept, is older than the first line here; it tells nothing")
            }
        }
    }
}

impl Error for Flaw {}

/// A walk along the lines, the oldest first.
#[derive(Debug, Clone)]
pub struct Walk {
    after: Option<AuditHead>,
    last: Option<AuditHead>,
    lines: u64,
    flaw: Option<Flaw>,
    kept: Vec<(AuditHead, bool)>,
}

impl Walk {
    /// A walk that begins after this head, or, with none, wherever the first line says that it stands.
    #[must_use]
    pub fn after(start: Option<AuditHead>) -> Self {
        Self { after: start, last: start, lines: 0, flaw: None, kept: Vec::new() }
    }

    /// The same, which must come by this head.
    #[must_use]
    pub fn must_pass(mut self, head: AuditHead) -> Self {
        self.kept.push((head, false));
        self
    }

    /// Takes the next line. Answers whether it fits and all before it did.
    pub fn step(&mut self, line: &AuditEvent) -> bool {
        if let Some(flaw) = self.flaw {
            self.look_again(flaw, line);
            return false;
        }
        let last = *self.last.get_or_insert_with(|| stands_on(line));
        self.after.get_or_insert(last);
        self.pass(last);
        self.flaw = self.flaw.or_else(|| judge(line, last));
        if self.flaw.is_some() {
            return false;
        }
        self.last = Some(line.head());
        self.lines += 1;
        self.pass(line.head());
        self.flaw.is_none()
    }

    /// What the walk found, after the last line.
    #[must_use]
    pub fn end(mut self) -> Walked {
        let last = self.last.unwrap_or(AuditHead::START);
        self.pass(last);
        if self.flaw.is_none() {
            let missed = self.kept.iter().find(|(_, passed)| !passed).map(|(head, _)| head.number);
            self.flaw = missed.map(|number| match number > last.number {
                true => Flaw::CutOff { number: last.number + 1, until: number },
                false => Flaw::HeadRemoved { number },
            });
        }
        Walked { after: self.after.unwrap_or(AuditHead::START), head: last, lines: self.lines, flaw: self.flaw }
    }

    /// Compares a place with the heads that were kept.
    fn pass(&mut self, here: AuditHead) {
        for (head, passed) in &mut self.kept {
            if head.number != here.number {
                continue;
            }
            *passed = true;
            if head.hash != here.hash {
                self.flaw = self.flaw.or(Some(Flaw::OtherHead { number: here.number }));
            }
        }
    }

    /// Whether a line that was missed comes later after all.
    fn look_again(&mut self, flaw: Flaw, line: &AuditEvent) {
        if let Flaw::Missing { number } = flaw
            && number == line.id
        {
            self.flaw = Some(Flaw::Reordered { number });
        }
    }
}

/// What a walk found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walked {
    /// What the first line stands on.
    pub after: AuditHead,
    /// The last line that fits.
    pub head: AuditHead,
    /// How many lines fit.
    pub lines: u64,
    /// What is wrong with the first line that does not.
    pub flaw: Option<Flaw>,
}

/// What the first line of all that is there says that it stands on.
fn stands_on(line: &AuditEvent) -> AuditHead {
    match line.id {
        ..=1 => AuditHead::START,
        number => AuditHead { number: number - 1, hash: line.previous },
    }
}

fn judge(line: &AuditEvent, last: AuditHead) -> Option<Flaw> {
    let (number, next) = (line.id, last.number + 1);
    if hash(line) != line.hash {
        return Some(Flaw::Changed { number });
    }
    if number != next {
        return Some(if number > next { Flaw::Missing { number: next } } else { Flaw::Repeated { number } });
    }
    (line.previous != last.hash).then_some(Flaw::Replaced { number })
}

#[cfg(test)]
#[path = "chain_tests.rs"]
mod tests;
