//! Echo in one session while twenty others of the same server flood, against its own figure alone.

use crate::{
    Result,
    echo::{echoing, ping},
    flood::Flood,
    stats::{note, percentile},
    terminal::{Terminal, run_line},
    world::{Side, World},
};
use std::time::Duration;

const FLOODS: usize = 20;

const SAMPLES: usize = 600;

/// Bytes before the first one that counts.
const WARM_UP: usize = 20;

/// How long the floods run before it counts.
const SWELLING: Duration = Duration::from_secs(2);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let mut alone = echoing(world, Side::Berth)?;
    let idle = millis(alone.as_mut())?;
    let floods: Vec<Flood> = (0..FLOODS).map(|_| flood(world)).collect::<Result<_>>()?;
    world.settle(SWELLING);
    let crowded = millis(alone.as_mut())?;
    let strength = floods.into_iter().map(|flood| Ok(flood.stop()?.megabytes_a_second)).sum::<Result<f64>>()?;
    for percent in [50.0, 99.0] {
        let [crowded, idle] = [&crowded, &idle].map(|samples| percentile(samples, percent));
        let target = if percent > 50.0 { " (target 3)" } else { "" };
        let text = format!("{:.2} of idle{target}; {crowded:.3} against {idle:.3} ms", crowded / idle);
        note(&format!("echo beside {FLOODS} floods: p{percent}"), &text);
    }
    note("  the floods' strength", &format!("{strength:.1} MB/s together"));
    Ok(())
}

fn flood(world: &World) -> Result<Flood> {
    let mut terminal = world.open(Side::Berth)?;
    run_line(terminal.as_mut(), "true")?;
    Flood::start(terminal)
}

fn millis(terminal: &mut dyn Terminal) -> Result<Vec<f64>> {
    let mut all = Vec::with_capacity(SAMPLES);
    for number in 0..WARM_UP + SAMPLES {
        let millis = ping(terminal, b'a' + (number % 26) as u8)?;
        if number >= WARM_UP {
            all.push(millis);
        }
    }
    Ok(all)
}
