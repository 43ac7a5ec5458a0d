//! Finishing: a recording that is over gets chunks, an index and its text to be searched, and takes less room.
//!
//! It is written anew beside itself and takes its own place in one step: whoever reads it meanwhile reads on in the old
//! one, and a crash leaves either the one or the other.

use super::{
    RecordingError, RecordingKey,
    chunks::Chunk,
    frames::{FrameWriter, Kind},
    index::{Entry, Index, MARKERS},
    open::{RecordingFile, note},
    text::Shown,
};
use std::{
    fs::{self, File, OpenOptions},
    io::{BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

/// Nobody waits for it, but the sessions that go on want the processor.
const LEVEL: i32 = 3;

/// What is known of a finished recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Its length in microseconds.
    pub duration: u64,
    /// How many commands are marked in it.
    pub markers: u32,
    /// Whether its end was cut off.
    pub torn: bool,
}

/// Where a recording is written anew.
pub(super) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    name.into()
}

/// Finishes the recording at `path`, unless it is finished. Blocks; `stop` breaks it off between two chunks.
///
/// # Errors
/// When it cannot be read or written; it is then as it was.
pub fn finish(path: &Path, key: Option<&RecordingKey>, id: &str, stop: &AtomicBool) -> Result<Summary, RecordingError> {
    let file = RecordingFile::open(File::open(path)?, key, id)?;
    if let Some((duration, markers, torn)) = file.known() {
        return Ok(Summary { duration, markers: u32::try_from(markers).unwrap_or(u32::MAX), torn });
    }
    let (temporary, key) = (beside(path), key.filter(|_| file.is_sealed()));
    let finished = rewrite(file, &temporary, key.map(|key| (key, id)), stop).and_then(|summary| {
        fs::rename(&temporary, path)?;
        Ok(summary)
    });
    match &finished {
        // The name itself is to survive a power cut, too.
        Ok(_) => path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())?,
        Err(_) => drop(fs::remove_file(&temporary)),
    }
    finished
}

fn rewrite(
    file: RecordingFile<File>,
    temporary: &Path,
    key: Option<(&RecordingKey, &str)>,
    stop: &AtomicBool,
) -> Result<Summary, RecordingError> {
    let output = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(temporary)?;
    let mut writer = FrameWriter::new(BufWriter::new(output), key, LEVEL)?;
    let mut scan = file.scan()?;
    let header = scan.header().clone();
    let (mut shown, mut chunks, mut markers, mut duration) = (Shown::default(), Vec::new(), Vec::new(), 0);
    while let Some(step) = scan.step() {
        if let Some(chunk) = step.full {
            if stop.load(Ordering::Relaxed) {
                return Err(RecordingError::Stopped);
            }
            chunks.push(write(&mut writer, &chunk)?);
        }
        duration = step.event.at.max(duration);
        if step.event.code == "o" {
            shown.take(step.event.at, step.event.text.as_bytes());
        }
        note(step.event, &mut markers);
    }
    let torn = scan.torn;
    chunks.push(write(&mut writer, &scan.end())?);
    let text = writer.write(Kind::Text, &to_json(&shown.end())?)?;
    debug_assert!(markers.len() <= MARKERS);
    let summary = Summary { duration, markers: u32::try_from(markers.len()).unwrap_or(u32::MAX), torn };
    let index = Index {
        cols: header.size.cols,
        rows: header.size.rows,
        timestamp: header.timestamp,
        title: header.title,
        duration,
        torn,
        chunks,
        markers,
        text,
    };
    writer.write(Kind::Index, &to_json(&index)?)?;
    let mut output = writer.into_output();
    output.flush()?;
    output.get_ref().sync_data()?;
    Ok(summary)
}

fn write(writer: &mut FrameWriter<BufWriter<File>>, chunk: &Chunk) -> Result<Entry, RecordingError> {
    Ok(Entry {
        start: chunk.span.start,
        end: chunk.span.end,
        cols: chunk.size.cols,
        rows: chunk.size.rows,
        keyframe: writer.write(Kind::Keyframe, &chunk.keyframe)?,
        lines: writer.write(Kind::Lines, &chunk.lines)?,
    })
}

fn to_json(value: &impl serde::Serialize) -> Result<Vec<u8>, RecordingError> {
    serde_json::to_vec(value).map_err(|why| RecordingError::Foreign(why.to_string()))
}
