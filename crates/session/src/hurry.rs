//! Who types beside a flood wants to see what comes of it, not what came before: a viewer that lags and types skips to the
//! present. Ctrl-C so brings the prompt back, however much was under way.

use crate::{Attachment, Event, state::Shared, viewer::Viewer};
use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering::Acquire},
    time::Duration,
};
use tokio::{task::spawn_blocking, time::Instant};

/// Who has drawn all but this much does not lag: it acknowledges in steps, and its network takes time.
const LAG: u64 = 128 * 1024;

/// It skips when at least so much was not even sent; less is soon drawn.
const WORTH_IT: u64 = 64 * 1024;

/// How long somebody who typed wants the present: until what was typed has had its effect.
pub(crate) const LASTS: Duration = Duration::from_secs(1);

/// How much it may be sent meanwhile without having drawn it.
pub(crate) const WINDOW: usize = 64 * 1024;

/// It skips at most so often, since the whole ring is gone through for that.
pub(crate) const EVERY: Duration = Duration::from_millis(100);

/// Until when a viewer hurries.
#[derive(Debug, Default)]
pub(crate) struct Hurry(Mutex<Option<Instant>>);

impl Hurry {
    /// Whether it hurries now.
    pub(crate) fn is_on(&self) -> bool {
        self.until().is_some_and(|until| Instant::now() < until)
    }

    /// What is left of a window.
    pub(crate) fn window(&self, whole: usize) -> usize {
        if self.is_on() { whole.min(WINDOW) } else { whole }
    }

    fn until(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + LASTS);
    }
}

impl Shared {
    /// A viewer types: it hurries when it lags.
    pub(crate) fn hurries(&self, viewer: &Viewer) {
        let end = self.state().ring.end();
        if end.saturating_sub(viewer.drawn.load(Acquire)) > LAG {
            viewer.hurry.begin();
        }
    }
}

impl Attachment {
    /// Whether it is to skip to the present now.
    pub(crate) fn should_skip(&self) -> bool {
        let unsent = || self.shared.state().ring.end().saturating_sub(self.viewer.place());
        // Not before it has drawn something of where it skipped to, or it would only have ever more to draw.
        let may_again = |(to, at): (u64, Instant)| self.viewer.drawn.load(Acquire) > to && at.elapsed() >= EVERY;
        self.viewer.hurry.is_on() && self.skipped.is_none_or(may_again) && unsent() > WORTH_IT
    }

    /// Skips to the present. Dropped meanwhile, nothing was skipped.
    pub(crate) async fn skip(&mut self) -> Event {
        let shared = Arc::clone(&self.shared);
        let picture = spawn_blocking(move || shared.present()).await;
        // It is only lost when the runtime ends, and everything with it.
        let picture = picture.unwrap_or_else(|_| self.shared.picture());
        self.shared.state().jumps += 1;
        self.skipped = Some((picture.offset, Instant::now()));
        self.jump_to(picture)
    }
}
