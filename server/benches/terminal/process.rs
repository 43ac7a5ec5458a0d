//! What a process costs, as Linux tells it.

use crate::Result;
use std::fs;

/// The unit of CPU times in `/proc`: a hundredth of a second, on every architecture that Berth runs on.
const TICKS_A_SECOND: f64 = 100.0;

/// CPU seconds that the process has used, in all its threads.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name may hold anything, so the fields are counted from its closing bracket.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: Vec<f64> = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    match ticks[..] {
        [user, system] => Ok((user + system) / TICKS_A_SECOND),
        _ => Err(format!("/proc/{pid}/stat is not understood: {stat}").into()),
    }
}

/// Megabytes (2^20) of memory that the process holds.
pub(crate) fn memory(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: Option<f64> = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    Ok(kilobytes.ok_or_else(|| format!("/proc/{pid}/status holds no VmRSS"))? / 1024.0)
}
