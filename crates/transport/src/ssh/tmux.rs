//! A shell inside tmux on the host: what runs in it outlives its link, and this process.
//!
//! The commands are constant but for the name, which is of a kind that no shell reads anything into. They run in `sh`,
//! because the login shell may be another one with other rules.

use super::link::Link;
use crate::{DialError, PtySize, RunLimits, Shell, ShellExit};
use std::{fmt, time::Duration};

/// How long the host may take to say whether it has tmux, or to end a session of it.
const PATIENCE: RunLimits = RunLimits { timeout: Duration::from_secs(5), max_output: 1024 };

/// Places that a login shell's path has and a plain command's often lacks.
const PATH: &str = "PATH=$PATH:/usr/local/bin:/opt/homebrew/bin:/opt/local/bin";

/// The name of a tmux session: 1 to 64 of `a` to `z`, `0` to `9` and `-`, beginning with a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TmuxName(String);

impl TmuxName {
    /// The name, if it is one.
    pub fn new(name: impl Into<String>) -> Option<Self> {
        let name = name.into();
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
        let is_name = (1..=64).contains(&name.len())
            && name.bytes().all(plain)
            && name.starts_with(|first: char| first.is_ascii_lowercase());
        is_name.then_some(Self(name))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TmuxName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Link {
    /// Whether the host has tmux. A host that runs no commands has none.
    ///
    /// # Errors
    /// When the link is lost or the host takes too long.
    pub async fn has_tmux(&self) -> Result<bool, DialError> {
        match self.run(&format!("exec sh -c '{PATH}; command -v tmux >/dev/null 2>&1'"), b"", PATIENCE).await {
            Ok(output) => Ok(output.exit == ShellExit::Exited(0)),
            Err(DialError::ChannelRefused { .. }) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Opens the tmux session of this name, or makes it. As [`Link::open_shell`] otherwise.
    ///
    /// # Errors
    /// When the host opens no channel.
    pub async fn open_tmux(&self, size: PtySize, name: &TmuxName) -> Result<Shell, DialError> {
        // The bar would repeat what the page says, and without the mouse there is no way back to what scrolled by.
        let options = r"\; set-option status off \; set-option mouse on";
        self.start_shell(size, Some(format!("exec sh -c '{PATH}; exec tmux -u new-session -A -s {name} {options}'")))
            .await
    }

    /// Opens a login shell that first says that there is no tmux.
    ///
    /// # Errors
    /// When the host opens no channel.
    pub async fn open_shell_without_tmux(&self, size: PtySize) -> Result<Shell, DialError> {
        let says =
            r#"printf "%s\n" "tmux is not installed on this host: what you start here ends with the connection.""#;
        self.start_shell(size, Some(format!(r#"exec sh -c '{says}; exec "${{SHELL:-/bin/sh}}" -l'"#))).await
    }

    /// Ends the tmux session of this name and what runs in it. One that is gone already is no error.
    ///
    /// # Errors
    /// When the link is lost or the host takes too long.
    pub async fn kill_tmux(&self, name: &TmuxName) -> Result<(), DialError> {
        let command = format!("exec sh -c '{PATH}; exec tmux kill-session -t ={name}'");
        self.run(&command, b"", PATIENCE).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::TmuxName;

    #[test]
    fn a_name_is_nothing_that_a_shell_reads() {
        assert_eq!(TmuxName::new("berth-0a1b").unwrap().to_string(), "berth-0a1b");
        let long = "a".repeat(65);
        for bad in ["", "-a", "0a", "A", "a b", "a;b", "a'b", "a:1", "a.1", "=a", "a\n", "é", &long] {
            assert_eq!(TmuxName::new(bad), None, "{bad:?}");
        }
    }
}
