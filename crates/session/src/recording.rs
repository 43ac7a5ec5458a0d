//! Recordings: what a session showed, written as it goes and read again (docs/RECORDINGS.md describes the files).
//!
//! A session's engine hands everything to its [`Tap`], which costs it no more than a clone. One thread, the
//! [`Recorder`], turns what all taps hold into asciicast, compresses it and writes it, at the latest 250 ms later. When a
//! session is over its file is *finished*: cut into chunks that can be played by themselves, and given an index.
//!
//! It knows no account and no policy, but for one bit: whether a session may go on unrecorded.

mod chunks;
mod finish;
mod follow;
mod frames;
mod inbox;
mod index;
mod open;
mod pen;
mod recorder;
mod seal;
mod tap;
mod text;

#[cfg(test)]
mod follow_tests;
#[cfg(test)]
mod tests;

pub use chunks::Chunk;
pub use finish::{Summary, finish};
pub use follow::Followed;
pub use index::{Marker, Span};
pub use open::{Outline, RecordingFile, TextLine};
pub use recorder::{Recorder, Recording, Written};
pub use seal::RecordingKey;
pub use tap::{Tap, TapSettings};

use crate::cast::CastError;

/// Why a recording cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file could not be read or written.
    #[error("the recording's file: {0}")]
    Io(#[from] std::io::Error),
    /// It holds something else.
    #[error("the file is no recording: {0}")]
    Foreign(String),
    /// It is sealed, and there is no key.
    #[error("the recording is sealed; set `[recording] key_file` to the key that it was sealed under")]
    NoKey,
    /// A part of it does not open.
    #[error("the recording does not open: the key is another one, or the file was changed or damaged")]
    Broken,
    /// What it holds is no asciicast.
    #[error(transparent)]
    Cast(#[from] CastError),
    /// The work was to stop.
    #[error("the work was stopped")]
    Stopped,
}
