//! The commands typed at a shell prompt (SPEC §5, "Command history").

use super::Terminal;
use crate::{Caller, ServiceError};
use wire::terminal::{CommandHistory, HistoryQuery, UniqueCommands};

impl Terminal {
    /// What the caller typed, the newest first; on one host (by id or name), or on all.
    ///
    /// # Errors
    /// `NotFound` for an unknown host.
    pub async fn command_history(
        &self,
        caller: &Caller,
        host: Option<&str>,
        query: &HistoryQuery,
    ) -> Result<CommandHistory, ServiceError> {
        let host = match host {
            Some(host) => Some(self.0.inventory.find(caller, host).await?.id),
            None => None,
        };
        Ok(self.0.storage.history().list(caller.account(), host.as_ref(), query).await?)
    }

    /// The same, each command once, the last used first.
    ///
    /// # Errors
    /// `NotFound` for an unknown host.
    pub async fn unique_commands(
        &self,
        caller: &Caller,
        host: &str,
        query: &HistoryQuery,
    ) -> Result<UniqueCommands, ServiceError> {
        let host = self.0.inventory.find(caller, host).await?.id;
        Ok(self.0.storage.history().unique(caller.account(), Some(&host), query).await?)
    }
}
