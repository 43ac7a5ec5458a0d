//! Twenty at once: how many times a second `true` runs to its end. A ratio above 1 is Berth's.

use crate::{
    Result,
    stats::{Pairs, Target},
    world::{SIDES, Side, World},
};
use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

const ROUNDS: usize = 5;
const WORKERS: usize = 20;
const COMMANDS: usize = 400;

/// How long the host may take to clear up behind the round before.
const SETTLING: Duration = Duration::from_millis(300);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let mut rates = Pairs::default();
    for _ in 0..ROUNDS {
        for side in SIDES {
            rates.add(side, rate(world, side)?);
            world.settle(SETTLING);
        }
    }
    rates.report("`true`, twenty at once", "a second", Some(Target { now: 2.5, next: 4.0 }));
    Ok(())
}

fn rate(world: &World, side: Side) -> Result<f64> {
    let (left, begun) = (AtomicUsize::new(COMMANDS), Instant::now());
    let work = || -> Result<()> {
        while left.try_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok() {
            world.run(side)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker broke")?)
    })?;
    Ok(COMMANDS as f64 / begun.elapsed().as_secs_f64())
}
