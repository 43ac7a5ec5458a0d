//! By what right a page looks at a session: it is one's own, an invite led here, or an admin watches.

use super::api;
use crate::{client, error::AppError};
use leptos::prelude::{Get, RwSignal};
use wire::{
    SessionId,
    terminal::{AttachmentId, FixedSize, JoinRequest, JoinedSession, Person, PersonKind},
    vault::Secret,
};

/// The right, and how it gets a ticket when the last one is used up.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// By the sign-in, or by a ticket that was made under it.
    Own,
    /// By an invite, which the page keeps while it lives.
    Invite(JoinRequest),
    /// As an admin.
    Watch,
}

impl Entry {
    /// A ticket for one more connection.
    pub(super) async fn ticket(self, session: SessionId) -> Result<Secret, AppError> {
        match self {
            Self::Own => api::ticket(session).await,
            Self::Invite(request) => join(&request).await.map(|joined| joined.token),
            Self::Watch => api::watch(session).await.map(|joined| joined.token),
        }
    }

    /// Whether the page is the owner's.
    pub(super) const fn is_own(&self) -> bool {
        matches!(self, Self::Own)
    }
}

/// Turns an invite into a ticket.
pub(super) async fn join(request: &JoinRequest) -> Result<JoinedSession, AppError> {
    client::post_json("/api/terminal/join", request).await
}

/// A visit to somebody else's session.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// The host's name.
    pub host: String,
    /// Whether typing is allowed, as far as is known.
    pub may_type: bool,
    /// The right.
    pub entry: Entry,
}

/// Who is there, as the server told last.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Company {
    /// Everybody, in the order of their coming.
    pub people: Vec<Person>,
    /// Which of them this page is.
    pub you: AttachmentId,
    /// The size that the owner holds the session to.
    pub fixed: Option<FixedSize>,
}

impl Company {
    /// This page's person.
    pub(super) fn me(&self) -> Option<&Person> {
        self.people.iter().find(|person| person.attachment_id == self.you)
    }

    /// The one who typed last, unless it is this page.
    pub(super) fn typist(&self) -> Option<&Person> {
        self.people.iter().find(|person| person.leads && person.attachment_id != self.you)
    }

    /// Admins and others who may watch, but for this page.
    pub(super) fn watching(&self) -> impl Iterator<Item = &Person> {
        let watches = |person: &&Person| matches!(person.kind, PersonKind::Admin | PersonKind::Watcher);
        self.people.iter().filter(watches).filter(|person| person.attachment_id != self.you)
    }
}

/// Whether the session's size follows this page; one that has not heard of anybody else takes it that it does.
pub(super) fn sets_size(company: Option<&Company>) -> bool {
    company.is_none_or(|company| company.fixed.is_none() && company.me().is_none_or(|me| me.leads))
}

/// How many are there.
pub(super) fn count(company: RwSignal<Option<Company>>) -> usize {
    company.get().map_or(0, |company| company.people.len())
}
