//! Waiting for a condition instead of sleeping for luck.

use std::{future::Future, time::Duration};
use tokio::time::{Instant, sleep};

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(10);

/// Waits until the condition holds.
///
/// # Panics
/// When it does not hold within the timeout; the text names what was awaited.
pub async fn until<F>(what: &str, timeout: Duration, mut condition: impl FnMut() -> F)
where
    F: Future<Output = bool>,
{
    let deadline = Instant::now() + timeout;
    while !condition().await {
        assert!(Instant::now() < deadline, "waited {timeout:?} in vain for: {what}");
        sleep(INTERVAL).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_as_long_as_needed() {
        let mut looked = 0;
        until("a third look", Duration::from_secs(5), || {
            looked += 1;
            let seen = looked >= 3;
            async move { seen }
        })
        .await;
        assert_eq!(looked, 3);
    }

    #[tokio::test]
    #[should_panic(expected = "the cows to come home")]
    async fn names_what_did_not_happen() {
        until("the cows to come home", Duration::from_millis(30), || async { false }).await;
    }
}
