//! What the process itself costs, under the names that every Prometheus client uses. Read from `/proc`; where there is
//! none, nothing is said rather than something wrong.

use std::{fmt::Write, fs};

/// Clock ticks in a second, as `/proc` counts them on every Linux.
const TICKS: f64 = 100.0;

/// Memory, processor time and open files, in the text format.
pub(super) fn text() -> String {
    let mut text = String::new();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kib) = kib(&status, "VmRSS:") {
        let help = "Resident memory size in bytes.";
        line(&mut text, "process_resident_memory_bytes", "gauge", help, &(kib * 1024).to_string());
    }
    if let Some(ticks) = fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(cpu_ticks) {
        let help = "Total user and system CPU time spent in seconds.";
        line(&mut text, "process_cpu_seconds_total", "counter", help, &(ticks as f64 / TICKS).to_string());
    }
    if let Ok(files) = fs::read_dir("/proc/self/fd") {
        // The look itself has one open.
        let open = files.count().saturating_sub(1);
        line(&mut text, "process_open_fds", "gauge", "Number of open file descriptors.", &open.to_string());
    }
    text
}

fn line(text: &mut String, name: &str, kind: &str, help: &str, value: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}");
}

fn kib(status: &str, key: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// User and system time. The program's name, which may hold anything, ends with the last bracket.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let fields: Vec<_> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_writes() {
        assert_eq!(kib("Name:\tberth\nVmRSS:\t   12345 kB\n", "VmRSS:"), Some(12345));
        let stat = "17 (a) b (c)) S 1 17 17 0 -1 4194560 900 0 0 0 42 8 0 0 20 0 9 0 100 0 0";
        assert_eq!(cpu_ticks(stat), Some(50));
        assert_eq!((kib("", "VmRSS:"), cpu_ticks("17 (x")), (None, None));
    }
}
