//! TLS: asked for, from the first byte, resumed, and never left out.

use super::{
    folder::{OnHost, read_all, write_all},
    host::{ALL, Host, Server, access},
};
use std::fs;
use testkit::{
    folder::{give, noise},
    ftp::{Pyftpdlib, Vsftpd},
};
use transport::{FileError, Files, FtpSecurity, WriteMode};
use wire::files::RemotePath;

async fn strict(security: FtpSecurity) -> Host {
    let builder = Vsftpd::builder();
    let builder = if security == FtpSecurity::Implicit { builder.implicit_tls() } else { builder.tls() };
    Host::new(Server::Vsftpd(builder.start().await), security).await
}

async fn works(host: &Host) {
    let content = noise(3_000_000);
    // More data connections than a session has tickets at first.
    for number in 0..6 {
        let path = host.path(format!("file {number}"));
        write_all(&host.files, &path, WriteMode::New, &content).await.unwrap();
        assert_eq!(read_all(&host.files, &path, 0).await.unwrap(), content);
        assert_eq!(read_all(&host.files, &path, 2_000_000).await.unwrap(), content[2_000_000..]);
    }
    fs::write(host.at("half"), &content[..1_000_000]).unwrap();
    give(&host.at("half"));
    write_all(&host.files, &host.path("half"), WriteMode::At(1_000_000), &content[1_000_000..]).await.unwrap();
    assert_eq!(fs::read(host.at("half")).unwrap(), content);
    assert_eq!(host.files.list(&host.root(), ALL).await.unwrap().entries.len(), 7);
}

/// The server refuses every data connection that does not resume the session (`require_ssl_reuse`): nothing here works
/// without.
#[tokio::test]
async fn sessions_are_resumed_explicitly() {
    works(&strict(FtpSecurity::Explicit).await).await;
}

#[tokio::test]
async fn sessions_are_resumed_implicitly() {
    works(&strict(FtpSecurity::Implicit).await).await;
}

#[tokio::test]
async fn connections_side_by_side_have_each_their_session() {
    let host = strict(FtpSecurity::Explicit).await;
    let tasks = (0..8_u8).map(|number| {
        let (files, path) = (host.files.clone(), host.path(format!("file {number}")));
        tokio::spawn(async move {
            let content = vec![number; 300_000];
            write_all(&files, &path, WriteMode::New, &content).await.unwrap();
            assert_eq!(read_all(&files, &path, 0).await.unwrap(), content);
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
}

#[tokio::test]
async fn the_talkative_server_works_too() {
    let server = Pyftpdlib::builder().tls().start().await;
    works(&Host::new(Server::Pyftpdlib(server), FtpSecurity::Explicit).await).await;
}

#[tokio::test]
async fn an_unknown_certificate_is_a_question() {
    let server = Vsftpd::builder().tls().start().await;
    let mut asked = access(server.port(), FtpSecurity::Explicit);
    let error = Files::over_ftp(asked.clone()).await.unwrap_err();
    let FileError::CertificateUnknown(shown) = &error else { panic!("{error:?}") };
    assert_eq!(shown.fingerprint, server.fingerprint());
    assert!(!server.log().contains("\"PASS"), "the password was kept back");
    asked.trusted = Some(shown.fingerprint.clone());
    assert!(Files::over_ftp(asked.clone()).await.is_ok());

    let other = "AB:".repeat(31) + "AB";
    asked.trusted = Some(other.clone());
    let error = Files::over_ftp(asked).await.unwrap_err();
    let FileError::CertificateChanged { shown, trusted } = &error else { panic!("{error:?}") };
    assert_eq!((&shown.fingerprint, trusted), (&server.fingerprint(), &other));
}

#[tokio::test]
async fn nothing_falls_back_to_the_clear() {
    let plain = Vsftpd::start().await;
    let error = Files::over_ftp(access(plain.port(), FtpSecurity::Explicit)).await.unwrap_err();
    assert!(matches!(error, FileError::NotEncrypted { .. }), "{error:?}");
    assert!(!plain.log().contains("\"USER"), "no name and no password in the clear");
    for server in [
        Server::Vsftpd(Vsftpd::builder().tls().start().await),
        Server::Pyftpdlib(Pyftpdlib::builder().tls().start().await),
    ] {
        let error = Files::over_ftp(access(server.port(), FtpSecurity::None)).await.unwrap_err();
        assert!(matches!(error, FileError::NotEncrypted { .. }), "{error:?}");
        assert!(error.to_string().contains("FTPS"), "{error}");
    }
    let files = Files::over_ftp(access(plain.port(), FtpSecurity::None)).await.unwrap();
    assert!(plain.log().contains("\"USER"), "the log would have told:\n{}", plain.log());
    assert!(files.list(&RemotePath::root(), ALL).await.is_ok());
}
