//! What goes well: every operation once, large files both ways, many at a time.

use super::{
    common::PATIENCE,
    folder::{OnHost, read_all, write_in_pieces},
    host::Host,
};
use futures::future::join_all;
use sha2::{Digest, Sha256};
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    time::Duration,
};
use testkit::{
    folder::{give, noise},
    wait::until,
};
use transport::{ChannelUse, ListLimits, WriteMode};
use wire::{
    Timestamp,
    files::{EntryKind, RemotePath},
};

const ALL: ListLimits = ListLimits { entries: 1_000_000 };

#[tokio::test]
async fn sixty_four_mebibytes_both_ways() {
    let host = Host::start().await;
    let content = noise(64 * 1024 * 1024);
    // Pieces that fit no block.
    write_in_pieces(&host.files, &host.path("large"), WriteMode::New, &content, 1_000_003).await.unwrap();
    let hash = Sha256::digest(&content);
    assert_eq!(Sha256::digest(fs::read(host.at("large")).unwrap()), hash, "what is on the host");
    assert_eq!(Sha256::digest(read_all(&host.files, &host.path("large"), 0).await.unwrap()), hash, "what came back");
}

#[tokio::test]
async fn reading_and_writing_go_on_from_an_offset() {
    let host = Host::start().await;
    let content = noise(3_000_000);
    host.put("file", &content);
    for from in [0, 1, 40_000, 2_999_999, 3_000_000, 5_000_000, usize::MAX] {
        let rest = content.get(from..).unwrap_or_default();
        assert!(read_all(&host.files, &host.path("file"), from as u64).await.unwrap() == rest, "from {from}");
    }
    host.put("part", &content[..1_234_567]);
    write_in_pieces(&host.files, &host.path("part"), WriteMode::At(1_234_567), &content[1_234_567..], 65_536)
        .await
        .unwrap();
    assert!(fs::read(host.at("part")).unwrap() == content);
    // Truncating forgets what was there; nothing written is an empty file.
    write_in_pieces(&host.files, &host.path("part"), WriteMode::Truncate, b"", 1).await.unwrap();
    assert_eq!(fs::read(host.at("part")).unwrap(), b"");
    assert_eq!(read_all(&host.files, &host.path("part"), 0).await.unwrap(), b"");
}

#[tokio::test]
async fn a_file_whose_length_is_a_lie() {
    let host = Host::start().await;
    let told = read_all(&host.files, &"/proc/self/status".parse().unwrap(), 0).await.unwrap();
    assert!(told.starts_with(b"Name:"), "{}", String::from_utf8_lossy(&told));
    assert!(read_all(&host.files, &"/proc/self/status".parse().unwrap(), u64::MAX).await.unwrap().is_empty());
    // The host copies what there is, not what it says.
    let mut copy =
        host.files.open_copy(&"/proc/version".parse().unwrap(), &host.path("copy"), WriteMode::New).await.unwrap();
    while copy.step().await.unwrap() {}
    let length = copy.copied();
    copy.finish().await.unwrap();
    let copied = fs::read(host.at("copy")).unwrap();
    assert!(copied == fs::read("/proc/version").unwrap() && length == copied.len() as u64, "{length}");
}

#[tokio::test]
async fn every_operation_once() {
    let host = Host::start().await;
    let (files, at) = (&host.files, |name: &str| host.path(name));
    assert_eq!(files.home().await.unwrap().to_text(), format!("/home/{}", testkit::sshd::USER));
    assert_eq!((host.link.channels(ChannelUse::Files), host.link.shells()), (1, 0));

    files.make_dir(&at("folder")).await.unwrap();
    write_in_pieces(files, &at("folder/a".split_at(6).0), WriteMode::New, b"", 1).await.unwrap_err();
    write_in_pieces(files, &at("a"), WriteMode::New, b"one", 1).await.unwrap();
    files.chmod(&at("a"), 0o640).await.unwrap();
    assert_eq!(fs::metadata(host.at("a")).unwrap().permissions().mode() & 0o7777, 0o640);
    let moment = Timestamp::from_millis(1_700_000_000_000);
    files.set_modified(&at("a"), moment).await.unwrap();
    let stat = files.stat(&at("a")).await.unwrap();
    assert_eq!((stat.kind, stat.size, stat.mode, stat.modified), (EntryKind::File, 3, Some(0o640), Some(moment)));

    files.make_link(&"a".parse().unwrap(), &at("link")).await.unwrap();
    assert_eq!(files.read_link(&at("link")).await.unwrap().to_text(), "a");
    assert_eq!(files.lstat(&at("link")).await.unwrap().kind, EntryKind::Link);
    assert_eq!(files.stat(&at("link")).await.unwrap().kind, EntryKind::File);
    assert_eq!(files.real_path(&at("link")).await.unwrap(), at("a"));

    let mut listing = files.list(&host.root(), ALL).await.unwrap();
    listing.entries.sort_by(|a, b| a.name.cmp(&b.name));
    let shown: Vec<_> = listing.entries.iter().map(|found| found.entry(&host.root())).collect();
    let words: Vec<_> = shown.iter().map(|e| (e.name.to_text(), e.permissions.as_str(), e.is_directory)).collect();
    assert_eq!(words[0], ("a".to_owned(), "-rw-r-----", false));
    assert_eq!((words[1].0.as_str(), words[1].2), ("folder", true));
    assert_eq!(words[2], ("link".to_owned(), "lrwxrwxrwx", false));
    assert_eq!(shown[0].owner.as_deref(), Some(testkit::sshd::USER));
    assert_eq!(shown[2].link_target.as_ref().unwrap().to_text(), "a");
    assert!(!listing.cut);

    let space = files.space(&host.root()).await.unwrap();
    assert!(space.total > space.free && space.free > 0);
    let mut writer = files.open_write(&at("synced"), WriteMode::New).await.unwrap();
    writer.write(bytes::Bytes::from_static(b"safe")).await.unwrap();
    writer.sync().await.unwrap();
    assert_eq!(fs::read(host.at("synced")).unwrap(), b"safe");
    writer.finish().await.unwrap();

    files.remove_file(&at("link")).await.unwrap();
    files.remove_dir(&at("folder")).await.unwrap();
    assert!(!host.at("link").exists() && !host.at("folder").exists() && host.at("a").exists());
}

#[tokio::test]
async fn the_host_copies_by_itself() {
    let host = Host::start().await;
    let content = noise(70_000_000);
    host.put("file", &content);
    host.put("copy", "old");
    let (from, to) = (host.path("file"), host.path("copy"));
    let error = host.files.open_copy(&from, &to, WriteMode::New).await.unwrap_err();
    assert_eq!(error, transport::FileError::Exists { path: to.clone() });
    let error = host.files.open_copy(&from, &from, WriteMode::Truncate).await.unwrap_err();
    assert_eq!(error, transport::FileError::Exists { path: from.clone() });
    let mut copy = host.files.open_copy(&from, &to, WriteMode::Truncate).await.unwrap();
    assert!(copy.step().await.unwrap() && copy.copied() > 0 && copy.copied() < 70_000_000);
    copy.finish().await.unwrap();
    assert!(fs::read(host.at("copy")).unwrap() == content);
    host.put("empty", "");
    host.files.open_copy(&host.path("empty"), &to, WriteMode::Truncate).await.unwrap().finish().await.unwrap();
    assert_eq!(fs::read(host.at("copy")).unwrap(), b"");
}

#[tokio::test]
async fn what_the_host_has_is_known() {
    let host = Host::start().await;
    let mut writer = host.files.open_write(&host.path("file"), WriteMode::At(10)).await.unwrap();
    assert_eq!(writer.confirmed(), 10);
    writer.write(bytes::Bytes::from(noise(30_000_000))).await.unwrap();
    let early = writer.confirmed();
    assert!(early > 10 && fs::metadata(host.at("file")).unwrap().len() >= early);
    writer.sync().await.unwrap();
    assert_eq!(writer.confirmed(), 30_000_010);
}

#[tokio::test]
async fn renaming_replaces_only_when_asked() {
    let host = Host::start().await;
    host.put("old", "old");
    host.put("new", "new");
    let (old, new) = (host.path("old"), host.path("new"));
    let error = host.files.rename(&new, &old, false).await.unwrap_err();
    assert_eq!(error, transport::FileError::Exists { path: old.clone() });
    assert_eq!(fs::read(host.at("old")).unwrap(), b"old");
    assert!(host.files.abilities().atomic_replace);
    host.files.rename(&new, &old, true).await.unwrap();
    assert_eq!(fs::read(host.at("old")).unwrap(), b"new");
    host.files.rename(&old, &new, false).await.unwrap();
    assert!(host.at("new").exists() && !host.at("old").exists());
}

/// Where replacing takes several steps, nothing is lost in one of them.
#[tokio::test]
async fn replacing_without_a_step_for_it_loses_nothing() {
    let host = Host::without("posix-rename").await;
    assert!(!host.files.abilities().atomic_replace);
    let (files, at) = (&host.files, |name: &str| host.path(name));
    host.put("file", "content");
    symlink(".", host.at("around")).unwrap();
    let names = || {
        let mut names: Vec<_> = fs::read_dir(host.here()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let by_link: RemotePath = format!("{}/around/file", host.root().to_text()).parse().unwrap();
    for itself in [at("file"), by_link] {
        files.rename(&at("file"), &itself, true).await.unwrap();
        assert_eq!(fs::read(host.at("file")).unwrap(), b"content", "onto itself");
    }
    let gone = transport::FileError::NotFound { path: at("gone") };
    assert_eq!(files.rename(&at("gone"), &at("file"), true).await.unwrap_err(), gone);
    // The one that comes cannot go where the other was: a folder into itself.
    fs::create_dir(host.at("folder")).unwrap();
    give(&host.at("folder"));
    fs::write(host.at("folder").join("old"), "old").unwrap();
    give(&host.at("folder").join("old"));
    let inside: RemotePath = format!("{}/folder/old", host.root().to_text()).parse().unwrap();
    files.rename(&at("folder"), &inside, true).await.unwrap_err();
    assert_eq!(fs::read(host.at("folder").join("old")).unwrap(), b"old", "it is put back");

    host.put("new", "new");
    files.rename(&at("new"), &at("file"), true).await.unwrap();
    assert_eq!(fs::read(host.at("file")).unwrap(), b"new");
    let folder = transport::FileError::IsDirectory { path: at("folder") };
    assert_eq!(files.rename(&at("file"), &at("folder"), true).await.unwrap_err(), folder);
    assert_eq!(names(), ["around", "file", "folder"], "nothing is left over");
    assert_eq!(fs::read_dir(host.at("folder")).unwrap().count(), 1);
}

/// Whenever somebody gives it up, the rest is done all the same.
#[tokio::test]
async fn a_replacing_that_is_given_up_leaves_nothing_aside() {
    const ROUNDS: u64 = 40;
    let host = Host::without("posix-rename").await;
    for round in 0..ROUNDS {
        let [new, old] = ["new", "old"].map(|name| format!("{name}{round}"));
        host.put(&new, "new");
        host.put(&old, "old");
        let (new, old) = (host.path(&new), host.path(&old));
        let renamed = host.files.rename(&new, &old, true);
        let _ = tokio::time::timeout(Duration::from_micros(100 * round), renamed).await;
    }
    let is_whole = |round| {
        let was_replaced = !host.at(format!("new{round}")).exists();
        let content = fs::read_to_string(host.at(format!("old{round}")));
        content.is_ok_and(|content| content == if was_replaced { "new" } else { "old" })
    };
    let is_aside = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().as_encoded_bytes()[0] == b'.';
    until("each to be replaced or not", PATIENCE, || async {
        !fs::read_dir(host.here()).unwrap().any(is_aside) && (0..ROUNDS).all(is_whole)
    })
    .await;
}

#[tokio::test]
async fn many_small_files_at_a_time() {
    let host = Host::start().await;
    let names: Vec<_> = (0..500).map(|number| format!("file {number}")).collect();
    let content = |name: &str| name.repeat(300);
    let writing = names.iter().map(|name| {
        let (files, path, content) = (host.files.clone(), host.path(name), content(name));
        async move { write_in_pieces(&files, &path, WriteMode::New, content.as_bytes(), 4096).await }
    });
    join_all(writing).await.into_iter().collect::<Result<Vec<_>, _>>().unwrap();
    let reading = names.iter().map(|name| {
        let (files, path) = (host.files.clone(), host.path(name));
        async move { read_all(&files, &path, 0).await }
    });
    for (name, read) in names.iter().zip(join_all(reading).await) {
        assert!(read.unwrap() == content(name).as_bytes(), "{name}");
    }
}

#[tokio::test]
async fn a_hundred_thousand_entries_and_a_cut() {
    let host = Host::start().await;
    for number in 0..100_000 {
        fs::File::create(host.at(format!("entry number {number:06}"))).unwrap();
    }
    let listing = host.files.list(&host.root(), ALL).await.unwrap();
    assert_eq!((listing.entries.len(), listing.cut), (100_000, false));
    let kept: usize = listing.entries.iter().map(|found| size_of_val(found) + found.name.as_bytes().len()).sum();
    assert!(kept < 100_000 * 200, "{kept} bytes are kept");
    let listing = host.files.list(&host.root(), ListLimits { entries: 1000 }).await.unwrap();
    assert_eq!((listing.entries.len(), listing.cut), (1000, true));
}
