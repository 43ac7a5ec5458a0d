//! From two readings to figures: what counters gained in between, over the time that the host says has passed.

use super::reading::{Counters, CpuTimes, Reading};
use std::collections::BTreeMap;
use wire::{
    Timestamp,
    monitor::{CpuFigures, DiskFigures, InterfaceFigures, MonitorFigures, NetworkFigures, share},
};

/// Two readings closer than this, in seconds, say nothing of a rate.
const CLOSEST: f64 = 0.2;

const MOST_INTERFACES: usize = 32;

/// The figures of a reading; `before` is the one before it. What a round does not read is as it was.
pub(super) fn figures(at: Timestamp, before: Option<(&Reading, &MonitorFigures)>, now: &Reading) -> MonitorFigures {
    let (earlier, last) = before.unzip();
    let seconds = earlier.and_then(|earlier| passed(earlier, now));
    let gpus = now.gpus.clone();
    let (gpus, gpu_processes, gpu_note) = match (gpus, last) {
        (Some(gpus), _) => (gpus.all, gpus.processes, gpus.note),
        (None, Some(last)) => (last.gpus.clone(), last.gpu_processes.clone(), last.gpu_note.clone()),
        (None, None) => Default::default(),
    };
    let filesystems = now.filesystems.clone().or_else(|| last.map(|last| last.disk.filesystems.clone()));
    MonitorFigures {
        at,
        uptime_seconds: now.uptime.map(|uptime| uptime as u64),
        processes: now.processes,
        load: now.load,
        cpu: cpu(earlier, now),
        memory: now.memory,
        network: network(earlier, now, seconds),
        disk: disk(earlier, now, seconds, filesystems.unwrap_or_default()),
        gpus,
        gpu_processes,
        gpu_note,
    }
}

fn passed(earlier: &Reading, now: &Reading) -> Option<f64> {
    let seconds = now.uptime? - earlier.uptime?;
    (seconds >= CLOSEST).then_some(seconds)
}

fn cpu(earlier: Option<&Reading>, now: &Reading) -> CpuFigures {
    let cores = u32::try_from(now.cores.len()).unwrap_or(u32::MAX);
    let gained = earlier.and_then(|earlier| Some(Gained::between(earlier.cpu?, now.cpu?)));
    let core_percent = earlier
        // A processor that came or went moves the others.
        .filter(|earlier| earlier.cores.len() == now.cores.len())
        .map(|earlier| earlier.cores.iter().zip(&now.cores).map(|(a, b)| Gained::between(*a, *b)))
        .map(|all| all.map(|gained| gained.share(gained.busy()).unwrap_or(0.0)).collect());
    let percent = |part: fn(&Gained) -> u64| gained.as_ref().and_then(|gained| gained.share(part(gained)));
    CpuFigures {
        usage_percent: percent(Gained::busy),
        user_percent: percent(|gained| gained.0.user),
        system_percent: percent(|gained| gained.0.system),
        iowait_percent: percent(|gained| gained.0.iowait),
        steal_percent: percent(|gained| gained.0.steal),
        cores,
        core_percent: core_percent.unwrap_or_default(),
    }
}

/// What a processor's time gained between two readings.
struct Gained(CpuTimes);

impl Gained {
    /// The kernel may take a little of a counter back.
    fn between(a: CpuTimes, b: CpuTimes) -> Self {
        Self(CpuTimes {
            user: b.user.saturating_sub(a.user),
            system: b.system.saturating_sub(a.system),
            idle: b.idle.saturating_sub(a.idle),
            iowait: b.iowait.saturating_sub(a.iowait),
            steal: b.steal.saturating_sub(a.steal),
        })
    }

    fn busy(&self) -> u64 {
        self.0.user.saturating_add(self.0.system).saturating_add(self.0.steal)
    }

    fn share(&self, part: u64) -> Option<f32> {
        share(part, self.busy().saturating_add(self.0.idle).saturating_add(self.0.iowait))
    }
}

/// Per second, inward and outward. A counter that went back began anew.
fn rate(before: Option<&Counters>, now: &Counters, seconds: Option<f64>) -> Option<(u64, u64)> {
    let (before, seconds) = (before?, seconds?);
    let per_second = |gained: u64| (gained as f64 / seconds).round() as u64;
    let inward = now.inward.checked_sub(before.inward)?;
    let outward = now.outward.checked_sub(before.outward)?;
    Some((per_second(inward), per_second(outward)))
}

/// The sum of all rates that are known; `None` when none is.
fn sum(rates: impl Iterator<Item = Option<(u64, u64)>>) -> Option<(u64, u64)> {
    rates.flatten().reduce(|a, b| (a.0.saturating_add(b.0), a.1.saturating_add(b.1)))
}

/// What carries the same bytes once more, or none that leave the host.
const WITHIN: [&str; 16] = [
    "lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "cali", "tap", "vnet", "ifb", "dummy", "bond", "vxlan",
    "team", "podman",
];

fn counts(name: &str) -> bool {
    // `eth0.100` is a part of `eth0`.
    !name.contains(['.', '@']) && !WITHIN.iter().any(|within| name.starts_with(within))
}

fn network(earlier: Option<&Reading>, now: &Reading, seconds: Option<f64>) -> NetworkFigures {
    let before = |name: &str| earlier.and_then(|earlier| earlier.interfaces.get(name));
    let rates: BTreeMap<_, _> =
        now.interfaces.iter().map(|(name, counters)| (name, rate(before(name), counters, seconds))).collect();
    let total = sum(rates.iter().filter(|(name, _)| counts(name)).map(|(_, rate)| *rate));
    let mut interfaces: Vec<_> = now
        .interfaces
        .iter()
        .map(|(name, counters)| {
            let rate = rates.get(name).copied().flatten();
            InterfaceFigures {
                name: name.clone(),
                received: counters.inward,
                sent: counters.outward,
                received_per_second: rate.map(|rate| rate.0),
                sent_per_second: rate.map(|rate| rate.1),
            }
        })
        .collect();
    interfaces.sort_by(|a, b| {
        let carried = |one: &InterfaceFigures| one.received.saturating_add(one.sent);
        carried(b).cmp(&carried(a)).then_with(|| a.name.cmp(&b.name))
    });
    interfaces.truncate(MOST_INTERFACES);
    NetworkFigures {
        received_per_second: total.map(|total| total.0),
        sent_per_second: total.map(|total| total.1),
        interfaces,
    }
}

fn disk(
    earlier: Option<&Reading>,
    now: &Reading,
    seconds: Option<f64>,
    filesystems: Vec<wire::monitor::FilesystemFigures>,
) -> DiskFigures {
    let before = |name: &str| earlier.and_then(|earlier| earlier.disks.get(name));
    let total = sum(now.disks.iter().map(|(name, counters)| rate(before(name), counters, seconds)));
    DiskFigures {
        read_per_second: total.map(|total| total.0),
        written_per_second: total.map(|total| total.1),
        filesystems,
    }
}

#[cfg(test)]
#[path = "rates_tests.rs"]
mod tests;
