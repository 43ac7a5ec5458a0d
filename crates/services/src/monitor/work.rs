//! A monitored host at work: one command channel, a round at a time, begun again when it breaks, and let go when nobody looks.

use super::{
    Monitor,
    blocks::{Block, Said},
    line::Line,
    monitored::{Monitored, Standing},
    plan::Plan,
    rates,
    reading::Reading,
    script::script,
    text::shown,
};
use crate::{Caller, ServiceError, access, clock, inventory::Footing, vault::random};
use data_encoding::HEXLOWER;
use futures::FutureExt;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use transport::{DialError, RunningCommand};
use wire::{Fault, FaultCode, monitor::MonitorFigures};

/// A host is read at most this often.
const PAUSE: Duration = Duration::from_secs(1);

/// After a round that took long the host is left alone so many times as long, up to [`LONGEST_PAUSE`].
const REST: u32 = 3;
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How long a host is monitored on when the last one has left: a page that is loaded again finds it.
const LINGER: Duration = Duration::from_secs(3);

/// How long it waits before it tries again, and how long at most.
const FIRST_RETRY: Duration = Duration::from_secs(2);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// So much of what the host says waits to be read.
const MOST_WAITING: usize = 1024 * 1024;

/// Why a host is not monitored on.
pub(super) enum Stop {
    Service(ServiceError),
    /// Not before something about the host changes.
    Final(Fault),
}

impl From<ServiceError> for Stop {
    fn from(error: ServiceError) -> Self {
        Self::Service(error)
    }
}

impl Stop {
    pub(super) fn dial(error: DialError) -> Self {
        Self::Service(ServiceError::Dial(error))
    }

    pub(super) fn lost(why: impl Into<String>) -> Self {
        Self::dial(DialError::Lost { why: why.into() })
    }

    /// What those who look are told, and whether trying again may help. A refused sign-in is not tried again by itself: hosts
    /// lock out who does that.
    fn told(self) -> (Fault, bool) {
        let mut fault = match self {
            Self::Final(fault) => return (fault, false),
            Self::Service(error) => error.fault(),
        };
        let advice = match fault.code {
            FaultCode::SecretNeeded => {
                "Nobody is asked while a host is monitored: store the secret with its credential."
            }
            FaultCode::HostKeyUnknown | FaultCode::HostKeyChanged => "Nobody is asked while a host is monitored.",
            FaultCode::HostOffline | FaultCode::TimedOut | FaultCode::RemoteFailed | FaultCode::Internal => {
                return (fault, true);
            }
            _ => return (fault, false),
        };
        fault.detail = format!("{}. {advice}", fault.detail.trim_end_matches('.'));
        (fault, false)
    }
}

/// Ends it for those who look, however its task ends.
struct Ending(Monitor, Arc<Monitored>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.forget(&self.1);
        self.1.over.cancel();
    }
}

/// Monitors a host as long as somebody looks.
pub(super) async fn supervise(monitor: Monitor, host: Arc<Monitored>) {
    let _ending = Ending(monitor.clone(), host.clone());
    tokio::select! {
        biased;
        () = monitor.0.stopping.cancelled() => {}
        () = deserted(&monitor, &host) => {}
        () = again_and_again(&monitor, &host) => {}
    }
}

/// Waits until nobody has looked for a while. From then on whoever comes begins anew.
async fn deserted(monitor: &Monitor, host: &Arc<Monitored>) {
    loop {
        host.left().await;
        if host.looked_at_by() == 0 {
            sleep(LINGER).await;
            if monitor.forget_deserted(host) {
                return;
            }
        }
    }
}

async fn again_and_again(monitor: &Monitor, host: &Monitored) {
    let mut pause = FIRST_RETRY;
    loop {
        host.stands(Standing::Connecting);
        let mut rounds = 0;
        let Err(stop) = follow(monitor, host, &mut rounds).await;
        if rounds > 0 {
            pause = FIRST_RETRY;
        }
        let (fault, again) = stop.told();
        tracing::debug!(host = %host.id, code = ?fault.code, "a monitored host was lost");
        host.stands(Standing::Failed(Box::new(fault), again.then_some(pause.as_secs())));
        // Whoever comes wants to see it now, and may bring what was missing.
        if again {
            let _ = timeout(pause, host.came.notified()).await;
            pause = (pause * 2).min(LAST_RETRY);
        } else {
            host.came.notified().await;
        }
    }
}

/// Begins the script by what those who look have: their vaults may be open or not.
async fn begin(monitor: &Monitor, host: &Monitored) -> Result<(RunningCommand, Footing), ServiceError> {
    let mut refused = ServiceError::Unavailable("nobody looks at this host any more");
    for caller in host.callers() {
        match begin_as(monitor, host, &caller).await {
            Err(locked @ ServiceError::VaultLocked { .. }) => refused = locked,
            other => return other,
        }
    }
    Err(refused)
}

async fn begin_as(
    monitor: &Monitor,
    host: &Monitored,
    caller: &Caller,
) -> Result<(RunningCommand, Footing), ServiceError> {
    let inventory = &monitor.0.inventory;
    let permit = access::connect(caller, inventory.find(caller, host.id.as_str()).await?)?;
    let footing = inventory.footing(caller, permit.host()).await?;
    Ok((inventory.start_command(caller, &permit, "sh", MOST_WAITING).await?, footing))
}

/// Reads the host until that is over.
async fn follow(monitor: &Monitor, host: &Monitored, rounds: &mut u64) -> Result<Infallible, Stop> {
    // What those who are there have brought is used now.
    let _ = host.came.notified().now_or_never();
    let mark = format!("@berth-{}", HEXLOWER.encode(random::bytes::<8>()?.as_slice()));
    let mut changes = monitor.0.inventory.changes();
    let (running, footing) = begin(monitor, host).await?;
    let line = Line::new(running, &mark);
    let (mut line, said) = line.ask(script(&mark)).await?;
    let mut plan = match said {
        Said::Ready(programs) => Plan::new(&programs),
        Said::Unsupported(system) => return Err(Stop::Final(no_proc(&system))),
        Said::Round(_) => return Err(Stop::lost("it answered what nobody had asked")),
    };
    let mut before: Option<(Reading, MonitorFigures)> = None;
    loop {
        let begun = Instant::now();
        let extras = plan.next(begun);
        if extras.filesystems && *rounds > 0 || changes.has_changed().unwrap_or(false) {
            changes.mark_unchanged();
            still_there(monitor, host, &footing).await?;
        }
        let (same, said) = line.ask(extras.line()).await?;
        line = same;
        let Said::Round(block) = said else { return Err(Stop::lost("it began anew")) };
        let (reading, figures) = read(&block, before.as_ref());
        plan.learns(&figures);
        host.shows(figures.clone());
        before = Some((reading, figures));
        *rounds += 1;
        let took = begun.elapsed();
        sleep_until(begun + took + (took * REST).clamp(PAUSE.saturating_sub(took), LONGEST_PAUSE)).await;
    }
}

fn read(block: &Block, before: Option<&(Reading, MonitorFigures)>) -> (Reading, MonitorFigures) {
    let reading = Reading::of(block);
    let figures = rates::figures(clock::now(), before.map(|(reading, figures)| (reading, figures)), &reading);
    (reading, figures)
}

/// A host that was deleted meanwhile, or is not shared any more, is not monitored on; where a right or a trusted key that it
/// stands on was taken back, it is signed in to anew, if that may be.
async fn still_there(monitor: &Monitor, host: &Monitored, footing: &Footing) -> Result<(), Stop> {
    if let Some(caller) = host.callers().first() {
        let inventory = &monitor.0.inventory;
        let permit = access::connect(caller, inventory.find(caller, host.id.as_str()).await?)?;
        if !inventory.footing(caller, permit.host()).await?.keeps(footing) {
            return Err(Stop::lost("what is shared of it, or which keys are trusted, was changed"));
        }
    }
    Ok(())
}

fn no_proc(system: &str) -> Fault {
    let system = shown(system).unwrap_or_else(|| "this system".to_owned());
    let text = format!(
        "the host runs {system} and has no /proc that could be read; the monitor needs Linux, or another system with a /proc like its"
    );
    Fault::new(FaultCode::RemoteFailed, text)
}
