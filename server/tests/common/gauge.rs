//! What a process holds: descriptors, memory, tasks.

use super::Person;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long things may take to be let go of.
const PATIENCE: Duration = Duration::from_secs(30);

/// The first rounds, one in so many, fill caches and the allocator's pools.
const WARM_UP: usize = 4;

/// Looks at a process.
pub(crate) struct Gauge {
    process: PathBuf,
    data: PathBuf,
}

/// What it held at a quiet moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// Open descriptors, but for those of the database.
    pub(crate) descriptors: Vec<String>,
    /// Anonymous memory, in bytes.
    pub(crate) memory: u64,
    pub(crate) threads: usize,
    /// Tasks, which only the process itself can count.
    pub(crate) tasks: usize,
}

impl Gauge {
    pub(crate) fn of(pid: u32, data: &Path) -> Self {
        Self { process: Path::new("/proc").join(pid.to_string()), data: data.to_owned() }
    }

    /// What is open now, but for the database.
    pub(crate) fn descriptors(&self) -> Vec<String> {
        let target = |entry: fs::DirEntry| fs::read_link(entry.path()).ok();
        let open =
            fs::read_dir(self.process.join("fd")).expect("its descriptors").filter_map(|entry| target(entry.ok()?));
        // How many connections the database's pool keeps is its own affair.
        let is_database = |path: &PathBuf| path.starts_with(&self.data) && path.to_string_lossy().contains(".db");
        let mut descriptors: Vec<_> =
            open.filter(|path| !is_database(path)).map(|path| kind(&path.to_string_lossy()).to_owned()).collect();
        descriptors.sort();
        descriptors
    }

    /// Anonymous memory, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let rollup = fs::read_to_string(self.process.join("smaps_rollup")).expect("its memory");
        let anonymous = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:")).expect("a line for it");
        let kibibytes: u64 = anonymous.trim().trim_end_matches("kB").trim().parse().expect("a number");
        kibibytes * 1024
    }

    fn read(&self) -> Reading {
        let threads = fs::read_dir(self.process.join("task")).expect("its threads").count();
        Reading { descriptors: self.descriptors(), memory: self.memory(), threads, tasks: 0 }
    }

    /// Reads when nothing changes any more, and no more descriptors are open than at first.
    pub(crate) async fn settled(&self, first: Option<&Reading>) -> Reading {
        let end = Instant::now() + PATIENCE;
        let mut before = self.read();
        loop {
            sleep(Duration::from_millis(250)).await;
            let now = self.read();
            let is_still = now.descriptors == before.descriptors;
            if is_still && first.is_none_or(|first| now.descriptors.len() <= first.descriptors.len()) {
                return now;
            }
            assert!(Instant::now() < end, "descriptors were left open: {now:#?}, and at first {first:#?}");
            before = now;
        }
    }
}

/// How many tasks a server has now, as its metrics say to somebody who may read them.
pub(crate) async fn berth_tasks(person: &Person) -> usize {
    let text = person.get("/metrics").await.text().await.expect("a text");
    let tasks = text.lines().find_map(|line| line.strip_prefix("berth_tasks ")).expect("a gauge of tasks");
    tasks.parse().expect("a number")
}

/// Sockets and pipes without their numbers.
fn kind(target: &str) -> &str {
    if target.starts_with('/') { target } else { target.split(':').next().unwrap_or(target) }
}

/// Compares the median of the last rounds with that of the first ones.
pub(crate) fn assert_no_growth(readings: &[Reading], slack: u64) {
    let warm = &readings[readings.len() / WARM_UP..];
    let part = warm.len().div_ceil(3);
    let median = |part: &[Reading]| {
        let mut memory: Vec<_> = part.iter().map(|reading| reading.memory).collect();
        memory.sort_unstable();
        memory[memory.len() / 2]
    };
    let (first, last) = (median(&warm[..part]), median(&warm[warm.len() - part..]));
    println!("memory: {} KiB after the first rounds, {} KiB at the end", first / 1024, last / 1024);
    assert!(last <= first + first / 5 + slack, "memory grew from {first} to {last}");
}
