//! What goes wrong alike over SFTP and over FTP, each with its name.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails has to fail its test")]

use super::folder::{OnHost, remote};
use std::{fs, os::unix::fs::PermissionsExt, path::Path};
use testkit::folder::{Folder, give};
use transport::{FileError, Files, ListLimits, WriteMode};
use wire::files::RemotePath;

const ALL: ListLimits = ListLimits { entries: 1000 };

/// What is not there, is there already, or is of another kind. `around` says whether the missing folder is named of what
/// would be made in it.
pub(crate) async fn each_has_its_name(host: &Folder, files: &Files, around: bool) {
    let at = |name: &str| host.path(name);
    host.put("file", "content");
    for folder in ["empty", "full"] {
        fs::create_dir(host.at(folder)).unwrap();
        give(&host.at(folder));
    }
    fs::write(host.at("full").join("inside"), "").unwrap();
    let in_gone = RemotePath::from_bytes([at("gone").as_bytes(), b"/file"].concat()).unwrap();

    let missing = FileError::NotFound { path: at("gone") };
    assert_eq!(files.stat(&at("gone")).await.unwrap_err(), missing);
    assert_eq!(files.lstat(&at("gone")).await.unwrap_err(), missing);
    assert_eq!(files.list(&at("gone"), ALL).await.unwrap_err(), missing);
    assert_eq!(files.open_read(&at("gone"), 0).await.unwrap_err(), missing);
    assert_eq!(files.remove_file(&at("gone")).await.unwrap_err(), missing);
    assert_eq!(files.rename(&at("gone"), &at("new"), false).await.unwrap_err(), missing);
    let missing = if around { missing } else { FileError::NotFound { path: in_gone.clone() } };
    assert_eq!(files.open_write(&in_gone, WriteMode::New).await.unwrap_err(), missing);
    assert_eq!(files.make_dir(&in_gone).await.unwrap_err(), missing);

    let there = FileError::Exists { path: at("file") };
    assert_eq!(files.open_write(&at("file"), WriteMode::New).await.unwrap_err(), there);
    assert_eq!(files.make_dir(&at("file")).await.unwrap_err(), there);

    let folder = FileError::IsDirectory { path: at("empty") };
    assert_eq!(files.open_read(&at("empty"), 0).await.unwrap_err(), folder);
    assert_eq!(files.open_write(&at("empty"), WriteMode::Truncate).await.unwrap_err(), folder);
    assert_eq!(files.remove_file(&at("empty")).await.unwrap_err(), folder);
    assert_eq!(files.rename(&at("file"), &at("empty"), true).await.unwrap_err(), folder);

    let no_folder = FileError::NotADirectory { path: at("file") };
    assert_eq!(files.list(&at("file"), ALL).await.unwrap_err(), no_folder);
    assert_eq!(files.remove_dir(&at("file")).await.unwrap_err(), no_folder);
    assert_eq!(files.remove_dir(&at("full")).await.unwrap_err(), FileError::NotEmpty { path: at("full") });

    let (long, too_long) = (host.path(vec![b'x'; 256]), FileError::NameTooLong { length: 256 });
    assert_eq!(files.open_write(&long, WriteMode::New).await.unwrap_err(), too_long);
    assert_eq!(files.make_dir(&long).await.unwrap_err(), too_long);
    assert_eq!(files.rename(&at("file"), &long, false).await.unwrap_err(), too_long);
    assert!(too_long.to_string().contains("at most 255"), "{too_long}");
    assert_eq!(files.stat(&at("file")).await.unwrap().size, 7, "the way to them goes on");
}

/// What the user who is signed in may not do.
pub(crate) async fn what_the_rights_forbid(host: &Folder, files: &Files) {
    fs::write(host.at("secret"), "secret").unwrap();
    fs::set_permissions(host.at("secret"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(host.at("closed")).unwrap();
    fs::set_permissions(host.at("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    let denied = |name: &str| FileError::Denied { path: host.path(name) };
    assert_eq!(files.open_read(&host.path("secret"), 0).await.unwrap_err(), denied("secret"));
    assert_eq!(files.open_write(&host.path("secret"), WriteMode::Truncate).await.unwrap_err(), denied("secret"));
    assert_eq!(files.chmod(&host.path("secret"), 0o777).await.unwrap_err(), denied("secret"));
    assert_eq!(files.list(&host.path("closed"), ALL).await.unwrap_err(), denied("closed"));
    let etc = remote(Path::new("/etc/berth-test"));
    assert_eq!(files.open_write(&etc, WriteMode::New).await.unwrap_err(), FileError::Denied { path: etc });
    assert_eq!(fs::read(host.at("secret")).unwrap(), b"secret");
}
