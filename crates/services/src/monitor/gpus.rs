//! What `nvidia-smi` and `rocm-smi` say. Both are asked for a form made for programs: lines of values, and JSON.

use super::{
    blocks::Block,
    reading::Gpus,
    text::{number, shown},
};
use serde_json::{Map, Value};
use wire::monitor::{Gpu, GpuProcess, GpuVendor};

const MOST_GPUS: usize = 64;
const MOST_PROCESSES: usize = 64;

const MIB: f64 = 1024.0 * 1024.0;

/// No memory is larger, in bytes: a program that says more means that it does not know.
const MOST_MEMORY: u64 = 1 << 50;

/// Reads both; `None` when neither was asked.
pub(super) fn read(block: &Block) -> Option<Gpus> {
    let (nvidia, rocm) = (block.get("nvidia"), block.get("rocm"));
    if nvidia.is_none() && rocm.is_none() {
        return None;
    }
    let mut gpus = Gpus::default();
    if let Some(text) = nvidia {
        let rows: Vec<_> = text.lines().filter_map(nvidia_gpu).collect();
        let apps = block.get("nvidia-apps").map_or("", String::as_str);
        gpus.processes.extend(apps.lines().filter_map(|line| nvidia_process(line, &rows)));
        gpus.all.extend(rows.into_iter().map(|(_, gpu)| gpu));
        if gpus.all.is_empty() {
            gpus.note = note("nvidia-smi", text);
        }
    }
    if let Some(text) = rocm {
        let before = gpus.all.len();
        read_rocm(text, &mut gpus);
        if gpus.all.len() == before && gpus.note.is_none() {
            gpus.note = note("rocm-smi", text);
        }
    }
    gpus.all.truncate(MOST_GPUS);
    gpus.processes.sort_by_key(|process| (std::cmp::Reverse(process.memory_used), process.pid));
    gpus.processes.truncate(MOST_PROCESSES);
    Some(gpus)
}

/// What a program said that gave no figures.
fn note(program: &str, text: &str) -> Option<String> {
    let said = text.lines().find_map(shown);
    Some(said.map_or_else(|| format!("{program} said nothing"), |said| format!("{program}: {said}")))
}

/// `0, GPU-4b3c…, NVIDIA A100-SXM4-40GB, 87, 40960, 30512, 61, 247.31, 400.00, [N/A]`: memory in MiB.
fn nvidia_gpu(line: &str) -> Option<(String, Gpu)> {
    let fields: Vec<_> = line.split(',').map(str::trim).collect();
    let [index, uuid, name, utilization, total, used, temperature, power, limit, fan] = fields.as_slice() else {
        return None;
    };
    let gpu = Gpu {
        vendor: GpuVendor::Nvidia,
        index: index.parse().ok()?,
        name: shown(name)?,
        utilization_percent: percent(utilization),
        memory_total: mib(total),
        memory_used: mib(used),
        temperature_celsius: celsius(temperature),
        power_watts: watts(power),
        power_limit_watts: watts(limit),
        fan_percent: fan_percent(fan),
    };
    Some(((*uuid).to_owned(), gpu))
}

/// `GPU-4b3c…, 12345, /usr/bin/python3, 30112`: a name may have commas in it, so it is what stands between.
fn nvidia_process(line: &str, gpus: &[(String, Gpu)]) -> Option<GpuProcess> {
    let (uuid, rest) = line.split_once(',')?;
    let (pid, rest) = rest.split_once(',')?;
    let (name, used) = rest.rsplit_once(',')?;
    let gpu = gpus.iter().find(|(known, _)| known == uuid.trim()).map(|(_, gpu)| gpu.index);
    Some(GpuProcess { gpu, pid: pid.trim().parse().ok()?, name: shown(name)?, memory_used: mib(used) })
}

/// `{"card0": {"GPU use (%)": "68", …}, "system": {"PID4711": "python3, 1, 28823961600, 0, 12"}}`, all values as texts. A
/// warning may stand before it or after it.
fn read_rocm(text: &str, gpus: &mut Gpus) {
    let document = text.find('{').map_or("", |at| &text[at..]);
    let mut documents = serde_json::Deserializer::from_str(document).into_iter::<Map<String, Value>>();
    let Some(Ok(json)) = documents.next() else { return };
    for (name, card) in &json {
        let index = name.strip_prefix("card").and_then(|index| index.parse().ok());
        if let (Some(index), Value::Object(card)) = (index, card) {
            gpus.all.push(rocm_gpu(index, card));
        }
    }
    // As texts `card10` came before `card2`.
    gpus.all.sort_by_key(|gpu| (gpu.vendor == GpuVendor::Amd, gpu.index));
    let only = (gpus.all.len() == 1).then(|| gpus.all.first().map(|gpu| gpu.index)).flatten();
    if let Some(Value::Object(system)) = json.get("system") {
        gpus.processes.extend(system.iter().filter_map(|(name, value)| rocm_process(name, value, only)));
    }
}

fn rocm_gpu(index: u32, card: &Map<String, Value>) -> Gpu {
    // Names differ from version to version by their case and their sensors.
    let find = |wanted: &[&str]| {
        wanted.iter().find_map(|wanted| {
            let field =
                |(name, value): (&String, &Value)| name.to_lowercase().starts_with(wanted).then(|| plain(value));
            card.iter().find_map(field)
        })
    };
    let power = |wanted: &[&str]| find(wanted).and_then(|text| watts(&text));
    let memory = |wanted: &[&str]| find(wanted).and_then(|text| bytes(&text));
    let temperatures = ["temperature (sensor edge)", "temperature (sensor junction)", "temperature"];
    Gpu {
        vendor: GpuVendor::Amd,
        index,
        name: find(&["card series", "card model"])
            .and_then(|name| shown(&name))
            .unwrap_or_else(|| format!("AMD {index}")),
        utilization_percent: find(&["gpu use (%)"]).and_then(|text| percent(&text)),
        memory_total: memory(&["vram total memory (b)"]),
        memory_used: memory(&["vram total used memory (b)"]),
        temperature_celsius: find(&temperatures).and_then(|text| celsius(&text)),
        power_watts: power(&["average graphics package power", "current socket graphics package power"]),
        power_limit_watts: power(&["max graphics package power"]),
        fan_percent: find(&["fan speed (%)"]).and_then(|text| fan_percent(&text)),
    }
}

/// `"PID4711": "python3, 1, 28823961600, 0, 12"`: name, how many cards, bytes, and more.
fn rocm_process(name: &str, value: &Value, only: Option<u32>) -> Option<GpuProcess> {
    let pid = name.strip_prefix("PID")?.parse().ok()?;
    let text = plain(value);
    let mut fields = text.rsplitn(5, ',');
    let memory_used = bytes(fields.nth(2)?);
    Some(GpuProcess { gpu: only, pid, name: shown(fields.nth(1)?)?, memory_used })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number that can be; what cannot is not known, and not drawn at the edge of what can.
fn within(text: &str, least: f32, most: f32) -> Option<f32> {
    number(text).filter(|number| (least..=most).contains(number))
}

fn percent(text: &str) -> Option<f32> {
    within(text, 0.0, 100.0)
}

/// Fans may turn faster than they were meant to: that is all of it.
fn fan_percent(text: &str) -> Option<f32> {
    within(text, 0.0, 200.0).map(|share| share.min(100.0))
}

fn celsius(text: &str) -> Option<f32> {
    within(text, -100.0, 300.0)
}

fn watts(text: &str) -> Option<f32> {
    within(text, 0.0, 100_000.0)
}

fn bytes(text: &str) -> Option<u64> {
    text.trim().parse().ok().filter(|bytes| *bytes <= MOST_MEMORY)
}

/// MiB as bytes.
fn mib(text: &str) -> Option<u64> {
    let mib = number(text).filter(|mib| *mib >= 0.0)?;
    Some((f64::from(mib) * MIB) as u64).filter(|bytes| *bytes <= MOST_MEMORY)
}

#[cfg(test)]
#[path = "gpus_tests.rs"]
mod tests;
