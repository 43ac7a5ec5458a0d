//! The cut test: a page is cut a thousand times under bursts larger than the ring, and shows what it would have shown.
//!
//! Every byte that arrives is compared with what the host printed. After every cut the page's terminal is compared with
//! one that saw everything, whether the ring still had what was missed or a snapshot came. What was typed meanwhile
//! arrived once and in order. The seed of a failure is printed; `BERTH_SEED` draws it again.

use crate::common::{BLOCK, Lab, Random, Reader, traffic};
use std::{env, sync::Arc};
use testkit::proxy::{FaultProxy, Pieces};
use tokio::task::JoinSet;

/// How many pages are cut at the same time, and how often each.
const PAGES: u64 = 4;
const CUTS: u64 = 250;

/// A burst overflows the ring for certain, whatever slack it takes.
const RING: &str = "256KiB";
const BURST: u64 = (768 * 1024 / BLOCK) as u64;

/// What the bursts are taken from.
const STREAM: usize = 4 * 1024 * 1024;

/// A little more than the largest frame: most cuts hit the middle of one.
const FURTHEST_CUT: u64 = 80_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_cut_a_thousand_times_shows_what_it_would_have_shown() {
    let seed = env::var("BERTH_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_261_121);
    println!("BERTH_SEED={seed}");
    let lab = Arc::new(Lab::start(&[("sessions.scrollback", RING)]).await);
    let token = lab.admin.make_token("cuts").await;
    let mut pages = JoinSet::new();
    for page in 0..PAGES {
        let (lab, token) = (Arc::clone(&lab), token.clone());
        pages.spawn(async move { cut_again_and_again(&lab, &token, seed + page).await });
    }
    let snapshots: u32 = pages.join_all().await.into_iter().sum();
    println!("{} cuts, {snapshots} of them answered by a snapshot", PAGES * CUTS);
    assert!(u64::from(snapshots) > PAGES * CUTS / 10, "the ring moved on often: {snapshots} times");
}

/// How often the page was painted anew.
async fn cut_again_and_again(lab: &Lab, token: &str, seed: u64) -> u32 {
    let mut random = Random::new(seed);
    let proxy = FaultProxy::start(lab.server.address()).await;
    let address = ([127, 0, 0, 1], proxy.port()).into();
    let stream = traffic(&mut random, STREAM);
    let mut reader = Reader::start(lab, address, token, stream).await;
    for cut in 0..CUTS {
        let situation = format!("seed {seed}, cut {cut}");
        if random.once_in(4) {
            proxy.pieces(random.once_in(2).then(|| Pieces { seed: seed + cut, largest: 4000 }));
        }
        let stays_away = random.once_in(8);
        if stays_away {
            // The cut hits this burst and no earlier one, so that the ring has moved on when the page comes back.
            catch_up(&mut reader).await;
            proxy.cut_after(random.below(FURTHEST_CUT));
            reader.ask(random.below(reader.blocks() - BURST), BURST).await;
        } else {
            reader.page.numb = random.once_in(8);
            proxy.cut_after(random.below(FURTHEST_CUT));
            ask(&mut random, &mut reader).await;
        }
        // A cut may hit the handshake itself, before the page could hear anything.
        if reader.page.is_connected() || reader.page.connect().await {
            while !reader.page.is_even() && reader.page.hear().await {}
        }
        reader.page.leave();
        reader.page.compare(&situation);
        if stays_away {
            reader.host_is_idle().await;
        }
        if random.once_in(4) {
            // What is typed while nothing is connected waits for the next socket; what the session has is printed.
            ask(&mut random, &mut reader).await;
        }
    }
    catch_up(&mut reader).await;
    reader.page.compare(&format!("seed {seed}, at the end"));
    reader.printed().await;
    reader.heard_every_line_once();
    reader.page.snapshots
}

/// Connects, and hears everything that is to be heard.
async fn catch_up(reader: &mut Reader) {
    reader.page.numb = false;
    while !reader.page.is_even() || !reader.page.is_connected() {
        if !reader.page.hear().await {
            // A cut that an earlier burst did not reach may hit the handshake, once.
            let stands = reader.page.connect().await || reader.page.connect().await;
            assert!(stands, "an uncut connection stands");
        }
    }
}

/// Asks for a burst, small or larger than the ring.
async fn ask(random: &mut Random, reader: &mut Reader) {
    // One at a time is enough to be drawn: what was asked before is on its way already.
    let waiting = reader.page.end() - reader.page.offset;
    let count = match random.below(6) {
        _ if waiting > 2 * BURST * BLOCK as u64 => 0,
        0 => BURST,
        1 | 2 => 1 + random.below(40),
        3 => 1 + random.below(4),
        _ => 0,
    };
    let from = random.below(reader.blocks() - count);
    reader.ask(from, count).await;
}
