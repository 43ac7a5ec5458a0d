//! Files on a host: what they are called and what is known about them (SPEC §6 and §12).

mod path;
mod text;
mod views;

pub use path::{InvalidName, RemoteName, RemotePath};
pub use views::{
    ContentQuery, CopyRequest, FileAbilities, FileChanged, FileVersion, FilesCount, FilesLogin, FinishRequest,
    FolderQuery, FolderView, LARGEST_TEXT, LinkRequest, MOST_PATHS, ModeRequest, OnConflict, PathQuery, PathsRequest,
    RenameRequest, TextDraft, TextFile, TextSaved, TransferKind, TransferList, TransferState, TransferView,
    UploadQuery, UploadView,
};

use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// What a directory entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// A device, a socket, a pipe, or what the host does not say.
    Other,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// Its name in its directory.
    pub name: RemoteName,
    /// Its whole path.
    pub path: RemotePath,
    /// What it is.
    pub kind: EntryKind,
    /// Whether it can be gone into: a directory, or a link that leads to one.
    pub is_directory: bool,
    /// Its length in bytes; a link's is that of its target's text.
    pub size: u64,
    /// The length for people: `14 KiB`.
    pub size_formatted: String,
    /// When its content changed last, if the host says.
    pub modified: Option<Timestamp>,
    /// Its kind and rights as `ls -l` shows them: `drwxr-xr-x`.
    pub permissions: String,
    /// The rights as a number (the lower 12 bits of `st_mode`), if the host says.
    pub mode: Option<u32>,
    /// Whose it is, by name or by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Which group's it is, by name or by number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Where a link leads, as it is written in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link_target: Option<RemotePath>,
}

/// A length in bytes for people: `512 B`, `14 KiB`, `3.2 MiB`.
pub fn size_formatted(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    // In tenths, rounded, so that no 1024.0 is ever shown.
    let mut tenths = tenths_of_a_unit(bytes, unit);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        unit += 1;
        tenths = tenths_of_a_unit(bytes, unit);
    }
    let name = UNITS[unit];
    if tenths < 100 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", (tenths + 5) / 10)
    }
}

fn tenths_of_a_unit(bytes: u64, unit: usize) -> u64 {
    let size = 1_u128 << (10 * (unit + 1));
    let tenths = (u128::from(bytes) * 10 + size / 2) / size;
    u64::try_from(tenths).unwrap_or(u64::MAX)
}

/// Kind and rights as `ls -l` shows them. Rights that the host does not say are question marks.
pub fn permission_text(kind: EntryKind, mode: Option<u32>) -> String {
    let mut text = String::with_capacity(10);
    text.push(match kind {
        EntryKind::File => '-',
        EntryKind::Directory => 'd',
        EntryKind::Link => 'l',
        EntryKind::Other => '?',
    });
    let Some(mode) = mode else { return text + "?????????" };
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        text.push(if bits & 4 == 0 { '-' } else { 'r' });
        text.push(if bits & 2 == 0 { '-' } else { 'w' });
        text.push(match (bits & 1 != 0, mode & special != 0) {
            (true, false) => 'x',
            (false, false) => '-',
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short_and_round() {
        let shown = [0, 1023, 1024, 1075, 14_400, 1024 * 1024 - 1, 3_355_443, 1 << 40, u64::MAX].map(size_formatted);
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "1.0 KiB", "14 KiB", "1.0 MiB", "3.2 MiB", "1.0 TiB", "16 EiB"]);
    }

    #[test]
    fn rights_as_ls_shows_them() {
        let shown = |kind, mode| permission_text(kind, Some(mode));
        assert_eq!(shown(EntryKind::Directory, 0o755), "drwxr-xr-x");
        assert_eq!(shown(EntryKind::File, 0o640), "-rw-r-----");
        assert_eq!(shown(EntryKind::Link, 0o777), "lrwxrwxrwx");
        assert_eq!(shown(EntryKind::File, 0o4755), "-rwsr-xr-x");
        assert_eq!(shown(EntryKind::File, 0o2644), "-rw-r-Sr--");
        assert_eq!(shown(EntryKind::Directory, 0o1777), "drwxrwxrwt");
        assert_eq!(permission_text(EntryKind::Other, None), "??????????");
    }
}
