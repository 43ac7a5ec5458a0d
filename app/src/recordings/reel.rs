//! The pieces of a recording that are at hand, and what is to be drawn to get from one moment to a later one.
//!
//! A recording may be hours long: only the pieces around the moment at hand are kept. All times are milliseconds from the
//! recording's start.

use std::collections::BTreeMap;
use wire::recordings::{RecordingChunk, RecordingSpan};

/// Pieces that are kept before and after the one at hand.
const KEPT: u32 = 2;

/// What happens in a recording, as far as it can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The terminal shows this.
    Write(String),
    /// The terminal gets this size: width and height in cells.
    Resize(u16, u16),
}

/// A piece.
struct Piece {
    cols: u16,
    rows: u16,
    keyframe: String,
    events: Vec<(f64, Step)>,
    /// When it ended, as it was known when the piece was fetched.
    end_ms: u64,
}

/// Up to where everything has been drawn: so many events of this piece, and all pieces before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The piece.
    pub(super) piece: u32,
    event: usize,
}

/// How a piece begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start<'a> {
    /// Width in cells.
    pub(super) cols: u16,
    /// Height in cells.
    pub(super) rows: u16,
    /// Draws the screen as it was.
    pub(super) keyframe: &'a str,
    /// Nothing of the piece has been drawn.
    pub(super) place: Place,
}

/// The pieces at hand.
#[derive(Default)]
pub(super) struct Reel {
    spans: Vec<RecordingSpan>,
    pieces: BTreeMap<u32, Piece>,
}

impl Reel {
    /// Takes note of the pieces that there are. Of a recording that runs there are more, and the last one is longer, each
    /// time.
    pub(super) fn set_spans(&mut self, spans: Vec<RecordingSpan>) {
        self.spans = spans;
    }

    /// The piece that holds a moment.
    pub(super) fn piece_at(&self, at: f64) -> Option<u32> {
        let after = self.spans.partition_point(|span| span.start_ms as f64 <= at);
        (!self.spans.is_empty()).then(|| after.saturating_sub(1) as u32)
    }

    /// Whether a piece is at hand, all of it.
    pub(super) fn has(&self, number: u32) -> bool {
        let end = self.spans.get(number as usize).map(|span| span.end_ms);
        self.pieces.get(&number).is_some_and(|piece| Some(piece.end_ms) >= end)
    }

    /// Puts a piece in; one that was there before and has grown is replaced.
    pub(super) fn put(&mut self, chunk: RecordingChunk) {
        let events: Vec<_> =
            chunk.events.into_iter().filter_map(|event| Some((event.0 * 1e3, step(&event.1, event.2)?))).collect();
        let known = self.spans.get(chunk.number as usize).map_or(0, |span| span.end_ms);
        let (cols, rows, keyframe) = (chunk.cols, chunk.rows, chunk.keyframe);
        let last = events.last().map_or(0, |(at, _)| *at as u64);
        self.pieces.insert(chunk.number, Piece { cols, rows, keyframe, events, end_ms: known.max(last) });
    }

    /// The piece to fetch next for somebody who is at this moment: the one there, then the one behind it.
    pub(super) fn wanted(&self, at: f64) -> Option<u32> {
        let here = self.piece_at(at)?;
        [here, here + 1].into_iter().find(|number| (*number as usize) < self.spans.len() && !self.has(*number))
    }

    /// Lets go of the pieces that are far from this moment.
    pub(super) fn keep_around(&mut self, at: f64) {
        if let Some(here) = self.piece_at(at) {
            self.pieces.retain(|number, _| number.abs_diff(here) <= KEPT);
        }
    }

    /// Where the pieces at hand lie, for the bar.
    pub(super) fn at_hand(&self) -> Vec<(f64, f64)> {
        let mut ranges: Vec<(f64, f64)> = Vec::new();
        for span in self.pieces.keys().filter_map(|number| self.span(*number)) {
            match ranges.last_mut() {
                Some(last) if last.1 >= span.0 => last.1 = span.1,
                _ => ranges.push(span),
            }
        }
        ranges
    }

    /// A piece reaches up to the one behind it.
    fn span(&self, number: u32) -> Option<(f64, f64)> {
        let span = self.spans.get(number as usize)?;
        let end = self.spans.get(number as usize + 1).map_or(span.end_ms, |next| next.start_ms);
        Some((span.start_ms as f64, end as f64))
    }

    /// How a piece begins; nothing when it is not at hand.
    pub(super) fn start(&self, number: u32) -> Option<Start<'_>> {
        let piece = self.pieces.get(&number)?;
        let place = Place { piece: number, event: 0 };
        Some(Start { cols: piece.cols, rows: piece.rows, keyframe: &piece.keyframe, place })
    }

    /// The times of what comes after a place, as far as the pieces are at hand.
    pub(super) fn ahead(&self, place: Place) -> impl Iterator<Item = f64> {
        let here = self.pieces.get(&place.piece).and_then(|piece| piece.events.get(place.event..)).unwrap_or_default();
        let behind = (place.piece + 1..).map_while(|number| self.pieces.get(&number)).flat_map(|piece| &piece.events);
        here.iter().chain(behind).map(|(at, _)| *at)
    }

    /// The first moment whose piece is missing; none when all that follows is at hand.
    pub(super) fn known_until(&self, place: Place) -> Option<f64> {
        let missing = (place.piece..self.spans.len() as u32).find(|number| !self.has(*number))?;
        // A piece that has grown is known as far as it was.
        let grown = self.pieces.get(&missing).map(|piece| piece.end_ms);
        Some(grown.unwrap_or(self.spans.get(missing as usize)?.start_ms) as f64)
    }

    /// What is to be drawn from a place up to and with a moment. The place moves along.
    pub(super) fn take(&self, place: &mut Place, until: f64) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(piece) = self.pieces.get(&place.piece) {
            let due = piece.events.iter().skip(place.event).take_while(|(at, _)| *at <= until);
            for (_, step) in due {
                join(&mut steps, step);
                place.event += 1;
            }
            let next = self.spans.get(place.piece as usize + 1).filter(|next| next.start_ms as f64 <= until);
            if next.is_none() || place.event < piece.events.len() || !self.has(place.piece) {
                break;
            }
            *place = Place { piece: place.piece + 1, event: 0 };
        }
        steps
    }

    /// The moment of the next event after a place, or of the last one before it and before `at`.
    pub(super) fn neighbour(&self, place: Place, at: f64, forwards: bool) -> Option<f64> {
        if forwards {
            return self.ahead(place).find(|next| *next > at);
        }
        let around = self.pieces.range(..=place.piece).rev().flat_map(|(_, piece)| piece.events.iter().rev());
        around.map(|(at, _)| *at).find(|before| *before < at - 0.5)
    }
}

fn step(code: &str, text: String) -> Option<Step> {
    match code {
        "o" => Some(Step::Write(text)),
        "r" => {
            let (cols, rows) = text.split_once('x')?;
            let size = |text: &str| text.parse().ok().filter(|cells| (1..=1_000).contains(cells));
            Some(Step::Resize(size(cols)?, size(rows)?))
        }
        _ => None,
    }
}

/// What is drawn in one go is one text.
fn join(steps: &mut Vec<Step>, step: &Step) {
    match (steps.last_mut(), step) {
        (Some(Step::Write(all)), Step::Write(text)) => all.push_str(text),
        (Some(last @ Step::Resize(..)), Step::Resize(..)) => *last = step.clone(),
        _ => steps.push(step.clone()),
    }
}

#[cfg(test)]
#[path = "reel_tests.rs"]
mod tests;
