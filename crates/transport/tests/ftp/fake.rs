//! A server that does what no real one does.

use super::host::{PATIENCE, access};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    time::timeout,
};
use transport::{FileError, Files, FtpSecurity};

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
