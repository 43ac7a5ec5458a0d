//! A point of the charts: the few figures of a reading that are drawn over time.

use super::MonitorFigures;
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// What is drawn of one reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonitorPoint {
    /// When it was read.
    pub at: Timestamp,
    /// All processors together.
    pub cpu_percent: Option<f32>,
    /// Memory in use.
    pub memory_percent: Option<f32>,
    /// What came in over the network, per second.
    pub received_per_second: Option<u64>,
    /// What went out over the network, per second.
    pub sent_per_second: Option<u64>,
    /// What was read from disks, per second.
    pub read_per_second: Option<u64>,
    /// What was written to disks, per second.
    pub written_per_second: Option<u64>,
    /// The graphics processors, in the order of the figures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gpus: Vec<GpuPoint>,
}

/// What is drawn of one graphics processor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GpuPoint {
    /// Which share of the time it worked.
    pub utilization_percent: Option<f32>,
    /// Its memory in use.
    pub memory_percent: Option<f32>,
}

impl From<&MonitorFigures> for MonitorPoint {
    fn from(figures: &MonitorFigures) -> Self {
        let gpus = figures
            .gpus
            .iter()
            .map(|gpu| GpuPoint { utilization_percent: gpu.utilization_percent, memory_percent: gpu.memory_percent() });
        Self {
            at: figures.at,
            cpu_percent: figures.cpu.usage_percent,
            memory_percent: figures.memory.and_then(|memory| memory.used_percent()),
            received_per_second: figures.network.received_per_second,
            sent_per_second: figures.network.sent_per_second,
            read_per_second: figures.disk.read_per_second,
            written_per_second: figures.disk.written_per_second,
            gpus: gpus.collect(),
        }
    }
}
