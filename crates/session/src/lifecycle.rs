//! A session's life as a pure function: `starting → active ⇄ detached → closed | expired | error` (SPEC §5).
//!
//! Whatever races, the first end wins, and nothing happens after it.

use wire::terminal::{EndReason, Status};

/// Where a session is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Life {
    /// The shell is not there yet.
    Starting,
    /// Running with this many viewers; 0 only until the first one came.
    Active { viewers: u32 },
    /// Running; every viewer has left.
    Detached,
    /// Over.
    Ended(EndReason),
}

/// What happens to a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Happening {
    /// The shell runs.
    Started,
    /// A viewer came.
    Attached,
    /// A viewer left.
    Left,
    /// Something ended it.
    Ended(EndReason),
}

impl Life {
    /// The life after a happening.
    pub(crate) fn step(self, happening: Happening) -> Self {
        match (self, happening) {
            (Self::Ended(reason), _) => Self::Ended(reason),
            (_, Happening::Ended(reason)) => Self::Ended(reason),
            (Self::Starting, Happening::Started) => Self::Active { viewers: 0 },
            (Self::Starting, Happening::Attached | Happening::Left) => Self::Starting,
            (Self::Active { viewers }, Happening::Attached) => Self::Active { viewers: viewers.saturating_add(1) },
            (Self::Active { viewers: 0 | 1 }, Happening::Left) => Self::Detached,
            (Self::Active { viewers }, Happening::Left) => Self::Active { viewers: viewers - 1 },
            (Self::Detached, Happening::Attached) => Self::Active { viewers: 1 },
            (Self::Detached, Happening::Left) => Self::Detached,
            (running @ (Self::Active { .. } | Self::Detached), Happening::Started) => running,
        }
    }

    pub(crate) fn status(self) -> Status {
        match self {
            Self::Starting => Status::Starting,
            Self::Active { .. } => Status::Active,
            Self::Detached => Status::Detached,
            Self::Ended(reason) => reason.status(),
        }
    }

    pub(crate) fn viewers(self) -> u32 {
        match self {
            Self::Active { viewers } => viewers,
            Self::Starting | Self::Detached | Self::Ended(_) => 0,
        }
    }

    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Ended(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason() -> impl Strategy<Value = EndReason> {
        prop::sample::select(vec![
            EndReason::User,
            EndReason::ClientLost,
            EndReason::Idle,
            EndReason::Expired,
            EndReason::Admin,
            EndReason::RemoteExit,
            EndReason::Error,
            EndReason::ServerRestart,
        ])
    }

    fn happening() -> impl Strategy<Value = Happening> {
        prop_oneof![
            2 => Just(Happening::Started),
            5 => Just(Happening::Attached),
            5 => Just(Happening::Left),
            1 => reason().prop_map(Happening::Ended),
        ]
    }

    proptest! {
        #[test]
        fn ends_once_for_the_first_reason(happenings in prop::collection::vec(happening(), 0..60)) {
            let first = happenings.iter().find_map(|h| if let Happening::Ended(reason) = h { Some(*reason) } else { None });
            let life = happenings.into_iter().fold(Life::Starting, Life::step);
            prop_assert_eq!(life.is_over(), first.is_some());
            if let Some(reason) = first {
                prop_assert_eq!(life, Life::Ended(reason));
                prop_assert_eq!(life.status(), reason.status());
                prop_assert!(!life.status().is_live());
            }
        }

        #[test]
        fn moves_only_along_the_arrows(happenings in prop::collection::vec(happening(), 0..60)) {
            let mut life = Life::Starting;
            for happening in happenings {
                let next = life.step(happening);
                let allowed = match (life.status(), next.status()) {
                    (from, to) if from == to => true,
                    (Status::Starting, Status::Active) => true,
                    (Status::Active, Status::Detached) | (Status::Detached, Status::Active) => true,
                    (from, to) => from.is_live() && !to.is_live(),
                };
                prop_assert!(allowed, "{life:?} → {next:?}");
                life = next;
            }
        }

        #[test]
        fn counts_viewers(comings in prop::collection::vec(any::<bool>(), 0..60)) {
            let mut life = Life::Starting.step(Happening::Started);
            let mut viewers = 0u32;
            for comes in comings {
                life = life.step(if comes { Happening::Attached } else { Happening::Left });
                viewers = if comes { viewers + 1 } else { viewers.saturating_sub(1) };
                prop_assert_eq!(life.viewers(), viewers);
            }
        }
    }
}
