use super::*;

fn block(parts: &[(&str, &str)]) -> Block {
    parts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// The form of `nvidia-smi --format=csv,noheader,nounits` as its own help describes it; a field that a card lacks is `[N/A]`.
const NVIDIA: &str = "0, GPU-4b3c0001, NVIDIA A100-SXM4-40GB, 87, 40960, 30512, 61, 247.31, 400.00, [N/A]\n1, GPU-4b3c0002, NVIDIA A100-SXM4-40GB, 0, 40960, 3, 33, [Not Supported], 400.00, 30\n";
const APPS: &str = "GPU-4b3c0001, 12345, /usr/bin/python3, 30112\nGPU-4b3c0002, 99, a name, with a comma, [N/A]\n";

#[test]
fn nvidia_cards_and_what_computes_on_them() {
    let gpus = read(&block(&[("nvidia", NVIDIA), ("nvidia-apps", APPS)])).unwrap();
    assert_eq!(gpus.all.len(), 2);
    let first = &gpus.all[0];
    assert_eq!((first.index, first.name.as_str()), (0, "NVIDIA A100-SXM4-40GB"));
    assert_eq!((first.utilization_percent, first.temperature_celsius), (Some(87.0), Some(61.0)));
    assert_eq!((first.memory_total, first.memory_used), (Some(40960 << 20), Some(30512 << 20)));
    assert_eq!((first.power_watts, first.power_limit_watts, first.fan_percent), (Some(247.31), Some(400.0), None));
    assert_eq!((gpus.all[1].power_watts, gpus.all[1].fan_percent), (None, Some(30.0)));
    let processes: Vec<_> =
        gpus.processes.iter().map(|one| (one.gpu, one.pid, one.name.as_str(), one.memory_used)).collect();
    assert_eq!(
        processes,
        [(Some(0), 12345, "/usr/bin/python3", Some(30112 << 20)), (Some(1), 99, "a name, with a comma", None)]
    );
    assert_eq!(gpus.note, None);
}

#[test]
fn a_driver_that_fails_is_told_in_its_own_words() {
    let said = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\nMake sure …\n";
    let gpus = read(&block(&[("nvidia", said), ("nvidia-apps", said)])).unwrap();
    assert_eq!((gpus.all.len(), gpus.processes.len()), (0, 0));
    assert!(gpus.note.unwrap().starts_with("nvidia-smi: NVIDIA-SMI has failed"));
    assert_eq!(read(&block(&[("nvidia", "")])).unwrap().note.unwrap(), "nvidia-smi said nothing");
    assert_eq!(read(&Block::new()), None, "not asked");
}

/// The form of `rocm-smi --json`: all values are texts, a warning may stand before it.
const ROCM: &str = r#"WARNING: AMD GPU device(s) is/are in a low-power state.
{"card10": {"GPU use (%)": "3", "Card Series": "AMD Instinct MI250X", "Current Socket Graphics Package Power (W)": "95.2"},
 "card0": {"Temperature (Sensor junction) (C)": "78.0", "Temperature (Sensor edge) (C)": "72.0", "GPU use (%)": "68",
 "Average Graphics Package Power (W)": "235.5", "VRAM Total Memory (B)": "68719476736",
 "VRAM Total Used Memory (B)": "28823961600", "Card series": "Instinct MI250X", "Fan speed (%)": "N/A"},
 "system": {"PID4711": "python3, train.py, 1, 28823961600, 0, 12", "Driver version": "6.1.1"}}
"#;

#[test]
fn amd_cards_in_the_names_of_several_versions() {
    let gpus = read(&block(&[("rocm", ROCM)])).unwrap();
    let indices: Vec<_> = gpus.all.iter().map(|gpu| gpu.index).collect();
    assert_eq!(indices, [0, 10]);
    let first = &gpus.all[0];
    assert_eq!((first.vendor, first.name.as_str()), (GpuVendor::Amd, "Instinct MI250X"));
    assert_eq!((first.utilization_percent, first.temperature_celsius), (Some(68.0), Some(72.0)));
    assert_eq!((first.memory_total, first.memory_used), (Some(68_719_476_736), Some(28_823_961_600)));
    assert_eq!((first.power_watts, first.fan_percent), (Some(235.5), None));
    assert_eq!(gpus.all[1].power_watts, Some(95.2));
    let process = &gpus.processes[0];
    assert_eq!((process.gpu, process.pid, process.name.as_str()), (None, 4711, "python3, train.py"));
    assert_eq!(process.memory_used, Some(28_823_961_600));
}

#[test]
fn what_cannot_be_is_left_out() {
    let odd = "0, GPU-1, A card, -5, 18446744073709551615, -1, 65535, -3, 4294967295, 105\n";
    let first = read(&block(&[("nvidia", odd)])).unwrap().all.remove(0);
    assert_eq!((first.utilization_percent, first.memory_total, first.memory_used), (None, None, None));
    assert_eq!((first.temperature_celsius, first.power_watts, first.power_limit_watts), (None, None, None));
    assert_eq!(first.fan_percent, Some(100.0), "faster than it was meant to");
    let odd = r#"{"card0": {"GPU use (%)": "101", "VRAM Total Memory (B)": "18446744073709551615"}}"#;
    let first = read(&block(&[("rocm", odd)])).unwrap().all.remove(0);
    assert_eq!((first.utilization_percent, first.memory_total), (None, None));
}
