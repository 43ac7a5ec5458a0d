//! Requests and their answers on one channel.
//!
//! A task reads, always; it hands each answer to who asked, or lets it fall when nobody waits any more. Another task writes,
//! and puts small requests together. When the channel ends, everybody who waits learns why at once. A host that does not
//! answer ends it, also when nobody waits for the answer any more: the next one shall not find a channel that hangs.

use super::{
    frames::Frames,
    packet::{self, Answer, Malformed, Request, kind},
};
use crate::{DialError, FileError};
use bytes::{Bytes, BytesMut};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, timeout_at},
};

/// So long nothing at all may come while an answer is due: less than a request of a browser may take, so that it is told.
const SILENCE: Duration = Duration::from_secs(45);

/// So long one answer may take while others come.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Small requests leave together up to this: as much as one SSH packet of OpenSSH's takes.
const TOGETHER: usize = 32 * 1024;

/// Where a client's bytes come from.
pub(super) trait Source: Send + 'static {
    /// The next bytes, or why there are no more.
    fn next(&mut self) -> impl Future<Output = Result<Bytes, DialError>> + Send;
}

/// Where a client's bytes go.
pub(super) trait Drain: Send + 'static {
    /// Sends bytes. May wait for ever on a channel whose source has ended.
    fn put(&mut self, bytes: Bytes) -> impl Future<Output = Result<(), DialError>> + Send;
}

/// The asking end. Clones share the channel, which closes with the last of them.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// Unbounded, because a close has to be sent from `drop`; what else goes in is bounded by who asks.
    queue: mpsc::UnboundedSender<Bytes>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Whether it is over.
    over: watch::Sender<bool>,
}

#[derive(Debug)]
struct Waiting {
    next: u32,
    by_id: HashMap<u32, Waiter>,
    end: Option<FileError>,
    /// When something moved last.
    moved: Instant,
    /// How many wait for what the host works at in silence.
    patient: usize,
}

#[derive(Debug)]
enum Waiter {
    /// Somebody waits for it, or did.
    One(oneshot::Sender<Result<Answer, FileError>>),
    /// The same; the answer may be a handle, which must not be left open when nobody waits any more.
    Opening(oneshot::Sender<Result<Answer, FileError>>),
    /// Nobody ever waited.
    Nobody,
}

/// An answer that is due. Dropping it gives it up.
#[derive(Debug)]
pub(super) struct Due {
    answer: oneshot::Receiver<Result<Answer, FileError>>,
    asked: Instant,
    /// For how long nothing may come.
    silence: Duration,
    shared: Arc<Shared>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moves(&self) {
        self.lock().moved = Instant::now();
    }

    /// Everybody who waits learns it, and so does everybody who asks from now on. The first end counts.
    fn end(&self, why: FileError) {
        let waiters = {
            let mut waiting = self.lock();
            waiting.end.get_or_insert_with(|| why.clone());
            std::mem::take(&mut waiting.by_id)
        };
        self.over.send_replace(true);
        for waiter in waiters.into_values() {
            if let Waiter::One(asker) | Waiter::Opening(asker) = waiter {
                // Who left does not need to know.
                let _ = asker.send(Err(why.clone()));
            }
        }
    }
}

impl Client {
    /// Starts on a channel: says which version is spoken, and waits for the host's.
    pub(super) async fn start(
        source: impl Source,
        drain: impl Drain,
    ) -> Result<(Self, Vec<(Bytes, Bytes)>), FileError> {
        let (queue, queued) = mpsc::unbounded_channel();
        let (greeting, greeted) = oneshot::channel();
        let by_id = HashMap::from([(packet::VERSION, Waiter::One(greeting))]);
        let waiting = Waiting { next: packet::VERSION + 1, by_id, end: None, moved: Instant::now(), patient: 0 };
        let shared = Arc::new(Shared { waiting: Mutex::new(waiting), over: watch::Sender::new(false) });
        tokio::spawn(listen(source, Arc::clone(&shared), queue.downgrade()));
        tokio::spawn(speak(queued, drain, Arc::clone(&shared)));
        tokio::spawn(watch(Arc::clone(&shared)));
        let client = Self { queue, shared };
        client.send(Request::init());
        let due = Due::new(greeted, &client.shared);
        match due.wait().await? {
            Answer::Version { extensions, .. } => Ok((client, extensions)),
            _ => Err(client.misunderstood("it does not begin with its version")),
        }
    }

    /// Whether the channel stands, as far as is known.
    pub(super) fn is_open(&self) -> bool {
        self.shared.lock().end.is_none()
    }

    /// Asks. The request leaves by itself; `write` gets its number.
    pub(super) fn ask(&self, write: impl FnOnce(u32) -> Request) -> Due {
        self.ask_as(Waiter::One, write)
    }

    /// Asks for a handle, which is closed again if nobody waits for it any more when it comes.
    pub(super) fn ask_to_open(&self, write: impl FnOnce(u32) -> Request) -> Due {
        self.ask_as(Waiter::Opening, write)
    }

    /// Closes a handle. Never waits.
    pub(super) fn let_go(&self, handle: &[u8]) {
        if let Some(id) = self.place(Waiter::Nobody) {
            self.send(closing(id, handle));
        }
    }

    /// The host does not keep to the protocol: nothing on this channel can be trusted any more.
    pub(super) fn misunderstood(&self, why: &str) -> FileError {
        let error = FileError::NotUnderstood { why: why.to_owned() };
        self.shared.end(error.clone());
        error
    }

    fn ask_as(
        &self,
        waiter: fn(oneshot::Sender<Result<Answer, FileError>>) -> Waiter,
        write: impl FnOnce(u32) -> Request,
    ) -> Due {
        let (asker, answer) = oneshot::channel();
        // When the channel has ended, the asker was dropped, and the end is what the waiting will find.
        if let Some(id) = self.place(waiter(asker)) {
            self.send(write(id).done());
        }
        Due::new(answer, &self.shared)
    }

    /// A number for a request; none when the channel has ended.
    fn place(&self, waiter: Waiter) -> Option<u32> {
        let mut waiting = self.shared.lock();
        if waiting.end.is_some() {
            return None;
        }
        while waiting.by_id.contains_key(&waiting.next) {
            waiting.next = waiting.next.wrapping_add(1);
        }
        let id = waiting.next;
        waiting.next = id.wrapping_add(1);
        if waiting.by_id.is_empty() {
            waiting.moved = Instant::now();
        }
        waiting.by_id.insert(id, waiter);
        Some(id)
    }

    fn send(&self, packet: Bytes) {
        // The writing task ends only with the channel, and then everybody is told.
        let _ = self.queue.send(packet);
    }
}

impl Due {
    fn new(answer: oneshot::Receiver<Result<Answer, FileError>>, shared: &Arc<Shared>) -> Self {
        Self { answer, asked: Instant::now(), silence: SILENCE, shared: Arc::clone(shared) }
    }

    /// For what the host works at, and says nothing meanwhile.
    pub(super) fn patiently(mut self) -> Self {
        self.silence = LONGEST;
        self.shared.lock().patient += 1;
        self
    }

    /// The answer. Waiting may be given up and taken up again.
    pub(super) async fn wait_on(&mut self) -> Result<Answer, FileError> {
        loop {
            let (silent, patience) = {
                let waiting = self.shared.lock();
                let since = waiting.moved.max(self.asked);
                (since + self.silence, self.asked + LONGEST)
            };
            match timeout_at(silent.min(patience), &mut self.answer).await {
                Ok(Ok(answer)) => return answer,
                Ok(Err(_)) => return Err(self.ended()),
                Err(_) if self.is_hopeless() => {
                    self.shared.end(FileError::TimedOut);
                    return Err(self.ended());
                }
                Err(_) => {}
            }
        }
    }

    /// The answer.
    pub(super) async fn wait(mut self) -> Result<Answer, FileError> {
        self.wait_on().await
    }

    fn is_hopeless(&self) -> bool {
        self.asked.elapsed() >= LONGEST || self.shared.lock().moved.max(self.asked).elapsed() >= self.silence
    }

    fn ended(&self) -> FileError {
        let gone = || FileError::Lost { why: "the channel was closed".to_owned() };
        self.shared.lock().end.clone().unwrap_or_else(gone)
    }
}

impl Drop for Due {
    fn drop(&mut self) {
        if self.silence == LONGEST {
            self.shared.lock().patient -= 1;
        }
    }
}

fn closing(id: u32, handle: &[u8]) -> Bytes {
    Request::new(kind::CLOSE, id, 4 + handle.len()).text(handle).done()
}

/// Reads until the channel ends.
async fn listen(mut source: impl Source, shared: Arc<Shared>, queue: mpsc::WeakUnboundedSender<Bytes>) {
    let mut frames = Frames::default();
    let mut over = shared.over.subscribe();
    let why = loop {
        let came = tokio::select! {
            biased;
            _ = over.wait_for(|over| *over) => return,
            came = source.next() => came,
        };
        match came {
            Ok(bytes) => {
                frames.push(bytes.clone());
                if let Err(Malformed(what)) = deliver(&mut frames, &shared, &queue) {
                    break FileError::NotUnderstood { why: explained(what, &bytes) };
                }
            }
            Err(error) => break error.into(),
        }
    };
    shared.end(why);
}

/// Ends a channel on which nothing moves while answers are due, be it that all who asked have left.
async fn watch(shared: Arc<Shared>) {
    let mut over = shared.over.subscribe();
    let mut at = Instant::now() + SILENCE;
    while timeout_at(at, over.wait_for(|over| *over)).await.is_err() {
        let now = Instant::now();
        at = match &*shared.lock() {
            waiting if waiting.by_id.is_empty() => now + SILENCE,
            waiting if waiting.patient > 0 => waiting.moved + LONGEST,
            waiting => waiting.moved + SILENCE,
        };
        if at <= now {
            return shared.end(FileError::TimedOut);
        }
    }
}

/// What a start-up file prints arrives in the place of packets: its beginning says most.
fn explained(what: &str, came: &[u8]) -> String {
    let start = &came[..came.len().min(60)];
    if start.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace()) {
        let text = String::from_utf8_lossy(start);
        return format!("it sent the text {text:?}; a start-up file of the login shell may print that");
    }
    format!("it sent {what}")
}

fn deliver(
    frames: &mut Frames,
    shared: &Arc<Shared>,
    queue: &mpsc::WeakUnboundedSender<Bytes>,
) -> Result<(), Malformed> {
    while let Some(packet) = frames.next()? {
        let (id, answer) = packet::read(packet)?;
        let waiter = shared.lock().by_id.remove(&id);
        match waiter {
            Some(Waiter::One(asker)) => {
                let _ = asker.send(Ok(answer));
            }
            Some(Waiter::Opening(asker)) => {
                if let Err(Ok(Answer::Handle(handle))) = asker.send(Ok(answer))
                    && let Some(queue) = queue.upgrade()
                {
                    Client { queue, shared: Arc::clone(shared) }.let_go(&handle);
                }
            }
            // Nobody asked for it, or nobody cares.
            Some(Waiter::Nobody) | None => {}
        }
    }
    shared.moves();
    Ok(())
}

/// Writes what is asked until nobody is left who could ask. Then the channel is over.
async fn speak(mut queue: mpsc::UnboundedReceiver<Bytes>, mut drain: impl Drain, shared: Arc<Shared>) {
    let mut over = shared.over.subscribe();
    while let Some(first) = queue.recv().await {
        let mut piece = with_what_follows(first, &mut queue);
        while !piece.is_empty() {
            let length = piece.len().min(TOGETHER);
            let put = tokio::select! {
                biased;
                _ = over.wait_for(|over| *over) => return,
                put = drain.put(piece.split_to(length)) => put,
            };
            if let Err(error) = put {
                shared.end(error.into());
                return;
            }
            // A host that hangs still lets small ones be sent.
            if length == TOGETHER {
                shared.moves();
            }
        }
    }
    shared.end(FileError::Lost { why: "it was closed here".to_owned() });
}

/// Small requests that lie ready, as one piece.
fn with_what_follows(first: Bytes, queue: &mut mpsc::UnboundedReceiver<Bytes>) -> Bytes {
    if first.len() >= TOGETHER {
        return first;
    }
    let Ok(second) = queue.try_recv() else { return first };
    let mut piece = BytesMut::with_capacity(TOGETHER.max(first.len() + second.len()));
    piece.extend_from_slice(&first);
    piece.extend_from_slice(&second);
    while piece.len() < TOGETHER {
        let Ok(next) = queue.try_recv() else { break };
        piece.extend_from_slice(&next);
    }
    piece.freeze()
}

#[cfg(test)]
mod tests;
