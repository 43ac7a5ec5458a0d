//! Files of gigabytes, cut and gone on with, and folders of thousands, on the real binary: every byte is what it was, what is
//! not whole does not look whole, and the server's memory stays flat. The long form runs in `make soak`.

use crate::{
    common::{Gauge, PATIENCE, Person, Random, ServerProcess, json, take_in},
    files::{address::encoded, ftp},
};
use bytes::Bytes;
use futures::{Stream, StreamExt, future::ready, stream};
use reqwest::{Body, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use testkit::{
    folder::{Folder, noise},
    ftp::{PASSWORD, Pyftpdlib, Vsftpd},
    sshd::Sshd,
    wait,
};
use tokio::{task::JoinSet, time::sleep};

const MIB: u64 = 1024 * 1024;

/// How much more memory than at rest a transfer may take.
const FLAT: u64 = 64 * MIB;

/// The content comes in blocks of this size; each has its number in front, so that no two are alike.
const BLOCK: u64 = 256 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_again_and_again_is_what_it_was() {
    moves(Kind::Sshd, 24 * MIB, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_it_is_over_ftps() {
    moves(Kind::Vsftpd, 24 * MIB, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "moves gigabytes; `make soak` runs it"]
async fn four_gibibytes_both_ways_with_ten_cuts_and_flat_memory() {
    for kind in [Kind::Sshd, Kind::Vsftpd, Kind::Pyftpdlib] {
        moves(kind, 4096 * MIB, 10).await;
    }
}

async fn moves(kind: Kind, size: u64, cuts: usize) {
    let data = tempfile::tempdir().unwrap();
    let server = ServerProcess::with(data.path(), &[("BERTH_HOSTS_LINK_IDLE", "1m")]);
    let place = Place::on(kind, server.admin().await).await;
    let mut random = Random::new(20_261_121);

    // What is there when everything has been used once is the base.
    place.up("warm", 8 * MIB, Vec::new()).await;
    place.down("warm", 8 * MIB, Vec::new()).await;
    let gauge = Gauge::of(server.id(), data.path());
    let (base, peak) = (gauge.memory(), Peak::watch(gauge));
    let mut places = || Cut::draw(&mut random, size, cuts, kind);
    place.up("large", size, places()).await;
    assert_eq!(place.folder.names(), ["large", "warm"]);
    place.down("large", size, places()).await;
    let grown = peak.above(base);
    println!("{kind:?}, {} MiB both ways: memory {} MiB, at most {} MiB more", size / MIB, base / MIB, grown / MIB);
    assert!(grown <= FLAT, "{grown} bytes more than the base of {base}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_of_hundreds_goes_up_comes_as_a_tar_and_goes() {
    crowd(300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "moves 20,000 files; `make soak` runs it"]
async fn a_folder_of_twenty_thousand_goes_up_comes_as_a_tar_and_goes() {
    crowd(20_000).await;
}

async fn crowd(count: usize) {
    let data = tempfile::tempdir().unwrap();
    let server = ServerProcess::with(data.path(), &[("BERTH_HOSTS_LINK_IDLE", "1m")]);
    let place = Arc::new(Place::on(Kind::Sshd, server.admin().await).await);
    place.up("warm", MIB, Vec::new()).await;
    let gauge = Gauge::of(server.id(), data.path());
    let (base, peak) = (gauge.memory(), Peak::watch(gauge));

    let folder = json!({"path": place.path("many")});
    json(place.admin.post(&place.url("folder"), folder).await, StatusCode::CREATED).await;
    let mut uploads = JoinSet::new();
    for number in 0..count {
        if uploads.len() == 8 {
            uploads.join_next().await.unwrap().unwrap();
        }
        let place = place.clone();
        uploads.spawn(async move { place.small(number).await });
    }
    uploads.join_all().await;

    let tar = place.admin.get(&format!("{}?path={}", place.url("archive"), encoded(&place.path("many")))).await;
    assert_eq!(tar.status(), StatusCode::OK);
    let (mut stream, mut length) = (tar.bytes_stream(), 0);
    while let Some(bytes) = stream.next().await {
        length += bytes.unwrap().len();
    }
    // A header and a block of content each.
    assert!(length >= count * 1024, "{length}");

    let paths = json!({"paths": [place.path("many")]});
    let counted = json(place.admin.post(&place.url("count"), paths.clone()).await, StatusCode::OK).await;
    assert_eq!((&counted["files"], &counted["folders"]), (&json!(count), &json!(1)), "{counted}");
    let begun = json(place.admin.post(&place.url("delete"), paths).await, StatusCode::ACCEPTED).await;
    let transfer = format!("/api/transfers/{}", begun["id"].as_str().unwrap());
    let state = async || json(place.admin.get(&transfer).await, StatusCode::OK).await;
    wait::until("all to be deleted", 10 * PATIENCE, || async { state().await["state"] == "done" }).await;
    assert_eq!(place.folder.names(), ["warm"]);
    let grown = peak.above(base);
    println!("{count} files: memory {} MiB, at most {} MiB more", base / MIB, grown / MIB);
    assert!(grown <= FLAT, "{grown} bytes more than the base of {base}");
}

/// The server is killed in the middle of both ways; the next one goes on from what the host has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_leaves_nothing_that_looks_whole() {
    const SIZE: u64 = 16 * MIB;
    let data = tempfile::tempdir().unwrap();
    let mut server = ServerProcess::start(data.path());
    let mut place = Place::on(Kind::Sshd, server.admin().await).await;
    let kill = |server: &ServerProcess| server.signal("KILL");

    let body = Body::wrap_stream(content(0, SIZE).inspect({
        let (pid, mut sent) = (server.id().to_string(), 0);
        move |bytes| {
            sent += bytes.as_ref().map_or(0, Bytes::len) as u64;
            if sent == SIZE / 2 {
                let killed = std::process::Command::new("kill").args(["-s", "KILL", &pid]).status();
                assert!(killed.unwrap().success());
            }
        }
    }));
    assert!(place.put("large", 0, SIZE, body).await.is_err(), "nobody answers");
    assert_eq!(place.folder.names(), ["large.berth-part"]);
    server = ServerProcess::start(data.path());
    place.admin = server.admin().await;
    place.up("large", SIZE, Vec::new()).await;

    let mut answer = place.get("large", 0).await;
    assert!(answer.chunk().await.unwrap().is_some());
    kill(&server);
    let broken = async {
        while answer.chunk().await?.is_some() {}
        Ok::<_, reqwest::Error>(())
    };
    assert!(broken.await.is_err(), "what is cut does not look whole");
    server = ServerProcess::start(data.path());
    place.admin = server.admin().await;
    place.down("large", SIZE, Vec::new()).await;
    drop(server);
}

/// What a host runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sshd,
    /// It requires that the session of TLS is taken up again.
    Vsftpd,
    /// All its sessions are in one process: it cannot cut one.
    Pyftpdlib,
}

/// A folder on a host, and how its connections are cut.
struct Place {
    admin: Person,
    host: String,
    folder: Folder,
    cut: Arc<dyn Fn() + Send + Sync>,
}

/// Where a transfer breaks, and whose side it is.
#[derive(Debug, Clone, Copy)]
struct Cut {
    at: u64,
    by_host: bool,
}

impl Cut {
    fn draw(random: &mut Random, size: u64, count: usize, kind: Kind) -> Vec<Self> {
        let mebibytes = size / MIB;
        let mut draw = |number: usize| Self {
            at: random.below(mebibytes) * MIB + 7,
            by_host: kind != Kind::Pyftpdlib && number.is_multiple_of(2),
        };
        let mut cuts: Vec<_> = (0..count).map(&mut draw).collect();
        cuts.sort_by_key(|cut| cut.at);
        cuts
    }
}

impl Place {
    /// On a host of its own, which ends with it.
    async fn on(kind: Kind, admin: Person) -> Self {
        let ftp = async |port: u16, fingerprint: String| {
            let host = ftp::take_in(&admin, port, "ftps", PASSWORD).await;
            ftp::trust(&admin, &host, &fingerprint).await;
            host
        };
        let (host, cut): (_, Arc<dyn Fn() + Send + Sync>) = match kind {
            Kind::Sshd => {
                let sshd = Sshd::start().await;
                (take_in(&admin, &sshd).await, Arc::new(move || sshd.kill_sessions()))
            }
            Kind::Vsftpd => {
                let ftpd = Vsftpd::builder().tls().start().await;
                (ftp(ftpd.port(), ftpd.fingerprint()).await, Arc::new(move || ftpd.kill_sessions()))
            }
            Kind::Pyftpdlib => {
                let ftpd = Pyftpdlib::builder().tls().start().await;
                (ftp(ftpd.port(), ftpd.fingerprint()).await, Arc::new(move || _ = &ftpd))
            }
        };
        Self { admin, host, folder: Folder::new(), cut }
    }

    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.folder.text())
    }

    fn url(&self, what: &str) -> String {
        format!("/api/hosts/{}/files/{what}", self.host)
    }

    async fn get(&self, name: &str, from: u64) -> Response {
        let path = format!("{}?path={}", self.url("content"), encoded(&self.path(name)));
        let get = async || {
            let request = self.admin.request(Method::GET, &path).header("range", format!("bytes={from}-"));
            request.send().await.unwrap()
        };
        // Just after a cut the next way to the host has to be made.
        wait::until("the host to answer again", PATIENCE, || async {
            get().await.status() == StatusCode::PARTIAL_CONTENT
        })
        .await;
        get().await
    }

    async fn put(&self, name: &str, offset: u64, total: u64, body: Body) -> Result<Response, reqwest::Error> {
        let path = encoded(&self.path(name));
        let path = format!("{}?path={path}&offset={offset}&total={total}", self.url("content"));
        self.admin.request(Method::PUT, &path).body(body).send().await
    }

    /// How much of an upload the host has.
    async fn written(&self, name: &str) -> u64 {
        let path = format!("{}?path={}", self.url("upload"), encoded(&self.path(name)));
        let get = async || self.admin.get(&path).await;
        wait::until("the host to answer again", PATIENCE, || async { get().await.status() == StatusCode::OK }).await;
        json(get().await, StatusCode::OK).await["offset"].as_u64().unwrap()
    }

    /// Sends a file, from where it was cut each time; the host has what was sent.
    async fn up(&self, name: &str, size: u64, mut cuts: Vec<Cut>) {
        loop {
            let offset = self.written(name).await;
            cuts.retain(|cut| cut.at > offset);
            if offset == size {
                break;
            }
            let cut = (!cuts.is_empty()).then(|| cuts.remove(0));
            let answer = self.put(name, offset, size, self.body(offset, size, cut)).await;
            let is_whole = answer.is_ok_and(|answer| answer.status() == StatusCode::OK);
            assert!(is_whole || cut.is_some(), "only what is cut breaks");
            // A cut may come before there is a part; the name itself comes last.
            assert!(!self.folder.names().contains(&name.to_owned()), "it does not look whole");
        }
        let request = json!({"path": self.path(name), "total": size, "sha256": hash(size).await});
        let finished = self.admin.post(&self.url("finish"), request).await;
        assert_eq!(json(finished, StatusCode::OK).await["size"], size);
    }

    /// A body that breaks where it is cut by this side; cut by the host it goes on.
    fn body(&self, offset: u64, size: u64, cut: Option<Cut>) -> Body {
        let Some(cut) = cut else { return Body::wrap_stream(content(offset, size)) };
        let (before, after) = (content(offset, cut.at), content(cut.at, size));
        if !cut.by_host {
            let broken = stream::iter([Err(io::Error::other("the network went away"))]);
            return Body::wrap_stream(before.chain(broken));
        }
        let cut = Arc::clone(&self.cut);
        let silent = stream::once(async move { cut() }).filter_map(|()| ready(None));
        Body::wrap_stream(before.chain(silent).chain(after))
    }

    /// Fetches a file, from where it was cut each time.
    async fn down(&self, name: &str, size: u64, mut cuts: Vec<Cut>) {
        let (mut digest, mut got) = (Sha256::new(), 0);
        while got < size {
            cuts.retain(|cut| cut.at > got);
            let cut = (!cuts.is_empty()).then(|| cuts.remove(0));
            let mut answer = self.get(name, got).await;
            let mut is_cut = false;
            while let Ok(Some(bytes)) = answer.chunk().await {
                digest.update(&bytes);
                got += bytes.len() as u64;
                if let Some(cut) = cut.filter(|cut| !is_cut && got >= cut.at) {
                    is_cut = true;
                    if !cut.by_host {
                        break;
                    }
                    (self.cut)();
                }
            }
            assert!(is_cut || got == size, "only what is cut breaks: {got} of {size}");
        }
        assert_eq!(hex(digest), hash(size).await);
    }

    /// One small file, with its number in it.
    async fn small(&self, number: usize) {
        let (name, content) = (format!("many/{number}"), format!("the content of {number}"));
        let total = content.len() as u64;
        let put = self.put(&name, 0, total, content.into()).await.unwrap();
        assert_eq!(put.status(), StatusCode::OK);
        let request = json!({"path": self.path(&name), "total": total});
        let _: Value = json(self.admin.post(&self.url("finish"), request).await, StatusCode::OK).await;
    }
}

/// The bytes of every file here between two offsets.
fn content(from: u64, to: u64) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let noise = Arc::new(noise(BLOCK as usize));
    let blocks = from / BLOCK..to.div_ceil(BLOCK);
    stream::iter(blocks.map(move |number| {
        let mut block = noise.as_ref().clone();
        block[..8].copy_from_slice(&number.to_le_bytes());
        let begin = number * BLOCK;
        let (first, last) = (from.saturating_sub(begin), (to - begin).min(BLOCK));
        Ok(Bytes::from(block).slice(first as usize..last as usize))
    }))
}

async fn hash(size: u64) -> String {
    let digest = content(0, size).fold(Sha256::new(), async |digest, bytes| digest.chain_update(bytes.unwrap()));
    hex(digest.await)
}

fn hex(digest: Sha256) -> String {
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The most memory that was seen.
struct Peak(Arc<AtomicU64>);

impl Peak {
    fn watch(gauge: Gauge) -> Self {
        let peak = Arc::new(AtomicU64::new(0));
        let seen = Arc::downgrade(&peak);
        tokio::spawn(async move {
            while let Some(seen) = seen.upgrade() {
                seen.fetch_max(gauge.memory(), Relaxed);
                drop(seen);
                sleep(Duration::from_millis(50)).await;
            }
        });
        Self(peak)
    }

    fn above(&self, base: u64) -> u64 {
        self.0.load(Relaxed).saturating_sub(base)
    }
}
