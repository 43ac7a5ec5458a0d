//! What libFuzzer calls with any bytes (`make fuzz`); the committed corpus runs as a test.

use crate::{
    commands::{CommandEvent, Detector},
    screen,
};

/// The screen model keeps its promises; see [`screen::promises`].
pub fn screen(input: &[u8]) {
    screen::promises::keep(input);
}

/// The command detector takes a conversation in pieces: it survives, stays small, and finds nothing that was not shown.
/// A piece begins with its length; an odd one was typed, into a terminal
/// of as many columns. Only what is typed has a `Z` in it.
pub fn commands(mut conversation: &[u8]) {
    let mut detector = Detector::default();
    while let Some((&len, rest)) = conversation.split_first() {
        let (piece, rest) = rest.split_at(rest.len().min(usize::from(len / 2)));
        conversation = rest;
        if len % 2 == 1 {
            detector.resized(len.into());
            detector.typed(piece);
            continue;
        }
        // The marks know escapes, by which a `Z` might be shown in other words.
        let shown: Vec<u8> =
            piece.iter().map(|byte| if matches!(byte, b'Z' | b'\\' | b'%') { b'z' } else { *byte }).collect();
        for found in detector.shown(&shown) {
            let is_hidden = |line: &str| line.contains('Z');
            assert!(!matches!(&found, CommandEvent::Typed { line, .. } if is_hidden(line)), "{found:?} was not shown");
        }
        assert!(detector.held() < 64 * 1024);
    }
}

#[cfg(test)]
mod tests {
    fn run(target: &str, call: fn(&[u8])) {
        let corpus = format!("{}/../fuzz/corpus/{target}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(corpus).unwrap() {
            call(&std::fs::read(file.unwrap().path()).unwrap());
        }
    }

    #[test]
    fn the_corpus_is_survived() {
        run("screen", super::screen);
        run("commands", super::commands);
    }
}
