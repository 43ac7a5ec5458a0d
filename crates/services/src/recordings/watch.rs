//! Watching a recording: what is known of it, piece by piece, or the whole as a file.

use super::{Recordings, blocking, files::unreadable};
use crate::{Caller, ServiceError};
use bytes::Bytes;
use futures::{Stream, stream};
use session::{CastChunk, Followed, Outline, parse_cast_line};
use std::{
    io::{self, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use storage::RecordingRecord;
use wire::{
    RecordingId,
    recordings::{RecordingChunk, RecordingDetail, RecordingEvent, RecordingMarker, RecordingSpan, RecordingState},
};

/// How much of a download is read in one go.
const PIECE: u64 = 256 * 1024;

/// A recording as plain asciicast.
pub struct Download {
    /// What to call it: letters, digits and the like only.
    pub file_name: String,
    source: Box<dyn Read + Send>,
    recordings: Recordings,
}

impl Download {
    /// The file, piece by piece, as it is asked for.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let Self { source, recordings, .. } = self;
        stream::try_unfold((source, recordings), |(mut source, recordings)| async move {
            let turn = recordings.0.readers.acquire().await.map_err(io::Error::other)?;
            let read = move || {
                let mut piece = Vec::new();
                source.by_ref().take(PIECE).read_to_end(&mut piece).map(|_| (piece, source))
            };
            let (piece, source) = blocking(read).await.map_err(io::Error::other)??;
            drop(turn);
            Ok((!piece.is_empty()).then(|| (Bytes::from(piece), (source, recordings))))
        })
    }
}

impl Recordings {
    /// What is known of a recording: its chunks and the commands in it.
    ///
    /// # Errors
    /// `NotFound`, also when its file is gone or it is another account's; `Conflict` when it cannot be read.
    pub async fn get(&self, caller: &Caller, id: &RecordingId) -> Result<RecordingDetail, ServiceError> {
        let recording = self.readable(caller, id).await?;
        self.looked_at(caller, &recording).await;
        let mut views = self.views(caller, vec![recording.clone()]).await?;
        let view = views.pop().ok_or(ServiceError::Internal("a recording lost its view"))?;
        if view.missing {
            let (chunks, markers) = (Vec::new(), Vec::new());
            return Ok(RecordingDetail { recording: view, chunks, markers, torn: true });
        }
        let unfinished = recording.indexed;
        let followed = self.followed(&recording);
        let (outline, finished) = self
            .read(recording, move |file| {
                let finished = file.is_finished();
                let outline = match followed {
                    Some(followed) => file.outline_on(&mut lock(&followed)),
                    None => file.outline(),
                };
                Ok((outline?, finished))
            })
            .await?;
        let Outline { chunks, markers, torn, .. } = outline;
        let span = |span: &session::Span| RecordingSpan { start_ms: span.start / 1000, end_ms: span.end / 1000 };
        Ok(RecordingDetail {
            recording: view,
            chunks: chunks.iter().map(span).collect(),
            markers: markers
                .into_iter()
                .map(|marker| RecordingMarker { at_ms: marker.at / 1000, label: marker.label })
                .collect(),
            // What had its index and has it no more was cut off.
            torn: torn || unfinished && !finished,
        })
    }

    /// A piece of a recording that can be played by itself.
    ///
    /// # Errors
    /// As [`Recordings::get`]; `NotFound` when it has no such piece.
    pub async fn chunk(&self, caller: &Caller, id: &RecordingId, number: u32) -> Result<RecordingChunk, ServiceError> {
        let recording = self.readable(caller, id).await?;
        self.looked_at(caller, &recording).await;
        let (followed, number_of) = (self.followed(&recording), number as usize);
        let found = self.read(recording, move |file| match followed {
            Some(followed) => file.chunk_on(number_of, &mut lock(&followed)),
            None => file.chunk(number_of),
        });
        let found = found.await?;
        let (chunk, last) = found.ok_or_else(|| ServiceError::missing("chunk of the recording", number))?;
        Ok(chunk_view(number, &chunk, last))
    }

    /// A recording as plain asciicast, to be downloaded.
    ///
    /// # Errors
    /// As [`Recordings::get`].
    pub async fn cast(&self, caller: &Caller, id: &RecordingId) -> Result<Download, ServiceError> {
        let recording = self.readable(caller, id).await?;
        if caller.account() != &recording.account_id {
            self.note(caller, "recording.download", &recording, "done").await;
        }
        let file_name = file_name(&recording);
        let source = self.read(recording, |file| Ok(Box::new(file.cast()?) as Box<dyn Read + Send>)).await?;
        Ok(Download { file_name, source, recordings: self.clone() })
    }

    /// What is known already of one that runs.
    fn followed(&self, recording: &RecordingRecord) -> Option<Arc<Mutex<Followed>>> {
        let runs = recording.state == RecordingState::Running;
        runs.then(|| self.0.following.of(&recording.id, Instant::now()))
    }

    /// Reads something of a recording's file, when it is its turn.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        recording: RecordingRecord,
        work: impl FnOnce(session::RecordingFile<std::fs::File>) -> Result<T, session::RecordingError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let turn = self.0.readers.acquire().await;
        let _turn = turn.map_err(|_| ServiceError::Unavailable("the server is stopping"))?;
        let recordings = self.clone();
        blocking(move || work(recordings.open(&recording)?).map_err(|error| unreadable(&recording, &error))).await?
    }
}

fn lock(followed: &Mutex<Followed>) -> MutexGuard<'_, Followed> {
    followed.lock().unwrap_or_else(PoisonError::into_inner)
}

fn chunk_view(number: u32, chunk: &CastChunk, last: bool) -> RecordingChunk {
    let lines = chunk.lines.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"["));
    let events = lines.filter_map(|line| parse_cast_line(line).ok());
    RecordingChunk {
        number,
        start_ms: chunk.span.start / 1000,
        cols: chunk.size.cols,
        rows: chunk.size.rows,
        keyframe: String::from_utf8_lossy(&chunk.keyframe).into_owned(),
        events: events.map(|event| RecordingEvent(event.at as f64 / 1e6, event.code, event.text)).collect(),
        last,
    }
}

/// The host and the time, with nothing in it that a header or a file system could take for something else.
fn file_name(recording: &RecordingRecord) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let host: String = recording.host_name.chars().map(|c| if kept(c) { c } else { '_' }).take(60).collect();
    let moment = String::from(recording.started_at).replace(':', "-");
    let moment = moment.split('.').next().unwrap_or_default().trim_end_matches('Z').to_owned();
    format!("{}-{moment}.cast", host.trim_matches('.'))
}
