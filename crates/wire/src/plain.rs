//! Which characters have no place in a text that people read as a name.

/// Whether a character makes one text be read as another: it moves the cursor, ends the line, is not seen, or has others
/// shown in another order (Unicode Standard Annex #9). Joiners, which some scripts need, do not.
pub fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character is an invisible mark of a direction. Names in right-to-left scripts need such; what a host says is
/// shown without.
pub fn marks_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_or_turns_others_around_misleads() {
        for letter in ['\0', '\n', '\u{1b}', '\u{9b}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}'] {
            assert!(misleads(letter), "{letter:?}");
        }
        for letter in ['a', ' ', 'ß', 'א', 'م', '中', '👍', '\u{200d}', '\u{200f}'] {
            assert!(!misleads(letter), "{letter:?}");
        }
        assert!(marks_direction('\u{200f}') && !marks_direction('א'));
    }
}
