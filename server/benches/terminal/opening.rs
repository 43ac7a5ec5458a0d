//! Opening: from asking for a terminal to its first byte of output; on a link of its own, and on one that stands because
//! the account has another session on the host.

use crate::{
    Result,
    stats::{Pairs, Target},
    world::{SIDES, Side, World},
};
use std::time::{Duration, Instant};

const PAIRS: usize = 15;

/// How long the host may take to clear up behind the one before.
const SETTLING: Duration = Duration::from_millis(200);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    // The first of each pays for what stays: the page cache, the interface's connection.
    for side in SIDES {
        world.open(side)?.receive()?;
    }
    let cold = opened(world)?;
    cold.report("open, to the first byte", "ms", Some(Target { now: 1.0, next: 0.5 }));
    let standing = world.open(Side::Berth)?;
    let warm = opened(world)?;
    drop(standing);
    warm.report("open, beside another session", "ms", Some(Target { now: 0.5, next: 0.3 }));
    Ok(())
}

fn opened(world: &World) -> Result<Pairs> {
    let mut millis = Pairs::default();
    for _ in 0..PAIRS {
        for side in SIDES {
            let begun = Instant::now();
            let mut terminal = world.open(side)?;
            terminal.receive()?;
            millis.add(side, begun.elapsed().as_secs_f64() * 1e3);
            drop(terminal);
            world.settle(SETTLING);
        }
    }
    Ok(millis)
}
