//! Reads a recording that runs, again and again: what is known of it so far is kept, and only what is new is read.

use super::{
    RecordingError,
    chunks::{Chunk, Cutter},
    frames::{Frames, Mark, unpack},
    index::{Marker, Span},
    open::{Outline, RecordingFile, note},
};
use crate::cast::{Header, Reader, parse_line};
use std::io::{Read, Seek};
use transport::PtySize;

/// So many bytes of keyframes are kept, packed. A chunk beyond is found by reading from the front.
const KEPT: usize = 8 * 1024 * 1024;

/// What is known of a running recording. It belongs to one file.
#[derive(Default)]
pub struct Followed(Option<State>);

struct State {
    header: Header,
    cutter: Cutter,
    /// The frame to be read next.
    next: Mark,
    /// Where the lines of the chunk that is still open begin.
    open: Start,
    full: Vec<Full>,
    markers: Vec<Marker>,
    duration: u64,
    kept: usize,
    torn: bool,
}

/// A line's place: its frame, and where in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Start {
    frame: Mark,
    skip: usize,
}

/// A chunk that will not grow.
struct Full {
    span: Span,
    size: PtySize,
    /// Packed; missing when there was no room.
    keyframe: Option<Vec<u8>>,
    start: Start,
}

impl<R: Read + Seek> RecordingFile<R> {
    /// What is known of it without playing it; as [`RecordingFile::outline`], but of an unfinished one only what is new is
    /// read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn outline_on(mut self, followed: &mut Followed) -> Result<Outline, RecordingError> {
        if self.is_finished() {
            return self.outline();
        }
        Ok(followed.catch_up(&mut self.frames)?.outline())
    }

    /// A chunk, and whether it is the last one so far; as [`RecordingFile::chunk`], but of an unfinished one what is new
    /// and the chunk are read.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn chunk_on(mut self, number: usize, followed: &mut Followed) -> Result<Option<(Chunk, bool)>, RecordingError> {
        if self.is_finished() {
            return self.chunk(number);
        }
        let state = followed.catch_up(&mut self.frames)?;
        let Some(full) = state.full.get(number) else {
            return Ok((number == state.full.len()).then(|| (state.cutter.open().clone(), true)));
        };
        let Some(keyframe) = &full.keyframe else { return self.chunk(number) };
        let until = state.full.get(number + 1).map_or(state.open, |next| next.start);
        let (keyframe, lines) = (unpack(keyframe)?, between(&mut self.frames, full.start, until)?);
        Ok(Some((Chunk { span: full.span, size: full.size, keyframe, lines }, false)))
    }
}

/// The lines from one place up to another.
fn between<R: Read + Seek>(frames: &mut Frames<R>, mut from: Start, until: Start) -> Result<Vec<u8>, RecordingError> {
    let mut lines = Vec::new();
    loop {
        let (frame, next) = frames.lines_at(from.frame)?.ok_or(RecordingError::Broken)?;
        let last = from.frame == until.frame;
        let end = if last { until.skip } else { frame.len() };
        lines.extend_from_slice(frame.get(from.skip..end).ok_or(RecordingError::Broken)?);
        if last {
            return Ok(lines);
        }
        from = Start { frame: next, skip: 0 };
    }
}

impl Followed {
    fn catch_up<R: Read + Seek>(&mut self, frames: &mut Frames<R>) -> Result<&State, RecordingError> {
        let state = match &mut self.0 {
            Some(state) => state,
            slot => slot.insert(State::begin(frames)?),
        };
        while !state.torn {
            let Some((lines, next)) = frames.lines_at(state.next)? else { break };
            state.take(&lines, Start { frame: state.next, skip: 0 });
            state.next = next;
        }
        Ok(state)
    }
}

impl State {
    /// The first frame begins with the header.
    fn begin<R: Read + Seek>(frames: &mut Frames<R>) -> Result<Self, RecordingError> {
        let first = frames.first();
        let (lines, next) = frames.lines_at(first)?.unwrap_or((Vec::new(), first));
        let header = Reader::new(&lines[..])?.header().clone();
        let head = lines.iter().position(|&byte| byte == b'\n').map_or(lines.len(), |end| end + 1);
        let mut state = Self {
            cutter: Cutter::new(&header, lines[..head].to_vec()),
            header,
            next,
            open: Start { frame: first, skip: 0 },
            full: Vec::new(),
            markers: Vec::new(),
            duration: 0,
            kept: 0,
            torn: false,
        };
        state.take(&lines, Start { frame: first, skip: head });
        Ok(state)
    }

    /// Takes a frame's lines in, from a place in it on.
    fn take(&mut self, lines: &[u8], mut at: Start) {
        for whole in lines[at.skip..].split_inclusive(|&byte| byte == b'\n') {
            let line = whole.strip_suffix(b"\n").unwrap_or(whole);
            let Ok(event) = parse_line(line) else {
                self.torn = true;
                return;
            };
            if let Some(chunk) = self.cutter.push(&event, line) {
                self.close(chunk, at);
            }
            self.duration = self.duration.max(event.at);
            note(event, &mut self.markers);
            at.skip += whole.len();
        }
    }

    /// A chunk is full; the next one begins here.
    fn close(&mut self, chunk: Chunk, at: Start) {
        let packed = zstd::bulk::compress(&chunk.keyframe, 1).ok();
        let keyframe = packed.filter(|packed| self.kept + packed.len() <= KEPT);
        self.kept += keyframe.as_ref().map_or(0, Vec::len);
        let start = std::mem::replace(&mut self.open, at);
        self.full.push(Full { span: chunk.span, size: chunk.size, keyframe, start });
    }

    fn outline(&self) -> Outline {
        let open = self.cutter.open().span;
        Outline {
            header: self.header.clone(),
            duration: self.duration,
            chunks: self.full.iter().map(|chunk| chunk.span).chain([open]).collect(),
            markers: self.markers.clone(),
            torn: self.torn,
        }
    }
}
