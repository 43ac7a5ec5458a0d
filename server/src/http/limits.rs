//! How often each class of routes may be asked for (`[limits]`): by each account or token, and by each address of strangers.
//!
//! Counted in whole minutes, in memory, for this process. It keeps one caller from taking all there is; against guessing
//! there are longer waits at the door of accounts.

use super::{
    arrival::Arrival,
    faults::Refusal,
    table::{Class, Row},
};
use crate::config;
use services::{
    Via,
    accounts::Known,
    rate::{Rate, network},
};
use std::{
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Instant,
};
use wire::{AccountId, Fault, FaultCode, TokenId};

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Account(AccountId),
    Token(TokenId),
    /// Strangers, and who has not signed in whole.
    Address(Option<IpAddr>),
}

type Counts = Option<Mutex<Rate<Who>>>;

/// The counts of one process; a class without a limit has none.
pub(crate) struct Limits {
    sign_in: Counts,
    questions: Counts,
    changes: Counts,
    tickets: Counts,
    probes: Counts,
    transfers: Counts,
    bulk: Counts,
}

impl Limits {
    /// Nothing was asked for yet.
    pub(crate) fn new(limits: &config::Limits) -> Self {
        let counts = |most: u32| (most > 0).then(|| Mutex::new(Rate::new(most)));
        Self {
            sign_in: counts(limits.sign_in),
            questions: counts(limits.questions),
            changes: counts(limits.changes),
            tickets: counts(limits.tickets),
            probes: counts(limits.probes),
            transfers: counts(limits.transfers),
            bulk: counts(limits.bulk),
        }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// When its caller has asked for too much of the kind in this minute.
    pub(super) fn take(&self, row: Option<&Row>, known: Option<&Known>, arrival: &Arrival) -> Result<(), Refusal> {
        let Some(counts) = row.and_then(|row| self.of(row.class)) else { return Ok(()) };
        let taken = counts.lock().unwrap_or_else(PoisonError::into_inner).take(who(known, arrival), Instant::now());
        taken.map_err(|wait| {
            let seconds = wait.as_secs().max(1);
            let text = format!("too many requests of this kind in a minute; wait {seconds} s, then ask more slowly");
            Refusal(Fault { retry_after_seconds: Some(seconds), ..Fault::new(FaultCode::TooManyTries, text) })
        })
    }

    fn of(&self, class: Class) -> Option<&Mutex<Rate<Who>>> {
        let counts = match class {
            Class::Free => return None,
            Class::SignIn => &self.sign_in,
            Class::Question => &self.questions,
            Class::Change => &self.changes,
            Class::Ticket => &self.tickets,
            Class::Probe => &self.probes,
            Class::Transfer => &self.transfers,
            Class::Bulk => &self.bulk,
        };
        counts.as_ref()
    }
}

fn who(known: Option<&Known>, arrival: &Arrival) -> Who {
    match known {
        Some(Known::Whole(caller)) => match caller.via() {
            Via::Token(id) => Who::Token(id.clone()),
            Via::SignIn(_) | Via::Schedule => Who::Account(caller.account().clone()),
        },
        _ => Who::Address(arrival.visitor.address.map(network)),
    }
}
