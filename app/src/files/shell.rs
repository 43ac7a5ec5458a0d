//! The line that takes a shell into a folder.

use wire::files::RemotePath;

/// ` cd -- '…'`, in quotes that mean the same to every common shell; the blank before it keeps it out of most histories.
/// None for a path with control characters: a terminal would take them for keys.
pub(super) fn cd(path: &RemotePath) -> Option<Vec<u8>> {
    let bytes = path.as_bytes();
    if bytes.iter().any(u8::is_ascii_control) {
        return None;
    }
    let mut line = b" cd -- '".to_vec();
    for byte in bytes {
        match byte {
            // fish takes a backslash between quotes for an escape, and csh an exclamation mark for its history.
            b'\'' | b'\\' | b'!' => line.extend([b'\'', b'\\', *byte, b'\'']),
            byte => line.push(*byte),
        }
    }
    line.push(b'\'');
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{os::unix::ffi::OsStrExt, process::Command};

    /// What a shell makes of the path in the line.
    fn read(line: &[u8]) -> Vec<u8> {
        let path = line.strip_prefix(b" cd -- ").unwrap();
        let script = [b"printf %s ".as_slice(), path].concat();
        Command::new("sh").arg("-c").arg(std::ffi::OsStr::from_bytes(&script)).output().unwrap().stdout
    }

    #[test]
    fn control_characters_are_not_typed() {
        assert_eq!(cd(&"/a\u{3}b".parse().unwrap()), None);
        assert_eq!(cd(&"/it's".parse().unwrap()).unwrap(), b" cd -- '/it'\\''s'");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn a_shell_reads_the_path_as_it_is(bytes in proptest::collection::vec(prop_oneof![
            Just(b'\''), Just(b'\\'), Just(b'!'), Just(b'$'), Just(b'`'), Just(b';'), 32_u8..127, 128_u8..=255,
        ], 1..40)) {
            let path = RemotePath::from_bytes(bytes.clone()).unwrap();
            prop_assert_eq!(read(&cd(&path).unwrap()), bytes);
        }
    }
}
