use super::*;
use proptest::prelude::*;

fn block(parts: &[(&str, &str)]) -> Block {
    parts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

/// From a Debian 12 host, shortened.
const STAT: &str =
    "cpu  100 20 30 800 50 1 2 7 90 0\ncpu0 60 10 15 400 25 1 1 3 45 0\ncpu1 40 10 15 400 25 0 1 4 45 0\n";
const MEMINFO: &str = "MemTotal:        8000 kB\nMemFree:         1000 kB\nMemAvailable:    5000 kB\nBuffers:          100 kB\nCached:          2000 kB\nSwapCached:         0 kB\nSwapTotal:       4000 kB\nSwapFree:        3000 kB\nSReclaimable:     500 kB\n";
const NET: &str = "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    lo: 1000      10    0    0    0     0          0         0     1000      10    0    0    0     0       0          0\n  eth0: 5000      50    0    0    0     0          0         0     7000      70    0    0    0     0       0          0\n";
const DISKS: &str = "   8       0 sda 100 0 2000 10 50 0 4000 20 0 30 30\n   8       1 sda1 90 0 1800 9 40 0 3000 10 0 20 20\n 259       0 nvme0n1 10 0 100 1 5 0 200 1 0 1 2\n 259       1 nvme0n1p1 10 0 100 1 5 0 200 1 0 1 2\n 253       0 dm-0 10 0 100 1 5 0 200 1 0 1 2\n   7       0 loop0 1 0 2 0 0 0 0 0 0 0 0\n";
const DF: &str = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/sda1         41152736 21847364  17182412      56% /\ntmpfs              4018864        0   4018864       0% /dev/shm\n/dev/loop3           65536    65536         0     100% /snap/core/1\n/dev/sdb1           100000    90000     10000      90% /mnt/my disk\n/dev/sda1         41152736 21847364  17182412      56% /var/lib/again\nnas:/a share        100000    10000     90000      10% /nas\n";

#[test]
fn a_linux_host_is_read() {
    let reading = Reading::of(&block(&[
        ("uptime", "3600.50 7000.00\n"),
        ("loadavg", "0.20 0.18 0.12 1/80 11206\n"),
        ("processes", "123\n"),
        ("stat", STAT),
        ("meminfo", MEMINFO),
        ("net", NET),
        ("disks", DISKS),
        ("df", DF),
    ]));
    assert_eq!((reading.uptime, reading.processes), (Some(3600.5), Some(123)));
    assert_eq!(reading.load, Some([0.2, 0.18, 0.12]));
    assert_eq!(reading.cpu, Some(CpuTimes { user: 120, system: 33, idle: 800, iowait: 50, steal: 7 }));
    assert_eq!(reading.cores.len(), 2);
    let memory = reading.memory.unwrap();
    assert_eq!((memory.total, memory.used, memory.available), (8000 * KIB, 3000 * KIB, 5000 * KIB));
    assert_eq!((memory.cached, memory.swap_used), (2500 * KIB, 1000 * KIB));
    assert_eq!(reading.interfaces["eth0"], Counters { inward: 5000, outward: 7000 });
    let disks: Vec<_> = reading.disks.iter().map(|(name, counters)| (name.as_str(), counters.inward)).collect();
    assert_eq!(disks, [("nvme0n1", 100 * 512), ("sda", 2000 * 512)], "no partition, nothing that lies on them");
    let filesystems = reading.filesystems.unwrap();
    let shown: Vec<_> = filesystems.iter().map(|one| (one.mount.as_str(), one.used_percent)).collect();
    assert_eq!(shown, [("/mnt/my disk", 90.0), ("/", 56.0), ("/nas", 10.0)]);
    assert_eq!(filesystems[2].source, "nas:/a share");
}

#[test]
fn a_host_that_tells_little_is_read_as_far_as_that_goes() {
    assert_eq!(Reading::of(&Block::new()), Reading::default());
    let reading =
        Reading::of(&block(&[("meminfo", "MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 5 kB\nCached: 20 kB\n")]));
    assert_eq!(reading.memory.unwrap().available, 35 * KIB, "a kernel from before MemAvailable");
    // A container's root lies on no device of its own.
    let reading = Reading::of(&block(&[("df", "overlay 100 50 50 50% /\noverlay 100 50 50 50% /elsewhere\n")]));
    assert_eq!(reading.filesystems.unwrap().len(), 1);
    assert_eq!(
        Reading::of(&block(&[("disks", "8 1 xvda1 1 0 2 0 3 0 4 0 0 0 0")])).disks.len(),
        1,
        "a part without its whole"
    );
    assert_eq!(Reading::of(&block(&[("uptime", "inf"), ("loadavg", "nan 1 2")])).uptime, None);
}

#[test]
fn names_carry_nothing_that_a_page_should_not_show() {
    let reading = Reading::of(&block(&[("df", "/dev/\u{1b}[31msda1 100 50 50 50% /mnt/\u{7}bell\n")]));
    let one = &reading.filesystems.unwrap()[0];
    assert_eq!((one.source.as_str(), one.mount.as_str()), ("/dev/[31msda1", "/mnt/bell"));
}

const PARTS: [&str; 11] =
    ["uptime", "stat", "meminfo", "loadavg", "net", "disks", "processes", "df", "nvidia", "nvidia-apps", "rocm"];

proptest! {
    #[test]
    fn any_text_is_read(texts in prop::collection::vec("(\\PC|[\n:,% ]|cpu|[0-9]{1,25}|[{}\"])*", PARTS.len())) {
        let block = PARTS.iter().zip(texts).map(|(name, text)| ((*name).to_owned(), text)).collect();
        Reading::of(&block);
    }

    #[test]
    fn rows_of_any_numbers_are_read(numbers in prop::collection::vec(any::<u64>(), 40)) {
        let row = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ");
        let block = block(&[
            ("stat", &format!("cpu {row}\ncpu0 {row}")),
            ("meminfo", &format!("MemTotal: {}\nMemAvailable: {}\nSwapTotal: {}\nSwapFree: {}", numbers[0], numbers[1], numbers[2], numbers[3])),
            ("net", &format!("eth0: {row}")),
            ("disks", &format!("8 0 sda {row}")),
            ("df", &format!("/dev/sda {} {} {} 50% /", numbers[0], numbers[1], numbers[2])),
        ]);
        let reading = Reading::of(&block);
        let memory = reading.memory.unwrap();
        prop_assert!(memory.used <= memory.total && memory.swap_used <= memory.swap_total);
        prop_assert!(reading.filesystems.unwrap().iter().all(|one| (0.0..=100.0).contains(&one.used_percent)));
    }
}
