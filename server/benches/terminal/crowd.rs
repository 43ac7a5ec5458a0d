//! Echo in one session while twenty others of the same server flood, against its own figure alone.

use crate::{
    Result,
    echo::{APART, echoing, ping},
    flood::Flood,
    stats::{note, percentile},
    terminal::{Terminal, run_line},
    world::{Side, World},
};
use std::time::{Duration, Instant};

const FLOODS: usize = 20;

const SAMPLES: usize = 600;

/// Bytes before the first one that counts.
const WARM_UP: usize = 20;

/// How long the floods run before it counts.
const SWELLING: Duration = Duration::from_secs(2);

/// How long somebody types before it counts.
const GIVING_WAY: Duration = Duration::from_secs(3);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let mut alone = echoing(world, Side::Berth)?;
    world.settle(APART);
    let idle = millis(alone.as_mut())?;
    let floods: Vec<Flood> = (0..FLOODS).map(|_| flood(world)).collect::<Result<_>>()?;
    world.settle(SWELLING);
    let first = millis(alone.as_mut())?;
    type_on(alone.as_mut())?;
    let crowded = millis(alone.as_mut())?;
    let strength = floods.into_iter().map(|flood| Ok(flood.stop()?.megabytes_a_second)).sum::<Result<f64>>()?;
    let figures = [50.0, 99.0].map(|percent| format!("p{percent} {:.3} ms", percentile(&first, percent)));
    note(&format!("echo beside {FLOODS} floods, first keys"), &figures.join(", "));
    for percent in [50.0, 99.0] {
        let [crowded, idle] = [&crowded, &idle].map(|samples| percentile(samples, percent));
        let target = if percent > 50.0 { " (target 3)" } else { "" };
        let text = format!("{:.2} of idle{target}; {crowded:.3} against {idle:.3} ms", crowded / idle);
        note(&format!("echo beside {FLOODS} floods: p{percent}"), &text);
    }
    note("  the floods' strength", &format!("{strength:.1} MB/s together"));
    Ok(())
}

/// The floods give way to who types; what was under way when that began comes first.
fn type_on(terminal: &mut dyn Terminal) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < GIVING_WAY {
        ping(terminal, b'.')?;
    }
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
