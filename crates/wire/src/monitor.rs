//! What a host is doing, live (SPEC §6): its figures, and how they went over the last minutes.
//!
//! Units: sizes are bytes, rates bytes per second, shares percent from 0 to 100 with one decimal, temperatures degrees
//! Celsius, power watts. A figure that the host does not tell is missing, never 0. Rates and the processor's usage are
//! differences between two readings, so the first reading after the beginning has none.

mod gpus;
mod point;

pub use gpus::{Gpu, GpuProcess, GpuVendor};
pub use point::{GpuPoint, MonitorPoint};

use crate::{Fault, Timestamp};
use serde::{Deserialize, Serialize};

/// A host at one moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonitorFigures {
    /// When it was read, by the server's clock.
    pub at: Timestamp,
    /// Seconds since the host was started.
    pub uptime_seconds: Option<u64>,
    /// Processes.
    pub processes: Option<u32>,
    /// How many tasks ran or wanted to, on average of the last 1, 5 and 15 minutes.
    pub load: Option<[f32; 3]>,
    /// Its processors.
    pub cpu: CpuFigures,
    /// Its memory.
    pub memory: Option<MemoryFigures>,
    /// What goes over its network.
    pub network: NetworkFigures,
    /// What goes to its disks and comes from them, and how full they are.
    pub disk: DiskFigures,
    /// Its graphics processors. Read less often than the rest.
    pub gpus: Vec<Gpu>,
    /// What computes on them; the largest first, and not all when they are many.
    pub gpu_processes: Vec<GpuProcess>,
    /// Why there are no figures although the host has a program for them.
    pub gpu_note: Option<String>,
}

/// Processors: which share of the time since the last reading they worked.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CpuFigures {
    /// All of them together, in percent of all.
    pub usage_percent: Option<f32>,
    /// The part of it in programs.
    pub user_percent: Option<f32>,
    /// The part of it in the kernel.
    pub system_percent: Option<f32>,
    /// Waiting for disks; not in the usage.
    pub iowait_percent: Option<f32>,
    /// Taken by other guests of the same machine; in the usage.
    pub steal_percent: Option<f32>,
    /// How many there are.
    pub cores: u32,
    /// Each one's usage, in percent of it. At most 256.
    pub core_percent: Vec<f32>,
}

/// Memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemoryFigures {
    /// All of it.
    pub total: u64,
    /// What is not available.
    pub used: u64,
    /// What programs could have without swapping.
    pub available: u64,
    /// What holds files that could be read again.
    pub cached: u64,
    /// Swap, all of it; 0 when there is none.
    pub swap_total: u64,
    /// What of it is in use.
    pub swap_used: u64,
}

/// The network. The sums leave out what would count twice or never leaves the host: loopback, bridges, containers' ends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NetworkFigures {
    /// What came in, per second.
    pub received_per_second: Option<u64>,
    /// What went out, per second.
    pub sent_per_second: Option<u64>,
    /// Each interface, those that carried most first. At most 32.
    pub interfaces: Vec<InterfaceFigures>,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InterfaceFigures {
    /// Its name.
    pub name: String,
    /// What came in since the host started.
    pub received: u64,
    /// What went out since the host started.
    pub sent: u64,
    /// What came in, per second.
    pub received_per_second: Option<u64>,
    /// What went out, per second.
    pub sent_per_second: Option<u64>,
}

/// Disks.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiskFigures {
    /// What was read from all disks, per second.
    pub read_per_second: Option<u64>,
    /// What was written to all disks, per second.
    pub written_per_second: Option<u64>,
    /// The file systems, the fullest first. Read less often than the rest. At most 32.
    pub filesystems: Vec<FilesystemFigures>,
}

/// One mounted file system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FilesystemFigures {
    /// What is mounted.
    pub source: String,
    /// Where it is mounted.
    pub mount: String,
    /// All of it.
    pub total: u64,
    /// What is in use.
    pub used: u64,
    /// What an ordinary user could still write.
    pub available: u64,
    /// How full it is for an ordinary user.
    pub used_percent: f32,
}

impl MemoryFigures {
    /// How much of it is in use, in percent.
    pub fn used_percent(&self) -> Option<f32> {
        share(self.used, self.total)
    }
}

/// A part in percent of a whole, with one decimal. `None` of nothing.
pub fn share(part: u64, whole: u64) -> Option<f32> {
    (whole > 0).then(|| ((part.min(whole) as f64 / whole as f64) * 1_000.0).round() as f32 / 10.0)
}

/// One message of `/ws/monitor/{host}`, as JSON text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MonitorMessage {
    /// The host is being reached.
    Connecting,
    /// How the figures went until now, the oldest first: what this look has not seen, before the figures that come next.
    History {
        /// At most some minutes of them.
        points: Vec<MonitorPoint>,
    },
    /// The host at this moment.
    Figures {
        /// All of it.
        figures: Box<MonitorFigures>,
    },
    /// The host cannot be monitored right now.
    Failed {
        /// Why, and what to do.
        fault: Box<Fault>,
        /// When it is tried again by itself; without it, when somebody comes anew.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_seconds: Option<u64>,
    },
    /// The line lives. Said every 15 seconds, because a browser shows its page no ping.
    Alive,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_one_decimal_and_never_leaves_the_scale() {
        assert_eq!(share(1, 3), Some(33.3));
        assert_eq!(share(5, 3), Some(100.0));
        assert_eq!(share(0, 0), None);
        assert_eq!(share(u64::MAX, u64::MAX), Some(100.0));
    }

    #[test]
    fn is_written_as_the_protocol_says() {
        let json = |message: &MonitorMessage| serde_json::to_string(message).unwrap();
        assert_eq!(json(&MonitorMessage::Connecting), r#"{"type":"connecting"}"#);
        assert_eq!(json(&MonitorMessage::History { points: Vec::new() }), r#"{"type":"history","points":[]}"#);
        let fault = Box::new(Fault::new(crate::FaultCode::HostOffline, "it is off"));
        let failed = MonitorMessage::Failed { fault, retry_seconds: Some(5) };
        assert!(json(&failed).starts_with(r#"{"type":"failed","fault":{"#), "{}", json(&failed));
        assert_eq!(serde_json::from_str::<MonitorMessage>(&json(&failed)).unwrap(), failed);
    }
}
