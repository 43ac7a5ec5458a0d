//! The commands typed at a shell prompt (SPEC §5, "Command history").

mod keep;

pub(super) use keep::spawn_sweeper;

use super::Terminal;
use crate::{Caller, ServiceError};
use wire::{
    HostId,
    events::Topic,
    terminal::{CommandHistory, ForgetQuery, Forgotten, HistoryQuery, UniqueCommands},
};

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
        let host = self.host(caller, host).await?;
        Ok(self.0.storage.history().list(caller.account(), host.as_ref(), query).await?)
    }

    /// The same with each command once, the last used first.
    ///
    /// # Errors
    /// `NotFound` for an unknown host.
    pub async fn unique_commands(
        &self,
        caller: &Caller,
        host: Option<&str>,
        query: &HistoryQuery,
    ) -> Result<UniqueCommands, ServiceError> {
        let host = self.host(caller, host).await?;
        Ok(self.0.storage.history().unique(caller.account(), host.as_ref(), query).await?)
    }

    /// Forgets one command that the caller typed.
    ///
    /// # Errors
    /// `NotFound` when there is none with this number.
    pub async fn forget_command(&self, caller: &Caller, id: i64) -> Result<Forgotten, ServiceError> {
        if !self.0.storage.history().delete(caller.account(), id).await? {
            return Err(ServiceError::missing("command", id));
        }
        self.0.audit.note(caller, "history.forget", format!("command {id}"), "done").await;
        Ok(self.forgotten(caller, 1))
    }

    /// Forgets what the caller typed, as far as it matches the query.
    ///
    /// # Errors
    /// `NotFound` for an unknown host.
    pub async fn forget_commands(&self, caller: &Caller, query: &ForgetQuery) -> Result<Forgotten, ServiceError> {
        let host = self.host(caller, query.host.as_deref()).await?;
        let history = self.0.storage.history();
        let (search, command) = (query.search.as_deref(), query.command.as_deref());
        let deleted = history.delete_matching(caller.account(), host.as_ref(), search, command).await?;
        if deleted > 0 {
            let what =
                host.as_ref().map_or_else(|| "commands on all hosts".to_owned(), |id| format!("commands on host {id}"));
            self.0.audit.note(caller, "history.forget", what, &format!("{deleted} forgotten")).await;
        }
        Ok(self.forgotten(caller, deleted))
    }

    fn forgotten(&self, caller: &Caller, deleted: u64) -> Forgotten {
        if deleted > 0 {
            self.0.events.changed(caller.account(), Topic::History, None);
        }
        let message = match deleted {
            0 => "no command matched".to_owned(),
            1 => "1 command is forgotten".to_owned(),
            many => format!("{many} commands are forgotten"),
        };
        Forgotten { message, deleted }
    }

    async fn host(&self, caller: &Caller, host: Option<&str>) -> Result<Option<HostId>, ServiceError> {
        Ok(match host {
            Some(host) => Some(self.0.inventory.find(caller, host).await?.id),
            None => None,
        })
    }
}
