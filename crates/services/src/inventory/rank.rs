//! How well a host answers to what was typed: plain functions of folded texts. The lower, the better.
//!
//! Which hosts have a word at all, the database says; what is looked at here decides their order. When nothing has the
//! words, what is near to them is looked for: a slip of the finger or two, or letters left out of a name.

/// A word of the search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// To be found anywhere.
    Text(String),
    /// The beginning of a tag.
    Tag(String),
}

/// More words than these are not looked for.
const WORDS: usize = 16;

/// A longer word is looked for by its beginning.
const LETTERS: usize = 64;

/// The words of a search, folded.
pub(super) fn words(search: &str) -> Vec<Word> {
    let words = search.split_whitespace().map(|word| storage::folded(word).chars().take(LETTERS).collect::<String>());
    let words = words.map(|word| match word.strip_prefix('#') {
        Some(tag) if !tag.is_empty() => Word::Tag(tag.to_owned()),
        _ => Word::Text(word),
    });
    words.take(WORDS).collect()
}

/// What is looked at of a host, folded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Texts<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its tags.
    pub(super) tags: &'a [String],
    /// Its address.
    pub(super) address: &'a str,
    /// Its folder's path.
    pub(super) folder: &'a str,
}

/// How well a host answers to one word that stands somewhere in it.
pub(super) fn score(texts: Texts<'_>, word: &str) -> u32 {
    let Texts { name, tags, address, folder } = texts;
    if name == word {
        0
    } else if name.starts_with(word) {
        1
    } else if pieces(name).any(|piece| piece.starts_with(word)) {
        2
    } else if name.contains(word) {
        3
    } else if tags.iter().any(|tag| tag.contains(word)) {
        4
    } else if address.contains(word) {
        5
    } else if folder.contains(word) {
        6
    } else {
        7
    }
}

/// How well a name is near to a word that stands nowhere; `None` when it is not. `others` are the slips between the word and
/// the host's other texts.
pub(super) fn near(name: &str, others: Option<u32>, word: &str) -> Option<u32> {
    let of_name = slips_in(name, word).map(|slips| 10 * slips);
    let typed = of_name.into_iter().chain(others.map(|slips| 10 * slips + 5)).min();
    typed.or_else(|| scattered(name, word).map(|gaps| 100 + gaps))
}

/// How many slips lie between a word and the nearest place of a text where a word begins; `None` when those would be too many.
/// The word may go on over dashes and dots: names do.
pub(super) fn slips_in(text: &str, word: &str) -> Option<u32> {
    let slips = slips(word);
    beginnings(text).filter_map(|rest| distance(rest, word, slips)).min()
}

/// The text from each of its words on.
fn beginnings(text: &str) -> impl Iterator<Item = &str> {
    let mut inside = false;
    text.char_indices().filter_map(move |(at, letter)| {
        let begins = letter.is_alphanumeric() && !inside;
        inside = letter.is_alphanumeric();
        begins.then(|| &text[at..])
    })
}

/// The words that a text is made of.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|piece| !piece.is_empty())
}

/// How many slips are forgiven.
fn slips(word: &str) -> u32 {
    match word.chars().count() {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

/// How many slips lie between a word and a text or its beginning, when there are at most so many and any are forgiven. A
/// slip is a letter too many, too few or another one, or two that changed places (Damerau and Levenshtein).
fn distance(text: &str, word: &str, most: u32) -> Option<u32> {
    if most == 0 || text.chars().count() + (most as usize) < word.chars().count() {
        return None;
    }
    let word: Vec<char> = word.chars().collect();
    // A beginning longer than this cannot be near.
    let text: Vec<char> = text.chars().take(word.len() + most as usize).collect();
    let width = text.len() + 1;
    let mut above = vec![0_u32; width];
    let mut last: Vec<u32> = (0..).take(width).collect();
    for (row, letter) in word.iter().enumerate() {
        let mut current = vec![row as u32 + 1; width];
        for column in 1..width {
            let same = u32::from(text[column - 1] != *letter);
            let mut best = (last[column - 1] + same).min(last[column] + 1).min(current[column - 1] + 1);
            if row > 0 && column > 1 && text[column - 2] == *letter && text[column - 1] == word[row - 1] {
                best = best.min(above[column - 2] + 1);
            }
            current[column] = best;
        }
        if current.iter().all(|slips| *slips > most) {
            return None;
        }
        above = std::mem::replace(&mut last, current);
    }
    last.into_iter().min().filter(|slips| *slips <= most)
}

/// Letters in the right order with gaps between them, as in `wb1` for `web01`: how many letters lie in the gaps.
fn scattered(text: &str, word: &str) -> Option<u32> {
    if word.chars().count() < 2 {
        return None;
    }
    let (mut letters, mut gaps, mut begun) = (text.chars(), 0, false);
    for wanted in word.chars() {
        loop {
            let letter = letters.next()?;
            if letter == wanted {
                break;
            }
            gaps += u32::from(begun);
        }
        begun = true;
    }
    Some(gaps)
}

#[cfg(test)]
#[path = "rank_tests.rs"]
mod tests;
