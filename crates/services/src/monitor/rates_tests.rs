use super::*;
use proptest::prelude::*;

const AT: Timestamp = Timestamp::from_millis(1_000);

fn reading(uptime: f64, times: CpuTimes, carried: u64) -> Reading {
    let counters = Counters { inward: carried, outward: 2 * carried };
    Reading {
        uptime: Some(uptime),
        cpu: Some(times),
        cores: vec![times; 2],
        interfaces: ["lo", "eth0", "eth0.7", "docker0", "wlan0"].map(|name| (name.to_owned(), counters)).into(),
        disks: [("sda".to_owned(), counters)].into(),
        ..Reading::default()
    }
}

fn both(before: &Reading, now: &Reading) -> MonitorFigures {
    let first = figures(AT, None, before);
    figures(AT, Some((before, &first)), now)
}

#[test]
fn rates_are_what_was_gained_over_the_time_that_the_host_counted() {
    let before = reading(100.0, CpuTimes { user: 10, system: 10, idle: 70, iowait: 10, steal: 0 }, 1_000);
    let now = reading(102.0, CpuTimes { user: 60, system: 30, idle: 185, iowait: 20, steal: 5 }, 5_000);
    let first = figures(AT, None, &before);
    assert_eq!(
        (first.cpu.usage_percent, first.network.received_per_second, first.disk.read_per_second),
        (None, None, None)
    );
    assert_eq!(first.cpu.cores, 2);
    let seen = both(&before, &now);
    assert_eq!((seen.cpu.usage_percent, seen.cpu.user_percent), (Some(37.5), Some(25.0)));
    assert_eq!(
        (seen.cpu.system_percent, seen.cpu.iowait_percent, seen.cpu.steal_percent),
        (Some(10.0), Some(5.0), Some(2.5))
    );
    assert_eq!(seen.cpu.core_percent, [37.5, 37.5]);
    assert_eq!((seen.disk.read_per_second, seen.disk.written_per_second), (Some(2_000), Some(4_000)));
    // Of five interfaces two carry what leaves the host, and nothing twice.
    assert_eq!((seen.network.received_per_second, seen.network.sent_per_second), (Some(4_000), Some(8_000)));
    assert_eq!(seen.network.interfaces.len(), 5);
    assert_eq!(seen.network.interfaces[0].received_per_second, Some(2_000));
}

#[test]
fn a_counter_that_began_anew_and_a_clock_that_stands_give_no_rate() {
    let (low, high) = (reading(100.0, CpuTimes::default(), 10), reading(101.0, CpuTimes::default(), 9_000));
    let seen = both(&Reading { uptime: Some(99.0), ..high.clone() }, &low);
    assert_eq!((seen.network.sent_per_second, seen.cpu.usage_percent), (None, None));
    let seen = both(&low, &Reading { uptime: Some(100.0), ..high });
    assert_eq!(seen.network.sent_per_second, None);
}

#[test]
fn what_a_round_does_not_read_is_as_it_was() {
    let filesystem = wire::monitor::FilesystemFigures {
        source: "/dev/sda1".into(),
        mount: "/".into(),
        total: 10,
        used: 5,
        available: 5,
        used_percent: 50.0,
    };
    let gpus = super::super::reading::Gpus { note: Some("nvidia-smi said nothing".into()), ..Default::default() };
    let full = Reading { filesystems: Some(vec![filesystem]), gpus: Some(gpus), ..Reading::default() };
    let seen = both(&full, &Reading::default());
    assert_eq!((seen.disk.filesystems.len(), seen.gpu_note.is_some()), (1, true));
}

prop_compose! {
    fn any_times()(user: u64, system: u64, idle: u64, iowait: u64, steal: u64) -> CpuTimes {
        CpuTimes { user, system, idle, iowait, steal }
    }
}

prop_compose! {
    fn any_reading()(
        uptime in prop::option::of(0.0..1e9f64),
        cpu in prop::option::of(any_times()),
        cores in prop::collection::vec(any_times(), 0..4),
        carried in prop::collection::vec(any::<(u64, u64)>(), 0..4),
    ) -> Reading {
        let counters: std::collections::BTreeMap<_, _> = carried.into_iter().enumerate()
            .map(|(n, (inward, outward))| (format!("eth{n}"), Counters { inward, outward })).collect();
        Reading { uptime, cpu, cores, interfaces: counters.clone(), disks: counters, ..Reading::default() }
    }
}

proptest! {
    #[test]
    fn shares_stay_on_their_scale_whatever_the_host_counts(before in any_reading(), now in any_reading()) {
        let seen = both(&before, &now);
        let shares = [seen.cpu.usage_percent, seen.cpu.user_percent, seen.cpu.system_percent, seen.cpu.iowait_percent];
        prop_assert!(shares.into_iter().flatten().chain(seen.cpu.core_percent).all(|share| (0.0..=100.0).contains(&share)));
    }
}
