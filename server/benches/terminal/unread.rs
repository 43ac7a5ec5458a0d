//! What a viewer that reads nothing costs the server while its session floods, and whether the link still serves others.

use crate::{
    Result, process,
    server::Server,
    stats::note,
    terminal::{Terminal, run_line},
    world::World,
};
use serde_json::json;
use std::time::{Duration, Instant};

const LASTS: Duration = Duration::from_secs(15);

const LOOK_EVERY: Duration = Duration::from_millis(100);

/// When the link is asked to run something, after the flood's begin.
const RUNS: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(7), Duration::from_secs(12)];

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let server = world.fresh_server()?;
    let mut viewer = server.open()?;
    run_line(&mut viewer, "true")?;
    let before = process::memory(server.process())?;
    viewer.send(b"yes\n")?;
    let begun = Instant::now();
    let mut most = before;
    let mut answers = Vec::new();
    while begun.elapsed() < LASTS {
        world.settle(LOOK_EVERY);
        most = most.max(process::memory(server.process())?);
        if RUNS.get(answers.len()).is_some_and(|due| begun.elapsed() >= *due) {
            answers.push(format!("{:.0} ms", run_true(&server, &viewer.session)?));
        }
    }
    let after = process::memory(server.process())?;
    let text = format!("{before:.1} MB before, {most:.1} MB at most, {after:.1} MB after {LASTS:?}");
    note("memory beside an unread flood", &text);
    note("  `true` on the same link", &answers.join(", "));
    Ok(())
}

fn run_true(server: &Server, session: &str) -> Result<f64> {
    let begun = Instant::now();
    let done = server.rest().post("/api/terminal/bastion/run", &json!({"command": "true", "session_id": session}))?;
    if done["exit_code"] != 0 {
        return Err(format!("`true` failed: {done}").into());
    }
    Ok(begun.elapsed().as_secs_f64() * 1e3)
}
