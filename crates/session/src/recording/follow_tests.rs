use super::{
    Followed, Tap, TapSettings,
    tests::{Counting, cast, key, open, outline, record},
};
use bytes::Bytes;
use std::{fs, sync::atomic::Ordering, time::Duration};
use transport::PtySize;

/// Shows lines that do not compress well, and waits until they are in the file.
async fn show(tap: &Tap, round: u64, written: impl Fn() -> String) {
    for line in 0..2000u64 {
        let noise = (round * 2000 + line + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        tap.shown(&[Bytes::from(format!("{noise:016x}{:016x} {round}.{line}\r\n", noise.rotate_left(7) ^ round))]);
        tap.keeps_up().await.unwrap();
    }
    let last = format!(" {round}.1999\\r\\n");
    while !written().contains(&last) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn what_is_followed_is_the_same_and_nothing_is_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    for (name, key) in [("plain", None), ("sealed", Some(key()))] {
        let (path, key) = (folder.path().join(name), key.as_ref());
        let played = record(&path, key, TapSettings::default(), async |tap| {
            let mut followed = Followed::default();
            let mut read_before = 0;
            for round in 0..8 {
                if round == 3 {
                    tap.resized(PtySize { cols: 100, rows: 30 });
                    tap.marked("ls -la");
                }
                // Behind it nothing is under way.
                show(tap, round, || cast(&path, key)).await;
                let (file, read) = Counting::open(&path, key);
                assert_eq!(file.outline_on(&mut followed).unwrap(), outline(&path, key));
                read_before = read.load(Ordering::Relaxed);
            }
            let size = fs::metadata(&path).unwrap().len();
            assert!(read_before * 4 < size, "the last round took {read_before} of {size} bytes");
            let known = outline(&path, key);
            assert!(known.chunks.len() > 2 && known.markers.len() == 1);
            for number in 0..=known.chunks.len() {
                let (file, read) = Counting::open(&path, key);
                let chunk = file.chunk_on(number, &mut followed).unwrap();
                assert_eq!(chunk, open(&path, key).unwrap().chunk(number).unwrap());
                let read = read.load(Ordering::Relaxed);
                assert!(chunk.is_none() || read * 3 < size * 2, "chunk {number} took {read} of {size} bytes");
            }
            let (file, read) = Counting::open(&path, key);
            file.outline_on(&mut followed).unwrap();
            assert!(read.load(Ordering::Relaxed) < 200, "nothing is new");
        });
        assert_eq!(played.await.failure, None);
    }
}
