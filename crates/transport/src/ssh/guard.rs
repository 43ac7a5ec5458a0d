//! Stands between russh and the link: decides on the host key, and notes how the connection ended.
//!
//! The decision is made in the key exchange, before anything is sent to sign in, and a refusal carries the whole
//! answer: the shown key, and the trusted one if there is one. Nobody is asked while the connection waits.

use crate::{DialError, ShownKey};
use russh::{
    client::{DisconnectReason, Handler},
    keys::{PublicKey, PublicKeyOrCertificate},
};
use std::sync::{Arc, Mutex, PoisonError};

/// Why russh was told to stop, or why it stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// russh failed.
    Ssh(russh::Error),
    /// The connection came to an answer: the host key was not accepted, or a step failed.
    Answered(DialError),
}

impl From<russh::Error> for Stop {
    fn from(error: russh::Error) -> Self {
        Self::Ssh(error)
    }
}

/// How the connection ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parting {
    /// The host said goodbye, with this text.
    Said(String),
    /// It broke.
    Broke(String),
}

/// A note on how the connection ended, kept beside the link.
#[derive(Debug, Clone, Default)]
pub(super) struct Note(Arc<Mutex<Option<Parting>>>);

impl Note {
    fn take_down(&self, parting: Parting) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(parting);
    }

    /// How it ended, if that was noted.
    pub(super) fn parting(&self) -> Option<Parting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How it ended, in words.
    pub(super) fn why(&self) -> String {
        match self.parting() {
            Some(Parting::Said(text)) => format!("the host ended it, saying {text:?}"),
            Some(Parting::Broke(text)) => text,
            None => "the connection to the host broke".to_owned(),
        }
    }
}

/// The handler that russh calls.
#[derive(Debug)]
pub(super) struct Guard {
    pub(super) trusted: Vec<PublicKey>,
    pub(super) note: Note,
}

impl Guard {
    fn judge(&self, key: &PublicKey) -> Result<(), DialError> {
        if self.trusted.iter().any(|one| one.key_data() == key.key_data()) {
            return Ok(());
        }
        let shown = Box::new(ShownKey::of(key)?);
        let same_kind = self.trusted.iter().find(|one| one.algorithm() == key.algorithm());
        Err(match same_kind.or(self.trusted.first()) {
            None => DialError::HostKeyUnknown(shown),
            Some(one) => DialError::HostKeyChanged { shown, trusted: Box::new(ShownKey::of(one)?) },
        })
    }
}

impl Handler for Guard {
    type Error = Stop;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Stop> {
        self.judge(&shown.public_key()).map(|()| true).map_err(Stop::Answered)
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Stop>) -> Result<(), Stop> {
        self.note.take_down(match &reason {
            DisconnectReason::ReceivedDisconnect(goodbye) => Parting::Said(goodbye.message.trim().to_owned()),
            DisconnectReason::Error(Stop::Ssh(error)) => broken(error),
            DisconnectReason::Error(_) => Parting::Broke("the host key was refused".to_owned()),
        });
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(stop) => Err(stop),
        }
    }
}

fn broken(error: &russh::Error) -> Parting {
    use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let why = match error {
        russh::Error::NoAuthMethod => return Parting::Said("no further sign-in method is accepted".to_owned()),
        russh::Error::Disconnect | russh::Error::HUP => "the host closed the connection",
        russh::Error::IO(io) if io.kind() == UnexpectedEof => "the host closed the connection",
        russh::Error::IO(io) if matches!(io.kind(), ConnectionReset | ConnectionAborted | BrokenPipe) => {
            "the connection to the host was cut"
        }
        russh::Error::KeepaliveTimeout => "the host stopped answering",
        other => return Parting::Broke(other.to_string()),
    };
    Parting::Broke(why.to_owned())
}
