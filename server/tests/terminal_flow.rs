//! Floods of output: nobody waits for whom it does not concern, on real connections.

use crate::common::{Lab, json};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// More than a viewer's window and the ring together.
const FLOOD: &str = "seq 1 300000; echo DO\"\"NE\n";

/// So much may still come after Ctrl-C: the window that was under way, and what a flood brings until it stops, in small
/// windows and pictures; on a busy machine more than on an idle one.
const UNDER_WAY: usize = 2 * 1024 * 1024;

fn sign_ins(lab: &Lab) -> usize {
    lab.sshd.log().matches("Accepted password").count()
}

#[tokio::test]
async fn a_flood_that_nobody_reads_leaves_its_link_to_others() {
    let lab = Lab::start(&[("hosts.links_apart", "1")]).await;
    let (flooding, mut unread) = lab.terminal(json!({"reuse": false})).await;
    // A link that floods already takes no further shell.
    let (_, mut other) = lab.terminal(json!({"reuse": false})).await;
    assert_eq!(sign_ins(&lab), 1, "both are on one link");
    unread.type_in("yes\n").await;
    unread.until("y\r\ny\r\ny\r\n").await;
    // From here on nobody reads it.
    for round in 0..3 {
        other.type_in(&format!("echo round-$(({round}+10))\n")).await;
        other.until(&format!("round-{}", round + 10)).await;
        let command = json!({"command": "echo beside", "session_id": flooding});
        let ran: Value = json(lab.admin.post("/api/terminal/bastion/run", command).await, StatusCode::OK).await;
        assert_eq!(ran["stdout"], "beside\n");
    }
    assert_eq!(lab.session(&flooding).await["status"], "active");
}

#[tokio::test]
async fn a_viewer_that_comes_late_jumps_to_the_present() {
    let lab = Lab::start(&[("sessions.scrollback", "64KiB")]).await;
    let (_, mut late) = lab.terminal(json!({})).await;
    late.until("$ ").await;
    let (_, mut quick) = lab.terminal(json!({})).await;
    quick.type_in(FLOOD).await;
    quick.until("DONE\r\n").await;
    let before = late.view.snapshots;
    late.until("DONE\r\n").await;
    assert!(late.view.snapshots > before, "it was sent everything");
    assert_eq!(late.view.offset, quick.view.offset);
}

#[tokio::test]
async fn ctrl_c_under_a_flood_brings_the_prompt_back_after_little_more() {
    let lab = Lab::start(&[]).await;
    let (_, mut terminal) = lab.terminal(json!({})).await;
    terminal.type_in("yes\n").await;
    while terminal.view.shown.len() < 300_000 {
        assert!(terminal.hear().await);
    }
    terminal.type_in("\x03").await;
    terminal.type_in("echo ST\"\"OPPED\n").await;
    let mut more = 0;
    while !terminal.view.tail().contains("STOPPED") {
        let before = terminal.view.shown.len();
        assert!(terminal.hear().await);
        // A picture of the screen takes the place of all that was shown.
        let now = terminal.view.shown.len();
        more += if now < before { now } else { now - before };
    }
    assert!(more < UNDER_WAY, "{more} bytes came after Ctrl-C");
}
