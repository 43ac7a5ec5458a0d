//! Dialling a host of the inventory: through its jump hosts, each with its own key check and its own credential.

use super::{
    Inventory,
    ftp::refuse_ftp,
    lending::Lent,
    links::{Dial, Likeness, SPARE_AFTER, Seat, SpareWanted, Use, shared},
    login::{OneTimeLogin, refuse_unprepared},
    target::{Target, Way},
};
use crate::{Caller, ServiceError, access::HostPermit};
use futures::future::{join, select_all};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use transport::{DialError, HostTrust, Link, Login, NeededSecret, Wish, dial_for};
use wire::{AccountId, inventory::HostView, links::LinkPurpose};

/// How long a link that stands may take to open one more channel. A host that went away silently shows only later.
const WARM: Duration = Duration::from_secs(3);

/// So many shared links are tried before one is dialled for the one who asks alone.
const TRIES: usize = 16;

/// So often somebody who waited for a link may find that others took its last place.
const TURNS: u32 = 16;

/// Whether a link that stands will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// A link that others use will do, for one more channel.
    Shared(Use),
    /// A link that others use will do, to go through it.
    Way(Wish),
    /// A new link.
    New(Wish),
}

impl Ask {
    fn wish(self) -> Wish {
        match self {
            Self::Shared(uses) => uses.wish(),
            Self::Way(wish) | Self::New(wish) => wish,
        }
    }

    /// What is asked of the jump hosts on the way.
    fn on_the_way(self) -> Self {
        match self {
            Self::Shared(uses) => Self::Way(uses.wish()),
            other => other,
        }
    }
}

/// A link, and whether it stood before it was asked for.
pub(super) struct Found {
    pub(super) link: Link,
    warm: bool,
}

/// Everything that signing in at a place takes.
#[derive(Clone)]
struct Plan {
    account: AccountId,
    target: Target,
    login: Login,
    trusted: HostTrust,
    purpose: LinkPurpose,
    /// Whose credential it is, when not the account's own, and who uses it.
    lent: Option<(Caller, Lent)>,
}

impl Inventory {
    /// Opens a channel on the permitted host, the way that `open` does: on a link that stands and has room, if one does,
    /// else on one that all who ask at this moment wait for together.
    ///
    /// `open` opens the channel and does no more: on a link that stood already it is given up after a few seconds, and it is
    /// called again with another link when the host opens no further channel or does not answer. What it opened holds the
    /// link; the answered link may be dropped, or kept to hold it longer.
    ///
    /// # Errors
    /// A question (host key, secret) that a person has to answer, or what the host said.
    pub(crate) async fn with_link<T, F>(
        &self,
        caller: &Caller,
        permit: &HostPermit,
        once: OneTimeLogin,
        uses: Use,
        open: impl Fn(Link) -> F + Send + Sync,
    ) -> Result<(Link, T), ServiceError>
    where
        F: Future<Output = Result<T, ServiceError>> + Send,
    {
        let once = once.without_empty();
        // What was typed for this once opens this once.
        let tries = if once.is_typed() { 0 } else { TRIES };
        for _ in 0..tries {
            let Found { link, warm } = match self.link(caller, permit, once.clone(), Ask::Shared(uses)).await {
                Ok(found) => found,
                // The way to it may be gone without a word.
                Err(ServiceError::Dial(DialError::TimedOut { .. } | DialError::Lost { .. }))
                    if permit.host().effective.jump_host_id.is_some() =>
                {
                    break;
                }
                Err(error) => return Err(error),
            };
            let opening = open(link.clone());
            let opened = if warm { timeout(WARM, opening).await.ok() } else { Some(opening.await) };
            let link = link.unreserved();
            match opened {
                Some(Ok(opened)) => return Ok((link, opened)),
                // The host allows no further channel (MaxSessions), and others were there first.
                Some(Err(ServiceError::Dial(DialError::ChannelRefused { .. }))) if warm || link.has_opened() => {}
                Some(Err(error)) if !warm => return Err(error),
                _ => self.0.links.retire(&link),
            }
        }
        let Found { link, .. } = self.link(caller, permit, once, Ask::New(uses.wish())).await?;
        let opened = open(link.clone()).await?;
        Ok((link, opened))
    }

    /// Opens a link to the permitted host, or finds one. What was typed for this once goes to that host and to none before it.
    pub(super) async fn link(
        &self,
        caller: &Caller,
        permit: &HostPermit,
        once: OneTimeLogin,
        ask: Ask,
    ) -> Result<Found, ServiceError> {
        let (host, once) = (permit.host(), once.without_empty());
        refuse_ftp(host)?;
        refuse_unprepared(host, &once)?;
        let allowed = self.allowances(caller, host).await?;
        let target = self.target_by(caller, host, ask.on_the_way()).await?;
        let found = self.dial_host(caller, host, &target, once, ask).await?;
        self.still_allowed(caller, host, &allowed).await?;
        Ok(found)
    }

    /// The host as a place to dial, with a link through the last jump host when there are any.
    pub(super) async fn target(&self, caller: &Caller, host: &HostView) -> Result<Target, ServiceError> {
        self.target_by(caller, host, Ask::Way(Wish::Quick)).await
    }

    async fn target_by(&self, caller: &Caller, host: &HostView, ask: Ask) -> Result<Target, ServiceError> {
        let mut way = Way::default();
        for jump in self.jumps(caller, host).await? {
            let target = Target::host(&jump, way.clone());
            let found = self.dial_host(caller, &jump, &target, OneTimeLogin::default(), ask).await;
            way = way.through(&jump, found.map_err(|error| at_jump(&jump, error))?.link);
        }
        Ok(Target::host(host, way))
    }

    async fn dial_host(
        &self,
        caller: &Caller,
        host: &HostView,
        target: &Target,
        once: OneTimeLogin,
        ask: Ask,
    ) -> Result<Found, ServiceError> {
        let (account, wish) = (caller.account().clone(), ask.wish());
        let (private, may_ask) = (once.is_typed(), once.may_ask);
        if let Some(answers) = once.answers {
            return Ok(Found { link: self.answered(&account, target, answers).await?, warm: false });
        }
        let lent = self.lent(caller, host, &once).await?;
        let (trusted, login) = match &lent {
            Some(lent) => self.borrowed(caller, lent, target).await?,
            None => {
                let (trusted, login) = join(self.known_keys(&account, target), self.login(caller, host, once)).await;
                // A key that nobody trusts is the first question: no secret is asked for before it.
                (trusted?, login?)
            }
        };
        let likeness = self
            .0
            .links
            .likeness(&account, target, &trusted, (&login, lent.as_ref().map(Lent::credential)), wish)
            .filter(|_| !private);
        let purpose = if wish == Wish::Bulk { LinkPurpose::Bulk } else { LinkPurpose::Shared };
        let lent = lent.map(|lent| (caller.without_vault(), lent));
        let plan = Plan { account, target: target.clone(), login, trusted, purpose, lent };
        let found = match (likeness, ask) {
            (None, _) => self.dialled_alone(&plan, None).await,
            (likeness, Ask::New(_)) => self.dialled_alone(&plan, likeness).await,
            (Some(likeness), Ask::Way(_)) => self.way(&plan, likeness).await,
            (Some(likeness), Ask::Shared(uses)) => self.seat(&plan, likeness, uses).await,
        };
        let found = match found {
            Err(error) if let Some((_, lent)) = &plan.lent => Err(lent.told(error)),
            Err(ServiceError::Dial(DialError::Asked(asked))) if may_ask => {
                Err(self.question(&plan.account, target, asked))
            }
            found => found,
        };
        if let Some(likeness) = likeness
            && ask == Ask::Shared(Use::Shell)
            && plan.lent.is_none()
            && found.is_ok()
            && let Some(wanted) = self.0.links.wants_spare(&likeness)
        {
            tokio::spawn(self.clone().dial_spare(wanted, plan));
        }
        found
    }

    async fn dialled_alone(&self, plan: &Plan, likeness: Option<Likeness>) -> Result<Found, ServiceError> {
        let link = self.dial(plan).await.map_err(|error| refusal(&plan.target, &plan.trusted, error))?;
        if let Some(likeness) = likeness {
            self.0.links.keep(likeness, &link);
        }
        Ok(Found { link, warm: false })
    }

    /// The link to go through.
    async fn way(&self, plan: &Plan, likeness: Likeness) -> Result<Found, ServiceError> {
        match self.0.links.way(&likeness, || self.dial_for_all(plan, likeness)) {
            Seat::Taken(link) => Ok(Found { link, warm: true }),
            Seat::Dialled(dial) => self.dialled_for_all(plan, dial).await.map(|link| Found { link, warm: false }),
            Seat::Wait(_) => Err(ServiceError::Internal("a way was waited for")),
        }
    }

    /// A place for one more channel.
    async fn seat(&self, plan: &Plan, likeness: Likeness, uses: Use) -> Result<Found, ServiceError> {
        let links = &self.0.links;
        let impatient_at = Instant::now() + links.patience();
        let (mut patient, mut fresh, mut turns) = (true, None::<Link>, 0);
        while turns < TURNS {
            match links.seat(&likeness, uses, patient, || self.dial_for_all(plan, likeness)) {
                Seat::Taken(link) => {
                    let warm = fresh.is_none_or(|fresh| fresh.number() != link.number());
                    return Ok(Found { link, warm });
                }
                Seat::Dialled(dial) => {
                    fresh = Some(self.dialled_for_all(plan, dial).await?);
                    turns += 1;
                }
                Seat::Wait(ends) => {
                    let ends = ends.into_iter().map(Box::pin);
                    patient = timeout_at(impatient_at, select_all(ends)).await.is_ok();
                }
            }
        }
        self.dialled_alone(plan, Some(likeness)).await
    }

    async fn dialled_for_all(&self, plan: &Plan, dial: Dial) -> Result<Link, ServiceError> {
        dial.await.map_err(|error| refusal(&plan.target, &plan.trusted, error))
    }

    fn dial_for_all(&self, plan: &Plan, likeness: Likeness) -> Dial {
        let (room, plan) = (self.clone(), plan.clone());
        shared(async move {
            let link = room.dial(&plan).await?;
            room.0.links.keep(likeness, &link);
            Ok(link)
        })
    }

    /// Dials the link that the next session will find. Nobody waits for it; should it fail, the next session shares a link.
    async fn dial_spare(self, wanted: SpareWanted, plan: Plan) {
        sleep(SPARE_AFTER).await;
        if wanted.is_wanted()
            && let Ok(link) = self.dial(&plan).await
        {
            wanted.fill(link);
        }
    }

    /// Signs in at a place where these keys are trusted, with a link for the one who asks alone.
    pub(super) async fn sign_in(
        &self,
        account: &AccountId,
        target: &Target,
        login: &Login,
        trusted: &HostTrust,
        purpose: LinkPurpose,
    ) -> Result<Link, ServiceError> {
        let plan = Plan {
            account: account.clone(),
            target: target.clone(),
            login: login.clone(),
            trusted: trusted.clone(),
            purpose,
            lent: None,
        };
        self.dialled_alone(&plan, None).await.map(|found| found.link)
    }

    async fn dial(&self, plan: &Plan) -> Result<Link, DialError> {
        let Plan { account, target, login, trusted, purpose, lent } = plan;
        let wish = if *purpose == LinkPurpose::Shared { Wish::Quick } else { Wish::Bulk };
        let dialled = dial_for(wish, target.endpoint(), login, trusted, target.via(), self.0.dial_timeout).await;
        if let Some((caller, lent)) = lent {
            match &dialled {
                Ok(_) => self.note_borrowed(caller, lent, None).await,
                Err(error @ DialError::SignInFailed { .. }) => {
                    self.note_borrowed(caller, lent, Some(error.to_string())).await;
                }
                Err(_) => {}
            }
        }
        let link = dialled?;
        self.0.links.stands(
            account,
            target,
            (&login.username, lent.as_ref().map(|(_, lent)| lent.credential())),
            *purpose,
            &link,
        );
        Ok(link)
    }
}

/// A refusal for its host key becomes the question that a person can answer.
fn refusal(target: &Target, trusted: &HostTrust, error: DialError) -> ServiceError {
    match error {
        DialError::HostKeyUnknown(shown) => ServiceError::HostKeyUnknown(Box::new(target.scan(&shown, &[]))),
        DialError::HostKeyChanged { shown, .. } => {
            ServiceError::HostKeyChanged(Box::new(target.scan(&shown, &trusted.keys)))
        }
        other => ServiceError::Dial(other),
    }
}

/// Nobody can be asked for a jump host's secret while another host is being opened, so the answer says what to store.
fn at_jump(jump: &HostView, error: ServiceError) -> ServiceError {
    match (error, &jump.shared) {
        (ServiceError::Dial(DialError::SecretNeeded { .. }) | ServiceError::NotBootstrapped { .. }, Some(shared)) => {
            ServiceError::Conflict(format!(
                "the way leads through {}, where you sign in with what is your own: choose a credential for it (\"Sign in as\"), \
                 or ask {} to share the one of that host too",
                jump.name, shared.owner
            ))
        }
        (error, _) => at_own_jump(jump, error),
    }
}

fn at_own_jump(jump: &HostView, error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Dial(DialError::SecretNeeded { what: NeededSecret::Password, .. }) => {
            ServiceError::NotBootstrapped { name: format!("the jump host {}", jump.name) }
        }
        ServiceError::Dial(DialError::Asked(asked)) => ServiceError::Conflict(format!(
            "the jump host {} asks at sign-in ({}), and nobody can answer on the way; give it a credential that it lets in alone",
            jump.name,
            asked.question()
        )),
        ServiceError::Dial(DialError::SecretNeeded { what: NeededSecret::Passphrase, .. }) => {
            ServiceError::Conflict(format!(
                "the key of the jump host {} needs its passphrase; store it with the credential to go through it",
                jump.name
            ))
        }
        other => other,
    }
}
