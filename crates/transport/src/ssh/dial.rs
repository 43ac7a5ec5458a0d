//! From an endpoint to a signed-in link, every step under one deadline.

use super::{
    agent::{Agent, Forwarding},
    algorithms, auth,
    deadline::Deadline,
    gather::gathered,
    guard::{Guard, Note, Stop},
    leash::{Leash, leashed},
    link::Link,
    traffic::Traffic,
    trust::Judge,
};
use crate::{DialError, Endpoint, HostTrust, Login, ShownKey, tcp};
use russh::{
    client::{Handle, connect_stream},
    keys::Algorithm,
};
use std::time::Duration;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::timeout_at,
};

/// What a link is dialled for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wish {
    /// Answers should come at once: the host sends little ahead on each channel.
    Quick,
    /// Much should come soon: the host sends far ahead, and an answer waits behind it. Never gives way to typing.
    Bulk,
}

/// Connects, checks the host key, signs in. `trusted` are the public key lines trusted for this endpoint: none of them
/// known means [`DialError::HostKeyUnknown`], another one shown means [`DialError::HostKeyChanged`], and in both cases
/// nothing is sent to sign in. With `via`, the connection goes through that link's host.
pub async fn dial(
    endpoint: &Endpoint,
    login: &Login,
    trusted: &[String],
    via: Option<&Link>,
    timeout: Duration,
) -> Result<Link, DialError> {
    dial_for(Wish::Quick, endpoint, login, &HostTrust::of_keys(trusted), via, timeout).await
}

/// As [`dial`], for a purpose, and with all that makes a key acceptable.
pub async fn dial_for(
    wish: Wish,
    endpoint: &Endpoint,
    login: &Login,
    trust: &HostTrust,
    via: Option<&Link>,
    timeout: Duration,
) -> Result<Link, DialError> {
    let deadline = Deadline::new(endpoint, timeout);
    let judge = Judge::new(trust)?;
    let dialled = connect(wish, judge.kinds(), judge, via, &deadline).await?;
    let signing_in = auth::sign_in(dialled, endpoint.clone(), via.cloned(), login.clone());
    deadline.step("sign-in", signing_in).await
}

/// Asks a host for its key, and ends the connection before sign-in.
pub async fn scan_host_key(endpoint: &Endpoint, via: Option<&Link>, timeout: Duration) -> Result<ShownKey, DialError> {
    scan_host_key_like(endpoint, &HostTrust::default(), via, timeout).await.map(|(shown, _)| shown)
}

/// The same, asking for a key of the kind of the trusted ones first, as [`dial`] does: a host with several keys shows the
/// one that the next dial will meet. Also answers whether an authority vouches for it.
pub async fn scan_host_key_like(
    endpoint: &Endpoint,
    trust: &HostTrust,
    via: Option<&Link>,
    timeout: Duration,
) -> Result<(ShownKey, bool), DialError> {
    let deadline = Deadline::new(endpoint, timeout);
    let judge = Judge::new(trust)?;
    match connect(Wish::Quick, judge.kinds(), judge.without_keys(), via, &deadline).await {
        Err(DialError::HostKeyUnknown(shown)) => Ok((*shown, false)),
        Err(error) => Err(error),
        Ok(dialled) => dialled.note.shown().map(|shown| (shown, true)).ok_or_else(no_key),
    }
}

fn no_key() -> DialError {
    DialError::Lost { why: "the host showed no key".to_owned() }
}

/// A connection whose host key was accepted; dropping it ends it.
pub(super) struct Dialled {
    handle: Handle<Guard>,
    note: Note,
    leash: Leash,
    traffic: Traffic,
    forwarding: Forwarding,
}

impl Dialled {
    pub(super) fn handle(&mut self) -> &mut Handle<Guard> {
        &mut self.handle
    }

    pub(super) fn note(&self) -> &Note {
        &self.note
    }

    /// Lets the host ask this agent.
    pub(super) fn forward(&self, agent: Agent) {
        self.forwarding.begin(agent);
    }

    /// It is signed in.
    pub(super) fn into_link(self, endpoint: Endpoint, via: Option<Link>) -> Link {
        self.leash.release();
        Link::new(self.handle, self.note, self.traffic, self.forwarding, endpoint, via)
    }
}

async fn connect(
    wish: Wish,
    kinds: Vec<Algorithm>,
    judge: Judge,
    via: Option<&Link>,
    deadline: &Deadline<'_>,
) -> Result<Dialled, DialError> {
    match via {
        None => {
            let stream = deadline.step("connect", tcp::connect(deadline.endpoint(), deadline.left())).await?;
            shake_hands(wish, stream, kinds, judge, None, deadline).await
        }
        Some(jump) => {
            let stream = deadline.step("jump", jump.tunnel(deadline.endpoint())).await?;
            shake_hands(wish, stream, kinds, judge, Some(jump.traffic().clone()), deadline).await
        }
    }
}

async fn shake_hands<S>(
    wish: Wish,
    stream: S,
    kinds: Vec<Algorithm>,
    judge: Judge,
    way: Option<Traffic>,
    deadline: &Deadline<'_>,
) -> Result<Dialled, DialError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let config = algorithms::config(&kinds, judge.takes_certificates(), wish);
    let note = Note::default();
    let (stream, leash, greeting) = leashed(stream);
    let traffic = Traffic::new(way, wish == Wish::Bulk);
    let stream = gathered(stream, traffic.clone());
    let forwarding = Forwarding::default();
    let guard = Guard { judge, note: note.clone(), forwarding: forwarding.clone() };
    match timeout_at(deadline.at(), connect_stream(config, stream, guard)).await {
        Ok(Ok(handle)) => Ok(Dialled { handle, note, leash, traffic, forwarding }),
        Ok(Err(Stop::Answered(error))) => Err(error),
        Ok(Err(Stop::Ssh(error))) => Err(deadline.failed(&error, &greeting)),
        Err(_) => Err(deadline.hung(&greeting)),
    }
}
