use super::*;
use proptest::prelude::*;

const SIZE: PtySize = PtySize { cols: 20, rows: 4 };

/// The model after these bytes, every one of them emulated: so little at once leaves nothing to drop.
fn emulated(size: PtySize, bytes: &[u8]) -> Screen {
    let mut screen = Screen::new(size);
    for byte in bytes {
        screen.waiting.push(*byte);
        screen.work_off(0);
    }
    screen
}

/// The model after these bytes at once.
fn settled(size: PtySize, bytes: &[u8]) -> Screen {
    let mut screen = Screen::new(size);
    screen.waiting.extend_from_slice(bytes);
    screen.work_off(0);
    screen
}

fn dumped(bytes: &[u8]) -> String {
    String::from_utf8(settled(SIZE, bytes).dump()).unwrap()
}

fn rows(screen: &Screen) -> Vec<String> {
    screen.terminal.screen().visible_lines().map(|line| line.text().trim_end().to_owned()).collect()
}

/// Output without lasting effect, as commands print it.
fn plain_piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => "[ -~]{0,12}\r\n".prop_map(String::into_bytes),
        2 => "[a-z漢é😀\u{301}]{0,6}".prop_map(String::into_bytes),
        2 => Just(b"\r\n".to_vec()),
        1 => prop::sample::select(vec!["\n", "\r", "\t", "\x08", "\x07", "\x0b", "\x0f", "\x7f", "\x1b(B"]).prop_map(|s| s.into()),
        3 => prop::sample::select(vec!["", "0", "1;31", "0;42", "39", "7", "27", "38;5;9", "48;2;1;2;3", "38:2:9:8:7", ";4", "4:3"])
            .prop_map(|s| format!("\x1b[{s}m").into_bytes()),
        1 => (0u8..9, prop::sample::select(vec!['C', 'D', 'G', 'K', 'P', 'X', '@']))
            .prop_map(|(n, last)| format!("\x1b[{n}{last}").into_bytes()),
    ]
}

/// Output of full-screen programs, and things that break into it.
fn wild_piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0u8..9, 0u8..14, prop::sample::select(vec!['A', 'B', 'H', 'J', 'L', 'M', 'S', 'T', 'I', 'Z', 'b', 'd', 'r', 'g', 'n']))
            .prop_map(|(a, b, last)| format!("\x1b[{a};{b}{last}").into_bytes()),
        (prop::sample::select(vec![1, 6, 7, 25, 47, 1000, 1002, 1004, 1006, 1047, 1048, 1049, 2004, 2026, 12]), any::<bool>())
            .prop_map(|(mode, on)| format!("\x1b[?{mode}{}", if on { 'h' } else { 'l' }).into_bytes()),
        prop::sample::select(vec![
            "\x1b7", "\x1b8", "\x1b[s", "\x1b[u", "\x1bM", "\x1bE", "\x1bD", "\x1bH", "\x1b[3g", "\x1b[4h", "\x1b[4l", "\x1b[20h",
            "\x1b[20l", "\x1b(0", "\x1b)0", "\x0e", "\x1b=", "\x1b>", "\x1bc", "\x1b[!p", "\x1b[5 q", "\x1b[>4;2m", "\x1b[>1u",
            "\x1b[<u", "\x1b[=3;2u", "\x1b[22;0t", "\x1b[23;0t", "\x1b#8", "\u{9b}1m", "\u{85}", "\u{9d}2;c1\u{9c}",
        ])
        .prop_map(|s| s.into()),
        "\x1b](0|2|8|133);[a-z;]{0,9}(\x07|\x1b\\\\)".prop_map(String::into_bytes),
        "\x1b(P|_|\\^|X)[a-z\\n]{0,9}(\x1b\\\\|\x18)".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..6),
    ]
}

fn stream(wild: u32, len: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![10 - wild => plain_piece().boxed(), wild => wild_piece().boxed()];
    prop::collection::vec(piece, 0..len).prop_map(|pieces| pieces.concat())
}

fn any_size() -> impl Strategy<Value = PtySize> {
    (1u16..14, 1u16..6).prop_map(|(cols, rows)| PtySize { cols, rows })
}

/// Cuts a stream at places that are given as fractions.
fn cut<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    at.extend([0, bytes.len()]);
    at.sort_unstable();
    at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn what_is_dropped_makes_no_difference(
        size in any_size(), bytes in (1u32..4).prop_flat_map(|wild| stream(wild, 120)),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4), leave in 0usize..200,
    ) {
        let mut screen = Screen::new(size);
        for piece in cut(&bytes, &cuts) {
            screen.waiting.extend_from_slice(piece);
            screen.work_off(leave);
        }
        screen.work_off(0);
        let whole = emulated(size, &bytes);
        prop_assert_eq!(rows(&screen), rows(&whole));
        prop_assert_eq!(screen.dump().escape_ascii().to_string(), whole.dump().escape_ascii().to_string());
    }

    #[test]
    fn a_dump_rebuilds_what_was_dumped(size in any_size(), bytes in stream(5, 60)) {
        let first = settled(size, &bytes).dump();
        let second = settled(size, &first).dump();
        prop_assert_eq!(second.escape_ascii().to_string(), first.escape_ascii().to_string());
    }

    #[test]
    fn a_dump_and_the_rest_are_the_whole(size in any_size(), bytes in stream(5, 60), at: prop::sample::Index) {
        let (before, after) = bytes.split_at(at.index(bytes.len() + 1));
        let whole = settled(size, &bytes);
        let mut resumed = settled(size, &settled(size, before).dump());
        resumed.absorb(after);
        resumed.work_off(0);
        prop_assert_eq!(rows(&resumed), rows(&whole));
        prop_assert_eq!(resumed.dump().escape_ascii().to_string(), whole.dump().escape_ascii().to_string());
    }
}
