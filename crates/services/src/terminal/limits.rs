//! What limits one session: the words of the host and of the folders around it where there are some, else the server's.

use crate::SessionSettings;
use std::time::Duration;
use wire::inventory::HostView;

/// The limits of one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// How long it lives unseen; zero is for ever.
    pub(super) idle_timeout: Duration,
    /// How long it lives at most; zero is for ever.
    pub(super) max_duration: Duration,
    /// How many may live at once on its host; zero is any number.
    pub(super) max_on_host: u32,
}

impl Limits {
    /// The limits of a session on a host, or on none of the inventory.
    pub(super) fn of(settings: &SessionSettings, host: Option<&HostView>) -> Self {
        let own = |seconds: Option<u64>, server: Duration| seconds.map_or(server, Duration::from_secs);
        Self {
            idle_timeout: own(host.and_then(|host| host.effective.idle_timeout_seconds), settings.idle_timeout),
            max_duration: own(host.and_then(|host| host.effective.max_duration_seconds), settings.max_duration),
            max_on_host: host.and_then(|host| host.effective.max_sessions).unwrap_or(0),
        }
    }

    /// What is left of them for an engine that starts so long after the session was opened.
    pub(super) fn after(self, opening: Duration) -> Self {
        // Zero would switch the limit off.
        let left = |span: Duration| match span {
            Duration::ZERO => Duration::ZERO,
            span => span.saturating_sub(opening).max(Duration::from_millis(1)),
        };
        Self { max_duration: left(self.max_duration), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_host_the_server_decides() {
        let settings = SessionSettings::default();
        let limits = Limits::of(&settings, None);
        assert_eq!(
            (limits.idle_timeout, limits.max_duration, limits.max_on_host),
            (settings.idle_timeout, settings.max_duration, 0)
        );
    }

    #[test]
    fn opening_counts_and_never_switches_a_limit_off() {
        let limits = |seconds| Limits {
            idle_timeout: Duration::ZERO,
            max_duration: Duration::from_secs(seconds),
            max_on_host: 0,
        };
        assert_eq!(limits(10).after(Duration::from_secs(4)).max_duration, Duration::from_secs(6));
        assert_eq!(limits(10).after(Duration::from_secs(40)).max_duration, Duration::from_millis(1));
        assert_eq!(limits(0).after(Duration::from_secs(40)).max_duration, Duration::ZERO);
    }
}
