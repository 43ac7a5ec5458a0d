//! Finds output that need not reach the emulator, because it will have scrolled off the screen anyway.
//!
//! The argument: in a stretch of output that changes nothing lasting besides the pen (colours and attributes) and the
//! kept cursor, a line begins on the last row, and more rows than the screen has scroll off behind it ([`scroll`]
//! counts them, whatever is painted in between). So the screen after the stretch depends on the output from that line
//! on, and on what outlives the screen: pen, kept cursor, character set, title and link, which are carried. This needs
//! the scrolling region to be the whole screen, which the caller knows, and that where the cursor goes does not depend
//! on what the cells hold; REP is the only one to look at them, and counts as lasting.
//!
//! Looking costs about a tenth of a nanosecond a byte of plain text and some nanoseconds a sequence, a fiftieth of what
//! emulating costs. It does not see text without line feeds (a single endless line): that is emulated.

use super::effect::{Effect, SHIFT_OUT, effect};
use super::scroll::{Place, Scroll};
use super::token::ESC;
use memchr::{memchr, memchr3_iter, memrchr_iter};
use std::ops::Range;

/// With so many later changes of the pen an earlier one is compared.
const COMPARED: usize = 32;

const SHIFT_IN: u8 = 0x0f;

/// Takes back the kept cursor, and its pen.
const RESTORE: &[u8] = b"\x1b8";

/// A stretch of output without lasting effects, from the start of the bytes looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) len: usize,
    pub(super) skip: Option<Skip>,
}

/// What of a stretch need not be emulated.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Skip {
    /// Everything before is dropped; a line begins here.
    pub(super) until: usize,
    /// What has to be emulated instead: an empty screen, and cursor, pen and kept cursor as they stand there.
    pub(super) instead: Vec<u8>,
}

/// Looks how far the output has no lasting effect, and what of it can be dropped. It begins outside any sequence, on a
/// screen of so many rows, with the cursor on this one.
pub(super) fn look(bytes: &[u8], rows: usize, row: usize) -> Stretch {
    let mut len = bytes.len();
    let mut scroll = Scroll::new(rows, row);
    let mut named = Named::default();
    let mut behind = 0;
    for at in memchr3_iter(ESC, 0xc2, SHIFT_OUT, bytes) {
        if at < behind {
            continue;
        }
        let (effect, taken) = effect(&bytes[at..]);
        behind = at + taken;
        match effect {
            Effect::Plain => {}
            Effect::AsciiSet => named.ascii_set = named.ascii_set.or(Some(at)),
            Effect::Named => named.osc(&bytes[at..behind]),
            Effect::Lasting => {
                len = at;
                break;
            }
            _ => scroll.follow(bytes, effect, at, behind),
        }
    }
    let place = scroll.found(bytes, len);
    Stretch { len, skip: place.map(|place| Skip { until: place.at, instead: named.instead(bytes, rows, &place) }) }
}

/// What the stretch chose by name.
#[derive(Default)]
struct Named<'a> {
    /// The last title and the last hyperlink. They may stand in the tail, which then only says them again.
    title: &'a [u8],
    link: &'a [u8],
    /// Where the ASCII character set was first chosen.
    ascii_set: Option<usize>,
}

impl<'a> Named<'a> {
    fn osc(&mut self, osc: &'a [u8]) {
        match osc {
            [_, _, b'0' | b'2', b';', ..] => self.title = osc,
            [_, _, b'8', b';', ..] => self.link = osc,
            _ => {}
        }
    }

    fn instead(&self, bytes: &[u8], rows: usize, place: &Place) -> Vec<u8> {
        let mut out = Vec::new();
        // With the kept cursor come two modes.
        if place.restored {
            out.extend_from_slice(RESTORE);
        }
        if let Some(saved) = place.saved {
            if saved.origin > 0 {
                self.carry(bytes, 0..saved.origin, rows, &mut out);
            }
            out.extend_from_slice(&bytes[saved.origin..saved.end]);
        }
        out.extend_from_slice(b"\x1b[2J");
        out.extend_from_slice(self.title);
        out.extend_from_slice(self.link);
        self.carry(bytes, place.saved.map_or(0, |saved| saved.end)..place.at, rows, &mut out);
        out
    }

    /// What outlives the screen, from these bytes; then the last row's start, as the kept cursor may have come with it.
    fn carry(&self, bytes: &[u8], from: Range<usize>, rows: usize, out: &mut Vec<u8>) {
        if self.ascii_set.is_some_and(|at| at < from.end) {
            out.extend_from_slice(b"\x1b(B");
        }
        if memchr(SHIFT_IN, &bytes[..from.end]).is_some() {
            out.push(SHIFT_IN);
        }
        carry_pen(&bytes[from], out);
        out.extend_from_slice(format!("\x1b[{rows};1H").as_bytes());
    }
}

/// The pen's changes, from the last one that began with a reset. One that comes again later says nothing. A pen that
/// was taken back is the one that was kept last, here or before these bytes.
fn carry_pen(bytes: &[u8], out: &mut Vec<u8>) {
    let mut changes: Vec<&[u8]> = Vec::new();
    let mut restored = false;
    for at in memrchr_iter(ESC, bytes) {
        match pen_change(&bytes[at..]) {
            Some(Pen::Saved) => restored = false,
            Some(Pen::Restored) => restored = true,
            Some(Pen::Changed(change)) if !restored && !changes.iter().take(COMPARED).any(|later| *later == change) => {
                changes.push(change);
                if matches!(change, [_, _, b'm' | b';', ..] | [_, _, b'0', b'm' | b';', ..]) {
                    break;
                }
            }
            _ => {}
        }
    }
    if restored {
        changes.push(RESTORE);
    }
    changes.iter().rev().for_each(|change| out.extend_from_slice(change));
}

enum Pen<'a> {
    Changed(&'a [u8]),
    Saved,
    Restored,
}

fn pen_change(bytes: &[u8]) -> Option<Pen<'_>> {
    match bytes {
        [_, b'7', ..] | [_, b'[', b's', ..] => Some(Pen::Saved),
        [_, b'8', ..] | [_, b'[', b'u', ..] => Some(Pen::Restored),
        [_, b'[', rest @ ..] => {
            let len = 3 + rest.iter().position(|byte| !matches!(byte, b'0'..=b';'))?;
            (bytes[len - 1] == b'm').then_some(Pen::Changed(&bytes[..len]))
        }
        _ => None,
    }
}
