//! Remembers the first line of a connection, which tells a web server from a silent host when the handshake fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More than this is not remembered of what came before an SSH greeting.
const HEARD_MAX: usize = 512;

/// What was heard so far. Clones hear the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Greeting(Arc<Mutex<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    is_ssh: bool,
}

impl Greeting {
    /// Adds what just came; says whether the other end has introduced itself as SSH 2 by now.
    pub(super) fn hear(&self, bytes: &[u8]) -> bool {
        let mut heard = self.heard();
        let room = HEARD_MAX.saturating_sub(heard.bytes.len()).min(bytes.len());
        heard.bytes.extend_from_slice(&bytes[..room]);
        heard.is_ssh = heard.bytes.split(|byte| *byte == b'\n').any(introduces_ssh);
        heard.is_ssh
    }

    /// Whether the other end introduced itself as SSH 2.
    pub(super) fn is_ssh(&self) -> bool {
        self.heard().is_ssh
    }

    /// Whether it said nothing at all.
    pub(super) fn is_silent(&self) -> bool {
        self.heard().bytes.is_empty()
    }

    /// What it said instead.
    pub(super) fn describe(&self) -> String {
        let heard = self.heard();
        let text = String::from_utf8_lossy(&heard.bytes);
        let line: String = text.lines().next().unwrap_or_default().chars().take(80).collect();
        if line.is_empty() {
            return "it closed the connection without a greeting".to_owned();
        }
        format!("it answered {line:?}")
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn introduces_ssh(line: &[u8]) -> bool {
    line.starts_with(b"SSH-2.0-") || line.starts_with(b"SSH-1.99-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_introduction_may_come_in_pieces_and_after_other_lines() {
        let greeting = Greeting::default();
        assert!(greeting.is_silent());
        assert!(!greeting.hear(b"Welcome!\r\nSS"));
        assert!(greeting.hear(b"H-2.0-OpenSSH_9.2\r\n"));
        assert!(greeting.is_ssh());
    }

    #[test]
    fn what_is_not_ssh_is_quoted_in_short() {
        let greeting = Greeting::default();
        assert!(!greeting.hear(b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n"));
        assert_eq!(greeting.describe(), "it answered \"HTTP/1.1 400 Bad Request\"");
    }
}
