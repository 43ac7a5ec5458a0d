//! The terminal engine: one live session, its output by byte offset, its viewers, its end.
//!
//! One task reads the shell at once and always; a [`Session`] is a handle to what that task keeps. Viewers pull: each
//! [`Attachment`] has a place of its own in the output, so that a slow one slows only itself, and one that comes back
//! gets exactly what it missed, or a picture of the screen when that is gone. A session ends once, for one reason.
//!
//! The engine knows no SSH, no HTTP, no SQL, no host name and nobody's rights.

mod attachment;
mod cast;
mod commands;
mod engine;
#[cfg(any(test, fuzzing))]
pub mod fuzzing;
mod hurry;
mod lifecycle;
mod lifetime;
mod notices;
mod output;
mod pace;
mod recording;
mod rights;
mod ring;
mod screen;
mod session;
mod settings;
mod sizes;
mod state;
mod typing;
mod viewer;
mod withheld;

pub use attachment::{Attachment, Control, Event};
pub use cast::{CastError, CastEvent, Header as CastHeader, Reader as CastReader, parse_line as parse_cast_line};
pub use commands::CommandEvent;
pub use engine::{Commands, start};
pub use recording::{
    Chunk as CastChunk, Followed, Marker, Outline, Recorder, Recording, RecordingError, RecordingFile, RecordingKey,
    Span, Summary, Tap, TapSettings, TextLine, Written, finish as finish_recording,
};
pub use session::{Ended, Glance, Notifier, Presence, Session};
pub use settings::Settings;
pub use viewer::{Dismissal, Who};

#[cfg(test)]
mod ends_tests;
#[cfg(test)]
mod hurry_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod viewer_tests;
#[cfg(test)]
mod warning_tests;
