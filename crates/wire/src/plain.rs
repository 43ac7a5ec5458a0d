//! Which characters have no place in a text that people read as a name.

/// Whether a character makes one text be read as another: it moves the cursor, ends the line, is not seen (most of what has
/// `Default_Ignorable_Code_Point` in the Unicode Character Database), or has others shown in another order (Unicode Standard
/// Annex #9). Joiners and variation selectors, which some scripts need, do not.
pub fn misleads(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{200b}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Whether there is nothing to be seen of a text: it is empty, or has blanks and characters that only change others.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| {
        letter.is_whitespace()
            || misleads(letter)
            || marks_direction(letter)
            || matches!(letter, '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{2800}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
    })
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
        for letter in [
            '\0',
            '\n',
            '\u{1b}',
            '\u{9b}',
            '\u{ad}',
            '\u{200b}',
            '\u{2028}',
            '\u{202e}',
            '\u{2063}',
            '\u{2066}',
            '\u{3164}',
            '\u{feff}',
            '\u{fff9}',
            '\u{e0041}',
        ] {
            assert!(misleads(letter), "{letter:?}");
        }
        for letter in ['a', ' ', 'ß', 'א', 'م', '中', '👍', '\u{200d}', '\u{200f}'] {
            assert!(!misleads(letter), "{letter:?}");
        }
        assert!(marks_direction('\u{200f}') && !marks_direction('א'));
    }

    #[test]
    fn a_text_of_which_nothing_is_seen_is_blank() {
        for text in ["", " ", "\u{a0}\u{3000}", "\u{200d}", "\u{2800}", "\u{200f}\u{fe0f}", "\u{200c}\u{e0100}"] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["a", " a ", "-", "می\u{200c}خواهم", "❤\u{fe0f}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }
}
