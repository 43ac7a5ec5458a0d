//! What is read in which round.

use super::script::Extras;
use std::time::Duration;
use tokio::time::Instant;
use wire::monitor::{GpuVendor, MonitorFigures};

/// Graphics processors are asked by a program that costs more than all else; `rocm-smi` starts an interpreter.
const NVIDIA_EVERY: Duration = Duration::from_secs(2);
const ROCM_EVERY: Duration = Duration::from_secs(5);

const FILESYSTEMS_EVERY: Duration = Duration::from_secs(15);

/// What is read when.
pub(super) struct Plan {
    gpus_every: Option<Duration>,
    gpus_at: Instant,
    filesystems_at: Instant,
}

impl Plan {
    pub(super) fn new(programs: &[String]) -> Self {
        let gpus_every = (!programs.is_empty()).then_some(ROCM_EVERY);
        Self { gpus_every, gpus_at: Instant::now(), filesystems_at: Instant::now() }
    }

    pub(super) fn next(&mut self, now: Instant) -> Extras {
        let gpus = self.gpus_every.filter(|_| now >= self.gpus_at);
        if let Some(every) = gpus {
            self.gpus_at = now + every;
        }
        let filesystems = now >= self.filesystems_at;
        if filesystems {
            self.filesystems_at = now + FILESYSTEMS_EVERY;
        }
        Extras { filesystems, gpus: gpus.is_some() }
    }

    /// What answers quickly is asked more often; what is not there or does not work, seldom.
    pub(super) fn learns(&mut self, figures: &MonitorFigures) {
        if let Some(every) = &mut self.gpus_every {
            *every = match figures.gpus.first() {
                Some(gpu) if gpu.vendor == GpuVendor::Nvidia => NVIDIA_EVERY,
                Some(_) => ROCM_EVERY,
                None => FILESYSTEMS_EVERY,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::{Timestamp, monitor::Gpu};

    fn figures(vendor: Option<GpuVendor>) -> MonitorFigures {
        let gpu = |vendor| Gpu {
            vendor,
            index: 0,
            name: "one".into(),
            utilization_percent: None,
            memory_total: None,
            memory_used: None,
            temperature_celsius: None,
            power_watts: None,
            power_limit_watts: None,
            fan_percent: None,
        };
        let none = crate::monitor::rates::figures(Timestamp::from_millis(0), None, &Default::default());
        MonitorFigures { gpus: vendor.map(gpu).into_iter().collect(), ..none }
    }

    #[test]
    fn the_dear_parts_are_read_seldom_and_what_is_not_there_never() {
        let rounds = |programs: &[String], vendor: Option<GpuVendor>| {
            let (mut plan, begun) = (Plan::new(programs), Instant::now());
            let extras: Vec<_> = (0..60)
                .map(|second| {
                    let extras = plan.next(begun + Duration::from_secs(second));
                    plan.learns(&figures(vendor));
                    extras
                })
                .collect();
            let count = |of: fn(&Extras) -> bool| extras.iter().filter(|extras| of(extras)).count();
            assert_eq!(extras[0], Extras { filesystems: true, gpus: !programs.is_empty() });
            (count(|extras| extras.filesystems), count(|extras| extras.gpus))
        };
        assert_eq!(rounds(&[], None), (4, 0));
        assert_eq!(rounds(&["nvidia".into()], Some(GpuVendor::Nvidia)).1, 29);
        assert_eq!(rounds(&["rocm".into()], Some(GpuVendor::Amd)).1, 12);
        assert_eq!(rounds(&["nvidia".into()], None).1, 5, "a driver that does not answer");
    }
}
