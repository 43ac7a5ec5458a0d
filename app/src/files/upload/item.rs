//! One file on its way up.

use super::FILES;
use crate::ui::span;
use leptos::prelude::*;
use std::{cell::RefCell, collections::HashMap};
use web_sys::AbortController;
use wire::{
    HostId,
    files::{OnConflict, RemotePath, size_formatted},
};

thread_local! {
    static ABORTS: RefCell<HashMap<u32, AbortController>> = RefCell::default();
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    /// It is asked how far it is, or compared at the end.
    Checking,
    Running,
    /// The network or the host is gone; it is tried again.
    Retrying(String),
    /// The name is taken; somebody has to say what becomes of that.
    Asking,
    Paused,
    Done,
    Skipped,
    Failed(String),
    Cancelled,
}

impl State {
    /// Whether it takes one of the places.
    pub(super) const fn is_busy(&self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Retrying(_))
    }

    /// Whether it goes on by itself.
    pub(super) const fn goes_on(&self) -> bool {
        matches!(self, Self::Waiting) || self.is_busy()
    }

    /// Whether nothing more happens by itself or by an answer.
    pub(super) const fn is_over(&self) -> bool {
        matches!(self, Self::Done | Self::Skipped | Self::Cancelled)
    }
}

/// The file's place and its progress. Signals of their own, because it outlives the page that made it.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) id: u32,
    pub(super) host: HostId,
    pub(super) host_name: String,
    pub(super) path: RemotePath,
    pub(super) total: u64,
    /// When it changed last, in milliseconds since 1970.
    pub(super) modified: i64,
    pub(super) state: ArcRwSignal<State>,
    pub(super) sent: ArcRwSignal<u64>,
    /// In bytes a second.
    pub(super) speed: ArcRwSignal<f64>,
    pub(super) conflict: ArcRwSignal<Option<OnConflict>>,
}

impl Item {
    pub(super) fn new(id: u32, host: HostId, host_name: String, path: RemotePath, total: u64, modified: i64) -> Self {
        Self {
            id,
            host,
            host_name,
            path,
            total,
            modified,
            state: ArcRwSignal::new(State::Waiting),
            sent: ArcRwSignal::new(0),
            speed: ArcRwSignal::new(0.0),
            conflict: ArcRwSignal::new(None),
        }
    }

    pub(super) fn name(&self) -> String {
        self.path.name().map_or_else(|| self.path.to_string(), |name| name.to_string())
    }

    pub(super) fn file(&self) -> Option<web_sys::File> {
        FILES.with_borrow(|files| files.get(&self.id).cloned())
    }

    /// What breaks off the request that is made next.
    pub(super) fn abortable(&self) -> Option<AbortController> {
        let controller = AbortController::new().ok()?;
        ABORTS.with_borrow_mut(|aborts| aborts.insert(self.id, controller.clone()));
        Some(controller)
    }

    /// Breaks off the request that is under way.
    pub(super) fn abort(&self) {
        if let Some(controller) = ABORTS.with_borrow_mut(|aborts| aborts.remove(&self.id)) {
            controller.abort();
        }
    }

    /// How it stands, in words.
    pub(super) fn words(&self) -> String {
        let of = || format!("{} of {}", size_formatted(self.sent.get()), size_formatted(self.total));
        match self.state.get() {
            State::Waiting => "Waits".to_owned(),
            State::Checking => "Checking".to_owned(),
            State::Running => match self.speed.get() {
                speed if speed >= 1.0 => {
                    let left = (self.total.saturating_sub(self.sent.get())) as f64 / speed;
                    format!("{} · {}/s · {} left", of(), size_formatted(speed as u64), span::left(left.ceil() as u64))
                }
                _ => of(),
            },
            State::Retrying(why) => format!("{} · tries again. {why}", of()),
            State::Asking => "This name is taken".to_owned(),
            State::Paused => format!("Paused at {}", of()),
            State::Done => format!("Done, {}", size_formatted(self.total)),
            State::Skipped => "Left out".to_owned(),
            State::Failed(why) => why,
            State::Cancelled => "Cancelled".to_owned(),
        }
    }
}
