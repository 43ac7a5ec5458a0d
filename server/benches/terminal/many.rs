//! A thousand live sessions: opened, echoing once a second each, idle, closed, and opened again: what the allocator keeps
//! is used again, what is leaked is not. One thread a session reads on, as a
//! page does. Both programs need 3,000 descriptors (`ulimit -n 4096`).

use crate::{
    Result,
    client::Viewer,
    echo::{ping, raw_cat},
    idle::open_many,
    process,
    stats::{note, percentile},
    terminal::Terminal,
    world::World,
};
use std::{
    sync::mpsc::{Sender, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

const SESSIONS: usize = 1000;

/// Sessions that come and go before, so that what is made once is not counted.
const WARM_UP: usize = 8;

const SETTLING: Duration = Duration::from_secs(5);

/// How often each of them types, and how many times.
const EVERY: Duration = Duration::from_secs(1);
const TIMES: usize = 20;

/// How long they are idle.
const IDLE: Duration = Duration::from_secs(60);

/// Takes the measure.
pub(crate) fn measure(world: &World) -> Result<()> {
    let server = world.fresh_server()?;
    drop(open_many(&server, WARM_UP)?);
    world.settle(SETTLING);
    let before = process::memory(server.process())?;
    let begun = Instant::now();
    let viewers = open_many(&server, SESSIONS)?;
    note(&format!("{SESSIONS} sessions"), &format!("opened in {:.0} s, all of them", begun.elapsed().as_secs_f64()));
    world.settle(SETTLING);
    let idle = process::memory(server.process())?;
    let each = (idle - before) / SESSIONS as f64;
    note(
        "  memory of each, idle",
        &format!("{each:.3} MB (target 0.12); {before:.1} MB before, {idle:.1} MB with all"),
    );

    let (told, millis) = channel();
    let start = Instant::now();
    let threads: Vec<_> =
        viewers.into_iter().enumerate().map(|(number, viewer)| live(viewer, number, start, told.clone())).collect();
    drop(told);
    let millis = (0..SESSIONS * TIMES).map(|_| Ok(millis.recv()?)).collect::<Result<Vec<f64>>>()?;
    let figures = [50.0, 99.0, 100.0].map(|percent| format!("p{percent} {:.2} ms", percentile(&millis, percent)));
    note("  echo, once a second each", &format!("{} (target: p99 20 ms)", figures.join(", ")));

    world.settle(SETTLING);
    let cpu = process::cpu_seconds(server.process())?;
    world.settle(IDLE);
    let used = (process::cpu_seconds(server.process())? - cpu) / IDLE.as_secs_f64() * 100.0;
    note("  CPU of all, idle", &format!("{used:.2} % of one processor (target 1)"));

    server.rest().post("/api/terminal/cleanup", &serde_json::json!({}))?;
    threads.into_iter().for_each(|thread| drop(thread.join()));
    world.settle(SETTLING);
    let after = process::memory(server.process())?;
    note("  memory when all are closed", &format!("{after:.1} MB: {:.2} of the start (target 1.2)", after / before));
    let _again = open_many(&server, SESSIONS)?;
    world.settle(SETTLING);
    let again = process::memory(server.process())?;
    note("  memory when as many are opened again", &format!("{again:.1} MB: {:.2} of the first time", again / idle));
    Ok(())
}

/// Types once a second for a while, then reads on until the session ends.
fn live(mut viewer: Viewer, number: usize, start: Instant, told: Sender<f64>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut echoes = || -> Result<()> {
            raw_cat(&mut viewer)?;
            // Spread over the second.
            let first = start + SETTLING + EVERY * u32::try_from(number)? / u32::try_from(SESSIONS)?;
            for time in 0..u32::try_from(TIMES)? {
                sleep_until(first + EVERY * time);
                told.send(ping(&mut viewer, b'a' + (time % 26) as u8)?)?;
            }
            Ok(())
        };
        if let Err(why) = echoes() {
            eprintln!("a session of many: {why}");
        }
        drop(told);
        while viewer.receive().is_ok() {}
    })
}

#[expect(clippy::disallowed_methods, reason = "each session has a thread of its own here")]
fn sleep_until(at: Instant) {
    std::thread::sleep(at.saturating_duration_since(Instant::now()));
}
