//! Graphics processors and what computes on them.

use serde::{Deserialize, Serialize};

/// Whose program told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum GpuVendor {
    /// `nvidia-smi`.
    Nvidia,
    /// `rocm-smi`.
    Amd,
}

/// One graphics processor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Gpu {
    /// Whose it is.
    pub vendor: GpuVendor,
    /// Its number, as its vendor's program counts.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Which share of the time it worked.
    pub utilization_percent: Option<f32>,
    /// Its memory, all of it.
    pub memory_total: Option<u64>,
    /// What of it is in use.
    pub memory_used: Option<u64>,
    /// How warm it is.
    pub temperature_celsius: Option<f32>,
    /// What it draws.
    pub power_watts: Option<f32>,
    /// What it may draw.
    pub power_limit_watts: Option<f32>,
    /// How fast its fan turns, of the most.
    pub fan_percent: Option<f32>,
}

impl Gpu {
    /// How much of its memory is in use, in percent.
    pub fn memory_percent(&self) -> Option<f32> {
        super::share(self.memory_used?, self.memory_total?)
    }
}

/// A process that computes on a graphics processor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GpuProcess {
    /// The number of the graphics processor, when that is told.
    pub gpu: Option<u32>,
    /// Its process id.
    pub pid: u32,
    /// Its name or path.
    pub name: String,
    /// How much of the graphics memory it has.
    pub memory_used: Option<u64>,
}
