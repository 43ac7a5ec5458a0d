//! Who looks at a session: what both halves of an attachment and the engine know of one viewer.

use crate::{hurry::Hurry, notices::Notices, pace::Pace};
use std::sync::{
    Mutex, PoisonError,
    atomic::{
        AtomicBool, AtomicU32, AtomicU64,
        Ordering::{AcqRel, Acquire, Release},
    },
};
use transport::PtySize;
use wire::{
    frames::Attach,
    terminal::{AttachmentId, FixedSize, Notice, Person, PersonKind},
};

/// The smallest and the largest terminal that a session takes from a viewer: one cell would break it for all others.
const SMALLEST: PtySize = PtySize { cols: 20, rows: 5 };
const LARGEST: PtySize = PtySize { cols: 500, rows: 300 };

/// No terminal has this size.
const NOT_KNOWN: u32 = 0;

/// Somebody who comes to look. The engine asks nothing of it but whether it may type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// What the others see it called.
    pub name: String,
    /// As what it comes.
    pub kind: PersonKind,
    /// Whether it may type.
    pub may_type: bool,
    /// What let it in, as a word of the caller's own; [`crate::Session::dismiss`] finds it by that.
    pub by: Option<String>,
    /// The sign-in that it stands under, as another such word: who came by an invite may have one, too.
    /// [`crate::Session::dismiss_under`] finds it by that.
    pub under: Option<String>,
    /// Whether it never types, whatever it is given.
    pub only_watches: bool,
}

impl Default for Who {
    /// An owner without a name.
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: PersonKind::Owner,
            may_type: true,
            by: None,
            under: None,
            only_watches: false,
        }
    }
}

/// Why a viewer is sent away while the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dismissal {
    /// The owner removed it.
    Removed,
    /// What let it in was revoked or has expired.
    Revoked,
    /// Its account has signed out.
    SignedOut,
}

/// One viewer.
pub(crate) struct Viewer {
    pub(crate) id: AttachmentId,
    pub(crate) client: u64,
    pub(crate) who: Who,
    /// Up to where output was handed out.
    pub(crate) place: AtomicU64,
    /// Up to where it has drawn.
    pub(crate) drawn: AtomicU64,
    /// How much of its input was taken.
    pub(crate) taken: AtomicU64,
    /// How far its input came that it had no right to.
    refused: AtomicU64,
    may_type: AtomicBool,
    only_watches: AtomicBool,
    was_refused: AtomicBool,
    /// The size that it knows of.
    size: AtomicU32,
    /// The size that it would like.
    wish: AtomicU32,
    pub(crate) notices: Notices,
    pub(crate) hurry: Hurry,
    pub(crate) pace: Pace,
    dismissed: Mutex<Option<Dismissal>>,
}

impl Viewer {
    /// A viewer that comes with this, at `place` of the output; `taken` of its input is known already.
    pub(crate) fn new(id: AttachmentId, who: Who, attach: &Attach, place: u64, drawn: u64, taken: u64) -> Self {
        let size = packed(PtySize { cols: attach.cols, rows: attach.rows });
        Self {
            id,
            client: attach.client,
            may_type: AtomicBool::new(who.may_type),
            only_watches: AtomicBool::new(who.only_watches),
            who,
            place: AtomicU64::new(place),
            drawn: AtomicU64::new(drawn),
            taken: AtomicU64::new(taken),
            refused: AtomicU64::new(0),
            was_refused: AtomicBool::new(false),
            size: AtomicU32::new(size),
            wish: AtomicU32::new(size),
            notices: Notices::default(),
            hurry: Hurry::default(),
            pace: Pace::default(),
            dismissed: Mutex::default(),
        }
    }

    /// Whether it stands under this sign-in.
    pub(crate) fn is_under(&self, under: &str) -> bool {
        self.who.under.as_deref() == Some(under)
    }

    /// Up to where output was handed out.
    pub(crate) fn place(&self) -> u64 {
        self.place.load(Acquire)
    }

    pub(crate) fn may_type(&self) -> bool {
        self.may_type.load(Acquire) && !self.only_watches()
    }

    /// Whether it does not type even when it is given the right.
    pub(crate) fn only_watches(&self) -> bool {
        self.only_watches.load(Acquire)
    }

    /// Gives or takes the right to type, and says so. How far the input came that was refused before: it is gone, so
    /// that nothing typed in vain appears later.
    pub(crate) fn let_type(&self, may_type: bool) -> u64 {
        self.change(|viewer| viewer.may_type.store(may_type, Release))
    }

    /// Holds it to watching, or lets it do again what it was given; the same otherwise.
    pub(crate) fn only_watch(&self, only_watches: bool) -> u64 {
        self.change(|viewer| viewer.only_watches.store(only_watches, Release))
    }

    fn change(&self, change: impl FnOnce(&Self)) -> u64 {
        let before = self.may_type();
        change(self);
        let may_type = self.may_type();
        if may_type != before {
            self.was_refused.store(false, Release);
            self.notices.push(Notice::Rights { may_type });
        }
        self.refused.load(Acquire)
    }

    /// Input came without the right to type. It is told once that there is none.
    pub(crate) fn refuse(&self, end: u64) {
        self.refused.fetch_max(end, AcqRel);
        if !self.was_refused.swap(true, AcqRel) {
            self.notices.push(Notice::Rights { may_type: false });
        }
    }

    /// Whether it does not know yet that the session has this size. From now on it does.
    pub(crate) fn learns(&self, size: PtySize) -> bool {
        self.size.swap(packed(size), AcqRel) != packed(size)
    }

    /// It would like another size, and may show that one already. It is always answered by the size that the session has:
    /// what it was told before may arrive after it has asked.
    pub(crate) fn wishes(&self, size: PtySize) {
        self.size.store(NOT_KNOWN, Release);
        self.wish.store(packed(size), Release);
    }

    /// The size that it would like, within reason.
    pub(crate) fn wish(&self) -> PtySize {
        sane(unpacked(self.wish.load(Acquire)))
    }

    pub(crate) fn dismiss(&self, why: Dismissal) {
        self.dismissed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
    }

    pub(crate) fn dismissed(&self) -> Option<Dismissal> {
        *self.dismissed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn person(&self, leader: Option<AttachmentId>) -> Person {
        Person {
            attachment_id: self.id,
            name: self.who.name.clone(),
            kind: self.who.kind,
            may_type: self.may_type(),
            leads: leader == Some(self.id),
        }
    }
}

/// A size within reason.
pub(crate) fn sane(size: PtySize) -> PtySize {
    PtySize { cols: size.cols.clamp(SMALLEST.cols, LARGEST.cols), rows: size.rows.clamp(SMALLEST.rows, LARGEST.rows) }
}

/// A held size, as viewers are told it.
pub(crate) fn fixed_size(size: PtySize) -> FixedSize {
    FixedSize { cols: size.cols, rows: size.rows }
}

fn packed(size: PtySize) -> u32 {
    u32::from(size.cols) << 16 | u32::from(size.rows)
}

fn unpacked(size: u32) -> PtySize {
    let [a, b, c, d] = size.to_be_bytes();
    PtySize { cols: u16::from_be_bytes([a, b]), rows: u16::from_be_bytes([c, d]) }
}

/// Whether input is a terminal's own answer (what it is, where its cursor stands, that it has the focus) and not a
/// person's: every viewer's terminal answers, and the one whose answer came last has not typed.
pub(crate) fn is_answer(data: &[u8]) -> bool {
    let Some(rest) = data.strip_prefix(b"\x1b") else { return false };
    match rest {
        [b'P' | b']' | b'_', ..] => true,
        [b'[', parameters @ .., last] => {
            let answers = matches!(last, b'R' | b'c' | b'n' | b't' | b'y' | b'I' | b'O');
            answers && parameters.iter().all(|byte| matches!(byte, 0x20..=0x3f))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminals_answer_is_not_typing() {
        for answer in
            [&b"\x1b[24;80R"[..], b"\x1b[?1;2c", b"\x1b[0n", b"\x1bP1$r0m\x1b\\", b"\x1b[I", b"\x1b]11;rgb:0/0/0\x07"]
        {
            assert!(is_answer(answer), "{answer:?}");
        }
        for typed in [&b"R"[..], b"\x1b[A", b"\x1bOP", b"\x1b[200~ls R", b"\x1b", b""] {
            assert!(!is_answer(typed), "{typed:?}");
        }
    }

    #[test]
    fn a_wish_stays_within_reason() {
        let attach = |cols, rows| Attach { client: 1, from: None, cols, rows };
        let wish = |cols, rows| Viewer::new(AttachmentId(1), Who::default(), &attach(cols, rows), 0, 0, 0).wish();
        assert_eq!(wish(1, 1), SMALLEST);
        assert_eq!(wish(u16::MAX, u16::MAX), LARGEST);
        assert_eq!(wish(80, 24), PtySize { cols: 80, rows: 24 });
    }
}
