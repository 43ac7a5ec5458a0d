//! Long names where there is little room: their beginning and their end, which tell more than their middle.

/// So many characters of a name fit into two lines of a heading on a phone, with a few words beside it.
pub const HEADING: usize = 48;

/// The text, or as much of its beginning and its end as makes so many characters with the mark between them.
pub fn middle_cut(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let head: String = text.chars().take(kept.div_ceil(2)).collect();
    let tail: String = text.chars().skip(count - kept / 2).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_what_is_missed_least() {
        assert_eq!(middle_cut("report.pdf", 10), "report.pdf");
        assert_eq!(middle_cut("a long report of 2026.pdf", 11), "a lon…6.pdf");
        assert_eq!(middle_cut("äöüäöüäöü", 4), "äö…ü");
        assert_eq!(middle_cut(&"n".repeat(255), HEADING).chars().count(), HEADING);
        assert_eq!(middle_cut("ab", 1), "…");
    }
}
