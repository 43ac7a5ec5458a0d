//! Reads a recording: at once when it is finished, from front to end while it is not.

use super::{
    RecordingError, RecordingKey,
    chunks::{Chunk, Cutter},
    frames::{Frames, Kind, Lines},
    index::{Entry, Index, MARKERS, Marker, Span},
    text::Shown,
};
use crate::cast::{CastError, CastEvent, Header, Reader, Writer};
use serde::{Deserialize, Serialize};
use std::io::{BufRead as _, Read, Seek};

/// What is known of a recording without playing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// What stands at the top.
    pub header: Header,
    /// When its last event is, in microseconds.
    pub duration: u64,
    /// Its chunks, in order.
    pub chunks: Vec<Span>,
    /// The commands in it, in order; not without end.
    pub markers: Vec<Marker>,
    /// Its end was cut off, or cannot be read.
    pub torn: bool,
}

/// A line of what was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLine {
    /// When all of it was there, in microseconds.
    pub at: u64,
    /// The line, without sequences.
    pub text: String,
}

/// A recording's file, open.
pub struct RecordingFile<R> {
    pub(super) frames: Frames<R>,
    index: Option<Index>,
}

impl<R: Read + Seek> RecordingFile<R> {
    /// Opens a recording; of a finished one its index is read.
    ///
    /// # Errors
    /// When it is sealed under another key or under none that is given, or is no recording.
    pub fn open(input: R, key: Option<&RecordingKey>, id: &str) -> Result<Self, RecordingError> {
        let mut frames = Frames::open(input, key, id)?;
        let index = match frames.index_place()? {
            Some(place) => Some(json(&frames.read(Kind::Index, place)?)?),
            None => None,
        };
        Ok(Self { frames, index })
    }

    /// Whether it has an index.
    pub fn is_finished(&self) -> bool {
        self.index.is_some()
    }

    /// Whether it is sealed.
    pub fn is_sealed(&self) -> bool {
        self.frames.is_sealed()
    }

    /// What is known of it without playing it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn outline(self) -> Result<Outline, RecordingError> {
        if let Some(index) = self.index {
            let chunks = index.chunks.iter().map(|entry| Span { start: entry.start, end: entry.end }).collect();
            let header = index.header();
            let Index { duration, markers, torn, .. } = index;
            return Ok(Outline { header, duration, chunks, markers, torn });
        }
        let mut scan = Scan::new(self.frames)?;
        let header = scan.header().clone();
        let (mut chunks, mut markers, mut duration) = (Vec::new(), Vec::new(), 0);
        while let Some(step) = scan.step() {
            duration = step.event.at.max(duration);
            chunks.extend(step.full.map(|chunk| chunk.span));
            note(step.event, &mut markers);
        }
        let torn = scan.torn;
        chunks.push(scan.end().span);
        Ok(Outline { header, duration, chunks, markers, torn })
    }

    /// A chunk, and whether it is the last one so far.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn chunk(mut self, number: usize) -> Result<Option<(Chunk, bool)>, RecordingError> {
        if let Some(index) = &self.index {
            let Some(entry) = index.chunks.get(number) else { return Ok(None) };
            let last = number + 1 == index.chunks.len();
            return Ok(Some((read(&mut self.frames, entry)?, last)));
        }
        let mut scan = Scan::new(self.frames)?;
        let mut at = 0;
        while let Some(step) = scan.step() {
            if let Some(chunk) = step.full {
                if at == number {
                    return Ok(Some((chunk, false)));
                }
                at += 1;
            }
        }
        Ok((at == number).then(|| (scan.end(), true)))
    }

    /// What was shown, as lines. While it is not finished, all of it is read for them.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn text(mut self) -> Result<Vec<TextLine>, RecordingError> {
        if let Some(index) = &self.index {
            return json(&self.frames.read(Kind::Text, index.text)?);
        }
        let (mut reader, mut shown) = (Reader::new(self.frames.lines()?)?, Shown::default());
        // Where it can be read no further, its text ends.
        while let Ok(Some(event)) = reader.next_event() {
            if event.code == "o" {
                shown.take(event.at, event.text.as_bytes());
            }
        }
        Ok(shown.end())
    }

    /// The whole as asciicast, in whole lines. An end that was cut off is left out quietly while it is not finished.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn cast(self) -> Result<impl Read, RecordingError> {
        Ok(WholeLines {
            lines: self.frames.lines()?,
            finished: self.index.is_some(),
            ready: Vec::new(),
            at: 0,
            over: false,
        })
    }

    /// From front to end.
    pub(super) fn scan(self) -> Result<Scan<R>, RecordingError> {
        Scan::new(self.frames)
    }

    /// Its length in microseconds, its number of markers and whether it is torn, when it is finished.
    pub(super) fn known(&self) -> Option<(u64, usize, bool)> {
        self.index.as_ref().map(|index| (index.duration, index.markers.len(), index.torn))
    }
}

fn json<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, RecordingError> {
    serde_json::from_slice(bytes).map_err(|why| RecordingError::Foreign(why.to_string()))
}

fn read<R: Read + Seek>(frames: &mut Frames<R>, entry: &Entry) -> Result<Chunk, RecordingError> {
    Ok(Chunk {
        span: Span { start: entry.start, end: entry.end },
        size: transport::PtySize { cols: entry.cols, rows: entry.rows },
        keyframe: frames.read(Kind::Keyframe, entry.keyframe)?,
        lines: frames.read(Kind::Lines, entry.lines)?,
    })
}

/// Adds an event's marker, when it is one and there is room.
pub(super) fn note(event: CastEvent, markers: &mut Vec<Marker>) {
    if event.code == "m" && markers.len() < MARKERS {
        markers.push(Marker { at: event.at, label: event.text });
    }
}

/// Goes through a recording event by event, cutting chunks on the way. It stops where the file can be read no further.
pub(super) struct Scan<R> {
    reader: Reader<Lines<R>>,
    cutter: Cutter,
    pub(super) torn: bool,
}

/// One event on the way.
pub(super) struct Step {
    pub(super) event: CastEvent,
    /// The chunk that ended before it.
    pub(super) full: Option<Chunk>,
}

impl<R: Read + Seek> Scan<R> {
    fn new(frames: Frames<R>) -> Result<Self, RecordingError> {
        let reader = Reader::new(frames.lines()?)?;
        let mut head = Vec::new();
        Writer::header(reader.header(), &mut head);
        let cutter = Cutter::new(reader.header(), head);
        Ok(Self { reader, cutter, torn: false })
    }

    pub(super) fn header(&self) -> &Header {
        self.reader.header()
    }

    pub(super) fn step(&mut self) -> Option<Step> {
        match self.reader.next_event() {
            Ok(Some(event)) => {
                let full = self.cutter.push(&event, self.reader.line());
                Some(Step { event, full })
            }
            Ok(None) => None,
            Err(CastError::Io(_) | CastError::Line { .. }) => {
                self.torn = true;
                None
            }
        }
    }

    /// The last chunk.
    pub(super) fn end(self) -> Chunk {
        self.cutter.end()
    }
}

/// How much of the text is made ready in one go.
const AHEAD: usize = 64 * 1024;

/// Gives back whole lines only.
struct WholeLines<R> {
    lines: Lines<R>,
    finished: bool,
    ready: Vec<u8>,
    at: usize,
    over: bool,
}

impl<R: Read> WholeLines<R> {
    fn more(&mut self) -> std::io::Result<()> {
        self.ready.clear();
        self.at = 0;
        while !self.over && self.ready.len() < AHEAD {
            let whole = self.ready.len();
            let read = self.lines.read_until(b'\n', &mut self.ready);
            self.over = !matches!(read, Ok(1..)) || !self.ready.ends_with(b"\n");
            if self.over {
                self.ready.truncate(whole);
            }
            match read {
                Err(error) if self.finished => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for WholeLines<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.ready.len() {
            self.more()?;
        }
        let len = (self.ready.len() - self.at).min(out.len());
        out[..len].copy_from_slice(&self.ready[self.at..self.at + len]);
        self.at += len;
        Ok(len)
    }
}
