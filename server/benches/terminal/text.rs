//! A hundred megabytes of what terminals show, the same in every run: colours, cursor moves, many scripts, long and
//! short lines. Nothing in it asks the terminal a question.

use crate::Result;
use std::{fs::File, io::BufWriter, io::Write, path::Path};

/// How long the text is.
pub(crate) const LENGTH: u64 = 100_000_000;

const WORDS: [&str; 16] = [
    "GET",
    "/srv/www/index.html",
    "200",
    "warning:",
    "interface",
    "Ethernet1/7",
    "10.0.42.7",
    "error",
    "kernel",
    "die",
    "größte",
    "Überraschung",
    "日本語のログ",
    "サーバー",
    "🚢⚓",
    "é̂ñ",
];

const DRAWN: [&str; 6] = ["│", "├──", "└──", "▒▒▓▓██", "✓", "→"];

/// Marsaglia's xorshift: quick, and good enough to shuffle words.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// Writes the text.
pub(crate) fn write(path: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    let mut dice = Dice(0x5EED_0F7E_4A11);
    let mut line = String::new();
    let mut left = LENGTH;
    while left > 0 {
        line.clear();
        compose(&mut line, &mut dice);
        let end = line.len().min(usize::try_from(left)?);
        file.write_all(&line.as_bytes()[..end])?;
        left -= end as u64;
    }
    Ok(file.flush()?)
}

fn compose(line: &mut String, dice: &mut Dice) {
    match dice.below(20) {
        // A progress bar drawn over itself.
        0 => (0..10)
            .for_each(|step| *line += &format!("\r\x1b[K[{}{}] {step}0 %", "#".repeat(step), " ".repeat(10 - step))),
        // A table placed by the cursor.
        1 => (0..4).for_each(|cell| {
            *line += &format!("\x1b[{}G{}\x1b[3C{}", cell * 18 + 1, dice.one_of(&DRAWN), dice.below(9999))
        }),
        // Paints elsewhere and comes back.
        2 => {
            *line +=
                &format!("\x1b7\x1b[{};{}H{}\x1b[0K\x1b8", dice.below(24) + 1, dice.below(80) + 1, dice.one_of(&WORDS))
        }
        // A long line, as minified code is.
        3 => words(line, dice, 400),
        4..=7 => words(line, dice, 2),
        _ => words(line, dice, 12),
    }
    line.push('\n');
}

fn words(line: &mut String, dice: &mut Dice, count: usize) {
    for _ in 0..=dice.below(count) {
        let word = dice.one_of(&WORDS);
        match dice.below(6) {
            0 => *line += &format!("\x1b[{}m{word}\x1b[0m ", 31 + dice.below(6)),
            1 => *line += &format!("\x1b[1;38;5;{}m{word}\x1b[22;39m ", dice.below(256)),
            2 => {
                *line += &format!("\x1b[38;2;{};{};{}m{word}\x1b[m ", dice.below(256), dice.below(256), dice.below(256))
            }
            _ => *line += &format!("{word} "),
        }
    }
}
