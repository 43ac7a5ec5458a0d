//! Figures in words.

use wire::{
    files::size_formatted,
    monitor::{Gpu, MemoryFigures, MonitorFigures},
};

/// What stands where the host tells nothing.
pub(super) const NONE: &str = "–";

/// `38 %`; below ten with a decimal.
pub(super) fn percent(share: Option<f32>) -> String {
    match share {
        None => NONE.into(),
        Some(share) if share < 9.95 && share > 0.0 => format!("{share:.1} %"),
        Some(share) => format!("{share:.0} %"),
    }
}

/// `1.2 MiB/s`.
pub(super) fn rate(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| NONE.into(), |bytes| format!("{}/s", size_formatted(bytes)))
}

/// `3.1 GiB of 7.6 GiB`.
pub(super) fn of(used: u64, total: u64) -> String {
    format!("{} of {}", size_formatted(used), size_formatted(total))
}

/// `8 cores · load 0.42 0.31 0.20`, and what is worth a word: waiting for disks, taken by other guests.
pub(super) fn cpu(figures: &MonitorFigures) -> String {
    let cores = match figures.cpu.cores {
        0 => None,
        1 => Some("1 core".to_owned()),
        cores => Some(format!("{cores} cores")),
    };
    let load = figures.load.map(|[one, five, fifteen]| format!("load {one:.2} {five:.2} {fifteen:.2}"));
    let worth = |share: Option<f32>, word: &str| {
        share.filter(|share| *share >= 1.0).map(|share| format!("{} {word}", percent(Some(share))))
    };
    let parts =
        [cores, load, worth(figures.cpu.iowait_percent, "I/O wait"), worth(figures.cpu.steal_percent, "stolen")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// `3.1 GiB of 7.6 GiB · swap 12 MiB of 2.0 GiB`.
pub(super) fn memory(memory: &MemoryFigures) -> String {
    let swap = (memory.swap_total > 0).then(|| format!(" · swap {}", of(memory.swap_used, memory.swap_total)));
    format!("{}{}", of(memory.used, memory.total), swap.unwrap_or_default())
}

/// `up 12 d · 231 processes`.
pub(super) fn host(figures: &MonitorFigures) -> String {
    let up = figures.uptime_seconds.map(|seconds| match crate::ui::span::short(seconds) {
        now if now == "just now" => "just started".to_owned(),
        span => format!("up {span}"),
    });
    let processes = figures.processes.map(|count| format!("{count} processes"));
    [up, processes].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// `87 %`; of a card that tells nothing at all, that.
pub(super) fn gpu_load(card: &Gpu) -> String {
    let tells_nothing = card.utilization_percent.is_none() && card.memory_used.is_none() && gpu(card).is_empty();
    if tells_nothing { "no readings".into() } else { percent(card.utilization_percent) }
}

/// `61 °C · 247 W of 400 W · fan 30 %`.
pub(super) fn gpu(gpu: &Gpu) -> String {
    let power = match (gpu.power_watts, gpu.power_limit_watts) {
        (Some(power), Some(limit)) => Some(format!("{power:.0} W of {limit:.0} W")),
        (Some(power), None) => Some(format!("{power:.0} W")),
        (None, _) => None,
    };
    let warm = gpu.temperature_celsius.map(|degrees| format!("{degrees:.0} °C"));
    let fan = gpu.fan_percent.map(|share| format!("fan {}", percent(Some(share))));
    [warm, power, fan].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The name of a program by its path.
pub(super) fn program(path: &str) -> &str {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    if name.is_empty() { path } else { name }
}

/// How full is how bad, as the page marks it.
pub(super) fn fullness(share: f32) -> &'static str {
    match share {
        share if share >= 95.0 => "bad",
        share if share >= 85.0 => "warn",
        _ => "good",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{
        Timestamp,
        monitor::{CpuFigures, DiskFigures, GpuVendor, NetworkFigures},
    };

    #[test]
    fn shares_and_rates_are_short() {
        let words = [None, Some(0.0), Some(0.3), Some(9.94), Some(9.96), Some(37.5), Some(100.0)].map(percent);
        assert_eq!(words, ["–", "0 %", "0.3 %", "9.9 %", "10 %", "38 %", "100 %"]);
        assert_eq!(
            (rate(None), rate(Some(0)), rate(Some(1_310_720))),
            ("–".into(), "0 B/s".into(), "1.3 MiB/s".into())
        );
    }

    #[test]
    fn swap_is_told_where_there_is_some() {
        let without =
            MemoryFigures { total: 8 << 30, used: 2 << 30, available: 6 << 30, cached: 0, swap_total: 0, swap_used: 0 };
        assert_eq!(memory(&without), "2.0 GiB of 8.0 GiB");
        let with = MemoryFigures { swap_total: 1 << 30, swap_used: 1 << 20, ..without };
        assert_eq!(memory(&with), "2.0 GiB of 8.0 GiB · swap 1.0 MiB of 1.0 GiB");
    }

    #[test]
    fn a_host_tells_what_it_knows() {
        let nothing = MonitorFigures {
            at: Timestamp::from_millis(0),
            uptime_seconds: None,
            processes: None,
            load: None,
            cpu: CpuFigures::default(),
            memory: None,
            network: NetworkFigures::default(),
            disk: DiskFigures::default(),
            gpus: Vec::new(),
            gpu_processes: Vec::new(),
            gpu_note: None,
        };
        assert_eq!((cpu(&nothing), host(&nothing)), (String::new(), String::new()));
        let busy =
            CpuFigures { cores: 8, iowait_percent: Some(12.0), steal_percent: Some(0.4), ..CpuFigures::default() };
        let all = MonitorFigures {
            uptime_seconds: Some(1_100_000),
            processes: Some(231),
            load: Some([0.42, 0.31, 0.2]),
            cpu: busy,
            ..nothing
        };
        assert_eq!(cpu(&all), "8 cores · load 0.42 0.31 0.20 · 12 % I/O wait");
        assert_eq!(host(&all), "up 12 d · 231 processes");
    }

    #[test]
    fn a_card_tells_what_it_knows() {
        let card = Gpu {
            vendor: GpuVendor::Nvidia,
            index: 0,
            name: "A100".into(),
            utilization_percent: None,
            memory_total: None,
            memory_used: None,
            temperature_celsius: Some(61.0),
            power_watts: Some(247.31),
            power_limit_watts: Some(400.0),
            fan_percent: None,
        };
        assert_eq!((gpu(&card), gpu_load(&card)), ("61 °C · 247 W of 400 W".into(), NONE.into()));
        let silent = Gpu { power_watts: None, temperature_celsius: None, ..card };
        assert_eq!((gpu(&silent), gpu_load(&silent)), (String::new(), "no readings".into()));
        assert_eq!(gpu_load(&Gpu { utilization_percent: Some(0.0), ..silent }), "0 %");
    }

    #[test]
    fn programs_lose_their_folders() {
        assert_eq!(["/usr/bin/python3", "train.py", "/"].map(program), ["python3", "train.py", "/"]);
        assert_eq!([10.0, 90.0, 99.0].map(fullness), ["good", "warn", "bad"]);
    }
}
