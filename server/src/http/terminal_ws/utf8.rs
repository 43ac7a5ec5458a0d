//! Bytes into text, piece by piece, without ever splitting a character. What is no UTF-8 becomes U+FFFD.

/// Keeps the begun character at the end of a piece for the next one.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    begun: Vec<u8>,
}

impl Decoder {
    /// The text that is complete so far.
    pub(super) fn push(&mut self, bytes: &[u8]) -> String {
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(bytes);
        let complete = all.len() - begun_len(&all);
        self.begun = all.split_off(complete);
        String::from_utf8_lossy(&all).into_owned()
    }

    /// How many bytes are kept back.
    pub(super) fn kept(&self) -> usize {
        self.begun.len()
    }

    /// Whatever is left, at the end.
    pub(super) fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.begun)).into_owned()
    }
}

/// How many bytes at the end begin a character that may still be completed: 0 to 3.
fn begun_len(bytes: &[u8]) -> usize {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    (1..=tail.len()).rev().find(|length| is_begun(&tail[tail.len() - length..])).unwrap_or(0)
}

fn is_begun(end: &[u8]) -> bool {
    // `error_len` is missing exactly when the input ends in the middle of a character.
    std::str::from_utf8(end).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(pieces: &[&[u8]]) -> String {
        let mut decoder = Decoder::default();
        let mut text: String = pieces.iter().map(|piece| decoder.push(piece)).collect();
        text.push_str(&decoder.finish());
        text
    }

    proptest! {
        #[test]
        fn cuts_do_not_show(text: String, cuts: Vec<proptest::sample::Index>) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(decode(&pieces), text);
        }

        #[test]
        fn noise_reads_as_in_one_piece(bytes: Vec<u8>, cut: proptest::sample::Index) {
            let cut = cut.index(bytes.len() + 1);
            prop_assert_eq!(decode(&[&bytes[..cut], &bytes[cut..]]), String::from_utf8_lossy(&bytes).into_owned());
        }
    }

    #[test]
    fn a_begun_character_waits() {
        let mut decoder = Decoder::default();
        assert_eq!(decoder.push(b"a\xe2\x82"), "a");
        assert_eq!((decoder.kept(), decoder.push(b"\xac!")), (2, "€!".into()));
    }
}
