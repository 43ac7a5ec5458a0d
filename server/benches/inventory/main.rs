//! Ten thousand hosts in four hundred folders, over HTTP: what a page asks for while somebody works with them.
//! `make bench`, or `cargo bench --workspace --exclude frontend --bench inventory`.
//!
//! Each figure is a request of the real server as people run it, signed in by a token. The yardstick is `GET /healthz` in the same
//! run, in turns: what any request costs on this machine. Nothing is asserted.

#[path = "../terminal/rest.rs"]
#[allow(dead_code, reason = "the bench of terminals uses more of it")]
mod rest;
#[path = "../terminal/server.rs"]
#[allow(dead_code, reason = "the bench of terminals uses more of it")]
mod server;

use rest::Rest;
use serde_json::{Value, json};
use server::Server;
use std::{error::Error, fs, process::ExitCode, time::Instant};
use testkit::{
    keygen::{KeySpec, make_key},
    sshd::Sshd,
};
use tokio::runtime::Runtime;

/// What can go wrong here is told to a person and to nobody else.
type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const HOSTS: usize = 10_000;
const FOLDERS: usize = 400;
const MOVED: usize = 1_000;
const ROUNDS: usize = 60;

/// What people type, letter by letter.
const TYPED: [&str; 5] = ["core-sw-0412", "10.42.7", "zurich rack", "arista edge", "coer-sw"];

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("the bench broke off: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let sshd = runtime.block_on(Sshd::start());
    let key = make_key(KeySpec::default());
    sshd.authorize(&key.public);
    let server = Server::start(runtime.handle(), &key, sshd.port(), "5m")?;
    let bench = Bench::new(&runtime, &server)?;
    println!("{:<34} {:>8} {:>8} {:>8} {:>8}", "", "p50 ms", "p95 ms", "x p50", "x p95");
    println!("memory before: {} MiB", memory(&server)?);
    let begun = Instant::now();
    let report = bench.rest.post("/api/inventory/import?form=yaml", &inventory())?;
    println!("import of {} hosts: {:.2} s", report["added"], begun.elapsed().as_secs_f64());
    bench.lists()?;
    bench.moves()?;
    println!("memory after: {} MiB", memory(&server)?);
    Ok(())
}

struct Bench<'a> {
    rest: &'a Rest,
    client: reqwest::Client,
    runtime: &'a Runtime,
}

impl<'a> Bench<'a> {
    fn new(runtime: &'a Runtime, server: &'a Server) -> Result<Self> {
        Ok(Self { rest: server.rest(), client: reqwest::Client::builder().no_proxy().build()?, runtime })
    }

    fn lists(&self) -> Result<()> {
        let list = |request: Value| self.rest.post("/api/hosts/list", &request).map(drop);
        let grouped = json!({"group": "folder"});
        self.report("first window, by folder", ROUNDS, |_| list(json!({"arrangement": grouped, "limit": 100})))?;
        let deep = json!({"arrangement": grouped, "limit": 100, "offset": 9000});
        self.report("deep window, by folder", ROUNDS, |_| list(deep.clone()))?;
        let sorted = json!({"arrangement": {"sort": "address", "descending": true}, "limit": 100, "offset": 5000});
        self.report("window, sorted by address", ROUNDS, |_| list(sorted.clone()))?;
        let by_tag = json!({"arrangement": {"group": "tag"}, "limit": 100});
        self.report("window, by tag", ROUNDS, |_| list(by_tag.clone()))?;
        let keys: Vec<String> =
            TYPED.iter().flat_map(|text| (1..=text.len()).map(|end| text[..end].to_owned())).collect();
        self.report("search, letter by letter", 2 * keys.len(), |at| {
            list(json!({"filter": {"search": keys[at % keys.len()]}, "limit": 50}))
        })?;
        let slip = json!({"filter": {"search": "zruich"}, "limit": 50});
        self.report("search with a slip", ROUNDS, |_| list(slip.clone()))?;
        // A change before each: what is kept in memory is read anew.
        let first = self.rest.post("/api/hosts/list", &json!({"limit": 1}))?;
        let id = first["rows"][0]["id"].as_str().ok_or("no host")?.to_owned();
        self.report("one mark, then the first window", ROUNDS / 2, |at| {
            let change = json!({"selection": {"kind": "hosts", "ids": [id]}, "change": {"kind": "favourite", "on": at % 2 == 0}});
            self.rest.post("/api/hosts/bulk", &change)?;
            list(json!({"arrangement": grouped, "limit": 100}))
        })
    }

    fn moves(&self) -> Result<()> {
        let page = self.rest.post("/api/hosts/list", &json!({"limit": MOVED}))?;
        let ids: Vec<&Value> = page["rows"].as_array().ok_or("no rows")?.iter().map(|row| &row["id"]).collect();
        let made = |name: &str| {
            let folder = self.rest.post("/api/folders", &json!({"name": name}))?;
            Ok::<_, Box<dyn Error + Send + Sync>>(folder["id"].clone())
        };
        let folders = [made("Here")?, made("There")?];
        self.report("bulk move of 1,000", ROUNDS / 2, |at| {
            let change = json!({"kind": "move", "folder_id": folders[at % 2]});
            let report = self
                .rest
                .post("/api/hosts/bulk", &json!({"selection": {"kind": "hosts", "ids": ids}, "change": change}))?;
            if report["changed"].as_u64() == Some(MOVED as u64) {
                Ok(())
            } else {
                Err(format!("moved: {report}").into())
            }
        })
    }

    /// Takes both in turns, and tells of them.
    fn report(&self, name: &str, rounds: usize, mut work: impl FnMut(usize) -> Result<()>) -> Result<()> {
        let (mut taken, mut yardstick) = (Vec::new(), Vec::new());
        for at in 0..rounds {
            taken.push(timed(|| work(at))?);
            yardstick.push(timed(|| self.healthz())?);
        }
        let [p50, p95] = [50, 95].map(|percent| percentile(&mut taken, percent));
        let [base50, base95] = [50, 95].map(|percent| percentile(&mut yardstick, percent));
        println!("{name:<34} {p50:>8.2} {p95:>8.2} {:>8.1} {:>8.1}", p50 / base50, p95 / base95);
        Ok(())
    }

    fn healthz(&self) -> Result<()> {
        let url = format!("http://{}/healthz", self.rest.address());
        self.runtime.block_on(async { self.client.get(url).send().await?.bytes().await })?;
        Ok(())
    }
}

fn timed(work: impl FnOnce() -> Result<()>) -> Result<f64> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
}

/// What of the process lies in memory.
fn memory(server: &Server) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", server.process()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.split_whitespace().next().ok_or("no number")?.parse::<u64>()? / 1024)
}

/// The inventory as a document of folders and sessions; JSON is YAML as well.
fn inventory() -> Value {
    let sites = ["zurich", "geneva", "berlin", "paris", "lisbon", "oslo", "madrid", "vienna", "rome", "athens"];
    let vendors = ["Arista", "Cisco", "Juniper", "Nokia"];
    let roles = ["core", "edge", "access", "spine"];
    let each = HOSTS / FOLDERS;
    let folders = (0..FOLDERS).map(|folder| {
        let sessions: Vec<Value> = (0..each)
            .map(|at| {
                let number = folder * each + at;
                json!({
                    "display_name": format!("{}-sw-{number:04}", roles[number % 4]),
                    "host": format!("10.{}.{}.{}", number / 2500 + 40, number / 50 % 50, number % 50 + 1),
                    "port": "22",
                    "DeviceType": "switch",
                    "Vendor": vendors[number % 4],
                    "Model": format!("M-{}", number % 17),
                    "SerialNumber": format!("SN{number:08}"),
                    "SoftwareVersion": format!("4.{}", number % 9),
                })
            })
            .collect();
        json!({"folder_name": format!("{} / Rack {folder}", sites[folder % 10]), "sessions": sessions})
    });
    Value::Array(folders.collect())
}
