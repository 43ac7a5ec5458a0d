//! One after the other: how long `true` takes from asking for it to knowing its exit code.

use crate::{
    Result,
    stats::{Pairs, Target},
    world::{SIDES, World},
};
use std::time::Instant;

/// Two hundred a side, in turns.
const BLOCKS: usize = 10;
const EACH: u32 = 20;

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let mut millis = Pairs::default();
    for _ in 0..BLOCKS {
        for side in SIDES {
            let begun = Instant::now();
            for _ in 0..EACH {
                world.run(side)?;
            }
            millis.add(side, begun.elapsed().as_secs_f64() * 1e3 / f64::from(EACH));
        }
    }
    millis.report("`true`, one after the other", "ms", Some(Target { now: 0.33, next: 0.2 }));
    Ok(())
}
