//! When an upload is tried again, and when somebody has to say so.

/// So often it is tried again before somebody has to say so, unless it got further meanwhile.
const TRIES: u32 = 30;

/// So often somebody else may take it over: two that take it from one another would never end.
const TAKEN_OVER: u32 = 2;

/// What a person is told then.
pub(super) const ELSEWHERE: &str = "Another tab or device uploads this file; resume to take it over.";

/// The tries of one upload since somebody said that it goes on.
#[derive(Debug, Default)]
pub(super) struct Course {
    tries: u32,
    taken_over: u32,
}

impl Course {
    /// How many tries in a row have failed.
    pub(super) const fn tries(&self) -> u32 {
        self.tries
    }

    /// After a try that failed for this reason: whether another one is worth it, or what is said instead.
    pub(super) fn failed(&mut self, got_further: bool, why: &str) -> Result<(), String> {
        self.tries = if got_further { 0 } else { self.tries + 1 };
        // The server's words (services::files::upload) for a body whose upload another request began anew.
        if why.contains("begun again elsewhere") {
            self.taken_over += 1;
        }
        if self.taken_over >= TAKEN_OVER {
            return Err(ELSEWHERE.to_owned());
        }
        if self.tries > TRIES { Err(why.to_owned()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_that_comes_back_is_waited_for() {
        let mut course = Course::default();
        for _ in 0..1000 {
            assert_eq!(course.failed(true, "The server cannot be reached."), Ok(()));
        }
        for tries in 1..=TRIES {
            assert_eq!((course.failed(false, "It is gone."), course.tries()), (Ok(()), tries));
        }
        assert_eq!(course.failed(false, "It is gone."), Err("It is gone.".to_owned()));
    }

    #[test]
    fn two_do_not_take_it_from_one_another_for_ever() {
        let (mut course, taken) = (Course::default(), "The body ended early (it was begun again elsewhere).");
        assert_eq!(course.failed(true, taken), Ok(()));
        assert_eq!(course.failed(true, "It is gone."), Ok(()));
        assert_eq!(course.failed(true, taken), Err(ELSEWHERE.to_owned()));
    }
}
