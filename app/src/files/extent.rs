//! How long a file is by what an answer says of it: it may have grown or become shorter since it was listed.

/// The length of the whole file, in bytes, by a `Content-Range` header (RFC 9110 §14.4): of a part (`bytes 0-9/20`) as of
/// the refusal of one (`bytes */20`).
pub(super) fn whole_length(content_range: &str) -> Option<u64> {
    let (_, length) = content_range.trim().strip_prefix("bytes ")?.rsplit_once('/')?;
    length.parse().ok()
}

/// Where the last piece begins of a file of this length, when each piece is so long.
pub(super) const fn last_piece(length: u64, piece: u64) -> u64 {
    length.saturating_sub(1) / piece * piece
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_read_of_a_part_and_of_a_refusal() {
        let cases = ["bytes 0-4095/8193", "bytes */0", " bytes */20 ", "bytes 0-9/*", "bytes", "lines 0-9/20", ""];
        assert_eq!(cases.map(whole_length), [Some(8193), Some(0), Some(20), None, None, None, None]);
    }

    #[test]
    fn the_last_piece_holds_the_last_byte() {
        let lengths = [0, 1, 4096, 4097, 8192, 8193];
        assert_eq!(lengths.map(|length| last_piece(length, 4096)), [0, 0, 0, 4096, 4096, 8192]);
    }
}
