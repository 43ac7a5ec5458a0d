//! Up and down: parts, ranges, conflicts, and what is left when it breaks.

use super::{Folder, encoded, lab};
use crate::common::{Lab, PATIENCE, Person, fault, json};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{fs, process::Command};
use testkit::{
    folder::{give, noise},
    wait,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One body of an upload.
pub(super) async fn put(person: &Person, host: &str, path: &str, offset: u64, total: u64, body: Vec<u8>) -> Response {
    let path = format!("/api/hosts/{host}/files/content?path={}&offset={offset}&total={total}", encoded(path));
    person.request(Method::PUT, &path).body(body).send().await.unwrap()
}

/// Gives an upload its name.
async fn finish(lab: &Lab, path: &str, total: u64, more: Value) -> Response {
    let mut request = json!({"path": path, "total": total});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    lab.admin.post(&format!("/api/hosts/{}/files/finish", lab.host), request).await
}

/// A whole upload.
pub(super) async fn upload(lab: &Lab, path: &str, body: Vec<u8>, more: Value) -> Value {
    let total = body.len() as u64;
    json(put(&lab.admin, &lab.host, path, 0, total, body).await, StatusCode::OK).await;
    json(finish(lab, path, total, more).await, StatusCode::OK).await
}

async fn state(lab: &Lab, path: &str) -> Value {
    let path = format!("/api/hosts/{}/files/upload?path={}", lab.host, encoded(path));
    json(lab.admin.get(&path).await, StatusCode::OK).await
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_file_goes_down_whole_in_part_and_not_again() {
    let lab = lab().await;
    let folder = Folder::new();
    let content = noise(3_000_000);
    folder.put("naïve \"data\".bin", &content);
    let path = format!(
        "/api/hosts/{}/files/content?path={}",
        lab.host,
        encoded(&format!("{}/naïve \"data\".bin", folder.text()))
    );
    let get = |headers: &[(&str, &str)]| {
        let request = lab.admin.request(Method::GET, &path);
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send()
    };
    let whole = get(&[]).await.unwrap();
    let header = |answer: &Response, name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(&whole, "content-length"), "3000000");
    assert_eq!(header(&whole, "content-type"), "application/octet-stream");
    assert_eq!(header(&whole, "x-content-type-options"), "nosniff");
    let disposition = header(&whole, "content-disposition");
    assert!(
        disposition.starts_with("attachment; ")
            && disposition.ends_with("filename*=UTF-8''na%C3%AFve%20%22data%22.bin")
    );
    let tag = header(&whole, "etag");
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    assert_eq!(whole.bytes().await.unwrap(), content);

    let part = get(&[("range", "bytes=1000000-1000009"), ("if-range", &tag)]).await.unwrap();
    assert_eq!(
        (part.status(), header(&part, "content-range")),
        (StatusCode::PARTIAL_CONTENT, "bytes 1000000-1000009/3000000".to_owned())
    );
    assert_eq!(part.bytes().await.unwrap(), content[1_000_000..1_000_010]);
    let rest = get(&[("range", "bytes=2999000-")]).await.unwrap();
    assert_eq!(rest.bytes().await.unwrap(), content[2_999_000..]);
    let other = get(&[("range", "bytes=5-"), ("if-range", "\"another\"")]).await.unwrap();
    assert_eq!((other.status(), header(&other, "content-length")), (StatusCode::OK, "3000000".to_owned()));
    assert_eq!(get(&[("if-none-match", &tag)]).await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let behind = get(&[("range", "bytes=3000000-")]).await.unwrap();
    assert_eq!(header(&behind, "content-range"), "bytes */3000000");
    fault(behind, StatusCode::RANGE_NOT_SATISFIABLE, "bad_input").await;
}

#[tokio::test]
async fn what_is_shown_runs_nothing() {
    let lab = lab().await;
    let folder = Folder::new();
    folder.put("a.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
    folder.put("a.html", "<script>alert(1)</script>");
    let get = async |name: &str| {
        let path = encoded(&format!("{}/{name}", folder.text()));
        let answer = lab.admin.get(&format!("/api/hosts/{}/files/content?preview=true&path={path}", lab.host)).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        (header("content-type"), header("content-disposition"), header("content-security-policy"))
    };
    let (kind, way, policy) = get("a.svg").await;
    assert!(kind == "image/svg+xml" && way.starts_with("inline"), "{kind} {way}");
    assert!(policy.contains("sandbox") && policy.contains("default-src 'none'") && !policy.contains("script-src"));
    let (kind, way, _) = get("a.html").await;
    assert!(kind == "application/octet-stream" && way.starts_with("attachment"), "{kind} {way}");
}

#[tokio::test]
async fn an_upload_in_pieces_gets_its_name_when_it_is_whole() {
    let lab = lab().await;
    let folder = Folder::new();
    let (content, path) = (noise(5_000_000), format!("{}/up.bin", folder.text()));
    let total = content.len() as u64;
    assert_eq!(state(&lab, &path).await, json!({"offset": 0, "exists": null}));
    let first =
        json(put(&lab.admin, &lab.host, &path, 0, total, content[..2_000_000].to_vec()).await, StatusCode::OK).await;
    assert_eq!(first["offset"], 2_000_000);
    assert_eq!(folder.names(), ["up.bin.berth-part"], "it does not look whole");
    fault(finish(&lab, &path, total, json!({})).await, StatusCode::CONFLICT, "conflict").await;
    let gap = put(&lab.admin, &lab.host, &path, 2_000_001, total, vec![1]).await;
    assert!(fault(gap, StatusCode::CONFLICT, "conflict").await["detail"].as_str().unwrap().contains("2000000"));
    let long = put(&lab.admin, &lab.host, &path, 2_000_000, 2_000_001, vec![1, 2]).await;
    fault(long, StatusCode::BAD_REQUEST, "bad_input").await;
    assert_eq!(state(&lab, &path).await["offset"], 2_000_000);
    json(put(&lab.admin, &lab.host, &path, 2_000_000, total, content[2_000_000..].to_vec()).await, StatusCode::OK)
        .await;
    let wrong = finish(&lab, &path, total, json!({"sha256": sha256(b"another")})).await;
    fault(wrong, StatusCode::CONFLICT, "conflict").await;
    let more = json!({"sha256": sha256(&content), "modified": "2001-02-03T04:05:06Z"});
    let entry = json(finish(&lab, &path, total, more).await, StatusCode::OK).await;
    assert_eq!((&entry["name"], &entry["modified"]), (&json!("up.bin"), &json!("2001-02-03T04:05:06Z")));
    assert!(fs::read(folder.at("up.bin")).unwrap() == content);
    assert_eq!(folder.names(), ["up.bin"]);
}

#[tokio::test]
async fn an_upload_that_is_given_up_leaves_nothing() {
    let lab = lab().await;
    let folder = Folder::new();
    let path = format!("{}/up.bin", folder.text());
    json(put(&lab.admin, &lab.host, &path, 0, 10, vec![1; 5]).await, StatusCode::OK).await;
    assert_eq!(folder.names(), ["up.bin.berth-part"]);
    let given_up = format!("/api/hosts/{}/files/upload?path={}", lab.host, encoded(&path));
    for _ in 0..2 {
        assert_eq!(lab.admin.delete(&given_up).await.status(), StatusCode::NO_CONTENT);
        assert!(folder.names().is_empty());
    }
    assert_eq!(state(&lab, &path).await["offset"], 0);
}

#[tokio::test]
async fn a_taken_name_is_kept_replaced_or_numbered() {
    let lab = lab().await;
    let folder = Folder::new();
    let (path, at) = (format!("{}/a.txt", folder.text()), folder.put("a.txt", "old"));
    fs::set_permissions(&at, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    let exists = &state(&lab, &path).await["exists"];
    assert_eq!(exists["size"], 3);
    json(put(&lab.admin, &lab.host, &path, 0, 3, b"new".to_vec()).await, StatusCode::OK).await;
    fault(finish(&lab, &path, 3, json!({})).await, StatusCode::CONFLICT, "exists").await;
    assert_eq!(fs::read(&at).unwrap(), b"old");
    let both = json(finish(&lab, &path, 3, json!({"conflict": "keep_both"})).await, StatusCode::OK).await;
    assert_eq!(both["name"], "a (2).txt");
    upload(&lab, &path, b"newer".to_vec(), json!({"conflict": "replace"})).await;
    assert_eq!(fs::read(&at).unwrap(), b"newer");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&at).unwrap().permissions()) & 0o777, 0o640);
    upload(&lab, &path, b"newest".to_vec(), json!({"conflict": "skip"})).await;
    assert_eq!(fs::read(&at).unwrap(), b"newer");
    assert_eq!(folder.names(), ["a (2).txt", "a.txt"]);
    upload(&lab, &format!("{}/empty", folder.text()), Vec::new(), json!({})).await;
    assert_eq!(fs::read(folder.at("empty")).unwrap(), b"");
}

#[tokio::test]
async fn a_body_that_ends_early_leaves_a_part_to_go_on_from() {
    let lab = lab().await;
    let folder = Folder::new();
    let (content, path) = (noise(3_000_000), format!("{}/cut", folder.text()));
    let token = lab.admin.make_token("cut").await;
    let mut socket = TcpStream::connect(lab.server.address()).await.unwrap();
    let head = format!(
        "PUT /api/hosts/{}/files/content?path={}&total=3000000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 3000000\r\n\r\n",
        lab.host,
        encoded(&path)
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.write_all(&content[..1_000_000]).await.unwrap();
    let part = folder.at("cut.berth-part");
    wait::until("what came to be written", PATIENCE, || async {
        fs::metadata(&part).is_ok_and(|part| part.len() > 500_000)
    })
    .await;
    drop(socket);
    wait::until("all that came to be there", PATIENCE, || async { state(&lab, &path).await["offset"] == 1_000_000 })
        .await;
    assert_eq!(folder.names(), ["cut.berth-part"]);
    json(put(&lab.admin, &lab.host, &path, 1_000_000, 3_000_000, content[1_000_000..].to_vec()).await, StatusCode::OK)
        .await;
    json(finish(&lab, &path, 3_000_000, json!({"sha256": sha256(&content)})).await, StatusCode::OK).await;
    assert!(fs::read(folder.at("cut")).unwrap() == content);
}

#[tokio::test]
async fn one_that_is_begun_again_takes_over_from_the_one_that_hangs() {
    let lab = lab().await;
    let folder = Folder::new();
    let path = format!("{}/again", folder.text());
    let token = lab.admin.make_token("again").await;
    let mut hanging = TcpStream::connect(lab.server.address()).await.unwrap();
    let head = format!(
        "PUT /api/hosts/{}/files/content?path={}&total=10 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 10\r\n\r\nabc",
        lab.host,
        encoded(&path)
    );
    hanging.write_all(head.as_bytes()).await.unwrap();
    wait::until("the part", PATIENCE, || async { folder.at("again.berth-part").exists() }).await;
    upload(&lab, &path, b"0123456789".to_vec(), json!({})).await;
    assert_eq!(fs::read(folder.at("again")).unwrap(), b"0123456789");
    let mut answer = [0; 12];
    hanging.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 409");
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_looks_whole() {
    let lab = lab().await;
    let folder = Folder::new();
    let small = folder.at("small");
    fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"]).arg(&small).status().unwrap();
    assert!(mounted.success(), "tests run as root, with the right to mount");
    give(&small);
    let path = format!("{}/large", small.display());
    let answer = put(&lab.admin, &lab.host, &path, 0, 8_000_000, noise(8_000_000)).await;
    let told = fault(answer, StatusCode::BAD_GATEWAY, "disk_full").await;
    let names: Vec<_> = fs::read_dir(&small).unwrap().map(|e| e.unwrap().file_name()).collect();
    let text = format!("{}/text", small.display());
    let saved = lab.admin.request(Method::PUT, &format!("/api/hosts/{}/files/text", lab.host));
    let saved = saved.json(&json!({"path": text, "text": "x".repeat(1_500_000)})).send().await.unwrap();
    let after = fs::read_dir(&small).unwrap().count();
    assert!(Command::new("umount").arg("-l").arg(&small).status().unwrap().success());
    assert_eq!(names, ["large.berth-part"]);
    for (told, path) in [(told, path), (fault(saved, StatusCode::BAD_GATEWAY, "disk_full").await, text)] {
        assert!(told.to_string().contains(&format!("{path}.")) && !told.to_string().contains("berth-part"), "{told}");
    }
    assert_eq!(after, 1, "of a text that could not be saved nothing stays");
}

#[tokio::test]
async fn a_host_that_dies_breaks_both_ways_and_nothing_looks_whole() {
    let mut lab = lab().await;
    let folder = Folder::new();
    folder.put("large", noise(30_000_000));
    let down = format!("/api/hosts/{}/files/content?path={}", lab.host, encoded(&format!("{}/large", folder.text())));
    let mut down = lab.admin.get(&down).await;
    assert!(down.chunk().await.unwrap().is_some());
    let (person, host, path) = (lab.admin.clone(), lab.host.clone(), format!("{}/up", folder.text()));
    let token = person.make_token("die").await;
    let mut up = TcpStream::connect(lab.server.address()).await.unwrap();
    let head = format!(
        "PUT /api/hosts/{host}/files/content?path={}&total=3000000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: 3000000\r\n\r\n",
        encoded(&path)
    );
    up.write_all(head.as_bytes()).await.unwrap();
    up.write_all(&noise(100_000)).await.unwrap();
    wait::until("the part", PATIENCE, || async { folder.at("up.berth-part").exists() }).await;
    lab.sshd.kill_now();
    let broken = async {
        loop {
            match down.chunk().await {
                Ok(Some(_)) => {}
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, broken).await.expect("it ends"),
        "a download that broke does not look whole"
    );
    assert_eq!(folder.names(), ["large", "up.berth-part"]);
    lab.sshd.restart().await;
    wait::until("the host to be back", PATIENCE, || async {
        let path = format!("/api/hosts/{}/files/upload?path={}", lab.host, encoded(&path));
        lab.admin.get(&path).await.status() == StatusCode::OK
    })
    .await;
}
