//! A run as it is shown.

use super::{
    kept::text,
    run::{HostStanding, Run, RunHost, Standing},
};
use std::{collections::HashMap, time::Duration};
use wire::{
    HostId, Timestamp,
    commands::{CommandGroup, CommandOutput, CommandOutputQuery, CommandRun, HostRun, HostRunCounts},
};

/// How much of each stream one answer holds, unless it is said, and at most.
const PIECE: u32 = 256 * 1024;
const LARGEST_PIECE: u32 = 1024 * 1024;

impl Run {
    /// The run without its hosts; ended, it is kept so long.
    pub(super) fn summary(&self, keep: Duration) -> CommandRun {
        let standing = self.standing();
        let hosts = self.rows(&standing, &[], 0);
        self.summed_up(&standing, &hosts, keep)
    }

    /// The run with its hosts, and so many bytes of what each wrote.
    pub(super) fn view(&self, along: usize, keep: Duration) -> CommandRun {
        let standing = self.standing();
        let groups = groups(&standing);
        let hosts = self.rows(&standing, &groups, along);
        let run = self.summed_up(&standing, &hosts, keep);
        let host = |index: &usize| self.hosts[*index].view.id.clone();
        let groups = groups.iter().map(|group| CommandGroup { hosts: group.iter().map(host).collect() }).collect();
        CommandRun { hosts, groups, ..run }
    }

    /// What a host wrote from where it is not known yet.
    pub(super) fn output(&self, id: &HostId, query: &CommandOutputQuery) -> Option<CommandOutput> {
        let index = self.hosts.iter().position(|host| host.view.id == *id)?;
        let standing = self.standing();
        let groups = groups(&standing);
        let of = standing.hosts.get(index)?;
        let limit = query.limit.unwrap_or(PIECE).clamp(1, LARGEST_PIECE) as usize;
        let (stdout, stderr) = of.kept.as_ref().map_or((&[][..], &[][..]), |kept| (&kept.stdout, &kept.stderr));
        let (stdout, stdout_next) = text(stdout, query.stdout_from, limit, of.state.is_over());
        let (stderr, stderr_next) = text(stderr, query.stderr_from, limit, of.state.is_over());
        let host = row(&self.hosts[index], of, group_of(&groups, index), 0);
        Some(CommandOutput { host, stdout, stderr, stdout_next, stderr_next })
    }

    fn summed_up(&self, standing: &Standing, hosts: &[HostRun], keep: Duration) -> CommandRun {
        let ended_at = self.ended_at();
        let kept = i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
        CommandRun {
            id: self.id.clone(),
            command: self.command.clone(),
            state: standing.state,
            counts: HostRunCounts::of(hosts),
            started_at: self.started_at,
            ended_at,
            forgotten_at: ended_at.map(|at| Timestamp::from_millis(at.millis().saturating_add(kept))),
            timeout: self.timeout.as_secs(),
            time_limit: self.time_limit.as_secs(),
            concurrency: u32::try_from(self.concurrency).unwrap_or(u32::MAX),
            hosts: Vec::new(),
            groups: Vec::new(),
        }
    }

    fn rows(&self, standing: &Standing, groups: &[Vec<usize>], along: usize) -> Vec<HostRun> {
        let pairs = self.hosts.iter().zip(&standing.hosts).enumerate();
        pairs.map(|(index, (host, of))| row(host, of, group_of(groups, index), along)).collect()
    }
}

/// Which hosts that are over agree, the largest group first; among equals the one whose first host comes first.
fn groups(standing: &Standing) -> Vec<Vec<usize>> {
    let (mut groups, mut known): (Vec<Vec<usize>>, HashMap<[u8; 32], usize>) = Default::default();
    for (index, host) in standing.hosts.iter().enumerate() {
        let Some(fingerprint) = host.fingerprint else { continue };
        let number = *known.entry(fingerprint).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[number].push(index);
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
    groups
}

fn group_of(groups: &[Vec<usize>], host: usize) -> Option<u32> {
    let number = groups.iter().position(|group| group.binary_search(&host).is_ok())?;
    u32::try_from(number).ok()
}

fn row(host: &RunHost, of: &HostStanding, group: Option<u32>, along: usize) -> HostRun {
    let over = of.state.is_over();
    let beginning = |bytes: &[u8]| (along > 0).then(|| text(bytes, 0, along, over).0);
    let kept = of.kept.as_ref();
    HostRun {
        host_id: host.view.id.clone(),
        host_name: host.view.name.clone(),
        state: of.state,
        exit_code: of.exit_code,
        signal: of.signal.clone(),
        message: of.fault.as_ref().map(|fault| fault.detail.clone()),
        code: of.fault.as_ref().map(|fault| fault.code),
        host_key: of.fault.as_ref().and_then(|fault| fault.host_key.clone()),
        stdout_bytes: kept.map_or(0, |kept| kept.stdout.len() as u64),
        stderr_bytes: kept.map_or(0, |kept| kept.stderr.len() as u64),
        truncated: kept.is_some_and(|kept| kept.dropped > 0),
        duration_ms: of.duration.or_else(|| of.started.map(|at| at.elapsed())).map(millis),
        group,
        stdout: beginning(kept.map_or(&[], |kept| &kept.stdout)),
        stderr: beginning(kept.map_or(&[], |kept| &kept.stderr)),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
