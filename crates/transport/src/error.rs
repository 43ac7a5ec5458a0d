//! What can go wrong between here and a host. Each text says what happened and what to do; no secret is in any.

use crate::{Asked, Endpoint, ShownKey};
use thiserror::Error;

/// The secret without which sign-in cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeededSecret {
    /// A password.
    Password,
    /// The passphrase of the private key.
    Passphrase,
}

impl NeededSecret {
    const fn named(self) -> &'static str {
        match self {
            Self::Password => "a password",
            Self::Passphrase => "the passphrase of the private key",
        }
    }
}

/// Why a host could not be dialled, or why something on a link failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DialError {
    /// Nothing listens there.
    #[error("{endpoint} refused the connection. Check the address and the port, and that its SSH server runs.")]
    Refused {
        /// Where.
        endpoint: Endpoint,
    },
    /// There is no way to it.
    #[error("{endpoint} cannot be reached: {why}.")]
    Unreachable {
        /// Where.
        endpoint: Endpoint,
        /// What the network said.
        why: String,
    },
    /// It did not answer in time.
    #[error("{endpoint} did not answer in time; the step that hung was: {step}.")]
    TimedOut {
        /// Where.
        endpoint: Endpoint,
        /// `connect`, `jump`, `greeting`, `key exchange`, `sign-in`, `open channel` or `command`.
        step: &'static str,
    },
    /// The name is unknown.
    #[error("the name in {endpoint} could not be found. Check its spelling, and that the server's DNS knows it.")]
    UnknownName {
        /// Where.
        endpoint: Endpoint,
    },
    /// The host showed a key, and none is trusted yet. Nothing was sent to sign in.
    #[error("the host key is not known yet: {} {}. Compare it with the host's own, then trust it.", .0.algorithm, .0.fingerprint)]
    HostKeyUnknown(Box<ShownKey>),
    /// The host showed another key than the trusted one. Nothing was sent to sign in.
    #[error("the host key changed from {} to {}. The host was reinstalled, or someone stands in between: find out which before you trust it.", trusted.fingerprint, shown.fingerprint)]
    HostKeyChanged {
        /// What the host showed.
        shown: Box<ShownKey>,
        /// What is trusted.
        trusted: Box<ShownKey>,
    },
    /// The host showed a key that is never to be accepted. Nothing was sent to sign in.
    #[error("the host showed the key {}, which is marked as revoked: somebody else may have it. Give the host a new key.", .0.fingerprint)]
    HostKeyRevoked(Box<ShownKey>),
    /// Signing in needs a secret that was not given.
    #[error("signing in as {username} needs {}.", what.named())]
    SecretNeeded {
        /// Who signs in.
        username: String,
        /// What is missing.
        what: NeededSecret,
    },
    /// The host asks what nothing that was given answers. The sign-in waits for the answers as long as this lives.
    #[error("the host asks at sign-in: {}. Answer it, or store what it asks for.", .0.question())]
    Asked(Asked),
    /// The host turned the sign-in down.
    #[error(
        "{endpoint} did not let {username} in (tried: {}; it accepts: {}). Check the username and the secret.",
        listed(tried),
        listed(offered)
    )]
    SignInFailed {
        /// Where.
        endpoint: Endpoint,
        /// Who.
        username: String,
        /// The methods that were tried, in order.
        tried: Vec<&'static str>,
        /// The methods that the host would still accept.
        offered: Vec<String>,
    },
    /// The private key cannot be used, or a trusted key cannot be read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The host opened no further channel, or refused what was asked on it.
    #[error("the host refused: {why}.")]
    ChannelRefused {
        /// What it refused.
        why: String,
    },
    /// The connection broke.
    #[error("the connection was lost: {why}.")]
    Lost {
        /// What broke.
        why: String,
    },
    /// Something else than an SSH server answered.
    #[error("{endpoint} does not speak SSH: {why}. Check the port.")]
    NotSsh {
        /// Where.
        endpoint: Endpoint,
        /// What it said instead.
        why: String,
    },
    /// The host speaks SSH, but only with algorithms that are not spoken here.
    #[error("{endpoint} and Berth have no algorithm in common: {why}. The host's SSH server needs an update.")]
    NoCommonAlgorithm {
        /// Where.
        endpoint: Endpoint,
        /// Which kind, and what the host offers.
        why: String,
    },
}

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// It is no private key.
    #[error("this is not a private key. Paste the whole file, from its BEGIN line to its END line.")]
    NotAPrivateKey,
    /// It is the public half.
    #[error("this is a public key. Paste the private key, the file without .pub.")]
    PublicKeyGiven,
    /// It is encrypted, and no passphrase was given.
    #[error("the private key is encrypted: its passphrase is needed.")]
    PassphraseNeeded,
    /// Its passphrase was made so dear to check that opening it would hold the server up.
    #[error(
        "opening this key would take too long; save it with fewer rounds (`ssh-keygen -p -a 100`) and add it again"
    )]
    TooCostly,
    /// The passphrase does not open it.
    #[error("the passphrase does not open this private key.")]
    WrongPassphrase,
    /// It is a key of a kind that is not spoken here.
    #[error("private keys of this kind are not supported: {what}. Ed25519, ECDSA and RSA keys are.")]
    Unsupported {
        /// Which kind.
        what: String,
    },
    /// It looks like a private key but cannot be read.
    #[error("the private key is damaged: {why}.")]
    Damaged {
        /// What was found.
        why: String,
    },
    /// It is no certificate of a key.
    #[error(
        "this is not an OpenSSH certificate (like `ssh-ed25519-cert-v01@openssh.com AAAA…`, the file that ends in -cert.pub)."
    )]
    NotACertificate,
    /// It is no public key line.
    #[error("this is not a public key in OpenSSH form (like `ssh-ed25519 AAAA…`).")]
    NotAPublicKey,
    /// The system gave no random numbers.
    #[error("no key could be made: the system gave no random numbers.")]
    NoRandomness,
}

fn listed(words: &[impl AsRef<str>]) -> String {
    if words.is_empty() {
        return "nothing".to_owned();
    }
    words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
