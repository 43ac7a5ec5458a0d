//! The handle to a session.

use crate::{
    Attachment,
    lifecycle::Life,
    state::Shared,
    viewer::{Dismissal, Who},
};
use bytes::Bytes;
use std::sync::{Arc, Weak};
use tokio::{sync::watch, time::Instant};
use transport::{PtySize, ShellInput};
use wire::{
    frames::Attach,
    terminal::{AttachmentId, EndReason, Ending, Notice, Person, Status},
};

/// A handle to a live session. Cheap to clone; when the last one is dropped, the session ends.
#[derive(Clone)]
pub struct Session(Arc<Handle>);

/// The session had already ended, like this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended(pub Ending);

/// What can be seen of a session at a glance.
#[derive(Debug, Clone)]
pub struct Glance {
    /// Where it is in its life.
    pub status: Status,
    /// How many look at it.
    pub attachments: u32,
    /// When somebody was last there.
    pub last_seen: Instant,
    /// When it ends at the latest.
    pub expires: Option<Instant>,
    /// How many bytes it has shown.
    pub bytes_out: u64,
    /// How many bytes were typed into it.
    pub bytes_in: u64,
    /// How often a viewer was too slow and got the present screen instead of what it missed.
    pub jumps: u64,
}

/// Who is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// Where the session is in its life.
    pub status: Status,
    /// How many look at it.
    pub attachments: u32,
}

impl From<Life> for Presence {
    fn from(life: Life) -> Self {
        Self { status: life.status(), attachments: life.viewers() }
    }
}

/// Tells a session's viewers something without keeping the session alive.
#[derive(Clone)]
pub struct Notifier(Weak<Shared>);

impl Notifier {
    /// As [`Session::notify`]; nobody hears it when the session is gone.
    pub fn notify(&self, notice: &Notice) {
        if let Some(shared) = self.0.upgrade() {
            shared.notify(notice);
        }
    }
}

struct Handle(Arc<Shared>);

impl Drop for Handle {
    fn drop(&mut self) {
        let message = Some("the server let go of the session".to_owned());
        self.0.finish(Ending { message, ..EndReason::Error.into() }, b"");
    }
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Handle(shared)))
    }

    fn shared(&self) -> &Arc<Shared> {
        &self.0.0
    }

    /// Where its recording is made.
    #[cfg(test)]
    pub(crate) fn tap(&self) -> Option<&crate::Tap> {
        self.shared().tap.as_ref()
    }

    /// Joins the session, or comes back to it.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn attach(&self, attach: Attach) -> Result<Attachment, Ended> {
        self.attach_as(attach, Who::default()).await
    }

    /// The same as somebody in particular.
    ///
    /// # Errors
    /// When it has ended.
    pub async fn attach_as(&self, attach: Attach, who: Who) -> Result<Attachment, Ended> {
        Attachment::join(self.shared().clone(), attach, who).await
    }

    /// Everybody who looks at it, in the order of their coming.
    pub fn people(&self) -> Vec<Person> {
        self.shared().state().people()
    }

    /// Gives an attachment the right to type, or takes it. Whether there is such an attachment. A client that comes back
    /// keeps what it was given; a guest from whom it was taken does not get it back by coming anew by the same invite,
    /// nor does anybody else, until it is given back.
    pub fn let_type(&self, attachment: AttachmentId, may_type: bool) -> bool {
        self.shared().let_type(attachment, may_type)
    }

    /// Whether those who come `by` this may not type because the right was taken from one of them.
    pub fn withholds_typing(&self, by: &str) -> bool {
        self.shared().state().withheld.from(by)
    }

    /// Whether an attachment never types, whatever it is given.
    pub fn only_watches(&self, attachment: AttachmentId) -> bool {
        self.shared().state().viewers.iter().any(|viewer| viewer.id == attachment && viewer.only_watches())
    }

    /// Holds guests who stand `under` this to watching, or lets them do again what they were given.
    pub fn only_watch(&self, under: &str, only_watches: bool) {
        self.shared().only_watch(under, only_watches);
    }

    /// Sends one attachment away. Whether there was one.
    pub fn remove(&self, attachment: AttachmentId) -> bool {
        self.shared().dismiss(|viewer| viewer.id == attachment, Dismissal::Removed) > 0
    }

    /// Sends those away who came `by` this. How many.
    pub fn dismiss(&self, by: &str, why: Dismissal) -> usize {
        self.shared().dismiss(|viewer| viewer.who.by.as_deref() == Some(by), why)
    }

    /// Sends those away who stand `under` this, whatever they came by. How many.
    pub fn dismiss_under(&self, under: &str, why: Dismissal) -> usize {
        self.shared().dismiss(|viewer| viewer.is_under(under), why)
    }

    /// By what those came who look at it now, each once.
    pub fn let_in_by(&self) -> Vec<String> {
        self.words(|who| who.by.clone())
    }

    /// Under which sign-ins those stand who look at it now, each once.
    pub fn stands_under(&self) -> Vec<String> {
        self.words(|who| who.under.clone())
    }

    fn words(&self, of: impl Fn(&Who) -> Option<String>) -> Vec<String> {
        let mut words: Vec<_> = self.shared().state().viewers.iter().filter_map(|viewer| of(&viewer.who)).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Holds the session to a size; `None` lets it follow the one who types.
    pub async fn fix_size(&self, size: Option<PtySize>) {
        self.shared().fix(size);
        self.shared().fit().await;
    }

    /// Puts the end off: being seen moves the idle limit, and the longest duration is counted anew from now as far as the
    /// settings allow. Whether they do.
    pub fn extend(&self) -> bool {
        self.shared().extend()
    }

    /// Types bytes that no client has numbered. Waits while the shell takes no more.
    pub async fn write(&self, bytes: Bytes) {
        self.shared().touch();
        let Some(input) = self.shared().input() else { return };
        typed(self.shared(), &bytes);
        // An error means that the session is ending.
        let _ = input.send(ShellInput::Data(bytes)).await;
    }

    /// Somebody is there: a heartbeat, or an answering socket.
    pub fn touch(&self) {
        self.shared().touch();
    }

    /// Tells every viewer something beside the output. Of each kind a viewer hears the latest.
    pub fn notify(&self, notice: &Notice) {
        self.shared().notify(notice);
    }

    /// Tells them later, without holding the session.
    pub fn notifier(&self) -> Notifier {
        Notifier(Arc::downgrade(self.shared()))
    }

    /// Ends the session. The first end wins; a later one changes nothing.
    pub async fn close(&self, ending: Ending) {
        self.shared().finish(ending, b"");
    }

    /// Waits for the end. Any number may wait.
    pub async fn ended(&self) -> Ending {
        let mut presence = self.presence();
        loop {
            presence.borrow_and_update();
            if let Some(ending) = self.ending() {
                return ending;
            }
            // The sender lives as long as `self`.
            let _ = presence.changed().await;
        }
    }

    /// Whether it runs and how many look at it, whenever that changes. Output wakes nobody who waits for this.
    pub fn presence(&self) -> watch::Receiver<Presence> {
        self.shared().presence()
    }

    /// How the session ended, once it has.
    pub fn ending(&self) -> Option<Ending> {
        self.shared().state().ending.clone()
    }

    /// What can be seen of the session now.
    pub fn glance(&self) -> Glance {
        let state = self.shared().state();
        let life: Life = state.life;
        Glance {
            status: life.status(),
            attachments: life.viewers(),
            last_seen: state.last_seen,
            expires: state.expires,
            bytes_out: state.ring.end(),
            bytes_in: state.bytes_in,
            jumps: state.jumps,
        }
    }
}

/// Counts typed bytes and shows them to the command detector.
pub(crate) fn typed(shared: &Shared, bytes: &Bytes) {
    shared.state().bytes_in += bytes.len() as u64;
    shared.detector().typed(bytes);
    if let Some(tap) = &shared.tap {
        tap.typed(bytes);
    }
}
