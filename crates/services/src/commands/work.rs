//! A run at work: so many hosts at once, each in a task of its own, until all are over, the time is, or somebody says so.

use super::{
    Commands,
    run::{HostEnd, Run},
};
use crate::{Caller, ServiceError, access, accounts::still_on};
use std::sync::Arc;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use transport::{DialError, RunningCommand, ShellExit};
use wire::{
    Fault, FaultCode,
    commands::{CommandRunState, HostRunCounts},
    inventory::Protocol,
};

/// Why a run ends before every host is over.
enum Cut {
    Time,
    Word,
    Stop,
}

/// Runs on every host, and says when that is over.
pub(super) async fn supervise(commands: Commands, caller: Caller, run: Arc<Run>) {
    let mut hosts = JoinSet::new();
    let cut = {
        let room = &commands.0;
        tokio::select! {
            biased;
            () = all_hosts(&commands, &caller, &run, &mut hosts) => None,
            () = sleep(run.time_limit) => Some(Cut::Time),
            () = run.cancelled.cancelled() => Some(Cut::Word),
            () = room.stopping.cancelled() => Some(Cut::Stop),
        }
    };
    // What still runs is killed when its task goes.
    hosts.shutdown().await;
    let state = match cut {
        None if run.cancelled.is_cancelled() => CommandRunState::Cancelled,
        None => CommandRunState::Done,
        Some(cut) => break_off(&run, &cut),
    };
    let counts = HostRunCounts::of(&run.view(0, commands.0.settings.keep).hosts);
    run.ended(state);
    commands.changed(&run);
    commands.0.audit.note(&caller, "command.end", run.id.to_string(), &outcome(state, counts)).await;
}

/// Ends every host that is not over.
fn break_off(run: &Run, cut: &Cut) -> CommandRunState {
    for host in 0..run.hosts.len() {
        run.ends(
            host,
            match cut {
                Cut::Time => HostEnd::TimedOut(format!(
                    "the run's time limit of {} s was over; give it more time, or run it on fewer hosts at once",
                    run.time_limit.as_secs()
                )),
                Cut::Word => HostEnd::Cancelled,
                Cut::Stop => HostEnd::Failed(Box::new(Fault::new(
                    FaultCode::Unavailable,
                    "the server was stopped meanwhile; run it again",
                ))),
            },
        );
    }
    match cut {
        Cut::Time => CommandRunState::TimedOut,
        Cut::Word | Cut::Stop => CommandRunState::Cancelled,
    }
}

fn outcome(state: CommandRunState, counts: HostRunCounts) -> String {
    let word = match state {
        CommandRunState::Running | CommandRunState::Done => "done",
        CommandRunState::Cancelled => "cancelled",
        CommandRunState::TimedOut => "out of time",
    };
    let parts = [
        (counts.succeeded, "succeeded"),
        (counts.unsuccessful, "with another exit"),
        (counts.failed, "failed"),
        (counts.timed_out, "timed out"),
        (counts.cancelled, "cancelled"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    format!("{word}: {}", parts.join(", "))
}

async fn all_hosts(commands: &Commands, caller: &Caller, run: &Arc<Run>, tasks: &mut JoinSet<()>) {
    for host in 0..run.hosts.len() {
        while tasks.len() >= run.concurrency {
            let _ = tasks.join_next().await;
        }
        tasks.spawn(on_host(commands.clone(), caller.clone(), run.clone(), host));
    }
    while tasks.join_next().await.is_some() {}
}

/// Runs on one host, unless that is cancelled first.
async fn on_host(commands: Commands, caller: Caller, run: Arc<Run>, host: usize) {
    let cancelled = run.hosts[host].cancelled.clone();
    let end = match cancelled.run_until_cancelled(attempt(&commands, &caller, &run, host)).await {
        Some(Ok(end)) => end,
        Some(Err(error)) => HostEnd::Failed(Box::new(explained(&error))),
        None => HostEnd::Cancelled,
    };
    run.ends(host, end);
    commands.changed(&run);
}

async fn attempt(commands: &Commands, caller: &Caller, run: &Run, host: usize) -> Result<HostEnd, ServiceError> {
    // It may have waited for others: what holds now is asked, not what held when it began.
    let view = commands.0.inventory.find(caller, run.hosts[host].view.id.as_str()).await?;
    if view.protocol != Protocol::Ssh {
        return Err(ServiceError::bad(format!("commands need SSH, and {} is reached by another protocol", view.name)));
    }
    run.connects(host);
    commands.changed(run);
    // Another process may have switched the account off while this waited for other hosts. The first ones did not wait.
    if host >= run.concurrency {
        still_on(&commands.0.storage, caller).await?;
    }
    let permit = access::connect(caller, view)?;
    let running = commands.0.inventory.start_command(caller, &permit, &run.command, run.max_output).await?;
    run.starts(host);
    commands.changed(run);
    Ok(match timeout(run.timeout, follow(commands, run, host, running)).await {
        Ok(end) => end?,
        Err(_) => HostEnd::TimedOut(format!(
            "it did not end within {} s and was killed; give it a longer timeout, or let it run in the background",
            run.timeout.as_secs()
        )),
    })
}

/// Feeds the command and takes what it writes, up to its end.
async fn follow(
    commands: &Commands,
    run: &Run,
    host: usize,
    mut running: RunningCommand,
) -> Result<HostEnd, ServiceError> {
    if let Some(input) = running.input.take().filter(|_| !run.stdin.is_empty()) {
        // One piece fits into the queue, so this waits for nobody.
        let _ = input.try_send(run.stdin.clone());
    }
    while let Some((stream, piece)) = running.next().await {
        let more_room = |short| commands.make_room(run.owner(), short);
        if run.wrote(host, stream, &piece, more_room) {
            commands.changed(run);
        }
    }
    let end = running.end().await;
    run.dropped(host, end.dropped_stdout + end.dropped_stderr);
    Ok(match end.exit.map_err(ServiceError::Dial)? {
        ShellExit::Exited(code) => HostEnd::Exited(code),
        ShellExit::Signalled(name) => HostEnd::Signalled(name),
        ShellExit::Lost(why) => return Err(ServiceError::Dial(DialError::Lost { why })),
    })
}

/// Nobody can be asked while it runs, so the answer says what to do before the next time.
fn explained(error: &ServiceError) -> Fault {
    let mut fault = error.fault();
    let advice = match fault.code {
        FaultCode::SecretNeeded => "Nobody is asked while commands run: store the secret with the host's credential.",
        FaultCode::HostKeyUnknown | FaultCode::HostKeyChanged => "Nobody is asked while commands run.",
        _ => return fault,
    };
    fault.detail = format!("{} {advice}", fault.detail.trim_end_matches('.').to_owned() + ".");
    fault
}
