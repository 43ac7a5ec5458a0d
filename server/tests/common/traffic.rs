//! What programs print, drawn at random: the same seed prints the same.
//!
//! Nothing in it depends on who emulates: no combining characters, say, which `avt` gives cells of their own.

use std::fmt::Write as _;

/// Random numbers that a failed test can draw again.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// Below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Whether something that happens once in so many times happens now.
    pub(crate) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("it fits")]
    }
}

/// About as many bytes as asked for, and never fewer.
pub(crate) fn traffic(random: &mut Random, bytes: usize) -> Vec<u8> {
    let mut text = String::with_capacity(bytes + 4096);
    while text.len() < bytes {
        match random.below(8) {
            0 => full_screen(random, &mut text),
            1 => region(random, &mut text),
            2 => progress(random, &mut text),
            _ => log(random, &mut text),
        }
    }
    text.into_bytes()
}

fn pen(random: &mut Random, text: &mut String) {
    let _ = match random.below(6) {
        0 => write!(text, "\x1b[0m"),
        1 => write!(text, "\x1b[1;3{}m", random.below(8)),
        2 => write!(text, "\x1b[48;5;{}m", random.below(256)),
        3 => write!(text, "\x1b[38;2;{};{};9m", random.below(256), random.below(256)),
        4 => write!(text, "\x1b[{}m", random.pick(&[3, 4, 7, 9, 22, 27, 39, 49])),
        _ => Ok(()),
    };
}

fn word(random: &mut Random, text: &mut String) {
    text.push_str(random.pick(&["moored", "漢字", "🚢", "añil", "x", "berth/quay", "0123456789", "─┼─", "", "한글"]));
}

fn log(random: &mut Random, text: &mut String) {
    for line in 0..random.below(60) {
        let _ = write!(text, "{line}\t");
        for _ in 0..random.below(14) {
            pen(random, text);
            word(random, text);
            text.push(' ');
        }
        text.push_str(random.pick(&["\r\n", "\r\n", "\r\n", "\x1b[K\r\n", "\n", "\x07\r\n", "\x1b[0m\r\n"]));
    }
}

fn full_screen(random: &mut Random, text: &mut String) {
    text.push_str("\x1b[?1049h\x1b[?25l\x1b[?1h\x1b=\x1b[H\x1b[2J");
    for _ in 0..random.below(300) {
        let _ = write!(text, "\x1b[{};{}H", 1 + random.below(30), 1 + random.below(100));
        pen(random, text);
        word(random, text);
        text.push_str(random.pick(&["\x1b[K", "\x1b[4X", "\x1b[2P", "\x1b[3@", "\x1b(0lqk\x1b(B", "", "", "\x1b[1J"]));
    }
    if !random.once_in(3) {
        text.push_str("\x1b[?1l\x1b>\x1b[?25h\x1b[?1049l");
    }
}

fn region(random: &mut Random, text: &mut String) {
    let top = 1 + random.below(10);
    let _ = write!(text, "\x1b7\x1b[{top};{}r\x1b[{top}H", top + 5 + random.below(14));
    for _ in 0..random.below(40) {
        word(random, text);
        text.push_str(
            random.pick(&["\r\n", "\x1bM", "\x1b[L", "\x1b[M", "\x1b[2S", "\x1b[T", "\x1bH", "\t", "\x1b[1g"]),
        );
    }
    if !random.once_in(4) {
        text.push_str("\x1b[r\x1b8");
    }
}

fn progress(random: &mut Random, text: &mut String) {
    for percent in 0..random.below(100) {
        let _ = write!(text, "\r\x1b[K\x1b]0;at {percent} %\x07{percent:3} % ");
        word(random, text);
    }
    text.push_str("\r\n");
}
