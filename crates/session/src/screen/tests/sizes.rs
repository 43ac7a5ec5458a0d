use super::*;

#[test]
fn sizes_are_followed_and_bounded() {
    let mut screen = settled(PtySize { cols: 16, rows: 2 }, b"0123456789abcdefXYZ\x1b[?1000h");
    screen.resize(PtySize { cols: 24, rows: 3 });
    assert_eq!(rows(&screen)[0], "0123456789abcdefXYZ");
    screen.absorb(b"\r\t\tT");
    screen.work_off(0);
    assert_eq!(rows(&screen)[0], "0123456789abcdefTYZ", "a tab stop where the margin was");
    for (cols, rows) in [(0, 0), (1, 1), (u16::MAX, u16::MAX)] {
        let mut screen = Screen::new(PtySize { cols, rows });
        screen.absorb("漢x\x1b[65535;65535H\x1b[65535by".as_bytes());
        screen.resize(PtySize { cols: rows, rows: cols });
        assert!(!screen.dump().is_empty());
    }
}

/// Output and the size that comes after it, again and again.
fn steps() -> impl Strategy<Value = Vec<(Vec<u8>, PtySize)>> {
    let output = prop_oneof![stream(5, 25), moving_stream(8, 2)];
    prop::collection::vec((output, any_size()), 1..6)
}

proptest! {
    #[test]
    fn a_dump_and_the_rest_are_the_whole_whatever_sizes_come(
        size in any_size(), steps in steps(), cut: prop::sample::Index, within: prop::sample::Index,
    ) {
        let (mut size, cut) = (size, cut.index(steps.len()));
        let mut whole = Screen::new(size);
        let mut resumed = None;
        for (index, (output, next)) in steps.iter().enumerate() {
            let (before, after) = output.split_at(within.index(output.len() + 1));
            whole.absorb(before);
            if index == cut {
                whole.work_off(0);
                resumed = Some(settled(size, &whole.dump()));
            } else if let Some(resumed) = &mut resumed {
                resumed.absorb(before);
            }
            size = *next;
            for screen in [Some(&mut whole), resumed.as_mut()].into_iter().flatten() {
                screen.absorb(after);
                screen.resize(size);
            }
        }
        let resumed = resumed.unwrap();
        prop_assert_eq!(rows(&resumed), rows(&whole));
        prop_assert_eq!(resumed.dump().escape_ascii().to_string(), whole.dump().escape_ascii().to_string());
    }
}
