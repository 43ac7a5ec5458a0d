//! What the screen model promises, in a form that tests and fuzzing share.

use super::Screen;
use transport::PtySize;

/// The model after these bytes, every one of them emulated: so little at once leaves nothing to drop.
pub(crate) fn emulated(size: PtySize, bytes: &[u8]) -> Screen {
    let mut screen = Screen::new(size);
    for byte in bytes {
        screen.take_in(&[*byte]);
        screen.work_off(0);
    }
    screen
}

/// The model after these bytes at once.
pub(crate) fn settled(size: PtySize, bytes: &[u8]) -> Screen {
    let mut screen = Screen::new(size);
    screen.take_in(bytes);
    screen.work_off(0);
    screen
}

/// The rows that are shown, as text.
pub(crate) fn rows(screen: &Screen) -> Vec<String> {
    let (cols, rows) = screen.terminal.size();
    let size = PtySize { cols: cols.try_into().unwrap_or(u16::MAX), rows: rows.try_into().unwrap_or(u16::MAX) };
    let mut shown = settled(size, &screen.dump());
    shown.print_what_waits();
    let spelled = |c: char| shown.glyphs.text(c, &mut [0; 4]).to_owned();
    let lines = shown.terminal.screen().visible_lines();
    lines.map(|line| line.text().trim_end().chars().map(spelled).collect()).collect()
}

fn assert_same(one: &Screen, other: &Screen, what: &str) {
    assert_eq!(rows(one), rows(other), "{what}");
    assert_eq!(one.dump().escape_ascii().to_string(), other.dump().escape_ascii().to_string(), "{what}");
}

/// Reads sizes and a cut from the first bytes and takes the rest as output. Panics when a promise is broken: what is
/// dropped makes no difference, a dump and the rest are the whole, whatever sizes come on the way.
pub(crate) fn keep(input: &[u8]) {
    let Some((&[cols, rows, other_cols, cut, leave], output)) = input.split_first_chunk() else { return };
    let size = PtySize { cols: u16::from(cols % 40) + 1, rows: u16::from(rows % 12) + 1 };
    let (before, after) = output.split_at(output.len() * usize::from(cut) / 256);

    let whole = emulated(size, output);
    let mut skipping = Screen::new(size);
    skipping.take_in(before);
    skipping.work_off(leave.into());
    let mut resumed = settled(size, &skipping.dump());
    for screen in [&mut skipping, &mut resumed] {
        screen.absorb(after);
        screen.work_off(0);
    }
    assert_same(&skipping, &whole, "what was dropped made a difference");
    assert_same(&resumed, &whole, "a dump and the rest are not the whole");

    let mut resized = settled(size, before);
    let other = PtySize { cols: u16::from(other_cols % 40) + 1, rows: u16::from(other_cols % 13) + 1 };
    resized.resize(other);
    resized.absorb(after);
    resized.work_off(0);
    let dump = resized.dump();
    assert_eq!(settled(other, &dump).dump().escape_ascii().to_string(), dump.escape_ascii().to_string());
}
