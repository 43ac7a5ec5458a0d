//! A server that does what no real one does.

use super::host::{PATIENCE, access};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    time::timeout,
};
use transport::{FileError, Files, FtpSecurity};
use wire::files::RemotePath;

/// Answers each line with the next of these, then closes.
async fn server(answers: &'static [&'static str]) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        for answer in answers {
            stream.write_all(answer.as_bytes()).await.unwrap();
            let mut line = String::new();
            if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
        }
    });
    port
}

async fn failure(answers: &'static [&'static str], security: FtpSecurity) -> FileError {
    let port = server(answers).await;
    timeout(PATIENCE, Files::over_ftp(access(port, security))).await.unwrap().unwrap_err()
}

#[tokio::test]
async fn what_is_slipped_in_before_tls_ends_it() {
    let error = failure(&["220 hi\r\n", "234 go on\r\n331 injected\r\n"], FtpSecurity::Explicit).await;
    assert!(matches!(error, FileError::NotEncrypted { .. }), "{error:?}");
}

#[tokio::test]
async fn a_server_that_leaves_is_lost() {
    let error = failure(&["220 hi\r\n", "331 password?\r\n", "421 bye\r\n"], FtpSecurity::None).await;
    assert!(error.is_lost(), "{error:?}");
    let error = failure(&["220 hi\r\n", "331 "], FtpSecurity::None).await;
    assert!(error.is_lost(), "{error:?}");
}

#[tokio::test]
async fn one_that_is_full_says_so() {
    let error = failure(&["421 There are too many connections.\r\n"], FtpSecurity::None).await;
    assert!(error.to_string().contains("too many"), "{error}");
}

/// Files by path, on a server that renames over nothing, and gives what is called `stuck` no other name. Its folder `/link` is
/// `/folder`.
#[derive(Clone, Default)]
struct Stubborn(Arc<Mutex<BTreeMap<String, String>>>);

impl Stubborn {
    async fn serve(&self) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let files = self.clone();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let (mut answer, mut here, mut from) = ("220 hi".to_owned(), "/".to_owned(), String::new());
            loop {
                stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return;
                }
                let (verb, path) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
                answer = files.answer(verb, &path.replace("/link", "/folder"), &mut here, &mut from);
            }
        });
        port
    }

    fn answer(&self, verb: &str, path: &str, here: &mut String, from: &mut String) -> String {
        let mut files = self.0.lock().unwrap();
        match (verb, files.get(path).cloned()) {
            ("USER" | "TYPE" | "NOOP", _) => "230 yes".to_owned(),
            ("FEAT", _) => "211-can\r\n MLST type*;size*;\r\n211 end".to_owned(),
            ("CWD", None) if ["/", "/folder"].contains(&path) => {
                path.clone_into(here);
                "250 there".to_owned()
            }
            ("PWD", _) => format!("257 \"{here}\""),
            ("MLST", None) if path == "/pipe" => "250-is\r\n type=OS.unix=pipe; /pipe\r\n250 end".to_owned(),
            ("MLST", Some(content)) => format!("250-is\r\n type=file;size={}; {path}\r\n250 end", content.len()),
            ("RNFR", Some(_)) => {
                path.clone_into(from);
                "350 to what?".to_owned()
            }
            ("RNTO", None) if !from.ends_with("stuck") => {
                let content = files.remove(from).unwrap();
                files.insert(path.to_owned(), content);
                "250 renamed".to_owned()
            }
            ("DELE", Some(_)) => {
                files.remove(path);
                "250 deleted".to_owned()
            }
            _ => "550 no".to_owned(),
        }
    }

    fn all(&self) -> Vec<(String, String)> {
        self.0.lock().unwrap().clone().into_iter().collect()
    }
}

#[tokio::test]
async fn replacing_where_a_server_refuses_it_loses_nothing() {
    let server = Stubborn::default();
    let pair = |path: &str, content: &str| (path.to_owned(), content.to_owned());
    let all = [pair("/folder/file", "old"), pair("/folder/new", "new"), pair("/folder/stuck", "stuck")];
    server.0.lock().unwrap().extend(all.clone());
    let files = Files::over_ftp(access(server.serve().await, FtpSecurity::None)).await.unwrap();
    let at = |path: &str| path.parse::<RemotePath>().unwrap();
    for itself in ["/folder/file", "/link/file"] {
        files.rename(&at("/folder/file"), &at(itself), true).await.unwrap();
        assert_eq!(server.all(), all, "onto itself");
    }
    files.rename(&at("/folder/stuck"), &at("/folder/file"), true).await.unwrap_err();
    assert_eq!(server.all(), all, "it is put back");
    files.rename(&at("/folder/new"), &at("/link/file"), true).await.unwrap();
    assert_eq!(server.all(), [pair("/folder/file", "new"), pair("/folder/stuck", "stuck")]);
}

#[tokio::test]
async fn what_is_said_to_be_no_file_is_not_read() {
    let files = Files::over_ftp(access(Stubborn::default().serve().await, FtpSecurity::None)).await.unwrap();
    let path: RemotePath = "/pipe".parse().unwrap();
    assert_eq!(files.open_read(&path, 0).await.unwrap_err(), FileError::NotAFile { path });
}
