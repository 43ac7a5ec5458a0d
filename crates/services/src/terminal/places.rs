//! A session's place: taken before the host is dialled, refused when all are taken, given back when nothing came of it.

use super::{Terminal, limits::Limits, open::Plan, views};
use crate::{Caller, ServiceError, clock::now};
use storage::{Reservation, SessionRecord};
use wire::{
    FaultCode, SessionId,
    terminal::{EndReason, Ending, LimitReached, Status},
};

impl Terminal {
    pub(super) async fn take_place(
        &self,
        caller: &Caller,
        plan: &Plan,
        record: &SessionRecord,
        limits: Limits,
    ) -> Result<(), ServiceError> {
        let settings = &self.0.settings;
        let (own, all) = (settings.max_per_account, settings.max_total);
        let reserved = self.0.storage.terminal().reserve(record, own, limits.max_on_host, all).await?;
        let max_active = match reserved {
            Reservation::Reserved => return Ok(()),
            Reservation::AccountFull => settings.max_per_account,
            Reservation::HostFull => limits.max_on_host,
            Reservation::ServerFull => settings.max_total,
        };
        self.0.metrics.limit_hit();
        Err(self.limit_reached(caller, plan, max_active, reserved).await?)
    }

    async fn limit_reached(
        &self,
        caller: &Caller,
        plan: &Plan,
        max_active: u32,
        full: Reservation,
    ) -> Result<ServiceError, ServiceError> {
        let terminal = self.0.storage.terminal();
        let own: Vec<_> = terminal.live(caller.account()).await?.into_iter().map(|record| self.view(record)).collect();
        let own_count = own.len() as u64;
        let on_host = |view: &&wire::terminal::SessionView| {
            plan.host.as_ref().is_some_and(|host| view.host_id.as_ref() == Some(&host.id))
        };
        let count = match full {
            Reservation::ServerFull => terminal.count_live().await?,
            Reservation::HostFull => own.iter().filter(on_host).count() as u64,
            Reservation::Reserved | Reservation::AccountFull => own_count,
        };
        let can_go_on = |view: &&wire::terminal::SessionView| {
            on_host(view) && view.mode == plan.mode && view.status != Status::Starting
        };
        let reusable = own.iter().rfind(can_go_on).map(|view| view.session_id.clone());
        let message = match full {
            Reservation::ServerFull => {
                format!("the server holds its limit of {max_active} sessions; close one or try again later")
            }
            Reservation::HostFull => format!(
                "all {max_active} places for sessions on {} are taken, as this host is set up; close one of them or go on in it",
                plan.host_name
            ),
            Reservation::Reserved | Reservation::AccountFull => {
                format!("all {max_active} places for sessions are taken; close one or go on in one that is open")
            }
        };
        // Where the host is full, closing a session elsewhere would free no place.
        let own: Vec<_> = own.into_iter().filter(|view| full != Reservation::HostFull || on_host(&view)).collect();
        let closable = own.iter().map(|view| format!("close_session:{}", view.session_id));
        let suggested_actions = reusable
            .iter()
            .map(|_| "reuse_existing".to_owned())
            .chain((!own.is_empty()).then(|| "close_oldest".to_owned()))
            .chain(closable)
            .collect();
        Ok(ServiceError::SessionLimit(Box::new(LimitReached {
            message,
            max_active,
            current_count: u32::try_from(count).unwrap_or(u32::MAX),
            suggested_actions,
            can_reuse: reusable.is_some(),
            reusable_session_id: reusable,
            active_sessions: own.into_iter().map(views::active).collect(),
        })))
    }

    pub(super) async fn give_place_back(&self, id: &SessionId, error: ServiceError) -> ServiceError {
        let question = matches!(
            error.fault().code,
            FaultCode::HostKeyUnknown | FaultCode::SecretNeeded | FaultCode::NotBootstrapped | FaultCode::VaultLocked
        );
        let ending = Ending { message: Some(error.to_string()), ..EndReason::Error.into() };
        // A question that a person has yet to answer is no failure: nothing has begun, and nothing is left behind.
        let written = match question {
            true => self.0.storage.terminal().forget_opening(id).await,
            false => self.0.storage.terminal().finish(id, &ending, now()).await,
        };
        if let Err(storage) = written {
            tracing::error!(error = %storage, session = %id, "a place could not be given back; the reaper will");
        }
        if !question {
            tracing::info!(session = %id, %error, "a session could not be opened");
        }
        error
    }
}
