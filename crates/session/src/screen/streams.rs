//! The model against what real programs write (`tests/streams`), and against xterm.js.

use super::promises::{emulated, rows, settled};
use super::*;
use std::{fs, path::Path, process::Command};

/// A recorded stream and the sizes that the terminal had on the way.
struct Stream {
    name: String,
    bytes: Vec<u8>,
    size: PtySize,
    resizes: Vec<(usize, PtySize)>,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/streams"))
}

fn streams() -> Vec<Stream> {
    let table: serde_json::Value = serde_json::from_slice(&fs::read(folder().join("streams.json")).unwrap()).unwrap();
    let number = |value: &serde_json::Value| u16::try_from(value.as_u64().unwrap()).unwrap();
    let size = |cols: &serde_json::Value, rows: &serde_json::Value| PtySize { cols: number(cols), rows: number(rows) };
    let stream = |entry: &serde_json::Value| {
        let name = entry["name"].as_str().unwrap().to_owned();
        let resizes = entry["resizes"].as_array().unwrap();
        Stream {
            bytes: fs::read(folder().join(format!("{name}.bin"))).unwrap(),
            size: size(&entry["cols"], &entry["rows"]),
            resizes: resizes.iter().map(|at| (at[0].as_u64().unwrap() as usize, size(&at[1], &at[2]))).collect(),
            name,
        }
    };
    table.as_array().unwrap().iter().map(stream).collect()
}

impl Stream {
    /// Cuts spread over the stream, and around every change of size.
    fn cuts(&self, count: usize) -> Vec<usize> {
        let spread = (1..count).map(|n| self.bytes.len() * n / count);
        let around = self.resizes.iter().flat_map(|&(at, _)| [at, at + 1, at + 40]);
        spread.chain(around).filter(|at| *at < self.bytes.len()).collect()
    }

    fn size_at(&self, at: usize) -> PtySize {
        self.resizes.iter().rev().find(|(from, _)| *from <= at).map_or(self.size, |&(_, size)| size)
    }

    /// Takes the bytes of a range, with the changes of size in it; one at its start has been made.
    fn play(&self, screen: &mut Screen, from: usize, to: usize) {
        let mut at = from;
        for &(offset, size) in self.resizes.iter().filter(|(offset, _)| (from + 1..=to).contains(offset)) {
            screen.absorb(&self.bytes[at..offset]);
            screen.resize(size);
            at = offset;
        }
        screen.absorb(&self.bytes[at..to]);
    }

    /// The model after so many bytes, none of them waiting.
    fn model_at(&self, at: usize) -> Screen {
        let mut screen = Screen::new(self.size);
        self.play(&mut screen, 0, at);
        screen.work_off(0);
        screen
    }
}

#[test]
fn a_dump_and_the_rest_of_a_recorded_stream_are_the_whole() {
    for stream in streams() {
        let end = stream.bytes.len();
        let whole = stream.model_at(end);
        for at in stream.cuts(48) {
            let mut resumed = settled(stream.size_at(at), &stream.model_at(at).dump());
            stream.play(&mut resumed, at, end);
            resumed.work_off(0);
            assert_eq!(rows(&resumed), rows(&whole), "{} at {at}", stream.name);
            assert_eq!(
                resumed.dump().escape_ascii().to_string(),
                whole.dump().escape_ascii().to_string(),
                "{} at {at}",
                stream.name
            );
        }
    }
}

#[test]
fn what_is_dropped_of_a_recorded_stream_makes_no_difference() {
    for stream in streams() {
        let size = stream.size;
        let whole = emulated(size, &stream.bytes);
        assert_eq!(rows(&settled(size, &stream.bytes)), rows(&whole), "{}", stream.name);
    }
}

/// xterm.js shows the same after dump and rest as after the whole; see `end2end/screen/agree.mjs`.
#[test]
fn xterm_agrees() {
    let cases = tempfile::tempdir().unwrap();
    let mut table = Vec::new();
    for stream in streams() {
        fs::write(cases.path().join(format!("{}.bin", stream.name)), &stream.bytes).unwrap();
        let cut = |at: usize| {
            let (size, dump) = (stream.size_at(at), stream.model_at(at).dump());
            serde_json::json!({ "at": at, "cols": size.cols, "rows": size.rows, "dump": data_encoding::BASE64.encode(&dump) })
        };
        table.push(serde_json::json!({
            "name": stream.name, "cols": stream.size.cols, "rows": stream.size.rows,
            "resizes": stream.resizes.iter().map(|(at, size)| (at, size.cols, size.rows)).collect::<Vec<_>>(),
            "cuts": stream.cuts(12).into_iter().map(cut).collect::<Vec<_>>(),
        }));
    }
    fs::write(cases.path().join("cases.json"), serde_json::to_vec(&table).unwrap()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../end2end/screen/agree.mjs");
    let node = Command::new("node").arg(script).arg(cases.path()).output().expect("node, which building needs too");
    let told = [node.stdout, node.stderr].concat();
    assert!(node.status.success(), "{}", String::from_utf8_lossy(&told));
}
