//! Where the player stands in a recording: how far a moment of looking brings it, at a speed, with idle time left out.
//!
//! All times are milliseconds from the recording's start. It knows nothing of the screen and of fetching.

/// Longer stretches in which nothing happens are shortened to this length, when idle time is left out.
pub(super) const IDLE: f64 = 2_000.0;

/// The speeds to choose from.
pub(super) const SPEEDS: [f64; 7] = [0.5, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0];

/// The player's clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clock {
    position: f64,
    /// The last event before the position, or where the looking began: from here on nothing has happened.
    quiet_since: f64,
    /// How many times faster than it was.
    pub(super) speed: f64,
    /// Whether idle time is left out.
    pub(super) skips_idle: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { position: 0.0, quiet_since: 0.0, speed: 1.0, skips_idle: true }
    }
}

impl Clock {
    /// The moment that is shown.
    pub(super) fn position(&self) -> f64 {
        self.position
    }

    /// Goes to a moment; what was shown before it does not count as quiet.
    pub(super) fn go_to(&mut self, at: f64) {
        self.position = at.max(0.0);
        self.quiet_since = self.position;
    }

    /// Lets `elapsed` milliseconds pass, but not beyond `limit`. `events` are the times of what happens, in order; those
    /// up to the position are passed over. Answers how many milliseconds of idle time were left out.
    pub(super) fn advance(&mut self, elapsed: f64, events: impl Iterator<Item = f64>, limit: f64) -> f64 {
        let mut budget = elapsed.max(0.0) * self.speed;
        let mut left_out = 0.0;
        let ahead = events.filter(|at| *at < limit).chain([limit]);
        for next in ahead {
            if next <= self.position {
                continue;
            }
            let jumps = self.skips_idle && next - self.quiet_since > IDLE;
            let walks_to = if jumps { (self.quiet_since + IDLE).max(self.position) } else { next };
            let way = walks_to - self.position;
            if way > budget {
                self.position += budget;
                return left_out;
            }
            budget -= way;
            left_out += next - walks_to;
            self.position = next;
            self.quiet_since = next;
        }
        left_out
    }
}

/// The next speed in the list, upwards or downwards.
pub(super) fn next_speed(speed: f64, faster: bool) -> f64 {
    let found = if faster {
        SPEEDS.into_iter().find(|it| *it > speed)
    } else {
        SPEEDS.into_iter().rev().find(|it| *it < speed)
    };
    found.unwrap_or(speed)
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
