//! One deadline over all steps of a dial, and what to call it when a step fails.

use super::greeting::Greeting;
use crate::{DialError, Endpoint};
use std::{future::Future, time::Duration};
use tokio::time::{Instant, timeout_at};

/// Until when an endpoint has to be dialled.
#[derive(Debug)]
pub(super) struct Deadline<'a> {
    endpoint: &'a Endpoint,
    at: Instant,
}

impl<'a> Deadline<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, timeout: Duration) -> Self {
        Self { endpoint, at: Instant::now() + timeout }
    }

    pub(super) fn endpoint(&self) -> &'a Endpoint {
        self.endpoint
    }

    pub(super) fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// Does one step; a step that hangs is named.
    pub(super) async fn step<T>(
        &self,
        step: &'static str,
        work: impl Future<Output = Result<T, DialError>>,
    ) -> Result<T, DialError> {
        timeout_at(self.at, work).await.unwrap_or_else(|_| Err(self.timed_out(step)))
    }

    /// The handshake used up the time.
    pub(super) fn hung(&self, greeting: &Greeting) -> DialError {
        if greeting.is_ssh() {
            self.timed_out("key exchange")
        } else if greeting.is_silent() {
            self.timed_out("greeting")
        } else {
            self.not_ssh(greeting)
        }
    }

    /// The handshake failed.
    pub(super) fn failed(&self, error: &russh::Error, greeting: &Greeting) -> DialError {
        match error {
            _ if !greeting.is_ssh() => self.not_ssh(greeting),
            russh::Error::NoCommonAlgo { kind, theirs, .. } => DialError::NoCommonAlgorithm {
                endpoint: self.endpoint.clone(),
                why: format!("for {} it offers only {}", format!("{kind:?}").to_lowercase(), theirs.join(", ")),
            },
            russh::Error::Disconnect | russh::Error::HUP => {
                DialError::Lost { why: "the host closed the connection during the key exchange".to_owned() }
            }
            other => DialError::Lost { why: format!("the key exchange failed: {other}") },
        }
    }

    fn not_ssh(&self, greeting: &Greeting) -> DialError {
        DialError::NotSsh { endpoint: self.endpoint.clone(), why: greeting.describe() }
    }

    fn timed_out(&self, step: &'static str) -> DialError {
        DialError::TimedOut { endpoint: self.endpoint.clone(), step }
    }
}
