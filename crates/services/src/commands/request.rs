//! What is to be run: the request with its snippet filled, its hosts found and its limits set.

use super::Commands;
use crate::{Caller, ServiceError};
use bytes::Bytes;
use std::{collections::HashSet, time::Duration};
use wire::{
    commands::{CommandRequest, template},
    inventory::HostView,
};

const MAX_COMMAND: usize = 64 * 1024;
const MAX_STDIN: usize = 512 * 1024;

/// What is to be run.
pub(super) struct Order {
    pub(super) command: String,
    pub(super) stdin: Bytes,
    pub(super) hosts: Vec<HostView>,
    pub(super) timeout: Duration,
    pub(super) time_limit: Duration,
    pub(super) concurrency: usize,
    pub(super) max_output: usize,
}

impl Commands {
    /// Checks a request and completes it.
    pub(super) async fn order(&self, caller: &Caller, request: CommandRequest) -> Result<Order, ServiceError> {
        let settings = &self.0.settings;
        let timeout = seconds("timeout", request.timeout, settings.timeout, settings.max_timeout)?;
        let time_limit = seconds("time_limit", request.time_limit, settings.time_limit, settings.time_limit)?;
        let most = settings.concurrency.max(1);
        let concurrency = request.concurrency.map_or(most, |asked| asked as usize);
        if !(1..=most).contains(&concurrency) {
            return Err(ServiceError::bad(format!("concurrency must be 1 to {most}")));
        }
        let stdin = request.stdin.clone().unwrap_or_default();
        if stdin.len() > MAX_STDIN {
            return Err(ServiceError::bad("stdin must have 512 KiB at most; send more as a file"));
        }
        let command = self.command_text(caller, &request).await?;
        let hosts = self.hosts(caller, &request.hosts).await?;
        let max_output = settings.max_output;
        Ok(Order { command, stdin: stdin.into(), hosts, timeout, time_limit, concurrency, max_output })
    }

    async fn command_text(&self, caller: &Caller, request: &CommandRequest) -> Result<String, ServiceError> {
        let command = match &request.snippet {
            None => request.command.clone(),
            Some(_) if !request.command.is_empty() => {
                return Err(ServiceError::bad("give either command or snippet, not both"));
            }
            Some(name) => {
                let snippet = self.find_snippet(caller, name).await?;
                template::fill(&snippet.text, &request.values).map_err(|error| ServiceError::bad(error.to_string()))?
            }
        };
        if command.trim().is_empty() || command.len() > MAX_COMMAND {
            return Err(ServiceError::bad("command must have 1 byte to 64 KiB"));
        }
        if command.contains('\0') {
            return Err(ServiceError::bad("command holds a NUL character, which no shell reads"));
        }
        Ok(command)
    }

    /// The hosts, each once, in the order that they were named in.
    async fn hosts(&self, caller: &Caller, named: &[String]) -> Result<Vec<HostView>, ServiceError> {
        let most = self.0.settings.max_hosts;
        if named.is_empty() || named.len() > most {
            return Err(ServiceError::bad(format!("hosts must name 1 to {most} hosts")));
        }
        let (mut hosts, mut seen) = (Vec::with_capacity(named.len()), HashSet::new());
        for name in named {
            let host = self.0.inventory.find(caller, name).await?;
            if seen.insert(host.id.clone()) {
                hosts.push(host);
            }
        }
        Ok(hosts)
    }
}

fn seconds(field: &str, asked: Option<u64>, default: Duration, most: Duration) -> Result<Duration, ServiceError> {
    let asked = asked.map_or(default.min(most), Duration::from_secs);
    if asked < Duration::from_secs(1) || asked > most {
        return Err(ServiceError::bad(format!("{field} must be 1 to {} seconds", most.as_secs())));
    }
    Ok(asked)
}
