//! What libFuzzer calls with any bytes (`make fuzz`); the committed corpus runs as a test.

use crate::frames::{ClientFrame, ServerFrame};

/// A message is a frame or is refused; a frame says the same when it is written and read again.
pub fn frames(message: &[u8]) {
    if let Ok(frame) = ClientFrame::decode(message) {
        assert_eq!(ClientFrame::decode(&frame.encode()), Ok(frame));
    }
    if let Ok(frame) = ServerFrame::decode(message) {
        assert_eq!(ServerFrame::decode(&frame.encode()), Ok(frame));
    }
}

#[test]
fn the_corpus_is_survived() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/frames");
    for file in std::fs::read_dir(corpus).unwrap() {
        frames(&std::fs::read(file.unwrap().path()).unwrap());
    }
}
