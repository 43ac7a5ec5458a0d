//! Stands between russh and the link: decides on the host key, refuses channels that the host opens (but to an agent that
//! is forwarded to it), and notes how the connection ended.
//!
//! The decision is made in the key exchange, before anything is sent to sign in, and a refusal carries the whole
//! answer: the shown key, and the trusted one if there is one. Nobody is asked while the connection waits.

use super::{agent::Forwarding, trust::Judge};
use crate::{DialError, ShownKey};
use russh::{
    Channel, ChannelOpenFailure,
    client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session},
    keys::PublicKeyOrCertificate,
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

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

/// A note on the connection, kept beside the link: which key was accepted, and how it ended.
#[derive(Debug, Clone, Default)]
pub(super) struct Note(Arc<Mutex<Option<Parting>>>, Arc<OnceLock<ShownKey>>);

impl Note {
    fn take_down(&self, parting: Parting) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(parting);
    }

    /// How it ended, if that was noted.
    pub(super) fn parting(&self) -> Option<Parting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key that was accepted.
    pub(super) fn shown(&self) -> Option<ShownKey> {
        self.1.get().cloned()
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
    pub(super) judge: Judge,
    pub(super) note: Note,
    pub(super) forwarding: Forwarding,
}

impl Handler for Guard {
    type Error = Stop;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Stop> {
        self.judge.judge(shown).map_err(Stop::Answered)?;
        let shown = ShownKey::of(&shown.public_key()).map_err(|error| Stop::Answered(error.into()))?;
        self.note.1.get_or_init(|| shown);
        Ok(true)
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

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        unasked(reply).await
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        unasked(reply).await
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        let Some((agent, place)) = self.forwarding.conversation() else { return unasked(reply).await };
        reply.accept().await;
        tokio::spawn(async move {
            agent.converse(channel.into_stream()).await;
            drop(place);
        });
        Ok(())
    }

    async fn server_channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        unasked(reply).await
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        unasked(reply).await
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        unasked(reply).await
    }

    async fn server_channel_open_x11(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Stop> {
        unasked(reply).await
    }
}

/// A host opens no channel here: nothing of the kind is forwarded, and russh would accept it.
async fn unasked(reply: ChannelOpenHandle) -> Result<(), Stop> {
    reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
    Ok(())
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
