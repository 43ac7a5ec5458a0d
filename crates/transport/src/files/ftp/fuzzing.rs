//! Any bytes, as a server's answers.

use super::{
    mlst,
    reply::{Replies, extended_port, passive_port},
    rows,
};
use wire::Timestamp;

pub(crate) fn answers(bytes: &[u8]) {
    let mut replies = Replies::default();
    replies.bytes.extend_from_slice(bytes);
    while let Ok(Some(reply)) = replies.next() {
        for line in &reply.lines {
            let _ = (extended_port(line), passive_port(line), mlst::stat(line));
        }
        let _ = reply.text();
    }
    for line in bytes.split(|byte| *byte == b'\n') {
        for found in [mlst::row(line), rows::row(line, Timestamp::from_millis(1_795_250_000_000))].into_iter().flatten()
        {
            // What is found can be shown: it has a name, and a date that can be written.
            assert!(!found.name.as_bytes().is_empty());
            let _ = found.stat.modified.map(String::from);
        }
    }
}
