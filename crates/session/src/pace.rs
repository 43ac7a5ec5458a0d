//! How much a viewer is sent ahead of what it has drawn: what it draws in a moment. A page that draws slowly would else show
//! what was sent for seconds before it shows what came of Ctrl-C.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// A viewer acknowledges in steps of this, about.
const STEP: u64 = 32 * 1024;

/// So much is sent ahead always.
const LEAST: usize = 64 * 1024;

/// How long what is sent may wait to be drawn, the way there and back included: shorter, and more is sent ahead; longer,
/// and less is.
const SOON: Duration = Duration::from_millis(150);
const LATE: Duration = Duration::from_millis(300);

/// How fast a viewer draws.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `None` when it never drew slowly.
    window: Option<usize>,
    /// An offset whose drawing is waited for, and since when.
    probe: Option<(u64, Instant)>,
}

impl Pace {
    /// How much it may be sent ahead, of this at most.
    pub(crate) fn window(&self, most: usize) -> usize {
        self.state().window.map_or(most, |window| window.min(most))
    }

    /// Output up to `end` is on its way, `ahead` of what was drawn.
    pub(crate) fn sent(&self, end: u64, ahead: u64) {
        // Less may never be acknowledged by itself.
        if ahead >= 2 * STEP {
            self.state().probe.get_or_insert((end - STEP, Instant::now()));
        }
    }

    /// Everything before this offset is drawn; it was sent at most `most` ahead.
    pub(crate) fn drawn(&self, offset: u64, most: usize) {
        let mut state = self.state();
        let Some((_, since)) = state.probe.take_if(|(probe, _)| *probe <= offset) else { return };
        let (took, window) = (since.elapsed(), state.window.unwrap_or(most));
        if took > LATE {
            state.window = Some((window / 2).max(LEAST));
        } else if took < SOON {
            state.window = Some(window * 2).filter(|window| *window < most);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::advance;

    const MOST: usize = 512 * 1024;

    /// What the window is after each piece was drawn after so long.
    async fn windows(pace: &Pace, times: usize, took: Duration) -> Vec<usize> {
        let mut windows = Vec::new();
        for _ in 0..times {
            pace.sent(1_000_000, 2 * STEP);
            advance(took).await;
            pace.drawn(1_000_000 - STEP - 1, MOST);
            pace.drawn(1_000_000 - STEP, MOST);
            windows.push(pace.window(MOST) / 1024);
        }
        windows
    }

    #[tokio::test(start_paused = true)]
    async fn who_draws_slowly_is_sent_less_ahead_and_more_again_when_it_draws_faster() {
        let pace = Pace::default();
        assert_eq!(windows(&pace, 2, Duration::from_millis(10)).await, [512, 512]);
        assert_eq!(windows(&pace, 5, Duration::from_secs(1)).await, [256, 128, 64, 64, 64]);
        assert_eq!(windows(&pace, 2, Duration::from_millis(200)).await, [64, 64]);
        assert_eq!(windows(&pace, 4, Duration::from_millis(20)).await, [128, 256, 512, 512]);
        assert_eq!(pace.window(4096), 4096);
    }

    #[tokio::test(start_paused = true)]
    async fn an_echo_tells_nothing() {
        let pace = Pace::default();
        pace.sent(1_000_000, STEP);
        advance(Duration::from_secs(60)).await;
        pace.drawn(1_000_000, MOST);
        assert_eq!(pace.window(MOST), MOST);
    }
}
