//! Names that are bytes, and links that lead anywhere.

use super::{
    folder::{OnHost, read_all, write_in_pieces},
    host::Host,
};
use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
};
use transport::{FileError, ListLimits, WriteMode};
use wire::files::{Entry, EntryKind, RemotePath};

const ALL: ListLimits = ListLimits { entries: 1000 };

#[tokio::test]
async fn every_name_goes_there_and_back() {
    let host = Host::start().await;
    let long = "x".repeat(255);
    let names: [&[u8]; 11] = [
        b"with spaces ",
        b"'quoted' \"twice\" `and` $(thrice)",
        b"line\nbreak\ttab\x1b[2J",
        b"-rf",
        b"caf\xe9 \xff\xfe",
        "مرحبا \u{202e}gpj.exe".as_bytes(),
        "🦀 naïve".as_bytes(),
        b"...",
        b"back\\slash*?[",
        "\u{10fff4}\u{10ff80}".as_bytes(),
        long.as_bytes(),
    ];
    for name in names {
        write_in_pieces(&host.files, &host.path(name), WriteMode::New, name, 64).await.unwrap();
        assert_eq!(fs::read(host.at(name)).unwrap(), name, "on the host");
    }
    let listing = host.files.list(&host.root(), ALL).await.unwrap();
    assert_eq!(listing.entries.len(), names.len());
    for found in listing.entries {
        // Through JSON, as a browser would get it and send it back.
        let json = serde_json::to_string(&found.entry(&host.root())).unwrap();
        let entry: Entry = serde_json::from_str(&json).unwrap();
        assert_eq!(read_all(&host.files, &entry.path, 0).await.unwrap(), entry.name.as_bytes());
        host.files.rename(&entry.path, &host.path("moved"), false).await.unwrap();
        host.files.remove_file(&host.path("moved")).await.unwrap();
    }
    assert_eq!(fs::read_dir(host.here()).unwrap().count(), 0);
}

#[tokio::test]
async fn links_are_shown_as_they_are() {
    let host = Host::start().await;
    host.put("file", "content");
    fs::create_dir(host.at("folder")).unwrap();
    for (target, name) in
        [("file", "to file"), ("folder", "to folder"), ("/etc", "out"), ("gone", "broken"), ("loop", "loop")]
    {
        symlink(target, host.at(name)).unwrap();
    }
    symlink(OsStr::from_bytes(b"caf\xe9"), host.at("bytes")).unwrap();
    let listing = host.files.list(&host.root(), ALL).await.unwrap();
    let found = |name: &str| {
        let entry = listing.entries.iter().find(|entry| entry.name.as_bytes() == name.as_bytes()).unwrap();
        (entry.stat.kind, entry.is_directory, entry.link_target.as_ref().map(RemotePath::as_bytes))
    };
    assert_eq!(found("to file"), (EntryKind::Link, false, Some(b"file".as_slice())));
    assert_eq!(found("to folder"), (EntryKind::Link, true, Some(b"folder".as_slice())));
    assert_eq!(found("out"), (EntryKind::Link, true, Some(b"/etc".as_slice())));
    assert_eq!(found("broken"), (EntryKind::Link, false, Some(b"gone".as_slice())));
    assert_eq!(found("loop"), (EntryKind::Link, false, Some(b"loop".as_slice())));
    assert_eq!(found("bytes"), (EntryKind::Link, false, Some(b"caf\xe9".as_slice())));

    let broken = host.path("broken");
    assert_eq!(host.files.stat(&broken).await.unwrap_err(), FileError::LeadsNowhere { path: broken.clone() });
    assert_eq!(host.files.lstat(&broken).await.unwrap().kind, EntryKind::Link);
    assert_eq!(read_all(&host.files, &broken, 0).await.unwrap_err(), FileError::LeadsNowhere { path: broken.clone() });
    host.files.remove_file(&host.path("to folder")).await.unwrap();
    assert!(host.at("folder").exists(), "the link went, not what it led to");
}
