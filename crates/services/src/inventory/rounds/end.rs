//! How a host's turn ended, in the words of its row.

use crate::ServiceError;
use transport::{DialError, ShownKey};
use wire::{
    FaultCode, HostId,
    inventory::{HostKeyScan, HostKeyState, RoundOutcome},
};

/// The end of a host's turn.
#[derive(Debug, Clone)]
pub(super) struct End {
    pub(super) outcome: RoundOutcome,
    pub(super) message: Option<String>,
    pub(super) code: Option<FaultCode>,
    pub(super) key: Option<Box<Shown>>,
}

/// A key that a host showed.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    /// The name under which the keys of that place are kept.
    pub(super) keyring: String,
    /// The line that is trusted.
    pub(super) openssh: String,
    pub(super) algorithm: String,
    pub(super) fingerprint: String,
    pub(super) known: HostKeyState,
    pub(super) trusted_fingerprint: Option<String>,
}

impl End {
    /// An end with nothing to say but itself.
    pub(super) fn bare(outcome: RoundOutcome) -> Self {
        Self { outcome, message: None, code: None, key: None }
    }

    /// An end with a sentence.
    pub(super) fn said(outcome: RoundOutcome, message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), ..Self::bare(outcome) }
    }

    /// What a host showed, and what that means for its turn.
    pub(super) fn key(keyring: String, shown: ShownKey, scan: HostKeyScan) -> Self {
        let (outcome, message) = match scan.known {
            HostKeyState::Unknown => (RoundOutcome::KeyUnknown, None),
            HostKeyState::Trusted => (RoundOutcome::KeyTrusted, None),
            HostKeyState::Changed => (
                RoundOutcome::KeyChanged,
                Some("It shows another key than the trusted one: it was reinstalled, or somebody stands in between."),
            ),
        };
        let key = Shown {
            keyring,
            openssh: shown.openssh,
            algorithm: shown.algorithm,
            fingerprint: shown.fingerprint,
            known: scan.known,
            trusted_fingerprint: scan.trusted_fingerprint,
        };
        Self { message: message.map(str::to_owned), key: Some(Box::new(key)), ..Self::bare(outcome) }
    }

    /// What went wrong at the host itself.
    pub(super) fn of(error: &ServiceError) -> Self {
        let outcome = match error {
            ServiceError::Dial(DialError::SignInFailed { .. }) => RoundOutcome::Refused,
            ServiceError::Dial(
                DialError::Refused { .. }
                | DialError::Unreachable { .. }
                | DialError::UnknownName { .. }
                | DialError::TimedOut { .. },
            )
            | ServiceError::HostOffline { .. } => RoundOutcome::Unreachable,
            ServiceError::Dial(DialError::SecretNeeded { .. })
            | ServiceError::NotBootstrapped { .. }
            | ServiceError::VaultLocked { .. } => RoundOutcome::Locked,
            ServiceError::HostKeyUnknown(_) => RoundOutcome::KeyUnknown,
            ServiceError::HostKeyChanged(_) => RoundOutcome::KeyChanged,
            _ => RoundOutcome::Failed,
        };
        let fault = error.fault();
        Self { code: Some(fault.code), ..Self::said(outcome, fault.detail) }
    }

    /// What went wrong on the way to it.
    pub(super) fn on_the_way(host: &HostId, jump: Option<&str>, error: &ServiceError) -> Self {
        let Some(jump) = jump else { return Self::of(error) };
        let fault = error.fault();
        let message = match error {
            ServiceError::HostKeyUnknown(scan) | ServiceError::HostKeyChanged(scan)
                if scan.host_id.as_ref() != Some(host) =>
            {
                format!(
                    "It is reached through {jump}, and the key of {} is not trusted; trust it first.",
                    scan.endpoint
                )
            }
            _ => format!("It is reached through {jump}, which is not ready: {}", fault.detail),
        };
        Self { code: Some(fault.code), ..Self::said(RoundOutcome::Blocked, message) }
    }
}
