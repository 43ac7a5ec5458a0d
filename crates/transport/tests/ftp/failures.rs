//! What goes wrong, each with its name, and what is left then.

use super::{
    folder::{OnHost, remote, write_all},
    host::{ALL, Host, PATIENCE, Server, access},
    refusals,
};
use bytes::Bytes;
use std::{fs, process::Command};
use testkit::{
    folder::{give, noise},
    ftp::Vsftpd,
};
use tokio::time::timeout;
use transport::{DialError, FileError, Files, FtpSecurity, WriteMode};
use wire::vault::Secret;

#[tokio::test]
async fn each_refusal_has_its_name() {
    for host in Host::both().await {
        refusals::each_has_its_name(&host, &host.files, false).await;
    }
}

#[tokio::test]
async fn what_the_rights_forbid() {
    for host in Host::both().await {
        refusals::what_the_rights_forbid(&host, &host.files).await;
    }
}

#[tokio::test]
async fn a_line_break_in_a_name_reaches_no_server() {
    let host = Host::vsftpd().await;
    host.put("victim", "");
    for evil in ["x\r\nDELE victim", "x\nDELE victim", "x\rDELE victim"] {
        let path = host.path(evil);
        let refused = FileError::Unsupported { what: "take a line break in a name" };
        assert_eq!(host.files.remove_file(&path).await, Err(refused.clone()));
        assert_eq!(host.files.rename(&host.path("victim"), &path, false).await, Err(refused.clone()));
        assert_eq!(host.files.open_read(&path, 0).await.unwrap_err(), refused);
        assert_eq!(host.files.list(&path, ALL).await.unwrap_err(), refused);
    }
    assert!(host.at("victim").exists());
    let mut evil = access(host.server.port(), FtpSecurity::None);
    evil.password = Secret::new("x\r\nQUIT");
    assert!(matches!(Files::over_ftp(evil).await, Err(FileError::Unsupported { .. })));
}

#[tokio::test]
async fn a_server_that_dies_fails_a_read_and_a_write() {
    for mut host in Host::both().await {
        host.put("large", noise(40_000_000));
        let mut reader = host.files.open_read(&host.path("large"), 0).await.unwrap();
        assert!(reader.next().await.unwrap().is_some());
        let mut writer = host.files.open_write(&host.path("written"), WriteMode::New).await.unwrap();
        writer.write(Bytes::from(noise(1_000_000))).await.unwrap();
        host.server.kill_now();
        let reading = async {
            loop {
                match reader.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("half a file looked whole"),
                    Err(error) => return error,
                }
            }
        };
        let error = timeout(PATIENCE, reading).await.unwrap();
        assert!(error.is_lost(), "{error:?}");
        let writing = async {
            loop {
                if let Err(error) = writer.write(Bytes::from(noise(1_000_000))).await {
                    return error;
                }
            }
        };
        let error = timeout(PATIENCE, writing).await.unwrap();
        assert!(error.is_lost(), "{error:?}");
        let gone = host.files.stat(&host.path("large")).await.unwrap_err();
        assert!(gone.is_lost(), "{gone:?}");
        assert!(!host.files.is_open());
    }
}

#[tokio::test]
async fn what_rested_too_long_is_made_anew() {
    let mut host = Host::vsftpd().await;
    host.put("file", "content");
    assert_eq!(host.files.stat(&host.path("file")).await.unwrap().size, 7);
    let Server::Vsftpd(server) = &mut host.server else { panic!("this is vsftpd") };
    server.kill_sessions();
    // What rested a moment only is taken at its word: then the loss is told, and the next try comes through.
    let first = host.files.stat(&host.path("file")).await;
    assert!(first.as_ref().map_or_else(FileError::is_lost, |stat| stat.size == 7), "{first:?}");
    assert_eq!(host.files.stat(&host.path("file")).await.unwrap().size, 7);
    assert!(host.files.is_open());
}

#[tokio::test]
async fn a_transfer_given_up_leaves_the_others_alone() {
    let host = Host::vsftpd().await;
    host.put("large", noise(20_000_000));
    for _ in 0..6 {
        let mut reader = host.files.open_read(&host.path("large"), 0).await.unwrap();
        assert!(reader.next().await.unwrap().is_some());
        drop(reader);
        let mut writer = host.files.open_write(&host.path("part"), WriteMode::Truncate).await.unwrap();
        writer.write(Bytes::from_static(b"some")).await.unwrap();
        drop(writer);
        assert_eq!(host.files.stat(&host.path("large")).await.unwrap().size, 20_000_000);
    }
}

#[tokio::test]
async fn a_full_disk_is_no_success() {
    let host = Host::vsftpd().await;
    let at = host.at("small");
    fs::create_dir(&at).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&at).status().unwrap();
    assert!(mounted.success(), "tests run as root, with the right to mount");
    give(&at);
    let path = remote(&at.join("large"));
    let written = write_all(&host.files, &path, WriteMode::New, &noise(8_000_000)).await;
    let _ = Command::new("umount").arg("-l").arg(&at).status();
    assert!(matches!(written, Err(FileError::DiskFull { .. } | FileError::Refused { .. })), "{written:?}");
}

#[tokio::test]
async fn who_does_not_get_in_is_told_why() {
    let server = Vsftpd::start().await;
    let mut wrong = access(server.port(), FtpSecurity::None);
    wrong.password = Secret::new("guess");
    let error = Files::over_ftp(wrong).await.unwrap_err();
    assert!(matches!(error, FileError::Link(DialError::SignInFailed { .. })), "{error:?}");
    assert!(!error.to_string().contains("guess"));
    let sshd = testkit::sshd::Sshd::start().await;
    let error = Files::over_ftp(access(sshd.port(), FtpSecurity::None)).await.unwrap_err();
    assert!(matches!(error, FileError::NotUnderstood { .. }), "{error:?}");
    let mut gone = server;
    gone.kill_now();
    let error = Files::over_ftp(access(gone.port(), FtpSecurity::None)).await.unwrap_err();
    assert!(matches!(error, FileError::Link(DialError::Refused { .. })), "{error:?}");
}
