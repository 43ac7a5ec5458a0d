//! The recordings' files: where they lie, and the key that seals them.

use super::Recordings;
use crate::ServiceError;
use session::{RecordingFile, RecordingKey};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};
use storage::RecordingRecord;
use wire::RecordingId;

/// How a recording's file is called, plain and sealed.
const ENDINGS: [&str; 2] = [".cast.zst", ".cast.sealed"];

/// What a file that is being written anew ends with.
const TEMPORARY: &str = ".tmp";

/// The file's name.
pub(super) fn name(id: &RecordingId, sealed: bool) -> String {
    format!("{id}{}", ENDINGS[usize::from(sealed)])
}

/// Makes an empty file that nobody else reads, and its folder when there is none.
pub(super) fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Reads the server's key for recordings.
pub(super) fn read_key(path: &Path) -> Result<RecordingKey, ServiceError> {
    let refused = |why: &str| {
        ServiceError::bad(format!("the file {} of `[recording] key_file` cannot be used: {why}", path.display()))
    };
    let about = fs::metadata(path).map_err(|error| refused(&error.to_string()))?;
    if about.mode() & 0o077 != 0 {
        return Err(refused("others may read it; make it readable by its owner alone (chmod 600)"));
    }
    let bytes = fs::read(path).map_err(|error| refused(&error.to_string()))?;
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| refused("it must hold exactly 32 random bytes"))?;
    Ok(RecordingKey::new(bytes))
}

/// Names in the recordings' folder: those of recordings, and those of files that were being written anew.
pub(super) fn found(folder: &Path) -> io::Result<(Vec<String>, Vec<PathBuf>)> {
    let (mut recordings, mut temporary) = (Vec::new(), Vec::new());
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((recordings, temporary)),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let whole = name.strip_suffix(TEMPORARY);
        if ENDINGS.iter().any(|ending| whole.unwrap_or(&name).ends_with(ending)) {
            match whole {
                Some(_) => temporary.push(entry.path()),
                None => recordings.push(name),
            }
        }
    }
    Ok((recordings, temporary))
}

impl Recordings {
    pub(super) fn path(&self, recording: &RecordingRecord) -> PathBuf {
        self.0.settings.directory.join(&recording.file)
    }

    /// Opens a recording's file. Blocks.
    pub(super) fn open(&self, recording: &RecordingRecord) -> Result<RecordingFile<File>, ServiceError> {
        let file = File::open(self.path(recording)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => ServiceError::missing("file of the recording", &recording.id),
            _ => unreadable(recording, &error),
        })?;
        RecordingFile::open(file, self.0.key.as_ref(), recording.id.as_str())
            .map_err(|error| unreadable(recording, &error))
    }
}

/// Logs why, and says that an admin finds it there.
pub(super) fn unreadable(recording: &RecordingRecord, error: &dyn std::error::Error) -> ServiceError {
    tracing::error!(recording = %recording.id, file = recording.file, %error, "a recording cannot be read");
    ServiceError::Conflict(format!("the recording cannot be read: {error}"))
}

/// How large a recording's file is; `None` when it is not there.
pub(super) fn size(path: &Path) -> Option<u64> {
    fs::metadata(path).ok().map(|about| about.len())
}
