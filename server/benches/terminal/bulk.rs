//! Bulk output: how long until 100 MB have come, and the CPU seconds that they cost.

use crate::{
    Result,
    echo::pick,
    process,
    stats::{Pairs, Target, both, note},
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

/// Work is over when for so long less than a tenth of a processor was used.
const STILL: Duration = Duration::from_secs(1);

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
    let [mut berth, mut ssh] = both(|side| world.open(side))?;
    for _ in 0..PAIRS {
        for side in SIDES {
            let run = show(world, pick(side, &mut berth, &mut ssh).as_mut(), &command)?;
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
    finishing(world, berth)
}

/// What is done with the recording when its session is over: keyframes, index, text.
fn finishing(world: &World, terminal: Box<dyn Terminal>) -> Result<()> {
    let process = terminal.process();
    let before = process::cpu_seconds(process)?;
    drop(terminal);
    let mut used = before;
    loop {
        world.settle(STILL);
        let now = process::cpu_seconds(process)?;
        if now - used < STILL.as_secs_f64() / 10.0 {
            break;
        }
        used = now;
    }
    let each = (used - before) / PAIRS as f64;
    note("  afterwards, to finish its recording", &format!("{each:.3} s of CPU for each 100 MB"));
    Ok(())
}

fn show(world: &World, terminal: &mut dyn Terminal, command: &str) -> Result<Run> {
    run_line(terminal, "true")?;
    let skipped_before = terminal.skipped();
    let cpu = process::cpu_seconds(terminal.process())?;
    let begun = Instant::now();
    terminal.send(command.as_bytes())?;
    let came = read_until(terminal, "ENDMARK", PATIENCE)?;
    let seconds = begun.elapsed().as_secs_f64();
    world.settle(SETTLING);
    let cpu = process::cpu_seconds(terminal.process())? - cpu;
    let skipped = terminal.skipped() - skipped_before;
    if came + skipped < text::LENGTH {
        return Err(format!("only {came} bytes came, and {skipped} were announced as left out").into());
    }
    Ok(Run { seconds, cpu, skipped })
}
