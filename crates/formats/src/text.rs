//! Bytes to text: which encoding, and what no text file holds.

use crate::{
    document::{File, Name, Remark},
    error::FormatError,
};
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use wire::inventory::LARGEST_IMPORT;

/// A file as text, without a byte order mark.
pub(crate) struct Text<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) remark: Option<Remark>,
}

/// UTF-8, UTF-16 that says so by its mark, or else Windows-1252, of which Latin-1 is a part.
pub(crate) fn decode<'a>(file: &File<'a>) -> Result<Text<'a>, FormatError> {
    let name = Name::of(file);
    if file.bytes.len() > LARGEST_IMPORT {
        let what = format!(
            "the file is larger than {} MiB, which is the most that is read. Split it.",
            LARGEST_IMPORT / (1024 * 1024)
        );
        return Err(FormatError::at(name.line(0), what));
    }
    let wide = [(UTF_16LE, [0xFF, 0xFE]), (UTF_16BE, [0xFE, 0xFF])];
    let mut remark = None;
    let text = if let Some((encoding, _)) = wide.into_iter().find(|(_, mark)| file.bytes.starts_with(mark)) {
        let (text, broken) = encoding.decode_with_bom_removal(file.bytes);
        if broken {
            let what = "the file begins like UTF-16 and is not. Save it as UTF-8.";
            return Err(FormatError::at(name.line(0), what));
        }
        text
    } else if let Ok(text) = str::from_utf8(file.bytes) {
        Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text))
    } else {
        let line = line_of(file.bytes, str::from_utf8(file.bytes).map_or_else(|error| error.valid_up_to(), str::len));
        let text =
            "the file is not UTF-8: it is read as Windows-1252 (Latin-1). Look at names with accents.".to_owned();
        remark = Some(Remark { place: name.line(line), text });
        WINDOWS_1252.decode_without_bom_handling(file.bytes).0
    };
    if let Some(offset) = text.bytes().position(|byte| byte == 0) {
        let what = "there is a NUL byte: this is no text file. Save it as UTF-8 text.";
        return Err(FormatError::at(name.line(line_of(text.as_bytes(), offset)), what));
    }
    Ok(Text { text, remark })
}

/// The line, from 1, that a byte is in.
pub(crate) fn line_of(bytes: &[u8], offset: usize) -> usize {
    1 + bytes.iter().take(offset).filter(|byte| **byte == b'\n').count()
}
