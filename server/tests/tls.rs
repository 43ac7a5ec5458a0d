//! TLS of the server's own: a given certificate and its renewal, a self-signed one, and who speaks plain HTTP to it.

use crate::common::{PASSWORD, Process, berth};
use rustls::{
    ClientConfig, DigitallySignedStruct, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use std::{
    fs,
    net::SocketAddr,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Looks at the certificate afterwards instead of judging it.
#[derive(Debug)]
struct Whoever;

impl ServerCertVerifier for Whoever {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        aws_lc_rs::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

async fn connect(address: SocketAddr) -> TlsStream<TcpStream> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.dangerous().with_custom_certificate_verifier(Arc::new(Whoever)).with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("berth.test").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

/// The certificate that is shown.
async fn shown(address: SocketAddr) -> Vec<u8> {
    let stream = connect(address).await;
    stream.get_ref().1.peer_certificates().unwrap()[0].to_vec()
}

/// Says something and reads the whole answer.
async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = connect(address).await;
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Some servers end without saying so; what was read counts.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).to_lowercase()
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: berth.test\r\nConnection: close\r\n\r\n")
}

/// Writes a certificate for this name, and its key.
fn write(dir: &Path, name: &str) -> (PathBuf, PathBuf, Vec<u8>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let made = rcgen::CertificateParams::new([name.to_owned()]).unwrap().self_signed(&key).unwrap();
    let (certificate, secret) = (dir.join("given.crt"), dir.join("given.key"));
    fs::write(&certificate, made.pem()).unwrap();
    fs::write(&secret, key.serialize_pem()).unwrap();
    (certificate, secret, made.der().to_vec())
}

#[tokio::test]
async fn a_given_certificate_is_shown_and_a_renewed_one_without_a_restart() {
    let data = tempfile::tempdir().unwrap();
    let (certificate, key, first) = write(data.path(), "berth.test");
    let settings = [("BERTH_TLS_CERTIFICATE", certificate.to_str().unwrap()), ("BERTH_TLS_KEY", key.to_str().unwrap())];
    let (mut process, address) = Process::serve(data.path(), &settings);
    let code = process.set_up_code();
    assert_eq!(shown(address).await, first);
    let healthy = ask(address, &get("/healthz")).await;
    assert!(
        healthy.starts_with("http/1.1 200") && healthy.contains("strict-transport-security: max-age="),
        "{healthy}"
    );

    let body = format!(r#"{{"code":"{code}","username":"ada","password":"{PASSWORD}"}}"#);
    let set_up = format!(
        "POST /api/auth/setup HTTP/1.1\r\nHost: berth.test\r\nOrigin: https://berth.test\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = ask(address, &set_up).await;
    let cookies: Vec<&str> = answer.lines().filter(|line| line.starts_with("set-cookie: ")).collect();
    assert!(cookies.len() == 3 && cookies.iter().all(|cookie| cookie.contains("; secure")), "{answer}");

    let mut before = connect(address).await;
    fs::write(&certificate, "broken").unwrap();
    let log = data.path().join("stderr");
    until(|| fs::read_to_string(&log).unwrap().contains("the certificate of before is still shown")).await;
    assert_eq!(shown(address).await, first);
    let (.., second) = write(data.path(), "renewed.test");
    until(|| fs::read_to_string(&log).unwrap().contains("the certificate was read again")).await;
    assert_eq!(shown(address).await, second);
    before.write_all(get("/healthz").as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    before.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200", "who was connected stays so");
}

#[tokio::test]
async fn a_self_signed_certificate_is_made_once_and_kept() {
    let data = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let (process, address) = Process::serve(data.path(), &[("BERTH_TLS_SELF_SIGNED", "true")]);
        seen.push(shown(address).await);
        let healthy = ask(address, &get("/healthz")).await;
        assert!(healthy.starts_with("http/1.1 200"), "{healthy}");
        assert!(!healthy.contains("strict-transport-security"), "nobody is locked out by a first try: {healthy}");
        let mut check = berth(data.path(), &["healthcheck", "--listen", &address.to_string()]);
        let checked = check.env("BERTH_TLS_SELF_SIGNED", "true").output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        process.stop().await;
    }
    assert_eq!(seen[0], seen[1]);
    let mode = fs::metadata(data.path().join("self-signed.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let kept = CertificateDer::from_pem_file(data.path().join("self-signed.crt")).unwrap();
    assert_eq!(kept.to_vec(), seen[0]);
}

#[tokio::test]
async fn who_speaks_plain_http_is_told_so_and_who_says_nothing_holds_nobody_up() {
    let data = tempfile::tempdir().unwrap();
    let (_process, address) = Process::serve(data.path(), &[("BERTH_TLS_SELF_SIGNED", "true")]);
    let silent = TcpStream::connect(address).await.unwrap();
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(get("/healthz").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // The server closes without reading the request, which may reset the connection behind its answer.
    let _ = plain.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("https://"), "{answer}");
    assert!(ask(address, &get("/healthz")).await.starts_with("http/1.1 200"));
    drop(silent);
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_at_the_start() {
    let data = tempfile::tempdir().unwrap();
    let (certificate, key, _) = write(data.path(), "berth.test");
    let (certificate, key) = (certificate.to_str().unwrap().to_owned(), key.to_str().unwrap().to_owned());
    let start = |settings: &[(&str, &str)]| {
        let mut command = berth(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
        let ended = command.envs(settings.iter().copied()).output().unwrap();
        assert!(!ended.status.success());
        String::from_utf8(ended.stderr).unwrap()
    };
    let alone = start(&[("BERTH_TLS_CERTIFICATE", &certificate)]);
    assert!(alone.contains("tls.key") && alone.contains("key is not"), "{alone}");
    let missing = start(&[("BERTH_TLS_CERTIFICATE", "/nowhere.crt"), ("BERTH_TLS_KEY", &key)]);
    assert!(missing.contains("/nowhere.crt"), "{missing}");
    let other = rcgen::KeyPair::generate().unwrap().serialize_pem();
    fs::write(&key, other).unwrap();
    let strangers = start(&[("BERTH_TLS_CERTIFICATE", &certificate), ("BERTH_TLS_KEY", &key)]);
    assert!(strangers.contains("tls.certificate"), "{strangers}");
}

async fn until(done: impl Fn() -> bool) {
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    patience.await.expect("it happens in a minute");
}
