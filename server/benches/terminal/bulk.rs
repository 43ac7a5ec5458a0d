//! Bulk output: how long until 100 MB have come, and the CPU seconds that they cost.

use crate::{
    Result, process,
    stats::{Pairs, Target, note},
    terminal::{Terminal, read_until, run_line},
    text,
    world::{SIDES, Side, World},
};
use std::time::{Duration, Instant};

const PAIRS: usize = 5;

/// How long one run may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is done behind the reader's back must be counted too.
const SETTLING: Duration = Duration::from_millis(300);

/// One run.
struct Run {
    seconds: f64,
    cpu: f64,
    skipped: u64,
}

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let file = world.shared_file("bulk.txt");
    text::write(&file)?;
    let command = format!("cat '{}'; echo END\"\"MARK\n", file.display());
    let (mut seconds, mut cpu, mut skipped) = (Pairs::default(), Pairs::default(), Vec::new());
    for _ in 0..PAIRS {
        for side in SIDES {
            let run = show(world, world.open(side)?.as_mut(), &command)?;
            seconds.add(side, run.seconds);
            cpu.add(side, run.cpu);
            if side == Side::Berth {
                skipped.push(run.skipped.to_string());
            }
        }
    }
    seconds.report("bulk output, 100 MB: time", "s", Some(Target { now: 1.0, next: 0.7 }));
    cpu.report("bulk output, 100 MB: CPU", "s", Some(Target { now: 2.5, next: 1.5 }));
    note("  left out for a late viewer", &format!("{} bytes", skipped.join(", ")));
    Ok(())
}

fn show(world: &World, terminal: &mut dyn Terminal, command: &str) -> Result<Run> {
    run_line(terminal, "true")?;
    let cpu = process::cpu_seconds(terminal.process())?;
    let begun = Instant::now();
    terminal.send(command.as_bytes())?;
    let came = read_until(terminal, "ENDMARK", PATIENCE)?;
    let seconds = begun.elapsed().as_secs_f64();
    world.settle(SETTLING);
    let cpu = process::cpu_seconds(terminal.process())? - cpu;
    let skipped = terminal.skipped();
    if came + skipped < text::LENGTH {
        return Err(format!("only {came} bytes came, and {skipped} were announced as left out").into());
    }
    Ok(Run { seconds, cpu, skipped })
}
