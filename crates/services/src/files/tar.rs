//! The tar format (POSIX.1-2001, pax), as far as writing files, folders and links takes. Names are bytes, as in tar.

use wire::files::EntryKind;

/// Everything in a tar is a multiple of this.
const BLOCK: usize = 512;

/// What a header's field for names holds.
const SHORT_NAME: usize = 100;

/// From here on a length does not fit its field.
const LARGE: u64 = 0o77_777_777_777;

/// What stands before an entry's content.
pub(super) struct Member<'a> {
    pub(super) name: &'a [u8],
    pub(super) kind: EntryKind,
    pub(super) mode: u32,
    pub(super) size: u64,
    /// In seconds since 1970.
    pub(super) modified: u64,
    pub(super) target: &'a [u8],
}

/// The header, with what does not fit it before it.
pub(super) fn header(member: &Member<'_>) -> Vec<u8> {
    let mut extra = Vec::new();
    for (key, value) in [("path", member.name), ("linkpath", member.target)] {
        if value.len() > SHORT_NAME {
            record(&mut extra, key, value);
        }
    }
    if member.size > LARGE {
        record(&mut extra, "size", member.size.to_string().as_bytes());
    }
    let mut all = Vec::new();
    if !extra.is_empty() {
        all.extend(block(b"pax", b'x', 0o644, extra.len() as u64, 0, b""));
        let length = extra.len() as u64;
        all.extend(extra);
        all.extend(padding(length));
    }
    let kind = match member.kind {
        EntryKind::Directory => b'5',
        EntryKind::Link => b'2',
        EntryKind::File | EntryKind::Other => b'0',
    };
    let size = if member.size > LARGE { 0 } else { member.size };
    all.extend(block(member.name, kind, member.mode, size, member.modified, member.target));
    all
}

/// What fills the last block behind so many bytes.
pub(super) fn padding(length: u64) -> Vec<u8> {
    let over = (length % BLOCK as u64) as usize;
    vec![0; if over == 0 { 0 } else { BLOCK - over }]
}

/// What stands at the end.
pub(super) fn end() -> Vec<u8> {
    vec![0; 2 * BLOCK]
}

/// `LENGTH KEY=VALUE\n`, where the length counts itself.
fn record(extra: &mut Vec<u8>, key: &str, value: &[u8]) {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + rest.to_string().len();
    length = rest + length.to_string().len();
    extra.extend(format!("{length} {key}=").bytes());
    extra.extend(value);
    extra.push(b'\n');
}

fn block(name: &[u8], kind: u8, mode: u32, size: u64, modified: u64, target: &[u8]) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &name[..name.len().min(SHORT_NAME)]);
    put(100, format!("{:07o}\0", mode & 0o7777).as_bytes());
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, format!("{:011o}\0", modified.min(LARGE)).as_bytes());
    // The checksum counts its own field as blanks.
    put(148, b"        ");
    put(156, &[kind]);
    put(157, &target[..target.len().min(SHORT_NAME)]);
    put(257, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{io::Write, process::Command};

    #[test]
    fn tar_itself_reads_it() {
        let long = [b"folder/".as_slice(), &[b'x'; 200], b"\xff"].concat();
        let far = vec![b't'; 150];
        let member =
            |name, kind, size, target| Member { name, kind, mode: 0o640, size, modified: 1_795_250_000, target };
        let mut tar = header(&member(b"folder/", EntryKind::Directory, 0, b""));
        tar.extend(header(&member(&long, EntryKind::File, 5, b"")));
        tar.extend(b"hello");
        tar.extend(padding(5));
        tar.extend(header(&member(b"folder/link", EntryKind::Link, 0, &far)));
        tar.extend(end());
        let dir = tempfile::tempdir().unwrap();
        std::fs::File::create(dir.path().join("a.tar")).unwrap().write_all(&tar).unwrap();
        let done = Command::new("tar").args(["-xf", "a.tar"]).current_dir(dir.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let names: Vec<_> = std::fs::read_dir(dir.path().join("folder")).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(names.len(), 2);
        let (links, files): (Vec<_>, Vec<_>) = names.into_iter().partition(|path| path.is_symlink());
        assert_eq!(std::fs::read(&files[0]).unwrap(), b"hello");
        assert_eq!(std::fs::read_link(&links[0]).unwrap().as_os_str().len(), 150);
    }

    #[test]
    fn a_records_length_counts_itself() {
        for length in [1, 88, 89, 90, 91, 985, 986, 987, 988, 989] {
            let mut extra = Vec::new();
            record(&mut extra, "path", &vec![b'x'; length]);
            let text = String::from_utf8(extra.clone()).unwrap();
            assert_eq!(text.split(' ').next().unwrap().parse::<usize>().unwrap(), extra.len(), "{length}");
        }
    }
}
