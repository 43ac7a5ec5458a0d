//! Runs, medians, and the lines of the report.

use crate::Result;
use std::{fs, time::Instant};

/// The unit of CPU times in `/proc`: a hundredth of a second, on every architecture that Berth runs on.
const TICKS_A_SECOND: f64 = 100.0;

/// What one run took.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    seconds: f64,
    /// Of this process and of the programs that it ran to their end, so that of the host nothing is in it.
    cpu: f64,
}

/// Measures one run.
pub(crate) fn timed(run: impl FnOnce() -> Result<()>) -> Result<Run> {
    let (cpu, begun) = (cpu_seconds()?, Instant::now());
    run()?;
    Ok(Run { seconds: begun.elapsed().as_secs_f64(), cpu: cpu_seconds()? - cpu })
}

fn cpu_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name may hold anything, so the fields are counted from its closing bracket.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(4).filter_map(|ticks| ticks.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / TICKS_A_SECOND)
}

/// Prints the head of the table.
pub(crate) fn head() {
    println!("{:<44} {:>6}   {:<12} berth against the other", "", "ratio", "least–most");
}

/// Takes turns, and reports each of the others against the first.
pub(crate) fn take_turns(what: &str, pairs: usize, sides: &[(&str, &dyn Fn() -> Result<()>)]) -> Result<()> {
    let mut runs: Vec<Vec<Run>> = vec![Vec::new(); sides.len()];
    for _ in 0..pairs {
        for ((name, side), runs) in sides.iter().zip(&mut runs) {
            runs.push(timed(side).map_err(|why| format!("{name}: {why}"))?);
        }
    }
    let Some((berth, others)) = runs.split_first() else { return Ok(()) };
    for ((name, _), other) in sides.iter().skip(1).zip(others) {
        report(&format!("{what}: time, {name}"), berth, other, |run| run.seconds);
        report(&format!("{what}: CPU, {name}"), berth, other, |run| run.cpu);
    }
    Ok(())
}

fn report(what: &str, berth: &[Run], other: &[Run], of: fn(&Run) -> f64) {
    let median = |runs: &[Run]| middle(runs.iter().map(of).collect());
    let ratios: Vec<f64> = berth.iter().zip(other).map(|(berth, other)| of(berth) / of(other)).collect();
    let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    let most = ratios.iter().copied().fold(0.0, f64::max);
    let (berth, other) = (median(berth), median(other));
    let spread = format!("{least:.2}–{most:.2}");
    println!("{what:<44} {:>6.2}   {spread:<12} {berth:.3} against {other:.3} s", berth / other);
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
