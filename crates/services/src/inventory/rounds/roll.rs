//! A host's turn in a round that rolls keys. In this order, so that a break at any point leaves a working way in: the new
//! key stands beside the old one, is tried by itself, is what Berth uses from then on, and only then the old one goes.

use super::super::{
    authorized_keys::{KeyWords, beside, without},
    remote_keys::edit_keys,
    target::Target,
};
use super::{
    Rounds,
    end::End,
    gate::Turn,
    rolling::{Group, Moved, Rolling},
    round::{Item, Round},
    scan::is_key_question,
    work::Work,
};
use crate::{Caller, ServiceError};
use std::sync::atomic::Ordering::Relaxed;
use transport::{DialError, HostTrust, Link, Login};
use wire::{
    inventory::{BootstrapReport, BootstrapState, HostView, RoundOutcome},
    links::LinkPurpose,
};

/// A host whose key is being rolled.
struct Place<'a> {
    caller: &'a Caller,
    host: &'a HostView,
    target: &'a Target,
    trusted: &'a HostTrust,
    username: String,
    group: &'a Group,
}

impl Rounds {
    /// Rolls a host's key; none when that is not tried any more.
    pub(super) async fn roll(
        &self,
        caller: &Caller,
        round: &Round,
        item: &Item,
        work: &Work,
        rolling: &Rolling,
        turn: Turn,
    ) -> Option<End> {
        let group = match item.credential.as_ref().and_then(|id| rolling.groups.get(id)) {
            Some(Ok(group)) => group,
            Some(Err(end)) => return Some(end.clone()),
            None => return Some(End::said(RoundOutcome::Skipped, "It has no credential of your vault.")),
        };
        let (host, target) = match self.reach(caller, item, &work.found).await {
            Ok(reached) => reached,
            Err(end) => return Some(*end),
        };
        if host.effective.credential_id.as_ref() != Some(&group.old.id) {
            return Some(End::said(RoundOutcome::Skipped, "It was given another credential meanwhile."));
        }
        let trusted = match self.0.inventory.trusted(caller.account(), &target).await {
            Ok(trusted) if trusted.is_empty() => return Some(self.shown(caller, &target).await),
            Ok(trusted) => trusted,
            Err(error) => return Some(End::of(&error)),
        };
        let Some(username) = host.effective.username.clone().or_else(|| group.old.username.clone()) else {
            return Some(End::said(RoundOutcome::Failed, "No username is known for it; give it one."));
        };
        drop(turn);
        let trial = self.trial(round, &work.trials).await?;
        work.touched.store(true, Relaxed);
        let place = Place { caller, host: &host, target: &target, trusted: &trusted, username, group };
        let (link, had_new) = match self.way_in(&place).await {
            Ok(way) => {
                trial.let_in();
                way
            }
            Err(error) if is_key_question(&error) => return Some(self.shown(caller, &target).await),
            Err(error) => {
                if matches!(error, ServiceError::Dial(DialError::SignInFailed { .. })) {
                    trial.turned_down();
                }
                let end = End::of(&error);
                let message = end.message.map(|text| format!("Nothing was changed: {text}"));
                return Some(End { message, ..end });
            }
        };
        let end = self.exchanged(&place, link, had_new).await;
        if matches!(end.outcome, RoundOutcome::Done | RoundOutcome::Unfinished)
            && host.bootstrap != BootstrapState::Success
        {
            self.works_again(&place).await;
        }
        Some(end)
    }

    /// The new key opened the host, whatever was kept of earlier tries.
    async fn works_again(&self, place: &Place<'_>) {
        let (os, hostname) = (place.host.os.clone(), place.host.hostname.clone());
        let message = format!("Signed in as {} with a new key.", place.username);
        let report = BootstrapReport { status: BootstrapState::Success, message, os, hostname };
        if let Err(error) = self.0.inventory.record(place.caller, place.host, None, &report).await {
            tracing::warn!(%error, host = %place.host.id, "that a host is signed in to could not be recorded");
        }
    }

    /// Signs in with the old key; with the new one where hosts share a home and another one's turn put it there. Whether it
    /// was the new one.
    async fn way_in(&self, place: &Place<'_>) -> Result<(Link, bool), ServiceError> {
        let opened = place.group.opened.clone();
        let old = opened.login(place.username.clone());
        match self.signed_in(place, &old).await {
            Err(refused @ ServiceError::Dial(DialError::SignInFailed { .. })) if !place.group.moved().is_empty() => {
                let link = self.signed_in(place, &place.group.new.login(&place.username)).await;
                link.map(|link| (link, true)).map_err(|_| refused)
            }
            other => other.map(|link| (link, false)),
        }
    }

    async fn signed_in(&self, place: &Place<'_>, login: &Login) -> Result<Link, ServiceError> {
        let Place { caller, target, trusted, .. } = place;
        self.0.inventory.sign_in(caller.account(), target, login, trusted, LinkPurpose::Shared).await
    }

    /// The new key comes, and the old one goes.
    async fn exchanged(&self, place: &Place<'_>, link: Link, had_new: bool) -> End {
        let group = place.group;
        let (Some(old), Some(new)) = (KeyWords::of(&group.old_line), KeyWords::of(&group.pair.public_key)) else {
            return End::said(RoundOutcome::Failed, "Nothing was changed: its key cannot be read.");
        };
        if let Err(why) = edit_keys(&link, |text| beside(text, old, &group.pair.public_key)).await {
            return End::said(RoundOutcome::Failed, format!("Nothing was changed: {why}"));
        }
        let tried = match self.signed_in(place, &group.new.login(&place.username)).await {
            Ok(tried) => tried,
            Err(error) => {
                let left = match edit_keys(&link, |text| without(text, new)).await {
                    Ok(_) => "it was taken out of authorized_keys again".to_owned(),
                    Err(why) => format!("its line could not be taken out of authorized_keys again ({why})"),
                };
                let text = format!("The old key stays in use. The new one does not let us in, and {left}: {error}");
                return End { code: Some(error.fault().code), ..End::said(RoundOutcome::Failed, text) };
            }
        };
        drop(link);
        let (inventory, ids) = (&self.0.inventory.0, [place.host.id.clone()]);
        let used = inventory.storage.inventory();
        if let Err(error) = used.set_credential(place.caller.account(), &ids, Some(&group.new_id)).await {
            tracing::warn!(%error, host = %place.host.id, "a new key could not be noted");
            let text = "Both keys let us in, and the old one stays in use, because the new one could not be noted.";
            return End::said(RoundOutcome::Failed, text);
        }
        group.moves(Moved { id: place.host.id.clone(), inherited: place.host.credential_id.is_none() });
        match edit_keys(&tried, |text| without(text, old)).await {
            Ok(taken) if taken || had_new => {
                let done = "The new key was tried and is used; the old one is taken out of authorized_keys.";
                End::said(RoundOutcome::Done, done)
            }
            Ok(_) => End::said(
                RoundOutcome::Unfinished,
                "The new key is used. The old one stands elsewhere than in ~/.ssh/authorized_keys and still lets in: take it \
                 out there.",
            ),
            Err(why) => {
                let text = format!("The new key is used. The old one could not be taken out of authorized_keys: {why}");
                End::said(RoundOutcome::Unfinished, text)
            }
        }
    }
}
