//! What `/ws/events` tells a page: that something has changed, never what it is now. The page asks for that again.

use serde::{Deserialize, Serialize};

/// What a page may show of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Terminal sessions: opened, looked at, left, ended.
    Sessions,
    /// Hosts, with what probes and bootstraps found.
    Hosts,
    /// Folders.
    Folders,
    /// Credentials.
    Credentials,
    /// Recordings.
    Recordings,
    /// Typed commands.
    History,
    /// Trusted host keys.
    HostKeys,
    /// API tokens.
    Tokens,
    /// Sign-ins: begun, ended, a new password.
    SignIns,
    /// Invitations to a session.
    Invites,
    /// Links: opened, ended, what runs over them.
    Links,
    /// Commands that run on hosts: begun, gone on, ended, forgotten.
    Commands,
    /// Snippets.
    Snippets,
    /// Long work with files: begun, gone on, ended, forgotten.
    Transfers,
    /// Work on many hosts: begun, gone on, ended, forgotten.
    Rounds,
    /// Imports from NetBox: begun, gone on, ended; what is done without anybody.
    Netbox,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 16] = [
        Self::Sessions,
        Self::Hosts,
        Self::Folders,
        Self::Credentials,
        Self::Recordings,
        Self::History,
        Self::HostKeys,
        Self::Tokens,
        Self::SignIns,
        Self::Invites,
        Self::Links,
        Self::Commands,
        Self::Snippets,
        Self::Transfers,
        Self::Rounds,
        Self::Netbox,
    ];
}

/// One message of `/ws/events`, as JSON text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Told {
    /// From here on every change is told; whoever was away asks for everything again.
    Hello,
    /// The line lives. Said every 15 seconds, because a browser shows its page no ping.
    Alive,
    /// Something of the topic is not as it was.
    Changed {
        /// What kind of thing.
        topic: Topic,
        /// Which one; without it, any number of them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_the_protocol_says() {
        let json = |told: &Told| serde_json::to_string(told).unwrap();
        assert_eq!(json(&Told::Hello), r#"{"type":"hello"}"#);
        let one = Told::Changed { topic: Topic::HostKeys, id: Some("h1".into()) };
        assert_eq!(json(&one), r#"{"type":"changed","topic":"host_keys","id":"h1"}"#);
        let any = Told::Changed { topic: Topic::Sessions, id: None };
        assert_eq!(json(&any), r#"{"type":"changed","topic":"sessions"}"#);
        assert_eq!(serde_json::from_str::<Told>(r#"{"type":"changed","topic":"sessions"}"#).unwrap(), any);
    }

    #[test]
    fn all_is_every_topic_once() {
        let mut sorted = Topic::ALL.to_vec();
        sorted.dedup();
        assert_eq!(sorted.len(), Topic::ALL.len());
        assert!(sorted.is_sorted(), "in the order of their declaration");
    }
}
