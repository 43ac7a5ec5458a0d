//! Names of files that are not whole yet, and of files whose name is taken.

use crate::{ServiceError, vault::random};
use sha2::{Digest, Sha256};
use transport::{FileError, Files as HostFiles};
use wire::files::{EntryKind, RemoteName, RemotePath};

/// How the name of a file ends that is not whole.
const ENDING: &[u8] = b".berth-part";

/// What a new file takes over from the one that it replaces: never that it runs as somebody else.
pub(crate) const RIGHTS: u32 = 0o777;

/// Longer names are taken by hardly any file system.
const LONGEST: usize = 255;

/// Where a file is written until it is whole: beside it. A name that would get too long is shortened, and told from its
/// likes by a fingerprint.
pub(super) fn part_of(path: &RemotePath) -> Option<RemotePath> {
    beside(path, ENDING)
}

/// The same for what is written in one go: nobody else writes a file of this name.
pub(crate) fn own_part_of(path: &RemotePath) -> Result<RemotePath, ServiceError> {
    let mark = data_encoding::HEXLOWER.encode(random::bytes::<4>()?.as_slice());
    let ending = [b".", mark.as_bytes(), ENDING].concat();
    beside(path, &ending).ok_or_else(|| no_name(path))
}

/// Why nothing lies beside what has no name that can be taken.
pub(super) fn no_name(path: &RemotePath) -> ServiceError {
    match length_of_name(path) {
        length if length > LONGEST => FileError::NameTooLong { length }.into(),
        _ => ServiceError::bad("this is no name for a file"),
    }
}

/// Whether hardly any file system takes the name that this path ends with.
pub(super) fn is_long(path: &RemotePath) -> bool {
    length_of_name(path) > LONGEST
}

fn length_of_name(path: &RemotePath) -> usize {
    path.as_bytes().rsplit(|byte| *byte == b'/').next().map_or(0, <[u8]>::len)
}

/// How many bytes of a part are there. What has its name and is no file is not written through: a link leads elsewhere, and
/// a pipe takes bytes and keeps none.
pub(super) async fn written(files: &HostFiles, part: &RemotePath) -> Result<u64, ServiceError> {
    match files.lstat(part).await {
        Ok(stat) if stat.kind == EntryKind::File => Ok(stat.size),
        Ok(_) => Err(ServiceError::Conflict(format!("{part} is in the way and is no file; remove it first"))),
        Err(FileError::NotFound { .. }) => Ok(0),
        Err(error) => Err(error.into()),
    }
}

fn beside(path: &RemotePath, ending: &[u8]) -> Option<RemotePath> {
    let (folder, name) = (path.parent()?, path.name()?);
    let name = name.as_bytes();
    let bytes = if name.len() + ending.len() <= LONGEST {
        [name, ending].concat()
    } else {
        let print = Sha256::digest(name);
        let print = format!("-{}", data_encoding::HEXLOWER.encode(&print[..6]));
        let kept = &name[..LONGEST - ending.len() - print.len()];
        // Where it is text, it is not cut within a character.
        let kept = match std::str::from_utf8(kept) {
            Err(error) if error.error_len().is_none() => &kept[..error.valid_up_to()],
            _ => kept,
        };
        [kept, print.as_bytes(), ending].concat()
    };
    Some(folder.join(&RemoteName::from_bytes(bytes).ok()?))
}

/// The same name with a number before its ending: `a (2).txt`.
pub(super) fn numbered(path: &RemotePath, number: u32) -> Option<RemotePath> {
    let (folder, name) = (path.parent()?, path.name()?);
    let name = name.as_bytes();
    // A leading dot begins a hidden file's name, not an ending; nor is one behind a blank, or a very long one.
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|at| *at > 0 && name.len() - at <= 12);
    let (stem, ending) = name.split_at(dot.unwrap_or(name.len()));
    let number = format!(" ({number})");
    let room = LONGEST.saturating_sub(number.len() + ending.len());
    let bytes = [&stem[..stem.len().min(room)], number.as_bytes(), ending].concat();
    Some(folder.join(&RemoteName::from_bytes(bytes).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> RemotePath {
        RemotePath::from_bytes(bytes).unwrap()
    }

    #[test]
    fn a_part_lies_beside_its_file() {
        assert_eq!(part_of(&path(b"/a/b.txt")), Some(path(b"/a/b.txt.berth-part")));
        assert_eq!(part_of(&path(b"/\xff")), Some(path(b"/\xff.berth-part")));
        assert_eq!(part_of(&RemotePath::root()), None);
        let own = || own_part_of(&path(b"/a/b.txt")).unwrap().to_text();
        assert!(own().starts_with("/a/b.txt.") && own().ends_with(".berth-part"));
        assert_ne!(own(), own());
    }

    #[test]
    fn long_names_stay_apart() {
        let long = |last: char| path(format!("/{}{last}", "é".repeat(126)).as_bytes());
        let [one, other] = ['a', 'b'].map(|last| part_of(&long(last)).unwrap());
        assert_ne!(one, other);
        for part in [one, other] {
            let name = part.name().unwrap();
            assert!(name.as_bytes().len() <= LONGEST && name.as_bytes().ends_with(ENDING));
            assert!(std::str::from_utf8(name.as_bytes()).is_ok());
        }
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        let named = |name: &str| numbered(&path(name.as_bytes()), 2).unwrap();
        assert_eq!(named("/a/b.txt"), path(b"/a/b (2).txt"));
        assert_eq!(named("/a/.profile"), path(b"/a/.profile (2)"));
        assert_eq!(named("/a/README"), path(b"/a/README (2)"));
        let long = named(&format!("/{}.txt", "x".repeat(251)));
        assert_eq!(long.name().unwrap().as_bytes().len(), LONGEST);
    }
}
