//! What the services are told at start. The server's configuration makes it; nothing here reads a file.

use crate::accounts::{RequireSecondFactor, RoleRules};
use std::{path::PathBuf, time::Duration};
use transport::LdapAccess;
use wire::vault::Secret;

/// Everything that [`crate::Services::start`] needs.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `sqlite://path?mode=rwc` or `postgres://…`.
    pub database_url: String,
    /// Whom a second factor is required of.
    pub require_second_factor: RequireSecondFactor,
    /// By which provider of identities one may sign in.
    pub oidc: Option<OidcSettings>,
    /// In which directory names are looked up that no account with a password bears.
    pub ldap: Option<LdapSettings>,
    /// Whether one may sign in with a passkey, and where.
    pub passkeys: Option<PasskeySettings>,
    /// Limits of terminal sessions.
    pub sessions: SessionSettings,
    /// What is kept of typed commands.
    pub history: HistorySettings,
    /// Whether sessions are recorded, and what becomes of it.
    pub recording: RecordingSettings,
    /// How far commands on hosts may go.
    pub commands: CommandSettings,
    /// Limits of the connections of scripts.
    pub connections: ConnectionSettings,
    /// How often each host's port is probed; zero switches it off.
    pub probe_interval: Duration,
    /// How long dialling a host may take, sign-in included.
    pub dial_timeout: Duration,
    /// How many sessions of an account on one host get a connection of their own before further ones share.
    pub links_apart: usize,
    /// How long a connection to a host stays after its last use; zero ends it with its last user.
    pub link_idle: Duration,
    /// Which servers are asked as NetBox, and how often without anybody.
    pub netbox: NetBoxSettings,
    /// The file of the server's own key, which need not be there yet.
    pub server_key: PathBuf,
    /// How long the audit log is kept.
    pub audit: AuditSettings,
}

/// By which provider of identities one may sign in, and what its word is worth (SPEC §2).
#[derive(Debug, Clone)]
pub struct OidcSettings {
    /// What the page calls it.
    pub name: String,
    /// Its issuer's address; `http` on this machine only.
    pub issuer: String,
    /// As which client it is asked.
    pub client_id: String,
    /// The client's secret; a public client has none.
    pub client_secret: Option<Secret>,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// An authority (PEM) that vouches for its certificate, beside this machine's.
    pub authority: Option<String>,
    /// How long one answer of it may take.
    pub timeout: Duration,
    /// Whether somebody whom nobody here is linked to gets an account.
    pub create_accounts: bool,
    /// Which claim such an account is named after.
    pub name_claim: String,
    /// Which claim says the role; empty where none does.
    pub role_claim: String,
    /// What its values mean.
    pub roles: RoleRules,
    /// Whether its word stands for a second factor, too.
    pub counts_as_second_factor: bool,
}

/// In which directory (LDAP) names are looked up, and what its word is worth (SPEC §2).
#[derive(Debug, Clone)]
pub struct LdapSettings {
    /// Where it is, and how it is asked.
    pub access: LdapAccess,
    /// Whether somebody whom nobody here is linked to gets an account.
    pub create_accounts: bool,
    /// What its groups mean.
    pub roles: RoleRules,
}

/// Where one may sign in with a passkey (SPEC §2).
#[derive(Debug, Clone)]
pub struct PasskeySettings {
    /// Under which address people open the server, as `https://berth.example.org`: a name, because that is what passkeys belong to.
    pub origin: String,
    /// Whether a passkey signs in to an account without a password, too, so that its provider or directory is not asked.
    pub instead_of_provider: bool,
}

/// How long the audit log is kept (SPEC §2).
#[derive(Debug, Clone, Default)]
pub struct AuditSettings {
    /// How long a line is kept; zero is for ever.
    pub retention: Duration,
}

/// Which servers are asked as NetBox, and how often without anybody.
#[derive(Debug, Clone)]
pub struct NetBoxSettings {
    /// Whether one may be asked at an address of the server itself or of its links.
    pub allow_local: bool,
    /// The shortest time between scheduled imports that an account may choose.
    pub shortest_sync: Duration,
}

impl Default for NetBoxSettings {
    fn default() -> Self {
        Self { allow_local: false, shortest_sync: Duration::from_secs(15 * 60) }
    }
}

/// Limits of terminal sessions (SPEC §5).
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// How many may live at once for an account.
    pub max_per_account: u32,
    /// How many may live at once in all; zero switches it off.
    pub max_total: u32,
    /// How long a session lives unseen; zero switches it off.
    pub idle_timeout: Duration,
    /// How long a session lives at most; zero switches it off.
    pub max_duration: Duration,
    /// How long before an end by a limit its viewers are warned; zero warns nobody.
    pub warn_before: Duration,
    /// How far from now an extension moves the longest duration; zero allows none.
    pub extend_by: Duration,
    /// How often a page says that it is there.
    pub heartbeat_interval: Duration,
    /// How many bytes of output are kept for a viewer that comes back.
    pub scrollback: usize,
}

/// Limits of the connections that scripts open by name (SPEC §12).
#[derive(Debug, Clone)]
pub struct ConnectionSettings {
    /// How many may stand at once for an account.
    pub max_per_account: usize,
    /// How long one stays unused; zero is for ever.
    pub idle_timeout: Duration,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self { max_per_account: 20, idle_timeout: Duration::from_secs(30 * 60) }
    }
}

/// Whether sessions are recorded, and what becomes of it (SPEC §5).
#[derive(Debug, Clone)]
pub struct RecordingSettings {
    /// Whether they are where no host or folder says otherwise.
    pub enabled: bool,
    /// Whether all are, or are not opened and not gone on with.
    pub required: bool,
    /// Where the files lie.
    pub directory: PathBuf,
    /// How long a recording is kept after its end; zero is for ever.
    pub retention: Duration,
    /// Whether what is typed is recorded too, as far as it was echoed.
    pub input: bool,
    /// The file of the key that new recordings are sealed under.
    pub key_file: Option<PathBuf>,
    /// Whether accounts delete their own recordings that no policy required.
    pub owner_may_delete: bool,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            required: false,
            directory: "recordings".into(),
            retention: Duration::ZERO,
            input: false,
            key_file: None,
            owner_may_delete: true,
        }
    }
}

impl Default for SessionSettings {
    fn default() -> Self {
        Self {
            max_per_account: 10,
            max_total: 0,
            idle_timeout: Duration::from_secs(30 * 60),
            max_duration: Duration::from_secs(8 * 60 * 60),
            warn_before: Duration::from_secs(2 * 60),
            extend_by: Duration::from_secs(60 * 60),
            heartbeat_interval: Duration::from_secs(15),
            scrollback: 1024 * 1024,
        }
    }
}

/// How far commands on hosts may go (SPEC §6).
#[derive(Debug, Clone)]
pub struct CommandSettings {
    /// On how many hosts a run goes at once, at most.
    pub concurrency: usize,
    /// On how many hosts a run may go in all.
    pub max_hosts: usize,
    /// When a command is killed that nothing else was said of.
    pub timeout: Duration,
    /// The longest that may be said.
    pub max_timeout: Duration,
    /// When a whole run ends, whatever still waits or runs.
    pub time_limit: Duration,
    /// How many bytes are kept of each stream of a host.
    pub max_output: usize,
    /// How many bytes are kept of all runs together.
    pub max_memory: usize,
    /// How long a run is kept after its end.
    pub keep: Duration,
}

impl Default for CommandSettings {
    fn default() -> Self {
        Self {
            concurrency: 10,
            max_hosts: 1_000,
            timeout: Duration::from_secs(30),
            max_timeout: Duration::from_secs(10 * 60),
            time_limit: Duration::from_secs(60 * 60),
            max_output: 1024 * 1024,
            max_memory: 64 * 1024 * 1024,
            keep: Duration::from_secs(15 * 60),
        }
    }
}

/// What is kept of the commands typed at shell prompts (SPEC §5).
#[derive(Debug, Clone)]
pub struct HistorySettings {
    /// Whether any are kept.
    pub enabled: bool,
    /// How long; zero is for ever.
    pub retention: Duration,
    /// How many of an account, the newest ones; zero is no limit.
    pub max_per_account: u64,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { enabled: true, retention: Duration::from_secs(365 * 24 * 60 * 60), max_per_account: 50_000 }
    }
}

impl Settings {
    /// The defaults on a database.
    pub fn new(database_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            oidc: None,
            ldap: None,
            passkeys: None,
            require_second_factor: RequireSecondFactor::Off,
            sessions: SessionSettings::default(),
            history: HistorySettings::default(),
            recording: RecordingSettings::default(),
            commands: CommandSettings::default(),
            connections: ConnectionSettings::default(),
            probe_interval: Duration::from_secs(60),
            dial_timeout: Duration::from_secs(20),
            links_apart: 4,
            link_idle: Duration::from_secs(5 * 60),
            netbox: NetBoxSettings::default(),
            server_key: "server.key".into(),
            audit: AuditSettings::default(),
        }
    }
}
