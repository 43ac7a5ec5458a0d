//! `[recording]`: whether sessions are recorded, and what becomes of it.

use super::{ConfigError, Setting, layers::Values, units};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("recording.enabled", "false", "Whether sessions are recorded where no host or folder says otherwise."),
    Setting::new(
        "recording.required",
        "false",
        "Whether every session is recorded, or not opened and not gone on with.",
    ),
    Setting::new("recording.directory", "", "Folder of the recordings; `recordings` in the data folder when empty."),
    Setting::new("recording.retention", "0", "How long a recording is kept after its end, as `90d`; 0 is for ever."),
    Setting::new("recording.input", "false", "Whether what is typed is recorded too, as far as it was echoed."),
    Setting::new(
        "recording.key_file",
        "",
        "File with 32 random bytes under which new recordings are sealed; none when empty.",
    ),
    Setting::new(
        "recording.owner_may_delete",
        "true",
        "Whether accounts delete their own recordings that no policy required.",
    ),
];

/// Whether sessions are recorded, and what becomes of it.
#[derive(Debug, Clone)]
pub struct Recording {
    /// Whether sessions are recorded where no host or folder says otherwise.
    pub enabled: bool,
    /// Whether every session is recorded, or not opened and not gone on with.
    pub required: bool,
    /// Where the files lie.
    pub directory: PathBuf,
    /// How long a recording is kept after its end; zero is for ever.
    pub retention: Duration,
    /// Whether what is typed is recorded too, as far as it was echoed.
    pub input: bool,
    /// The key that new recordings are sealed under.
    pub key_file: Option<PathBuf>,
    /// Whether accounts delete their own recordings that no policy required.
    pub owner_may_delete: bool,
}

impl Recording {
    pub(super) fn read(values: &Values, data_dir: &Path) -> Result<Self, ConfigError> {
        let directory = values.read("recording.directory", path)?;
        Ok(Self {
            enabled: values.read("recording.enabled", units::parsed)?,
            required: values.read("recording.required", units::parsed)?,
            directory: directory.unwrap_or_else(|| data_dir.join("recordings")),
            retention: values.read("recording.retention", units::duration)?,
            input: values.read("recording.input", units::parsed)?,
            key_file: values.read("recording.key_file", path)?,
            owner_may_delete: values.read("recording.owner_may_delete", units::parsed)?,
        })
    }
}

fn path(text: &str) -> Result<Option<PathBuf>, String> {
    Ok((!text.is_empty()).then(|| text.into()))
}
