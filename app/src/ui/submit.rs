//! One request at a time from a form or a button: whether it runs, and what it complained of.

use leptos::{prelude::*, task::spawn_local};
use std::fmt::Display;

/// Copy it into closures; it lives as long as the component that made it.
#[derive(Clone, Copy)]
pub struct Submit {
    /// Whether a request is on its way.
    pub busy: RwSignal<bool>,
    /// What the last one complained of.
    pub error: RwSignal<Option<String>>,
}

impl Submit {
    /// Nothing runs, nothing is wrong.
    #[expect(clippy::new_without_default, reason = "it makes signals, which belong to the component at hand")]
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None) }
    }

    /// Runs a request unless one is running, then `done` with its answer. When the component is gone by then, nothing happens.
    pub fn run<T: 'static, E: Display + 'static>(
        self,
        request: impl Future<Output = Result<T, E>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.run_or(request, done, |error| Some(error.to_string()));
    }

    /// The same, with a look at the failure: `failed` returns what to show of it, if anything.
    pub fn run_or<T: 'static, E: 'static>(
        self,
        request: impl Future<Output = Result<T, E>> + 'static,
        done: impl FnOnce(T) + 'static,
        failed: impl FnOnce(E) -> Option<String> + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = request.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(value) => done(value),
                Err(error) => self.error.set(failed(error)),
            }
        });
    }
}
