//! `[log]`: what is written to stderr, and how.

use super::{ConfigError, Setting, layers::Values};
use tracing_subscriber::EnvFilter;

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("log.level", "info", "Least level that is logged, or a filter such as `info,services=debug`."),
    Setting::new("log.format", "text", "`text` for people, `json` for machines."),
];

/// How a log line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged.
#[derive(Debug, Clone)]
pub struct Log {
    /// Least level that is logged, or a filter.
    pub level: String,
    /// How a line is written.
    pub format: LogFormat,
}

impl Log {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        Ok(Self { level: values.read("log.level", level)?, format: values.read("log.format", format)? })
    }
}

fn level(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|why| why.to_string())
}

fn format(text: &str) -> Result<LogFormat, String> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("it is `text` or `json`".into()),
    }
}
