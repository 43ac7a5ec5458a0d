//! What goes wrong, each with its name, and what is left then.

use super::{
    common::PATIENCE,
    folder::{OnHost, read_all, remote, write_in_pieces},
    host::Host,
    refusals,
};
use bytes::Bytes;
use std::{fs, os::unix::fs::symlink, path::Path, process::Command, time::Duration};
use testkit::{
    folder::{give, noise},
    sshd::Sshd,
    wait::until,
};
use tokio::time::timeout;
use transport::{ChannelUse, FileError, ListLimits, WriteMode};
use wire::files::RemotePath;

/// A small file system of its own.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    fn mount(at: &'a Path, size: &str) -> Self {
        fs::create_dir(at).unwrap();
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(at).status();
        assert!(done.unwrap().success(), "tests run as root, with the right to mount");
        give(at);
        Self(at)
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[tokio::test]
async fn each_refusal_has_its_name() {
    let host = Host::start().await;
    let (files, at) = (&host.files, |name: &str| host.path(name));
    refusals::each_has_its_name(&host, files, true).await;
    let there = FileError::Exists { path: at("file") };
    assert_eq!(files.make_link(&at("x"), &at("file")).await.unwrap_err(), there);
    let full = FileError::NotEmpty { path: at("full") };
    assert_eq!(files.rename(&at("empty"), &at("full"), true).await.unwrap_err(), full);
    let inside = RemotePath::from_bytes([at("empty").as_bytes(), b"/x"].concat()).unwrap();
    let into_itself = files.rename(&at("empty"), &inside, false).await.unwrap_err();
    assert!(matches!(into_itself, FileError::Refused { .. }), "{into_itself:?}");
    assert!(matches!(files.read_link(&at("file")).await.unwrap_err(), FileError::Refused { .. }));
}

#[tokio::test]
async fn a_link_that_leads_nowhere_is_there() {
    let host = Host::start().await;
    symlink("circle", host.at("circle")).unwrap();
    symlink("gone", host.at("dead")).unwrap();
    for name in ["circle", "dead"] {
        let path = host.path(name);
        let told = FileError::LeadsNowhere { path: path.clone() };
        assert_eq!(host.files.stat(&path).await.unwrap_err(), told);
        assert_eq!(host.files.open_read(&path, 0).await.unwrap_err(), told);
        assert_eq!(host.files.list(&path, ListLimits { entries: 1 }).await.unwrap_err(), told);
        host.files.lstat(&path).await.unwrap();
    }
    let path = host.path("gone");
    assert_eq!(host.files.stat(&path).await.unwrap_err(), FileError::NotFound { path });
}

#[tokio::test]
async fn a_pipe_holds_up_nobody() {
    let host = Host::start().await;
    let made = Command::new("mkfifo").args(["-m", "666"]).arg(host.at("pipe")).status().unwrap();
    assert!(made.success());
    host.put("file", "content");
    let (pipe, file) = (host.path("pipe"), host.path("file"));
    let refused = |path: &RemotePath| FileError::NotAFile { path: path.clone() };
    let all = async {
        assert_eq!(host.files.open_read(&pipe, 0).await.unwrap_err(), refused(&pipe));
        for mode in [WriteMode::Truncate, WriteMode::At(1)] {
            assert_eq!(host.files.open_write(&pipe, mode).await.unwrap_err(), refused(&pipe));
        }
        let exists = FileError::Exists { path: pipe.clone() };
        assert_eq!(host.files.open_write(&pipe, WriteMode::New).await.unwrap_err(), exists);
        assert_eq!(host.files.open_copy(&pipe, &host.path("copy"), WriteMode::New).await.unwrap_err(), refused(&pipe));
        assert_eq!(host.files.open_copy(&file, &pipe, WriteMode::Truncate).await.unwrap_err(), refused(&pipe));
        assert_eq!(read_all(&host.files, &file, 0).await.unwrap(), b"content");
        host.files.remove_file(&pipe).await.unwrap();
    };
    timeout(PATIENCE, all).await.expect("the channel goes on");
}

#[tokio::test]
async fn what_the_rights_forbid() {
    let host = Host::start().await;
    refusals::what_the_rights_forbid(&host, &host.files).await;
}

#[tokio::test]
async fn a_full_disk_is_called_full() {
    let host = Host::start().await;
    let at = host.at("small");
    let _small = Tmpfs::mount(&at, "2m");
    let path = remote(&at.join("large"));
    let error = write_in_pieces(&host.files, &path, WriteMode::New, &noise(8_000_000), 100_000).await.unwrap_err();
    assert_eq!(error, FileError::DiskFull { path });
    assert!(host.files.stat(&host.root()).await.is_ok(), "the channel goes on");
}

#[tokio::test]
async fn a_host_that_dies_fails_a_read_and_a_write_at_once() {
    let mut host = Host::start().await;
    host.put("large", noise(40_000_000));
    let mut reader = host.files.open_read(&host.path("large"), 0).await.unwrap();
    assert!(reader.next().await.unwrap().is_some());
    let mut writer = host.files.open_write(&host.path("written"), WriteMode::New).await.unwrap();
    writer.write(Bytes::from(noise(1_000_000))).await.unwrap();
    host.sshd.kill_now();
    let reading = async {
        loop {
            if let Err(error) = reader.next().await {
                return error;
            }
        }
    };
    let writing = async {
        loop {
            if let Err(error) = writer.write(Bytes::from(noise(1_000_000))).await {
                return error;
            }
        }
    };
    let (read, written) = timeout(PATIENCE, async { tokio::join!(reading, writing) }).await.expect("both fail at once");
    assert!(matches!(read, FileError::Lost { .. }), "{read:?}");
    assert!(matches!(written, FileError::Lost { .. }), "{written:?}");
    assert!(!host.files.is_open());
    assert!(matches!(host.files.stat(&host.root()).await.unwrap_err(), FileError::Lost { .. }));
}

#[tokio::test]
async fn a_host_that_prints_in_place_of_sftp_is_quoted() {
    let sshd = Sshd::builder().config("ForceCommand echo 'Welcome to this host!'").start().await;
    let link = super::common::link_to(&sshd).await;
    let error = link.files().await.unwrap_err();
    let FileError::NotUnderstood { why } = &error else { panic!("{error:?}") };
    assert!(why.contains("Welcome"), "{why}");
}

#[tokio::test]
async fn what_is_given_up_is_closed_on_the_host() {
    let host = Host::start().await;
    host.put("large", noise(10_000_000));
    let open = || {
        let listed = Command::new("sh").args(["-c", "ls -l /proc/[0-9]*/fd 2>/dev/null"]).output().unwrap();
        String::from_utf8_lossy(&listed.stdout).matches(&format!("{}/large", host.here().display())).count()
    };
    let mut reader = host.files.open_read(&host.path("large"), 0).await.unwrap();
    assert!(reader.next().await.unwrap().is_some());
    assert_eq!(open(), 1);
    drop(reader);
    until("the file to be closed", PATIENCE, || async { open() == 0 }).await;
    // Openings that are given up before their answer.
    for _ in 0..50 {
        let path = host.path("large");
        let _ = timeout(Duration::from_micros(50), host.files.open_read(&path, 0)).await;
    }
    until("no file to be open", PATIENCE, || async { open() == 0 }).await;
    assert_eq!(read_all(&host.files, &host.path("large"), 9_999_990).await.unwrap().len(), 10);

    let link = host.link.clone();
    drop(host.files);
    until("the channel to close", PATIENCE, || async { link.channels(ChannelUse::Files) == 0 }).await;
}
