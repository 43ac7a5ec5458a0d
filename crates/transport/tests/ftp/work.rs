//! What works, on both servers.

use super::{
    folder::{OnHost, read_all, write_all},
    host::{ALL, Host, Server, access},
};
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};
use testkit::{
    folder::{give, noise},
    ftp::Vsftpd,
};
use transport::{FileError, Files, FtpSecurity, ListLimits, WriteMode};
use wire::{
    Timestamp,
    files::{EntryKind, RemotePath},
};

#[tokio::test]
async fn a_folder_is_listed() {
    for host in Host::both().await {
        host.put("plain", "seven!!");
        host.put(".hidden", "");
        fs::create_dir(host.at("folder")).unwrap();
        let listing = host.files.list(&host.root(), ALL).await.unwrap();
        let mut told: Vec<_> = listing.entries.iter().map(|entry| entry.name.to_string()).collect();
        told.sort();
        assert_eq!(
            (told.as_slice(), listing.cut),
            ([".hidden", "folder", "plain"].map(str::to_owned).as_slice(), false)
        );
        let plain = listing.entries.iter().find(|entry| entry.name.as_bytes() == b"plain").unwrap();
        assert_eq!((plain.stat.kind, plain.stat.size, plain.is_directory), (EntryKind::File, 7, false));
        assert_eq!(plain.stat.mode, Some(0o644), "{:?}", plain.stat);
        let age = fs::metadata(host.at("plain")).unwrap().modified().unwrap().elapsed().unwrap().as_millis();
        assert!(age < 600_000 && plain.stat.modified.is_some(), "the listing has a date");
        let folder = listing.entries.iter().find(|entry| entry.name.as_bytes() == b"folder").unwrap();
        assert!(folder.is_directory);
        let two = host.files.list(&host.root(), ListLimits { entries: 2 }).await.unwrap();
        assert_eq!((two.entries.len(), two.cut), (2, true));
        assert!(host.files.stat(&host.root()).await.unwrap().kind == EntryKind::Directory, "others go on");
    }
}

#[tokio::test]
async fn a_name_with_a_line_end_is_no_twin_of_another_file() {
    for host in Host::both().await {
        host.put("new", "seven!!");
        host.put("new\nline.txt", "1");
        host.put("other", "");
        let listing = host.files.list(&host.root(), ALL).await.unwrap();
        let mut told: Vec<_> = listing.entries.iter().map(|entry| (entry.name.to_string(), entry.stat.size)).collect();
        told.sort();
        assert_eq!((told, listing.cut), (vec![("new".to_owned(), 7), ("other".to_owned(), 0)], true));
        assert_eq!(host.files.lstat(&host.path("new")).await.unwrap().size, 7);
    }
}

#[tokio::test]
async fn a_file_goes_both_ways_and_on_from_an_offset() {
    for host in Host::both().await {
        let (content, path) = (noise(5_000_000), host.path("large"));
        write_all(&host.files, &path, WriteMode::New, &content).await.unwrap();
        assert_eq!(fs::read(host.at("large")).unwrap(), content);
        assert_eq!(read_all(&host.files, &path, 0).await.unwrap(), content);
        assert_eq!(read_all(&host.files, &path, 4_999_000).await.unwrap(), content[4_999_000..]);
        assert!(read_all(&host.files, &path, 5_000_000).await.unwrap().is_empty());
        assert_eq!(host.files.stat(&path).await.unwrap().size, 5_000_000);

        host.put("half", &content[..2_000_000]);
        write_all(&host.files, &host.path("half"), WriteMode::At(2_000_000), &content[2_000_000..]).await.unwrap();
        assert_eq!(fs::read(host.at("half")).unwrap(), content, "written on");
        write_all(&host.files, &host.path("half"), WriteMode::At(1_000), b"now").await.unwrap();
        let half = fs::read(host.at("half")).unwrap();
        assert_eq!((half.len(), &half[1000..1003]), (5_000_000, b"now".as_slice()), "what stands behind stays");
        write_all(&host.files, &path, WriteMode::Truncate, b"short").await.unwrap();
        assert_eq!(read_all(&host.files, &path, 0).await.unwrap(), b"short");
        write_all(&host.files, &host.path("empty"), WriteMode::New, b"").await.unwrap();
        assert!(read_all(&host.files, &host.path("empty"), 0).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn folders_and_names_change() {
    for host in Host::both().await {
        let (files, at) = (&host.files, |name: &str| host.path(name));
        files.make_dir(&at("new")).await.unwrap();
        host.put("one", "1");
        host.put("two", "2");
        assert_eq!(files.rename(&at("one"), &at("two"), false).await, Err(FileError::Exists { path: at("two") }));
        files.rename(&at("one"), &at("three"), false).await.unwrap();
        files.rename(&at("three"), &at("two"), true).await.unwrap();
        assert_eq!(fs::read(host.at("two")).unwrap(), b"1");
        files.chmod(&at("two"), 0o600).await.unwrap();
        assert_eq!(fs::metadata(host.at("two")).unwrap().permissions().mode() & 0o777, 0o600);
        let then = Timestamp::from_millis(1_500_000_000_000);
        assert!(files.abilities().set_modified && files.abilities().write_at && files.abilities().chmod);
        files.set_modified(&at("two"), then).await.unwrap();
        assert_eq!(files.stat(&at("two")).await.unwrap().modified, Some(then));
        assert_eq!(files.lstat(&at("two")).await.unwrap().modified, Some(then));
        files.remove_file(&at("two")).await.unwrap();
        files.remove_dir(&at("new")).await.unwrap();
        assert!(files.list(&host.root(), ALL).await.unwrap().entries.is_empty());
    }
}

#[tokio::test]
async fn any_name_goes_both_ways() {
    let names: Vec<Vec<u8>> = vec![
        b"two words".to_vec(),
        b" led and followed ".to_vec(),
        b"-rf".to_vec(),
        b"quotes \" ' ` $(x) \\ *".to_vec(),
        "Umlaut ä 文 \u{202e}rtl".into(),
        b"a -> b".to_vec(),
        b"semi; type=dir".to_vec(),
        vec![b'x'; 255],
    ];
    for host in Host::both().await {
        for name in &names {
            let path = host.path(name);
            write_all(&host.files, &path, WriteMode::New, name).await.unwrap();
            assert_eq!(fs::read(host.at(name)).unwrap(), *name, "{path}");
            assert_eq!(read_all(&host.files, &path, 0).await.unwrap(), *name);
        }
        let listing = host.files.list(&host.root(), ALL).await.unwrap();
        let mut told: Vec<_> = listing.entries.iter().map(|entry| entry.name.as_bytes().to_vec()).collect();
        let mut all = names.clone();
        told.sort();
        all.sort();
        assert_eq!(told, all);
        for name in &names {
            host.files.remove_file(&host.path(name)).await.unwrap();
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_a_name_too() {
    let host = Host::vsftpd().await;
    let name = b"latin \xe4\xf6".as_slice();
    write_all(&host.files, &host.path(name), WriteMode::New, b"there").await.unwrap();
    assert_eq!(fs::read(host.at(name)).unwrap(), b"there");
    let listing = host.files.list(&host.root(), ALL).await.unwrap();
    assert_eq!(listing.entries[0].name.as_bytes(), name);
    assert_eq!(read_all(&host.files, &host.path(name), 0).await.unwrap(), b"there");
}

#[tokio::test]
async fn links_are_told_where_the_server_tells_them() {
    let host = Host::vsftpd().await;
    fs::create_dir(host.at("folder")).unwrap();
    give(&host.at("folder"));
    host.put("file", "content");
    for (target, link) in [("folder", "into"), ("file", "beside"), ("gone", "nowhere")] {
        symlink(target, host.at(link)).unwrap();
    }
    let listing = host.files.list(&host.root(), ALL).await.unwrap();
    let told = |name: &str| {
        let entry = listing.entries.iter().find(|entry| entry.name.as_bytes() == name.as_bytes()).unwrap();
        (entry.stat.kind, entry.is_directory, entry.link_target.as_ref().map(RemotePath::to_text))
    };
    assert_eq!(told("into"), (EntryKind::Link, true, Some("folder".to_owned())));
    assert_eq!(told("beside"), (EntryKind::Link, false, Some("file".to_owned())));
    assert_eq!(told("nowhere"), (EntryKind::Link, false, Some("gone".to_owned())));
    assert_eq!(host.files.stat(&host.path("beside")).await.unwrap().size, 7);
    assert_eq!(host.files.lstat(&host.path("beside")).await.unwrap().kind, EntryKind::Link);
    assert_eq!(host.files.read_link(&host.path("into")).await.unwrap().to_text(), "folder");
    let missing = FileError::NotFound { path: host.path("nowhere") };
    assert_eq!(host.files.stat(&host.path("nowhere")).await.unwrap_err(), missing);
    host.files.remove_file(&host.path("into")).await.unwrap();
    assert!(host.at("folder").exists(), "the link went, not what it leads to");
}

/// It follows links without a word where it lists for machines.
#[tokio::test]
async fn a_link_to_a_folder_is_a_link_on_pyftpdlib_too() {
    let host = Host::pyftpdlib().await;
    for folder in ["folder", "x", "z -> y"] {
        fs::create_dir(host.at(folder)).unwrap();
        give(&host.at(folder));
    }
    fs::write(host.at("folder").join("inside"), "").unwrap();
    for link in ["into", "x -> y"] {
        symlink("folder", host.at(link)).unwrap();
    }
    for most in [1000, 4] {
        let listing = host.files.list(&host.root(), ListLimits { entries: most }).await.unwrap();
        for found in &listing.entries {
            let link = ["into", "x -> y"].contains(&found.name.to_text().as_str());
            let expected = if link { EntryKind::Link } else { EntryKind::Directory };
            assert_eq!((found.stat.kind, found.is_directory), (expected, true), "{:?}", found.name);
            assert_eq!(found.link_target.as_ref().map(RemotePath::to_text), link.then(|| "folder".to_owned()));
        }
        assert_eq!(listing.cut, most == 4);
    }
    for (name, kind) in [("into", EntryKind::Link), ("x -> y", EntryKind::Link), ("x", EntryKind::Directory)] {
        assert_eq!(host.files.lstat(&host.path(name)).await.unwrap().kind, kind);
        assert_eq!(host.files.stat(&host.path(name)).await.unwrap().kind, EntryKind::Directory);
    }
    host.files.remove_file(&host.path("into")).await.unwrap();
    assert!(host.at("folder").join("inside").exists() && !host.at("into").exists(), "the link went");
}

#[tokio::test]
async fn a_file_whose_length_is_a_lie() {
    let host = Host::pyftpdlib().await;
    let told = read_all(&host.files, &"/proc/version".parse().unwrap(), 0).await.unwrap();
    assert_eq!(told, fs::read("/proc/version").unwrap());
}

#[tokio::test]
async fn rights_are_known_without_mlst() {
    let host = Host::vsftpd().await;
    host.put("file", "content");
    fs::set_permissions(host.at("file"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir(host.at("folder")).unwrap();
    fs::set_permissions(host.at("folder"), fs::Permissions::from_mode(0o751)).unwrap();
    fs::create_dir(host.at("folder/deep")).unwrap();
    symlink("folder/deep", host.at("deep")).unwrap();
    symlink("file", host.at("link")).unwrap();
    symlink("../../link", host.at("folder/deep/up")).unwrap();
    let stat = async |path: String| host.files.stat(&path.parse().unwrap()).await.unwrap();
    let root = host.root().to_text();
    for path in ["file", "link", "folder/deep/up", "deep/up"] {
        let stat = stat(format!("{root}/{path}")).await;
        assert_eq!((stat.kind, stat.size, stat.mode), (EntryKind::File, 7, Some(0o755)), "{path}");
        assert!(stat.owner.is_some() && stat.modified.is_some());
    }
    assert_eq!(stat(format!("{root}/folder")).await.mode, Some(0o751));
    assert_eq!(stat("/".to_owned()).await.kind, EntryKind::Directory);
}

#[tokio::test]
async fn a_name_is_found_among_very_many() {
    let host = Host::vsftpd().await;
    for number in 0..100_001 {
        fs::File::create(host.at(format!("entry number {number:06}"))).unwrap();
    }
    host.put("last", "one");
    host.put("other", "two");
    let (last, other) = (host.path("last"), host.path("other"));
    assert_eq!(host.files.lstat(&last).await.unwrap().mode, Some(0o644));
    assert_eq!(host.files.rename(&other, &last, false).await, Err(FileError::Exists { path: last.clone() }));
    host.files.rename(&other, &host.path("third"), false).await.unwrap();
    assert_eq!(read_all(&host.files, &last, 0).await.unwrap(), b"one");
}

#[tokio::test]
async fn home_is_where_relative_paths_begin() {
    let host = Host::vsftpd().await;
    let home = host.files.home().await.unwrap();
    assert!(home.is_absolute() && home != RemotePath::root(), "{home}");
    let name: RemotePath = "berth-no-such-file".parse().unwrap();
    let error = host.files.stat(&name).await.unwrap_err();
    assert_eq!(error, FileError::NotFound { path: name.resolved_in(&home) });
    host.put("file", "");
    let around: RemotePath = format!("{}/x/../file", host.root().to_text()).parse().unwrap();
    fs::create_dir(host.at("x")).unwrap();
    give(&host.at("x"));
    assert_eq!(host.files.real_path(&around).await.unwrap(), host.path("file"));
}

/// More at a time than there are connections, and more than the server takes.
#[tokio::test]
async fn many_at_a_time_share_the_few_connections() {
    let server = Vsftpd::builder().config("max_per_ip=2").start().await;
    let host = Host::new(Server::Vsftpd(server), FtpSecurity::None).await;
    let tasks = (0..12_u8).map(|number| {
        let (files, path) = (host.files.clone(), host.path(format!("file {number}")));
        tokio::spawn(async move {
            let content = vec![number; 200_000];
            write_all(&files, &path, WriteMode::New, &content).await.unwrap();
            assert_eq!(read_all(&files, &path, 0).await.unwrap(), content);
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn the_address_that_a_server_names_is_not_gone_to() {
    let server = Vsftpd::builder().config("pasv_address=192.0.2.1").start().await;
    let files = Files::over_ftp(access(server.port(), FtpSecurity::None)).await.unwrap();
    assert!(files.list(&RemotePath::root(), ALL).await.is_ok());
}
