//! What an idle session with a viewer costs the server's memory.

use crate::{
    Result,
    client::Viewer,
    process,
    server::Server,
    stats::note,
    terminal::{Terminal, run_line},
    world::World,
};
use std::{sync::mpsc::channel, time::Duration};

const SESSIONS: usize = 200;

/// How many are opened at once.
const AT_ONCE: usize = 8;

/// Sessions that come and go before, so that what is made once is not counted.
const WARM_UP: usize = 8;

const SETTLING: Duration = Duration::from_secs(2);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let server = world.fresh_server()?;
    drop(open_many(&server, WARM_UP)?);
    world.settle(SETTLING);
    let before = process::memory(server.process())?;
    let viewers = open_many(&server, SESSIONS)?;
    let readers: Vec<_> = viewers.into_iter().map(read_on).collect();
    world.settle(SETTLING);
    let after = process::memory(server.process())?;
    let lost = readers.iter().filter(|reader| reader.is_finished()).count();
    if lost > 0 {
        return Err(format!("{lost} of {SESSIONS} idle sessions ended by themselves").into());
    }
    let each = (after - before) / SESSIONS as f64;
    let text = format!("{each:.3} MB each (target 1, next 0.12); {before:.1} MB before, {after:.1} MB with {SESSIONS}");
    note("memory of an idle session", &text);
    // The readers end with their sockets, and with them the threads.
    drop(server);
    readers.into_iter().for_each(|reader| drop(reader.join()));
    Ok(())
}

/// Opens sessions, a few at a time, each up to its prompt.
pub(crate) fn open_many(server: &Server, count: usize) -> Result<Vec<Viewer>> {
    let (opened, viewers) = channel();
    std::thread::scope(|scope| {
        for first in 0..AT_ONCE.min(count) {
            let opened = opened.clone();
            scope.spawn(move || {
                for _ in (first..count).step_by(AT_ONCE) {
                    // Nobody waits any more when another one failed.
                    let _ = opened.send(open_one(server));
                }
            });
        }
    });
    drop(opened);
    viewers.into_iter().collect()
}

fn open_one(server: &Server) -> Result<Viewer> {
    let mut viewer = server.open()?;
    run_line(&mut viewer, "true")?;
    Ok(viewer)
}

/// Reads on, as a page does, so that the server's pings are answered.
fn read_on(mut viewer: Viewer) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || while viewer.receive().is_ok() {})
}
