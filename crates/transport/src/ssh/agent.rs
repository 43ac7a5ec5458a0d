//! The agent that a host reaches while it is forwarded there (draft-ietf-sshm-ssh-agent): it shows the one key that the
//! sign-in was made with, and signs with it. Nothing can be added to it, taken out or locked, and the key never leaves.
//!
//! The host writes what is read here: requests are bounded, answered one at a time, and anything that is no request for
//! the key or for a signature fails. RSA signs with SHA-2 alone.

use super::signing::sign;
use russh::keys::{Certificate, HashAlg, PrivateKey, PublicKeyBase64};
use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

const FAILURE: u8 = 5;
const REQUEST_IDENTITIES: u8 = 11;
const IDENTITIES_ANSWER: u8 = 12;
const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;

/// The flags of a request to sign with RSA.
const RSA_SHA2_256: u32 = 2;
const RSA_SHA2_512: u32 = 4;

/// The longest request: what OpenSSH's agent takes.
const LONGEST: usize = 256 * 1024;

/// So many conversations with the agent at once on one link.
const MOST: usize = 8;

/// How long a host may take to read an answer: a channel that is not read would hold up its whole connection.
const READING: Duration = Duration::from_secs(10);

/// The agent of one link. Empty until its sign-in is done, and for good where nothing is forwarded.
#[derive(Clone)]
pub(super) struct Forwarding {
    agent: Arc<OnceLock<Agent>>,
    announced: Arc<AtomicBool>,
    room: Arc<Semaphore>,
}

impl Default for Forwarding {
    fn default() -> Self {
        Self { agent: Arc::default(), announced: Arc::default(), room: Arc::new(Semaphore::new(MOST)) }
    }
}

impl Forwarding {
    /// The agent that the host may ask once it was announced.
    pub(super) fn begin(&self, agent: Agent) {
        let _ = self.agent.set(agent);
    }

    /// Whether anything is forwarded.
    pub(super) fn is_on(&self) -> bool {
        self.agent.get().is_some()
    }

    /// A person's shell or command is about to be told of it: from now on the host may ask. Before, it has nothing to ask for.
    pub(super) fn announce(&self) {
        self.announced.store(true, Relaxed);
    }

    /// The agent, with a place for one conversation; `None` when nothing is forwarded or too many talk already.
    pub(super) fn conversation(&self) -> Option<(Agent, OwnedSemaphorePermit)> {
        if !self.announced.load(Relaxed) {
            return None;
        }
        let agent = self.agent.get()?.clone();
        Some((agent, Arc::clone(&self.room).try_acquire_owned().ok()?))
    }
}

/// One key that can be asked for signatures.
#[derive(Clone)]
pub(super) struct Agent {
    key: Arc<PrivateKey>,
    /// What it is shown as: the certificate, if there is one, and the key itself.
    identities: Arc<Vec<Vec<u8>>>,
}

impl fmt::Debug for Forwarding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forwarding").field("is_on", &self.is_on()).finish_non_exhaustive()
    }
}

impl Agent {
    /// An agent for the key, and for its certificate.
    pub(super) fn new(key: Arc<PrivateKey>, certificate: Option<&Certificate>) -> Self {
        let certificate = certificate.and_then(|certificate| certificate.to_bytes().ok());
        let identities = certificate.into_iter().chain([key.public_key().public_key_bytes()]).collect();
        Self { key, identities: Arc::new(identities) }
    }

    /// Answers requests until the host ends the conversation, writes what is no request, or does not read the answer.
    pub(super) async fn converse(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        while let Ok(length) = stream.read_u32().await {
            let length = length as usize;
            if !(1..=LONGEST).contains(&length) {
                break;
            }
            let mut request = vec![0; length];
            if stream.read_exact(&mut request).await.is_err() {
                break;
            }
            let mut answer = Vec::new();
            put(&mut answer, &self.answer(&request));
            if !matches!(timeout(READING, stream.write_all(&answer)).await, Ok(Ok(()))) {
                break;
            }
        }
        // The other side may have closed it before.
        let _ = timeout(READING, stream.shutdown()).await;
    }

    fn answer(&self, request: &[u8]) -> Vec<u8> {
        match request.split_first() {
            Some((&REQUEST_IDENTITIES, _)) => self.shown(),
            Some((&SIGN_REQUEST, rest)) => self.signed(rest).unwrap_or_else(|| vec![FAILURE]),
            _ => vec![FAILURE],
        }
    }

    fn shown(&self) -> Vec<u8> {
        let mut answer = vec![IDENTITIES_ANSWER];
        put_u32(&mut answer, self.identities.len());
        for identity in self.identities.iter() {
            put(&mut answer, identity);
            put(&mut answer, b"Berth");
        }
        answer
    }

    fn signed(&self, mut rest: &[u8]) -> Option<Vec<u8>> {
        let (identity, data, flags) = (take(&mut rest)?, take(&mut rest)?, take_u32(&mut rest)?);
        if !self.identities.iter().any(|known| known == identity) {
            return None;
        }
        let hash = match flags {
            flags if flags & RSA_SHA2_512 != 0 => Some(HashAlg::Sha512),
            flags if flags & RSA_SHA2_256 != 0 => Some(HashAlg::Sha256),
            _ if self.key.algorithm().is_rsa() => return None,
            _ => None,
        };
        let mut answer = vec![SIGN_RESPONSE];
        put(&mut answer, &sign(&self.key, hash, data).ok()?);
        Some(answer)
    }
}

fn put_u32(to: &mut Vec<u8>, number: usize) {
    to.extend(u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes());
}

fn put(to: &mut Vec<u8>, bytes: &[u8]) {
    put_u32(to, bytes.len());
    to.extend(bytes);
}

fn take_u32(from: &mut &[u8]) -> Option<u32> {
    let (number, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(u32::from_be_bytes(*number))
}

fn take<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take_u32(from)? as usize;
    let (bytes, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn agent() -> Agent {
        let pair = crate::generate_ed25519("").unwrap();
        Agent::new(Arc::new(crate::keys::open_private_key(&pair.private_key, None).unwrap()), None)
    }

    fn request(kind: u8, identity: &[u8], data: &[u8]) -> Vec<u8> {
        let mut request = vec![kind];
        put(&mut request, identity);
        put(&mut request, data);
        put_u32(&mut request, 0);
        request
    }

    #[test]
    fn it_signs_with_its_own_key_alone() {
        let (agent, other) = (agent(), agent());
        let signed = agent.answer(&request(SIGN_REQUEST, &agent.identities[0], b"data"));
        assert_eq!(signed[0], SIGN_RESPONSE);
        assert_eq!(agent.answer(&request(SIGN_REQUEST, &other.identities[0], b"data")), [FAILURE]);
    }

    #[test]
    fn nothing_is_added_taken_out_or_locked() {
        let agent = agent();
        for kind in (0..=u8::MAX).filter(|kind| ![REQUEST_IDENTITIES, SIGN_REQUEST].contains(kind)) {
            assert_eq!(agent.answer(&request(kind, &agent.identities[0], b"")), [FAILURE], "{kind}");
        }
        assert_eq!(agent.answer(&[REQUEST_IDENTITIES])[..5], [IDENTITIES_ANSWER, 0, 0, 0, 1]);
    }

    proptest! {
        #[test]
        fn whatever_a_host_writes_fails(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let answer = agent().answer(&bytes);
            prop_assert!(answer == [FAILURE] || bytes[0] == REQUEST_IDENTITIES);
        }
    }

    #[test]
    fn so_many_talk_with_it_at_once_and_no_more() {
        let forwarding = Forwarding::default();
        assert!(forwarding.conversation().is_none(), "nothing is forwarded yet");
        forwarding.begin(agent());
        assert!(forwarding.conversation().is_none(), "nobody was told of it yet");
        forwarding.announce();
        let mut talking: Vec<_> = std::iter::from_fn(|| forwarding.conversation()).take(MOST + 1).collect();
        assert_eq!(talking.len(), MOST);
        talking.pop();
        assert!(forwarding.conversation().is_some());
    }

    #[tokio::test]
    async fn a_request_that_is_too_long_ends_the_conversation() {
        let (mut host, stream) = tokio::io::duplex(64);
        let conversation = tokio::spawn(agent().converse(stream));
        host.write_all(&u32::MAX.to_be_bytes()).await.unwrap();
        conversation.await.unwrap();
        assert_eq!(host.read(&mut [0; 8]).await.unwrap(), 0);
    }
}
