use super::{Chunk, Outline, Recorder, RecordingError, RecordingFile, RecordingKey, Tap, TapSettings, Written, finish};
use crate::cast::{Header, parse_line};
use bytes::Bytes;
use std::{
    fs::{self, File, OpenOptions},
    io::{Cursor, Read, Seek, SeekFrom},
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use transport::PtySize;

const ID: &str = "session-1";
const SIZE: PtySize = PtySize { cols: 80, rows: 24 };

fn header() -> Header {
    Header { size: SIZE, timestamp: Some(1_795_250_000), title: Some("router".into()) }
}

pub(super) fn key() -> RecordingKey {
    RecordingKey::new([7; 32])
}

fn create(path: &Path) -> File {
    OpenOptions::new().write(true).create_new(true).open(path).unwrap()
}

/// Records what `play` does with the tap.
pub(super) async fn record(
    path: &Path,
    key: Option<&RecordingKey>,
    settings: TapSettings,
    play: impl AsyncFnOnce(&Tap),
) -> Written {
    let recorder = Recorder::start().unwrap();
    let (tap, recording) = recorder.record(create(path), &header(), key.map(|key| (key, ID)), settings).unwrap();
    play(&tap).await;
    drop(tap);
    recording.written().await
}

pub(super) fn open(path: &Path, key: Option<&RecordingKey>) -> Result<RecordingFile<File>, RecordingError> {
    RecordingFile::open(File::open(path).unwrap(), key, ID)
}

pub(super) fn cast(path: &Path, key: Option<&RecordingKey>) -> String {
    let mut text = String::new();
    open(path, key).unwrap().cast().unwrap().read_to_string(&mut text).unwrap();
    text
}

pub(super) fn outline(path: &Path, key: Option<&RecordingKey>) -> Outline {
    open(path, key).unwrap().outline().unwrap()
}

fn chunks(path: &Path, key: Option<&RecordingKey>) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    while let Some((chunk, last)) = open(path, key).unwrap().chunk(chunks.len()).unwrap() {
        chunks.push(chunk);
        assert_eq!(last, chunks.len() == outline(path, key).chunks.len());
    }
    chunks
}

fn done(path: &Path, key: Option<&RecordingKey>) {
    finish(path, key, ID, &AtomicBool::new(false)).unwrap();
}

async fn show(tap: &Tap) {
    for line in 0..20_000 {
        tap.shown(&[Bytes::from(format!("\x1b[3{}mline {line} of many\x1b[m\r\n", line % 8))]);
        tap.keeps_up().await.unwrap();
        if line == 5000 {
            tap.resized(PtySize { cols: 100, rows: 30 });
            tap.marked("ls -la");
        }
    }
}

#[tokio::test]
async fn a_recording_is_the_same_before_and_after_it_is_finished() {
    let folder = tempfile::tempdir().unwrap();
    for (name, key) in [("plain", None), ("sealed", Some(key()))] {
        let (path, key) = (folder.path().join(name), key.as_ref());
        let written = record(&path, key, TapSettings::default(), show).await;
        assert_eq!((written.markers, written.failure), (1, None));
        let (before, text, parts) = (outline(&path, key), cast(&path, key), chunks(&path, key));
        done(&path, key);
        assert!(open(&path, key).unwrap().is_finished());
        assert_eq!((outline(&path, key), cast(&path, key)), (before.clone(), text.clone()));
        assert_eq!(chunks(&path, key), parts);
        assert!(
            parts.len() > 2
                && parts.iter().map(|chunk| chunk.lines.clone()).collect::<Vec<_>>().concat() == text.as_bytes()
        );
        assert_eq!(parts[0].keyframe, b"");
        assert_eq!(parts.last().unwrap().size, PtySize { cols: 100, rows: 30 });
        assert_eq!(before.markers[0].label, "ls -la");
        let lines = open(&path, key).unwrap().text().unwrap();
        assert!(lines.iter().any(|line| line.text == "line 12345 of many"), "text without sequences can be searched");
        assert!(!before.torn);
    }
}

#[tokio::test]
async fn a_plain_file_is_an_asciicast_for_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.cast.zst");
    record(&path, None, TapSettings::default(), show).await;
    for _ in 0..2 {
        let unpacked = Command::new("zstd").arg("-dcq").arg(&path).output().unwrap();
        assert!(unpacked.status.success(), "{}", String::from_utf8_lossy(&unpacked.stderr));
        assert!(String::from_utf8(unpacked.stdout).unwrap() == cast(&path, None));
        done(&path, None);
    }
}

#[tokio::test]
async fn cut_anywhere_what_was_flushed_is_there() {
    let folder = tempfile::tempdir().unwrap();
    for (name, key) in [("plain", None), ("sealed", Some(key()))] {
        let (path, key) = (folder.path().join(name), key.as_ref());
        let written = record(&path, key, TapSettings::default(), async |tap| {
            for line in 0..6 {
                let before = fs::metadata(&path).unwrap().len();
                tap.shown(&[Bytes::from(format!("line {line}\r\n"))]);
                // A frame each.
                while fs::metadata(&path).unwrap().len() == before {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        });
        written.await;
        let (whole, text) = (fs::read(&path).unwrap(), cast(&path, key));
        let mut seen = 0;
        for cut in 200..whole.len() {
            let file = RecordingFile::open(Cursor::new(&whole[..cut]), key, ID).unwrap();
            let Ok(mut lines) = file.cast() else { continue };
            let mut part = String::new();
            lines.read_to_string(&mut part).unwrap();
            assert!(text.starts_with(&part) && (part.is_empty() || part.ends_with('\n')), "cut at {cut}");
            assert!(part.len() >= seen, "more of the file is more of the recording");
            seen = part.len();
        }
        assert!(seen > 0);
        fs::write(&path, &whole[..whole.len() - 3]).unwrap();
        done(&path, key);
        let torn = outline(&path, key);
        assert!(torn.torn && text.starts_with(&cast(&path, key)));
    }
}

#[tokio::test]
async fn a_sealed_file_opens_under_its_key_and_name_only_and_cannot_be_rearranged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealed");
    record(&path, Some(&key()), TapSettings::default(), show).await;
    done(&path, Some(&key()));
    let whole = fs::read(&path).unwrap();
    assert!(!whole.windows(4).any(|window| window == b"line"));
    let open = |bytes: &[u8], key: Option<&RecordingKey>, id: &str| {
        RecordingFile::open(Cursor::new(bytes.to_vec()), key, id).map(drop)
    };
    assert!(open(&whole, Some(&key()), ID).is_ok());
    assert!(matches!(open(&whole, None, ID), Err(RecordingError::NoKey)));
    assert!(matches!(open(&whole, Some(&RecordingKey::new([8; 32])), ID), Err(RecordingError::Broken)));
    assert!(matches!(open(&whole, Some(&key()), "session-2"), Err(RecordingError::Broken)));
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    let mut text = String::new();
    let file = RecordingFile::open(Cursor::new(changed), Some(&key()), ID).unwrap();
    assert!(file.cast().unwrap().read_to_string(&mut text).is_err(), "a changed frame does not open");
    let cut = RecordingFile::open(Cursor::new(&whole[..whole.len() - 1]), Some(&key()), ID).unwrap();
    assert!(!cut.is_finished(), "without its end it is not whole");
}

pub(super) struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl Counting<File> {
    /// A recording, and how many bytes of its file were read.
    pub(super) fn open(path: &Path, key: Option<&RecordingKey>) -> (RecordingFile<Self>, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let input = Self { inner: File::open(path).unwrap(), read: read.clone() };
        (RecordingFile::open(input, key, ID).unwrap(), read)
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let len = self.inner.read(out)?;
        self.read.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}

impl<R: Seek> Seek for Counting<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.inner.seek(to)
    }
}

#[tokio::test(start_paused = true)]
async fn four_hours_open_and_seek_by_reading_the_index_and_one_chunk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long");
    record(&path, None, TapSettings::default(), async |tap| {
        for second in 0..4 * 60 * 60u64 {
            let noise: String =
                (0..6).map(|n| format!("{:016x}", (second * 6 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
            tap.shown(&[Bytes::from(format!("{second} {noise}\r\n"))]);
            if second % 600 == 0 {
                tap.marked(&format!("command {second}"));
            }
            tokio::time::advance(Duration::from_secs(1)).await;
        }
    })
    .await;
    done(&path, None);
    let size = fs::metadata(&path).unwrap().len();
    let (file, read) = Counting::open(&path, None);
    let outline = file.outline().unwrap();
    assert_eq!((outline.duration / 1_000_000, outline.markers.len()), (4 * 60 * 60 - 1, 24));
    assert!(outline.chunks.len() > 100);
    let to_open = read.load(Ordering::Relaxed);
    let wanted = outline.chunks.iter().position(|span| span.end >= 3 * 60 * 60 * 1_000_000).unwrap();
    let (file, read) = Counting::open(&path, None);
    let (chunk, last) = file.chunk(wanted).unwrap().unwrap();
    let to_seek = read.load(Ordering::Relaxed);
    assert!(
        !last
            && String::from_utf8_lossy(&chunk.keyframe)
                .contains(&format!("{} ", outline.chunks[wanted].start / 1_000_000 - 1))
    );
    assert!(to_open * 20 < size && to_seek * 15 < size, "opened by {to_open}, sought by {to_seek} of {size} bytes");
}

#[tokio::test]
async fn input_is_recorded_when_it_is_wanted_and_was_echoed() {
    let folder = tempfile::tempdir().unwrap();
    let play = async |tap: &Tap| {
        tap.typed(&Bytes::from_static(b"id\r"));
        tap.shown(&[Bytes::from_static(b"id\r\n")]);
        tap.typed(&Bytes::from_static(b"hunter2\r"));
        tap.shown(&[Bytes::from_static(b"\r\nwelcome\r\n")]);
    };
    for (name, input) in [("with", true), ("without", false)] {
        let path = folder.path().join(name);
        record(&path, None, TapSettings { input, required: false }, play).await;
        let typed: Vec<_> = cast(&path, None)
            .lines()
            .skip(1)
            .filter_map(|line| parse_line(line.as_bytes()).ok())
            .filter(|event| event.code == "i")
            .map(|event| event.text)
            .collect();
        assert_eq!(typed, if input { vec!["id\r".to_owned()] } else { Vec::new() });
    }
}

#[tokio::test]
async fn a_file_that_is_taken_away_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone");
    let written = record(&path, None, TapSettings::default(), async |tap| {
        fs::remove_file(&path).unwrap();
        tap.shown(&[Bytes::from_static(b"x")]);
        let why = tokio::time::timeout(Duration::from_secs(10), tap.broken()).await.unwrap();
        assert!(why.contains("deleted"), "{why}");
    });
    assert!(written.await.failure.is_some());
}
