//! One round, read: counters and figures as the host keeps them. What is missing or makes no sense is left out.

use super::{blocks::Block, gpus, text::shown};
use std::collections::BTreeMap;
use wire::monitor::{FilesystemFigures, Gpu, GpuProcess, MemoryFigures, share};

/// So many processors, interfaces, disks and file systems are looked at.
const MOST_CORES: usize = 256;
const MOST_NAMED: usize = 1_024;
const MOST_FILESYSTEMS: usize = 32;

const KIB: u64 = 1024;

/// What the kernel counts of a processor's time, in ticks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct CpuTimes {
    pub(super) user: u64,
    pub(super) system: u64,
    pub(super) idle: u64,
    pub(super) iowait: u64,
    pub(super) steal: u64,
}

/// What went in and out since the host started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counters {
    pub(super) inward: u64,
    pub(super) outward: u64,
}

/// One round.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reading {
    /// Seconds since the host started, with two decimals.
    pub(super) uptime: Option<f64>,
    pub(super) load: Option<[f32; 3]>,
    pub(super) processes: Option<u32>,
    pub(super) cpu: Option<CpuTimes>,
    pub(super) cores: Vec<CpuTimes>,
    pub(super) memory: Option<MemoryFigures>,
    /// Bytes received and sent, by interface.
    pub(super) interfaces: BTreeMap<String, Counters>,
    /// Bytes read and written, by disk; no partition and nothing that lies on another disk.
    pub(super) disks: BTreeMap<String, Counters>,
    /// Missing when they were not asked for.
    pub(super) filesystems: Option<Vec<FilesystemFigures>>,
    /// Missing when they were not asked for.
    pub(super) gpus: Option<Gpus>,
}

/// What the programs for graphics processors said.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Gpus {
    pub(super) all: Vec<Gpu>,
    pub(super) processes: Vec<GpuProcess>,
    pub(super) note: Option<String>,
}

impl Reading {
    /// Reads a round.
    pub(super) fn of(block: &Block) -> Self {
        let text = |part: &str| block.get(part).map_or("", String::as_str);
        let (cpu, cores) = cpus(text("stat"));
        Self {
            uptime: first_number(text("uptime")),
            load: load(text("loadavg")),
            processes: text("processes").trim().parse().ok(),
            cpu,
            cores,
            memory: memory(text("meminfo")),
            interfaces: interfaces(text("net")),
            disks: disks(text("disks")),
            filesystems: block.get("df").map(|text| filesystems(text)),
            gpus: gpus::read(block),
        }
    }
}

fn first_number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0)
}

/// `0.20 0.18 0.12 1/80 11206`
fn load(text: &str) -> Option<[f32; 3]> {
    let mut numbers = text.split_whitespace().map(|word| word.parse().ok().filter(|load: &f32| load.is_finite()));
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}

/// `cpu  user nice system idle iowait irq softirq steal guest guest_nice`, then the same for `cpu0` and the others. What guests
/// of this host took is in user and nice already.
fn cpus(text: &str) -> (Option<CpuTimes>, Vec<CpuTimes>) {
    let (mut all, mut cores) = (None, Vec::new());
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let Some(name) = words.next().and_then(|name| name.strip_prefix("cpu")) else { continue };
        let mut next = || words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
        let [user, nice, system, idle, iowait, irq, softirq, steal] = std::array::from_fn(|_| next());
        let times = CpuTimes {
            user: user.saturating_add(nice),
            system: system.saturating_add(irq).saturating_add(softirq),
            idle,
            iowait,
            steal,
        };
        if name.is_empty() {
            all = Some(times);
        } else if cores.len() < MOST_CORES {
            cores.push(times);
        }
    }
    (all, cores)
}

/// `MemTotal:        8123456 kB`
fn memory(text: &str) -> Option<MemoryFigures> {
    let values: BTreeMap<&str, u64> = text
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            let kib: u64 = value.split_whitespace().next()?.parse().ok()?;
            Some((name.trim(), kib.saturating_mul(KIB)))
        })
        .collect();
    let value = |name| values.get(name).copied();
    let total = value("MemTotal")?;
    let cached = value("Cached").unwrap_or(0).saturating_add(value("SReclaimable").unwrap_or(0));
    let free = value("MemFree").unwrap_or(0).saturating_add(value("Buffers").unwrap_or(0)).saturating_add(cached);
    // Kernels before 3.14 do not say what is available.
    let available = value("MemAvailable").unwrap_or(free).min(total);
    let swap_total = value("SwapTotal").unwrap_or(0);
    let swap_used = swap_total.saturating_sub(value("SwapFree").unwrap_or(0));
    Some(MemoryFigures { total, used: total - available, available, cached: cached.min(total), swap_total, swap_used })
}

/// `  eth0: bytes packets errs drop fifo frame compressed multicast bytes packets …`, below two lines of headings.
fn interfaces(text: &str) -> BTreeMap<String, Counters> {
    let rows = text.lines().filter_map(|line| {
        // An alias has a colon in its own name, so the last one counts.
        let (name, numbers) = line.rsplit_once(':')?;
        let mut numbers = numbers.split_whitespace().map(str::parse::<u64>);
        let inward = numbers.next()?.ok()?;
        let outward = numbers.nth(7)?.ok()?;
        Some((shown(name)?, Counters { inward, outward }))
    });
    rows.take(MOST_NAMED).collect()
}

/// `8 0 sda reads merged sectors ms writes merged sectors ms …`; a sector has 512 bytes here whatever the disk has.
fn disks(text: &str) -> BTreeMap<String, Counters> {
    let rows = text.lines().filter_map(|line| {
        let words: Vec<_> = line.split_whitespace().take(10).collect();
        let bytes = |at: usize| Some(words.get(at)?.parse::<u64>().ok()?.saturating_mul(512));
        Some((shown(words.get(2)?)?, Counters { inward: bytes(5)?, outward: bytes(9)? }))
    });
    let all: BTreeMap<String, Counters> = rows.take(MOST_NAMED).collect();
    all.iter().filter(|(name, _)| is_disk(name, &all)).map(|(name, counters)| (name.clone(), *counters)).collect()
}

/// What lies on other disks, or in memory, would count twice.
const LAYERED: [&str; 9] = ["loop", "ram", "zram", "dm-", "md", "sr", "fd", "drbd", "bcache"];

fn is_disk(name: &str, all: &BTreeMap<String, Counters>) -> bool {
    // `sda1` is a part of `sda`, `nvme0n1p2` of `nvme0n1`.
    let without_number = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_part = without_number.len() < name.len()
        && [without_number, without_number.trim_end_matches('p')]
            .iter()
            .any(|whole| *whole != name && all.contains_key(*whole));
    !is_part && !LAYERED.iter().any(|layer| name.starts_with(layer))
}

/// What is no storage of the host.
const NO_STORAGE: [&str; 12] =
    ["tmpfs", "devtmpfs", "udev", "none", "shm", "proc", "sysfs", "efivarfs", "ramfs", "cgroup", "cgroup2", "overlay"];

/// `/dev/sda1  41152736 21847364  17182412      56% /`, below a line of headings. Names may have spaces in them.
fn filesystems(text: &str) -> Vec<FilesystemFigures> {
    let mut found: Vec<FilesystemFigures> = Vec::new();
    for row in text.lines().filter_map(filesystem).take(MOST_NAMED) {
        let is_storage =
            row.mount == "/" || !NO_STORAGE.contains(&row.source.as_str()) && !row.source.starts_with("/dev/loop");
        // The same storage mounted twice is one.
        let again = row.source.starts_with('/') && found.iter().any(|other| other.source == row.source);
        if is_storage && !again && row.total > 0 {
            found.push(row);
        }
    }
    found.sort_by(|a, b| b.used_percent.total_cmp(&a.used_percent).then_with(|| a.mount.cmp(&b.mount)));
    found.truncate(MOST_FILESYSTEMS);
    found
}

fn filesystem(line: &str) -> Option<FilesystemFigures> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = (4..words.len()).find(|at| words[*at].ends_with('%') && words[at - 3].parse::<u64>().is_ok())?;
    let bytes = |at: usize| Some(words.get(at)?.parse::<u64>().ok()?.saturating_mul(KIB));
    let (total, used, available) = (bytes(at - 3)?, bytes(at - 2)?, bytes(at - 1)?);
    Some(FilesystemFigures {
        source: shown(&words[..at - 3].join(" "))?,
        mount: shown(&words[at + 1..].join(" "))?,
        total,
        used,
        available,
        used_percent: share(used, used.saturating_add(available)).unwrap_or(0.0),
    })
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
