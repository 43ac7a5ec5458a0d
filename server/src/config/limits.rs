//! `[limits]`: how often the kinds of requests may come, from each account or token and from each address of strangers.

use super::{ConfigError, Setting, layers::Values, units};

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("limits.sign_in", "300", "Passwords, codes and invites a minute from one caller; 0 is no limit."),
    Setting::new("limits.questions", "12000", "Questions a minute from one caller; 0 is no limit."),
    Setting::new("limits.changes", "6000", "Changes and commands a minute from one caller; 0 is no limit."),
    Setting::new(
        "limits.tickets",
        "600",
        "Terminals, connections, tickets and invites opened a minute by one caller; 0 is no limit.",
    ),
    Setting::new("limits.probes", "600", "Hosts knocked at one by one a minute by one caller; 0 is no limit."),
    Setting::new("limits.transfers", "12000", "Requests for files on hosts a minute from one caller; 0 is no limit."),
    Setting::new(
        "limits.bulk",
        "300",
        "Imports, exports, rounds and changes of many a minute from one caller; 0 is no limit.",
    ),
];

/// How many requests of each kind one caller may send in a minute; zero is no limit.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Passwords, codes and invites.
    pub sign_in: u32,
    /// Questions.
    pub questions: u32,
    /// Changes, and commands.
    pub changes: u32,
    /// What opens a terminal or a connection, and tickets.
    pub tickets: u32,
    /// What knocks at hosts one by one.
    pub probes: u32,
    /// Files on hosts.
    pub transfers: u32,
    /// What takes long.
    pub bulk: u32,
}

impl Limits {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let of = |key| values.read(key, units::parsed);
        Ok(Self {
            sign_in: of("limits.sign_in")?,
            questions: of("limits.questions")?,
            changes: of("limits.changes")?,
            tickets: of("limits.tickets")?,
            probes: of("limits.probes")?,
            transfers: of("limits.transfers")?,
            bulk: of("limits.bulk")?,
        })
    }
}
