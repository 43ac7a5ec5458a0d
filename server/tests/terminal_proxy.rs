//! Bad networks: between the page and the server they cost time and nothing else; between the server and the host they
//! end the session once, with a message that says what happened, and nothing of it is left.

use crate::common::{Lab, PATIENCE, Random, Reader, traffic};
use serde_json::json;
use std::time::Duration;
use testkit::{
    proxy::{Direction, FaultProxy, Pieces},
    wait,
};

const DELAY: Duration = Duration::from_millis(30);
const SILENCE: Duration = Duration::from_millis(300);
const PIECES: Pieces = Pieces { seed: 7, largest: 1500 };

/// How a connection breaks.
#[derive(Debug, Clone, Copy)]
enum Fault {
    Cut,
    HalfClose(Direction),
    Loss,
}

const FAULTS: [Fault; 4] =
    [Fault::Cut, Fault::HalfClose(Direction::Up), Fault::HalfClose(Direction::Down), Fault::Loss];

impl Fault {
    async fn strike(self, proxy: &FaultProxy) {
        match self {
            Self::Cut => proxy.cut(),
            Self::HalfClose(direction) => proxy.half_close(direction),
            Self::Loss => proxy.lose(SILENCE).await,
        }
    }
}

/// Prints and types over whatever network there is, and looks that all came through.
async fn goes_on(reader: &mut Reader, random: &mut Random, blocks: u64) {
    for _ in 0..3 {
        reader.ask(random.below(reader.blocks() - blocks), blocks).await;
        while !reader.page.is_even() {
            if !reader.page.hear().await {
                assert!(reader.page.connect().await, "the network is back");
            }
        }
        reader.page.compare("over a bad network");
    }
}

#[tokio::test]
async fn a_bad_network_before_the_page_costs_time_and_nothing_else() {
    let lab = Lab::start(&[("sessions.scrollback", "256KiB")]).await;
    let proxy = FaultProxy::start(lab.server.address()).await;
    let token = lab.admin.make_token("page").await;
    let mut random = Random::new(3);
    let stream = traffic(&mut random, 1024 * 1024);
    let address = ([127, 0, 0, 1], proxy.port()).into();
    let mut reader = Reader::start(&lab, address, &token, stream).await;
    proxy.delay(DELAY);
    proxy.pieces(Some(PIECES));
    goes_on(&mut reader, &mut random, 20).await;
    for fault in FAULTS {
        // In the middle of a burst that nobody hears the end of.
        reader.ask(0, 100).await;
        assert!(reader.page.hear().await);
        fault.strike(&proxy).await;
        while reader.page.hear().await {}
        assert!(reader.page.connect().await, "after {fault:?}");
        goes_on(&mut reader, &mut random, 20).await;
        let alone = || async { lab.session(&reader.session).await["attachments"] == 1 };
        wait::until("the server to let go of the broken socket", PATIENCE, alone).await;
        assert_eq!(proxy.open(), 1, "after {fault:?}");
    }
    reader.printed().await;
    reader.heard_every_line_once();
}

#[tokio::test]
async fn a_bad_network_before_the_host_changes_no_byte() {
    let (lab, proxy) = Lab::behind_a_proxy(&[]).await;
    let token = lab.admin.make_token("page").await;
    let mut random = Random::new(5);
    let stream = traffic(&mut random, 1024 * 1024);
    let mut reader = Reader::start(&lab, lab.server.address(), &token, stream).await;
    proxy.delay(DELAY);
    proxy.pieces(Some(PIECES));
    goes_on(&mut reader, &mut random, 60).await;
    proxy.stall(true);
    reader.ask(0, 60).await;
    tokio::time::sleep(SILENCE).await;
    proxy.stall(false);
    goes_on(&mut reader, &mut random, 20).await;
    reader.printed().await;
    reader.heard_every_line_once();
}

/// Everything that a session of this lab held is gone.
async fn nothing_is_left(lab: &Lab, proxy: &FaultProxy) {
    // The page hears of the end before the row is written.
    wait::until("the end of the row", PATIENCE, || async { lab.sessions("live").await.is_empty() }).await;
    wait::until("the end of the link", PATIENCE, || async { proxy.open() == 0 }).await;
    wait::until("the host's end of it", PATIENCE, || async { lab.sshd.connection_processes() == 0 }).await;
}

#[tokio::test]
async fn a_link_that_breaks_ends_its_session_once_and_says_so() {
    let (lab, proxy) = Lab::behind_a_proxy(&[]).await;
    for fault in FAULTS {
        let (id, mut terminal) = lab.terminal(json!({"reuse": false})).await;
        terminal.type_in("echo up$((1+1)); yes\n").await;
        terminal.until("up2").await;
        fault.strike(&proxy).await;
        let ended = terminal.until_closed().await.ended.clone().expect("an ending");
        assert_eq!(ended.reason.as_str(), "error", "after {fault:?}: {ended:?}");
        let message = ended.message.clone().unwrap_or_default();
        assert!(message.len() > 20, "after {fault:?}: {message:?}");
        assert_eq!(terminal.view.closed, Some(1000));
        drop(terminal);
        let session = lab.session(&id).await;
        assert_eq!((&session["status"], &session["ending"]["message"]), (&json!("error"), &json!(message)));
        nothing_is_left(&lab, &proxy).await;
    }
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("echo again$((1+1))\n").await;
    terminal.until("again2").await;
}
