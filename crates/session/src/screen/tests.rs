mod sizes;

use super::promises::{emulated, rows, settled};
use super::*;
use proptest::prelude::*;

const SIZE: PtySize = PtySize { cols: 20, rows: 4 };

fn dumped(bytes: &[u8]) -> String {
    String::from_utf8(settled(SIZE, bytes).dump()).unwrap()
}

/// Output without lasting effect, as commands print it.
fn plain_piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => "[ -~]{0,12}\r\n".prop_map(String::into_bytes),
        2 => "[a-z漢é😀👍🏽\u{301}\u{200d}🇫\u{fe0f}한각]{0,6}".prop_map(String::into_bytes),
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
        (
            0u8..9,
            0u8..14,
            prop::sample::select(vec!['A', 'B', 'H', 'J', 'L', 'M', 'S', 'T', 'I', 'Z', 'b', 'd', 'r', 'g', 'n'])
        )
            .prop_map(|(a, b, last)| format!("\x1b[{a};{b}{last}").into_bytes()),
        (
            prop::sample::select(vec![1, 6, 7, 25, 47, 1000, 1002, 1004, 1006, 1047, 1048, 1049, 2004, 2026, 12]),
            any::<bool>()
        )
            .prop_map(|(mode, on)| format!("\x1b[?{mode}{}", if on { 'h' } else { 'l' }).into_bytes()),
        prop::sample::select(vec![
            "\x1b7",
            "\x1b8",
            "\x1b[s",
            "\x1b[u",
            "\x1bM",
            "\x1bE",
            "\x1bD",
            "\x1bH",
            "\x1b[3g",
            "\x1b[4h",
            "\x1b[4l",
            "\x1b[20h",
            "\x1b[20l",
            "\x1b(0",
            "\x1b)0",
            "\x0e",
            "\x1b=",
            "\x1b>",
            "\x1bc",
            "\x1b[!p",
            "\x1b[5 q",
            "\x1b[>4;2m",
            "\x1b[>1u",
            "\x1b[<u",
            "\x1b[=3;2u",
            "\x1b[22;0t",
            "\x1b[23;0t",
            "\x1b#8",
            "\u{9b}1m",
            "\u{85}",
            "\u{9d}2;c1\u{9c}",
        ])
        .prop_map(|s| s.into()),
        "\x1b](0|2|8|133);[a-z;\\x00\\n\\x7f]{0,9}(\x07|\x1b[\\x00\\n\\x07\\x7f]{0,2}\\\\)"
            .prop_map(String::into_bytes),
        "\x1b(P|_|\\^|X)[a-z\\n]{0,9}(\x1b\\\\|\x18)".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..6),
    ]
}

/// Moves over the whole screen and back, as ordinary programs make them now and then.
fn moving_piece() -> impl Strategy<Value = Vec<u8>> {
    let moves = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'I', 'Z', 'd', 'e', 'a', '`'];
    let edits = ['J', 'K', 'L', 'M', 'P', 'S', 'T', 'X', '@'];
    prop_oneof![
        3 => prop::sample::select(vec!["\x1b7", "\x1b[s"]).prop_map(|s| s.into()),
        3 => prop::sample::select(vec!["\x1b8", "\x1b[u"]).prop_map(|s| s.into()),
        3 => (0u8..8, 0u8..14, prop::sample::select(vec!['H', 'f']))
            .prop_map(|(row, col, last)| format!("\x1b[{row};{col}{last}").into_bytes()),
        2 => (0u8..6, prop::sample::select(moves.to_vec())).prop_map(|(n, last)| format!("\x1b[{n}{last}").into_bytes()),
        2 => (0u8..4, prop::sample::select(edits.to_vec())).prop_map(|(n, last)| format!("\x1b[{n}{last}").into_bytes()),
        1 => prop::sample::select(vec!["\x1b[H", "\x1b[J", "\x1bM", "\x1bD", "\x1bE", "\x1b[65537A", "\x1b[1:2H", "\x1b[;3H"])
            .prop_map(|s| s.into()),
        1 => "\x1b7\x1b\\[[1-6];[1-9]H[a-z漢]{1,4}\x1b\\[0K\x1b8".prop_map(String::into_bytes),
        1 => "\x1b\\[[1-3]A\r[a-z漢]{1,4}\x1b\\[K\x1b\\[[1-3]B".prop_map(String::into_bytes),
    ]
}

/// Ordinary output between the moves, with little else.
fn moving_stream(moving: u32, wild: u32) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        40 => plain_piece().boxed(),
        20 => Just(b"\r\n".to_vec()).boxed(),
        moving => moving_piece().boxed(),
        wild => wild_piece().boxed(),
    ];
    prop::collection::vec(piece, 0..160).prop_map(|pieces| pieces.concat())
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

#[test]
fn screen_cursor_and_pen_are_dumped() {
    let screen = settled(SIZE, b"one\r\n\x1b[31mtwo\x1b[1;5Hx");
    assert_eq!(rows(&screen), ["one x", "two", "", ""]);
    assert_eq!(dumped(b"a\x1b[38:2:1:2:3mb\x07"), "a\x1b[38;2;1;2;3mb\x1b[39m\r\n\x1b[0m\x1b[1;3H\x1b[0;38;2;1;2;3m");
}

#[test]
fn modes_are_dumped() {
    let set = "\x1b[?1002;1006;1004;2004h\x1b=\x1b[5 q\x1b[>4;2m";
    let dump = dumped(set.as_bytes());
    for mode in ["\x1b[?1002h", "\x1b[?1006h", "\x1b[?1004h", "\x1b[?2004h", "\x1b[?66h", "\x1b[5 q", "\x1b[>4;2m"] {
        assert!(dump.contains(mode), "{mode:?} in {dump:?}");
    }
    let plain = dumped(b"");
    assert_eq!(dumped(format!("{set}\x1b[?1000;1016;1004;2004l\x1b>\x1b[0 q\x1b[>4m").as_bytes()), plain);
    assert_eq!(dumped(format!("{set}\x1b]2;t\x07\x1bc").as_bytes()), plain);
    assert!(!dumped(format!("{set}\x1b[!p").as_bytes()).contains("2004"));
    for (on, expected) in [
        ("\x1b[?25l", "\x1b[?25l"),
        ("\x1b[?7l", "\x1b[?7l"),
        ("\x1b[?1h", "\x1b[?1h"),
        ("\x1b[4h", "\x1b[4h"),
        ("\x1b[?6h", "\x1b[?6h"),
        ("\x1b[2;3r", "\x1b[2;3r"),
        ("\x1b(0", "\x1b(0"),
        ("\x1b[?2026h", "\x1b[?2026h"),
    ] {
        assert!(dumped(on.as_bytes()).contains(expected), "{on:?}");
    }
}

#[test]
fn the_alternate_screen_is_dumped_with_the_primary_behind_it() {
    for (on, off) in [("47", "47"), ("1047", "1047"), ("1049", "1049")] {
        let mut screen = settled(SIZE, format!("shell\x1b[>1u\x1b[?{on}h\x1b[Hvim\x1b[>5u").as_bytes());
        let dump = screen.dump();
        assert_eq!(rows(&screen)[0], "vim");
        screen = settled(SIZE, &dump);
        screen.absorb(format!("\x1b[?{off}l").as_bytes());
        screen.work_off(0);
        assert_eq!(rows(&screen)[0], "shell");
        let dump = String::from_utf8(screen.dump()).unwrap();
        assert!(dump.contains("\x1b[>1u") && !dump.contains("\x1b[>5u"), "{dump:?}");
    }
}

#[test]
fn what_is_unfinished_is_continued() {
    for (before, after, shown) in [
        (&b"\x1b[3"[..], &b"1mred"[..], "red"),
        (b"\x1b", b"[31mred", "red"),
        (b"\xe6\xbc", b"\xa2", "漢"),
        (b"\x1b]0;ti", b"tle\x07x", "x"),
        (b"\x1b]0;title\x1b", b"\\x", "x"),
        (b"\x1bPq...", b"..\x1b\\x", "x"),
        (b"\xc2", b"\x9b31mx", "x"),
    ] {
        let mut screen = settled(SIZE, &settled(SIZE, before).dump());
        screen.absorb(after);
        screen.work_off(0);
        assert_eq!(rows(&screen)[0], shown);
    }
}

#[test]
fn controls_within_a_sequence_take_effect() {
    for (bytes, expected) in [
        ("a\x1b[3\r\n1mb", ["a", "b"]),
        ("a\x1b[3\r\n\x1b[1mb", ["a", "b"]),
        ("a\x1b\r\nPq..\x1b\\b", ["a", "b"]),
        ("a\x1b\r\x1b\n[1mb", ["a", "b"]),
        ("a\x1b#8\x1b[2Jb", ["b", ""]),
    ] {
        assert_eq!(rows(&settled(SIZE, bytes.as_bytes()))[..2], expected, "{bytes:?}");
        assert_eq!(rows(&emulated(SIZE, bytes.as_bytes()))[..2], expected, "{bytes:?}");
    }
}

#[test]
fn what_one_cell_shows_is_kept_together() {
    let text = "e\u{301} 👨\u{200d}👩\u{200d}👧 🇫🇷 ❤\u{fe0f} 漢\x1b[2;1H\u{301}x\u{301}";
    let mut screen = settled(SIZE, text.as_bytes());
    assert_eq!(rows(&screen)[..2], ["e\u{301} 👨\u{200d}👩\u{200d}👧 🇫🇷 ❤\u{fe0f} 漢", "\u{301}x\u{301}"]);
    screen.absorb(b"\r\n");
    screen.work_off(0);
    let dump = String::from_utf8(screen.dump()).unwrap();
    assert!(dump.starts_with("e\u{301} 👨\u{200d}👩\u{200d}👧 🇫🇷 ❤\u{fe0f} 漢\r\n\u{301}x\u{301}\r\n"), "{dump:?}");
    assert!(
        settled(SIZE, "ab\x08\u{301}\x07".as_bytes()).dump().starts_with("a\0\u{301}".as_bytes()),
        "never joined, never will be"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_dropped() {
    assert_eq!(rows(&settled(SIZE, b"a\xff\xe6\xbcb\x1b[3\xff1mc\xf5"))[0], "abc");
    assert_eq!(rows(&emulated(SIZE, b"a\xff\xe6\xbcb\x1b[3\xff1mc\xf5"))[0], "abc");
}

#[test]
fn more_different_cells_than_stand_ins_are_survived() {
    let mut screen = Screen::new(SIZE);
    for code in 0x3400..0x9fff {
        screen.absorb(format!("{}\u{301} ", char::from_u32(code).unwrap()).as_bytes());
    }
    screen.work_off(0);
    assert!(
        rows(&screen)[2].ends_with("\u{9ff9}\u{301}") || rows(&screen)[3].contains("\u{9ffe}\u{301}"),
        "{:?}",
        rows(&screen)
    );
}

#[test]
fn an_overlong_sequence_is_dropped_up_to_its_end() {
    for (begin, end) in [
        (&b"\x1b]0;"[..], &b"\x07"[..]),
        (b"\x1b]0;", b"\x1b\\"),
        (b"\x1bP", b"\x1b\\"),
        (b"\x1b[", b"m"),
        (b"\x1b_", b"\xc2\x9c"),
    ] {
        let whole = [begin, &b"1".repeat(9000), end, b"x"].concat();
        for at in [begin.len() + 5000, begin.len() + 8999, whole.len() - 2, whole.len() - 1] {
            let mut screen = settled(SIZE, &whole[..at]);
            assert!(screen.dump().len() <= token::LONGEST + 100, "{}", screen.dump().len());
            let mut resumed = settled(SIZE, &screen.dump());
            for screen in [&mut screen, &mut resumed] {
                screen.absorb(&whole[at..]);
                screen.work_off(0);
                assert_eq!(rows(screen), ["x", "", "", ""]);
                assert_eq!(screen.dump(), settled(SIZE, b"x").dump());
            }
        }
    }
}

#[test]
fn a_flood_is_held_within_bounds() {
    let mut screen = Screen::new(SIZE);
    for line in 0..40_000 {
        screen.absorb(format!("\x1b[0;3{}m{line}\r\n", line % 8).as_bytes());
        assert!(screen.waiting.len() < WAITING);
    }
    screen.work_off(0);
    assert_eq!(rows(&screen), ["39997", "39998", "39999", ""]);
}

/// How much is kept, and what is emulated instead of the rest.
fn skipped(bytes: &str) -> Option<(usize, String)> {
    let skip = skip::look(bytes.as_bytes(), 4, 0).skip?;
    Some((bytes.len() - skip.until, String::from_utf8(skip.instead).unwrap()))
}

#[test]
fn lines_that_scroll_off_are_dropped_whatever_is_painted_between() {
    let lines = "x\r\n".repeat(9);
    let (kept, instead) = skipped(&format!("{lines}{lines}")).unwrap();
    assert!(kept <= lines.len() && instead == "\x1b[2J\x1b[4;1H", "{instead:?}");
    let (kept, instead) = skipped(&format!("{lines}\x1b[1mab\x1b7\x1b[2;3Hy\x1b[m\x1b8{lines}")).unwrap();
    assert!(kept <= lines.len());
    assert_eq!(instead, "\x1b[4;1H\x1b[1mab\x1b7\x1b[2J\x1b8\x1b[4;1H");
    let (kept, instead) = skipped(&format!("\x1b8{lines}\x1b[31m{lines}")).unwrap();
    assert!(kept <= lines.len() && instead == "\x1b8\x1b[2J\x1b8\x1b[31m\x1b[4;1H", "{instead:?}");
    let dance = "\x1b7\x1b[2;3Hy\x1b8x\r\n".repeat(20);
    assert!(skipped(&dance).is_some_and(|(kept, _)| kept < dance.len() * 2 / 3));
    assert_eq!(skipped(&"x\r\n\x1b[H".repeat(20)), None);
    assert_eq!(skipped(&"x\r\n\x1b[L".repeat(20)), None);
    assert_eq!(skipped(&"x\n".repeat(20)), None);
}

proptest! {
    #[test]
    fn what_is_dropped_makes_no_difference(
        size in any_size(), bytes in (1u32..4).prop_flat_map(|wild| stream(wild, 120)),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4), leave in 0usize..200,
    ) {
        let mut screen = Screen::new(size);
        for piece in cut(&bytes, &cuts) {
            screen.take_in(piece);
            screen.work_off(leave);
        }
        screen.work_off(0);
        let whole = emulated(size, &bytes);
        prop_assert_eq!(rows(&screen), rows(&whole));
        prop_assert_eq!(screen.dump().escape_ascii().to_string(), whole.dump().escape_ascii().to_string());
    }

    #[test]
    fn what_is_painted_elsewhere_makes_no_difference(
        size in any_size(), bytes in (1u32..40, 0u32..3).prop_flat_map(|(moving, wild)| moving_stream(moving, wild)),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4), leave in 0usize..400,
    ) {
        let mut screen = Screen::new(size);
        for piece in cut(&bytes, &cuts) {
            screen.take_in(piece);
            screen.work_off(leave);
        }
        let resumed = settled(size, &screen.dump());
        screen.work_off(0);
        let whole = emulated(size, &bytes);
        prop_assert_eq!(rows(&screen), rows(&whole));
        prop_assert_eq!(screen.dump().escape_ascii().to_string(), whole.dump().escape_ascii().to_string());
        prop_assert_eq!(resumed.dump().escape_ascii().to_string(), whole.dump().escape_ascii().to_string());
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

#[test]
fn a_control_character_within_a_sequence_stands_beside_it() {
    assert!(dumped(b"\x1b[?10\x0002h\x1b[?\x7f2004h").contains("\x1b[?1002h"));
    assert_eq!(dumped(b"one\x1b[3\n1mtwo\x1b[m"), dumped(b"one\n\x1b[31mtwo\x1b[m"));
    let left = dumped(b"\x1b[?1049h\x1b[>1u\x1b[\0?1049l");
    assert!(!left.contains("\x1b[>1u"), "what was asked for on the alternate screen went with it: {left:?}");
}

#[test]
fn a_string_that_escape_ends_is_without_what_follows() {
    let linked = dumped(b"\x1b]8;;https://example.org/\x1b\\a");
    for bytes in [
        &b"\x1b]8;;https://example.org/\x1b\0\\a"[..],
        b"\x1b]8;;https://example.org/\x1b\x07\0\x7f\\a",
        b"\x1b]8;;https://\nexample\0.org/\x1b\\a",
    ] {
        assert_eq!(dumped(bytes), linked, "{}", bytes.escape_ascii());
        assert_eq!(emulated(SIZE, bytes).dump(), linked.as_bytes(), "{}", bytes.escape_ascii());
    }
    assert_eq!(dumped(b"\x1b\x7f[?1002h"), dumped(b"\x1b[?1002h"));
    assert_eq!(dumped(b"\x1b]2;title\x1b\n\\a"), dumped(b"\x1b]2;title\x1b\\\na"));
}
