//! Echo: how long a typed byte takes to come back, alone and beside a session of the same side that floods.

use crate::{
    Result,
    flood::Flood,
    stats::{Pairs, Target, both, note, percentile},
    terminal::{Terminal, read_until, run_line},
    world::{SIDES, Side, World},
};
use std::time::{Duration, Instant};

const BLOCKS: usize = 10;

/// Samples of a side in a block.
const SAMPLES: usize = 120;

/// Bytes before the first one that counts, in each block.
const WARM_UP: usize = 10;

/// How long a flood runs before it counts.
const SWELLING: Duration = Duration::from_millis(300);

/// After so long the next session gets a link of its own.
pub(crate) const APART: Duration = Duration::from_secs(1);

/// How long one byte may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let [mut berth, mut ssh] = both(|side| echoing(world, side))?;
    // Sessions that are opened in one moment may share a link.
    world.settle(APART);
    let mut idle = Samples::default();
    for _ in 0..BLOCKS {
        for side in SIDES {
            idle.block(side, pick(side, &mut berth, &mut ssh))?;
        }
    }
    idle.report("echo, idle", Target { now: 1.6, next: 1.25 });

    let [mut berth_flood, mut ssh_flood] = both(|side| at_prompt(world, side).map(Some))?;
    let (mut beside, mut strength) = (Samples::default(), Pairs::default());
    for _ in 0..BLOCKS {
        for side in SIDES {
            let source = pick(side, &mut berth_flood, &mut ssh_flood);
            let flood = Flood::start(source.take().ok_or("the flood's terminal is gone")?)?;
            world.settle(SWELLING);
            beside.block(side, pick(side, &mut berth, &mut ssh))?;
            let ebbed = flood.stop()?;
            strength.add(side, ebbed.megabytes_a_second);
            *source = Some(ebbed.terminal);
        }
    }
    beside.report("echo beside a flood", Target { now: 1.3, next: 0.95 });
    strength.report("  the flood's strength", "MB/s", None);
    let skipped = berth_flood.map_or(0, |terminal| terminal.skipped());
    note("  left out of the flood", &format!("{skipped} bytes"));
    Ok(())
}

/// That side's of the two.
pub(crate) fn pick<'a, T>(side: Side, berth: &'a mut T, ssh: &'a mut T) -> &'a mut T {
    match side {
        Side::Berth => berth,
        Side::Ssh => ssh,
    }
}

fn at_prompt(world: &World, side: Side) -> Result<Box<dyn Terminal>> {
    let mut terminal = world.open(side)?;
    run_line(terminal.as_mut(), "true")?;
    Ok(terminal)
}

/// A terminal that gives back what is typed, byte for byte.
pub(crate) fn echoing(world: &World, side: Side) -> Result<Box<dyn Terminal>> {
    let mut terminal = world.open(side)?;
    raw_cat(terminal.as_mut())?;
    Ok(terminal)
}

/// Makes a terminal at its prompt give back what is typed, byte for byte.
pub(crate) fn raw_cat(terminal: &mut dyn Terminal) -> Result<()> {
    terminal.send(b"stty raw -echo; echo RE\"\"ADY; exec cat\n")?;
    read_until(terminal, "READY\n", PATIENCE).map(drop)
}

/// Milliseconds of both sides, and the percentiles of each block.
#[derive(Default)]
struct Samples {
    all: [Vec<f64>; 2],
    p50: Pairs,
    p99: Pairs,
}

impl Samples {
    fn block(&mut self, side: Side, terminal: &mut Box<dyn Terminal>) -> Result<()> {
        let mut block = Vec::with_capacity(SAMPLES);
        for number in 0..WARM_UP + SAMPLES {
            let millis = ping(terminal.as_mut(), b'a' + (number % 26) as u8)?;
            if number >= WARM_UP {
                block.push(millis);
            }
        }
        self.p50.add(side, percentile(&block, 50.0));
        self.p99.add(side, percentile(&block, 99.0));
        let [berth, ssh] = &mut self.all;
        pick(side, berth, ssh).append(&mut block);
        Ok(())
    }

    fn report(&self, name: &str, target: Target) {
        let figures = |percent| self.all.each_ref().map(|samples| percentile(samples, percent));
        self.p50.report_as(&format!("{name}: p50"), "ms", figures(50.0), Some(target));
        self.p99.report_as(&format!("{name}: p99"), "ms", figures(99.0), None);
    }
}

/// Types a byte, and answers how many milliseconds it took to come back.
pub(crate) fn ping(terminal: &mut dyn Terminal, byte: u8) -> Result<f64> {
    let begun = Instant::now();
    terminal.send(&[byte])?;
    while !terminal.receive()?.contains(&byte) {
        if begun.elapsed() > PATIENCE {
            return Err(format!("a typed byte did not come back within {PATIENCE:?}").into());
        }
    }
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}
