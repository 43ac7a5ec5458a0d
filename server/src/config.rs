//! The configuration: defaults, then a TOML file, then the environment, then flags (SPEC §11).

mod accounts;
mod audit;
mod commands;
mod connections;
mod history;
mod hosts;
mod identity;
mod layers;
mod ldap;
mod limits;
mod log;
mod metrics;
mod netbox;
mod oidc;
mod passkeys;
mod reach;
mod recording;
mod report;
mod sessions;
mod setting;
mod tls;
mod units;

pub use accounts::Accounts;
pub use audit::Audit;
pub use commands::Commands;
pub use connections::Connections;
pub use history::History;
pub use hosts::Hosts;
pub use layers::{Origin, Sources};
pub use ldap::Ldap;
pub use limits::Limits;
pub use log::{Log, LogFormat};
pub use metrics::Metrics;
pub use netbox::NetBox;
pub use oidc::Oidc;
pub use passkeys::Passkeys;
pub use reach::Reach;
pub use recording::Recording;
pub use sessions::Sessions;
pub use setting::Setting;
pub use tls::{CertificateFiles, Tls};

use layers::Values;
use std::path::PathBuf;

/// Why the configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read or is no TOML.
    #[error("{path}: {why}", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Nothing has this name.
    #[error("unknown setting `{key}` ({origin}); did you mean `{nearest}`? `berth config` lists them all")]
    UnknownKey {
        /// What was written.
        key: String,
        /// Where.
        origin: Origin,
        /// The known name that looks most like it.
        nearest: String,
    },
    /// A value is not acceptable. The value itself is left out: it may be a secret.
    #[error("the value of `{key}` ({origin}) cannot be used: {why}")]
    BadValue {
        /// The setting.
        key: &'static str,
        /// Where its value came from.
        origin: Origin,
        /// What is wrong with it.
        why: String,
    },
    /// A section reads a setting that no list declares.
    #[error("the setting `{key}` is not declared")]
    Undeclared {
        /// The setting.
        key: &'static str,
    },
}

/// Every setting, read.
#[derive(Debug)]
pub struct Config {
    /// Where the server listens, keeps its data and is reached.
    pub reach: Reach,
    /// What is required of accounts.
    pub accounts: Accounts,
    /// By which provider of identities one may sign in.
    pub oidc: Oidc,
    /// In which directory names are looked up.
    pub ldap: Ldap,
    /// Whether one may sign in with a passkey.
    pub passkeys: Passkeys,
    /// Whether the server speaks TLS itself.
    pub tls: Tls,
    /// Limits of terminal sessions.
    pub sessions: Sessions,
    /// Limits of the connections that scripts open by name.
    pub connections: Connections,
    /// What is kept of typed commands.
    pub history: History,
    /// How far commands on hosts may go.
    pub commands: Commands,
    /// Whether sessions are recorded, and what becomes of it.
    pub recording: Recording,
    /// How hosts are reached.
    pub hosts: Hosts,
    /// Which servers are asked as NetBox.
    pub netbox: NetBox,
    /// How long the audit log is kept.
    pub audit: Audit,
    /// How often the kinds of requests may come.
    pub limits: Limits,
    /// What is logged.
    pub log: Log,
    /// Who reads the metrics.
    pub metrics: Metrics,
    values: Values,
}

impl Config {
    /// Reads all sources.
    ///
    /// # Errors
    /// When the file cannot be read, a key is unknown or a value is not acceptable.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let values = Values::merge(settings(), sources)?;
        let reach = Reach::read(&values)?;
        Ok(Self {
            recording: Recording::read(&values, &reach.data_dir)?,
            tls: Tls::read(&values, &reach.data_dir)?,
            passkeys: Passkeys::read(&values, &reach)?,
            reach,
            accounts: Accounts::read(&values)?,
            oidc: Oidc::read(&values)?,
            ldap: Ldap::read(&values)?,
            sessions: Sessions::read(&values)?,
            connections: Connections::read(&values)?,
            history: History::read(&values)?,
            commands: Commands::read(&values)?,
            hosts: Hosts::read(&values)?,
            netbox: NetBox::read(&values)?,
            audit: Audit::read(&values)?,
            limits: Limits::read(&values)?,
            log: Log::read(&values)?,
            metrics: Metrics::read(&values)?,
            values,
        })
    }

    /// What the services are told.
    pub fn services(&self) -> services::Settings {
        services::Settings {
            database_url: self.reach.database_url.clone(),
            require_second_factor: self.accounts.require_second_factor,
            oidc: self.oidc.0.clone(),
            ldap: self.ldap.0.clone(),
            passkeys: self.passkeys.0.clone(),
            sessions: services::SessionSettings {
                max_per_account: self.sessions.max_per_account,
                max_total: self.sessions.max_total,
                idle_timeout: self.sessions.idle_timeout,
                max_duration: self.sessions.max_duration,
                warn_before: self.sessions.warn_before,
                extend_by: self.sessions.extend_by,
                heartbeat_interval: self.sessions.heartbeat_interval,
                scrollback: self.sessions.scrollback,
            },
            history: services::HistorySettings {
                enabled: self.history.enabled,
                retention: self.history.retention,
                max_per_account: self.history.max_per_account,
            },
            recording: services::RecordingSettings {
                enabled: self.recording.enabled,
                required: self.recording.required,
                directory: self.recording.directory.clone(),
                retention: self.recording.retention,
                input: self.recording.input,
                key_file: self.recording.key_file.clone(),
                owner_may_delete: self.recording.owner_may_delete,
            },
            commands: services::CommandSettings {
                concurrency: self.commands.concurrency,
                max_hosts: self.commands.max_hosts,
                timeout: self.commands.timeout,
                max_timeout: self.commands.max_timeout,
                time_limit: self.commands.time_limit,
                max_output: self.commands.max_output,
                max_memory: self.commands.max_memory,
                keep: self.commands.keep,
            },
            connections: services::ConnectionSettings {
                max_per_account: self.connections.max_per_account,
                idle_timeout: self.connections.idle_timeout,
            },
            probe_interval: self.hosts.probe_interval,
            dial_timeout: self.hosts.dial_timeout,
            links_apart: self.hosts.links_apart,
            link_idle: self.hosts.link_idle,
            netbox: services::NetBoxSettings {
                allow_local: self.netbox.allow_local,
                shortest_sync: self.netbox.shortest_sync,
            },
            server_key: self.reach.data_dir.join("server.key"),
            audit: services::AuditSettings { retention: self.audit.retention },
        }
    }
}

/// Every setting there is.
pub fn settings() -> Vec<Setting> {
    [
        reach::SETTINGS,
        accounts::SETTINGS,
        oidc::SETTINGS,
        ldap::SETTINGS,
        passkeys::SETTINGS,
        tls::SETTINGS,
        sessions::SETTINGS,
        connections::SETTINGS,
        history::SETTINGS,
        commands::SETTINGS,
        recording::SETTINGS,
        hosts::SETTINGS,
        netbox::SETTINGS,
        audit::SETTINGS,
        limits::SETTINGS,
        log::SETTINGS,
        metrics::SETTINGS,
    ]
    .concat()
}

#[cfg(test)]
mod tests;
