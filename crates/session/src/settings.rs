//! The limits of one session.

use std::time::Duration;

/// The limits of one session.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many bytes of output are kept for a viewer that comes back. Memory grows only with what was shown.
    pub ring_bytes: usize,
    /// How long the session lives unseen; zero switches it off.
    pub idle_timeout: Duration,
    /// How long the session lives at most; zero switches it off.
    pub max_duration: Duration,
    /// How long before an end by a limit the viewers are warned; zero warns nobody.
    pub warn_before: Duration,
    /// How far from now an extension moves the longest duration; zero allows none.
    pub extend_by: Duration,
    /// How many bytes a viewer may have been sent without having drawn them.
    pub viewer_window: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ring_bytes: 1024 * 1024,
            idle_timeout: Duration::from_secs(30 * 60),
            max_duration: Duration::from_secs(8 * 60 * 60),
            warn_before: Duration::from_secs(2 * 60),
            extend_by: Duration::from_secs(60 * 60),
            viewer_window: 512 * 1024,
        }
    }
}
