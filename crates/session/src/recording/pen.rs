//! What the recorder keeps of one recording: its file, and what it needs to go on with it.

use super::{
    RecordingError, RecordingKey,
    frames::{Kind, Packer, compress, compressor},
    inbox::{Item, What},
    recorder::Written,
};
use crate::cast::{Echoed, Header, Writer};
use std::{fs::File, io::Write as _, os::unix::fs::MetadataExt as _, time::Duration};
use tokio::sync::oneshot;
use zstd::bulk::Compressor;

/// Fast enough to cost less than what it spares the disk.
const LEVEL: i32 = 1;

/// One event holds at most so many bytes of output.
const PIECE: usize = 64 * 1024;

/// One frame holds about so much text.
const FRAME: usize = 512 * 1024;

/// What is needed while something is written, for all recordings.
pub(super) struct Tools {
    compressor: Compressor<'static>,
    lines: Vec<u8>,
    packed: Vec<u8>,
    frame: Vec<u8>,
}

impl Tools {
    fn new() -> std::io::Result<Self> {
        Ok(Self { compressor: compressor(LEVEL)?, lines: Vec::new(), packed: Vec::new(), frame: Vec::new() })
    }
}

/// Writes one recording.
pub(super) struct Pen {
    file: File,
    packer: Packer,
    /// Up to here the file holds whole frames.
    good: u64,
    writer: Writer,
    echoed: Option<Echoed>,
    at: Duration,
    markers: u32,
    done: oneshot::Sender<Written>,
}

impl Pen {
    /// Writes the header.
    pub(super) fn new(
        mut file: File,
        header: &Header,
        key: Option<(&RecordingKey, &str)>,
        input: bool,
        done: oneshot::Sender<Written>,
    ) -> Result<Self, RecordingError> {
        let mut tools = Tools::new()?;
        let mut packer = Packer::new(key, &mut tools.frame)?;
        Writer::header(header, &mut tools.lines);
        compress(&mut tools.compressor, &tools.lines, &mut tools.packed)?;
        packer.pack(Kind::Lines, &tools.packed, &mut tools.frame)?;
        file.write_all(&tools.frame)?;
        file.sync_data()?;
        Ok(Self {
            file,
            packer,
            good: tools.frame.len() as u64,
            writer: Writer::default(),
            echoed: input.then(Echoed::default),
            at: Duration::ZERO,
            markers: 0,
            done,
        })
    }

    /// Writes what happened; the end as well when it has `closed`.
    pub(super) fn write(
        &mut self,
        items: Vec<Item>,
        closed: Option<Duration>,
        tools: &mut Option<Tools>,
    ) -> Result<(), RecordingError> {
        let tools = match tools {
            Some(tools) => tools,
            None => tools.insert(Tools::new()?),
        };
        tools.lines.clear();
        for item in items {
            self.item(item, &mut tools.lines);
            if tools.lines.len() >= FRAME {
                self.flush(tools)?;
            }
        }
        if let Some(at) = closed {
            self.at = at;
            self.writer.end(at, &mut tools.lines);
        }
        self.flush(tools)?;
        if closed.is_some() {
            self.file.sync_data()?;
        }
        Ok(())
    }

    fn item(&mut self, Item { at, what }: Item, lines: &mut Vec<u8>) {
        self.at = at;
        match what {
            What::Output(bytes) => {
                let echoed = self.echoed.as_mut().and_then(|echoed| echoed.shown(&bytes));
                if let Some(line) = echoed {
                    Writer::input(at, &line, lines);
                }
                for piece in bytes.chunks(PIECE) {
                    self.writer.output(at, piece, lines);
                }
            }
            What::Resize(size) => Writer::resize(at, size, lines),
            What::Marker(label) => {
                self.markers = self.markers.saturating_add(1);
                Writer::marker(at, &label, lines);
            }
            What::Typed(bytes) => {
                if let Some(echoed) = &mut self.echoed {
                    echoed.typed(&bytes);
                }
            }
        }
    }

    fn flush(&mut self, tools: &mut Tools) -> Result<(), RecordingError> {
        if tools.lines.is_empty() {
            return Ok(());
        }
        if self.file.metadata()?.nlink() == 0 {
            return Err(std::io::Error::other("it was deleted while it was written").into());
        }
        compress(&mut tools.compressor, &tools.lines, &mut tools.packed)?;
        tools.lines.clear();
        tools.frame.clear();
        self.packer.pack(Kind::Lines, &tools.packed, &mut tools.frame)?;
        self.file.write_all(&tools.frame)?;
        self.good += tools.frame.len() as u64;
        Ok(())
    }

    /// Says how it went. Half a frame that did not fit is taken back.
    pub(super) fn put_down(self, failure: Option<String>) {
        if failure.is_some() {
            // The reader leaves half a frame out anyway.
            let _ = self.file.set_len(self.good);
        }
        // Whoever asked may have gone.
        let _ = self.done.send(Written { duration: self.at, markers: self.markers, failure });
    }
}
