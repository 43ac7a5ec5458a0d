//! The container: asciicast lines in compressed frames, plain or sealed, and what stands between them.
//!
//! Plain, a file is a row of zstd frames, so that `zstd -dc` makes an asciicast of it; what is no asciicast hides in
//! skippable frames. Sealed, it is a salt and a row of records, each a sealed zstd frame. The last 24 bytes of a finished
//! file say where its index is.

use super::{
    RecordingError, RecordingKey,
    seal::{SALT, Seal},
};
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use zstd::bulk::{Compressor, Decompressor};

/// What a sealed file begins with; the salt follows.
const SEALED: &[u8; 8] = b"BERTHRS1";

/// What a finished file ends with.
const INDEXED: &[u8; 8] = b"BERTHIX1";

/// The first of zstd's sixteen magic numbers of skippable frames.
const SKIPPABLE: u32 = 0x184d_2a50;

/// The index frame's offset and number, and [`INDEXED`].
const FOOTER: usize = 24;

/// No frame holds more than that, packed or unpacked.
const LARGEST: usize = 64 * 1024 * 1024;

/// A sealed record's kind and length.
const RECORD_HEAD: usize = 5;

/// What a frame holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Whole lines of asciicast.
    Lines = 0,
    /// The screen before the lines of the next frame.
    Keyframe = 1,
    /// What was shown, to be searched.
    Text = 2,
    /// Where everything is. The last.
    Index = 3,
}

/// Where a frame stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// In bytes from the file's start.
    pub(super) offset: u64,
    /// How many bytes it takes.
    pub(super) len: u64,
    /// Its place among the frames.
    pub(super) number: u64,
}

/// Where a frame begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    offset: u64,
    number: u64,
}

/// So much of a file is read to find a frame's end in it, at first.
const WINDOW: usize = 16 * 1024;

/// Makes frames.
pub(super) struct Packer {
    seal: Option<Seal>,
    offset: u64,
    number: u64,
}

impl Packer {
    /// What a file begins with goes to `out`.
    pub(super) fn new(key: Option<(&RecordingKey, &str)>, out: &mut Vec<u8>) -> Result<Self, RecordingError> {
        let Some((key, id)) = key else { return Ok(Self { seal: None, offset: 0, number: 0 }) };
        let salt = Seal::random_salt()?;
        out.extend_from_slice(SEALED);
        out.extend_from_slice(&salt);
        let offset = (SEALED.len() + SALT) as u64;
        Ok(Self { seal: Some(Seal::new(key, id, &salt)), offset, number: 0 })
    }

    /// Appends a frame to `out`; what it holds is compressed already.
    pub(super) fn pack(&mut self, kind: Kind, packed: &[u8], out: &mut Vec<u8>) -> Result<Place, RecordingError> {
        let footer = self.footer(kind);
        let before = out.len();
        match &self.seal {
            Some(seal) => {
                let sealed = seal.seal(self.number, kind as u8, packed)?;
                out.push(kind as u8);
                out.extend_from_slice(&length(sealed.len())?.to_le_bytes());
                out.extend_from_slice(&sealed);
            }
            None => {
                if kind != Kind::Lines {
                    out.extend_from_slice(&(SKIPPABLE + kind as u32).to_le_bytes());
                    out.extend_from_slice(&length(packed.len() + footer.len())?.to_le_bytes());
                }
                out.extend_from_slice(packed);
            }
        }
        out.extend_from_slice(&footer);
        let len = (out.len() - before) as u64;
        let place = Place { offset: self.offset, len, number: self.number };
        self.offset += len;
        self.number += 1;
        Ok(place)
    }

    fn footer(&self, kind: Kind) -> Vec<u8> {
        if kind != Kind::Index {
            return Vec::new();
        }
        [&self.offset.to_le_bytes()[..], &self.number.to_le_bytes(), INDEXED].concat()
    }
}

fn length(len: usize) -> Result<u32, RecordingError> {
    u32::try_from(len).map_err(|_| RecordingError::Foreign("a frame is too large".into()))
}

/// Compresses what a frame is to hold.
pub(super) fn compress(compressor: &mut Compressor<'_>, plain: &[u8], out: &mut Vec<u8>) -> std::io::Result<()> {
    out.clear();
    out.reserve(zstd::zstd_safe::compress_bound(plain.len()));
    compressor.compress_to_buffer(plain, out)?;
    Ok(())
}

/// A compressor whose frames carry a checksum.
pub(super) fn compressor(level: i32) -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(level)?;
    compressor.set_parameter(zstd::zstd_safe::CParameter::ChecksumFlag(true))?;
    Ok(compressor)
}

/// A file's frames, to be read.
pub(super) struct Frames<R> {
    input: R,
    seal: Option<Seal>,
    size: u64,
}

impl<R: Read + Seek> Frames<R> {
    /// Looks at the file's beginning. A sealed one needs the key.
    pub(super) fn open(mut input: R, key: Option<&RecordingKey>, id: &str) -> Result<Self, RecordingError> {
        let size = input.seek(SeekFrom::End(0))?;
        input.seek(SeekFrom::Start(0))?;
        let mut head = Vec::with_capacity(SEALED.len() + SALT);
        input.by_ref().take((SEALED.len() + SALT) as u64).read_to_end(&mut head)?;
        let seal = match head.strip_prefix(SEALED).and_then(|salt| salt.first_chunk::<SALT>()) {
            Some(salt) => Some(Seal::new(key.ok_or(RecordingError::NoKey)?, id, salt)),
            None => None,
        };
        Ok(Self { input, seal, size })
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.seal.is_some()
    }

    /// Where the index is; `None` when the file was not finished, or its end was cut off.
    pub(super) fn index_place(&mut self) -> Result<Option<Place>, RecordingError> {
        if self.size < FOOTER as u64 {
            return Ok(None);
        }
        self.input.seek(SeekFrom::End(-(FOOTER as i64)))?;
        let mut footer = [0; FOOTER];
        self.input.read_exact(&mut footer)?;
        let (number, rest) = (number_at(&footer, 8), &footer[16..]);
        let offset = number_at(&footer, 0);
        if rest != INDEXED || offset >= self.size {
            return Ok(None);
        }
        Ok(Some(Place { offset, len: self.size - offset, number }))
    }

    /// What a frame holds, unpacked.
    pub(super) fn read(&mut self, kind: Kind, place: Place) -> Result<Vec<u8>, RecordingError> {
        let len = usize::try_from(place.len).ok().filter(|len| *len <= LARGEST).ok_or(RecordingError::Broken)?;
        if place.offset.saturating_add(place.len) > self.size {
            return Err(RecordingError::Broken);
        }
        self.input.seek(SeekFrom::Start(place.offset))?;
        let mut frame = vec![0; len];
        self.input.read_exact(&mut frame)?;
        if kind == Kind::Index {
            frame.truncate(len.saturating_sub(FOOTER));
        }
        let packed = match &self.seal {
            Some(seal) => {
                let sealed = frame.get(RECORD_HEAD..).ok_or(RecordingError::Broken)?;
                seal.open(place.number, kind as u8, sealed)?
            }
            None if kind == Kind::Lines => frame,
            None => frame.get(8..).ok_or(RecordingError::Broken)?.to_vec(),
        };
        unpack(&packed)
    }

    /// Where the first frame begins.
    pub(super) fn first(&self) -> Mark {
        Mark { offset: if self.is_sealed() { (SEALED.len() + SALT) as u64 } else { 0 }, number: 0 }
    }

    /// The lines that a frame holds, and where the next one begins; `None` while it is not all there.
    pub(super) fn lines_at(&mut self, mark: Mark) -> Result<Option<(Vec<u8>, Mark)>, RecordingError> {
        self.input.seek(SeekFrom::Start(mark.offset))?;
        let found = if self.is_sealed() { self.sealed_here(mark.number)? } else { self.plain_here()? };
        let Some((packed, len)) = found else { return Ok(None) };
        let next = Mark { offset: mark.offset + len as u64, number: mark.number + 1 };
        Ok(Some((unpack(&packed)?, next)))
    }

    /// A frame, and how much of the file it takes.
    fn plain_here(&mut self) -> Result<Option<(Vec<u8>, usize)>, RecordingError> {
        let mut packed = Vec::new();
        loop {
            let want = (4 * packed.len()).max(WINDOW) - packed.len();
            let read = self.input.by_ref().take(want as u64).read_to_end(&mut packed)?;
            if let Ok(len) = zstd::zstd_safe::find_frame_compressed_size(&packed) {
                packed.truncate(len);
                return Ok(Some((packed, len)));
            }
            if read < want || packed.len() >= LARGEST {
                return Ok(None);
            }
        }
    }

    fn sealed_here(&mut self, number: u64) -> Result<Option<(Vec<u8>, usize)>, RecordingError> {
        let mut record = Vec::new();
        self.input.by_ref().take(RECORD_HEAD as u64).read_to_end(&mut record)?;
        let Some(&[kind, a, b, c, d]) = record.first_chunk::<RECORD_HEAD>() else { return Ok(None) };
        let len = u32::from_le_bytes([a, b, c, d]) as usize;
        if len > LARGEST {
            return Err(RecordingError::Broken);
        }
        let mut sealed = Vec::new();
        self.input.by_ref().take(len as u64).read_to_end(&mut sealed)?;
        match &self.seal {
            Some(seal) if sealed.len() == len => Ok(Some((seal.open(number, kind, &sealed)?, RECORD_HEAD + len))),
            _ => Ok(None),
        }
    }

    /// The asciicast, from front to end.
    pub(super) fn lines(mut self) -> Result<Lines<R>, RecordingError> {
        match self.seal {
            Some(seal) => {
                self.input.seek(SeekFrom::Start((SEALED.len() + SALT) as u64))?;
                let source = Unsealing { input: BufReader::new(self.input), seal, number: 0, plain: Vec::new(), at: 0 };
                Ok(Lines::Sealed(source))
            }
            None => {
                self.input.seek(SeekFrom::Start(0))?;
                Ok(Lines::Plain(BufReader::new(zstd::Decoder::new(self.input)?)))
            }
        }
    }
}

fn number_at(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

pub(super) fn unpack(packed: &[u8]) -> Result<Vec<u8>, RecordingError> {
    let size = Decompressor::upper_bound(packed).filter(|size| *size <= LARGEST).ok_or(RecordingError::Broken)?;
    zstd::bulk::decompress(packed, size).map_err(|_| RecordingError::Broken)
}

/// The asciicast that the frames hold. An end that was cut off shows as [`std::io::ErrorKind::UnexpectedEof`].
pub(super) enum Lines<R> {
    /// As it stands in the file.
    Plain(BufReader<zstd::Decoder<'static, BufReader<R>>>),
    /// Opened as it goes.
    Sealed(Unsealing<R>),
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let ready = self.fill_buf()?;
        let len = ready.len().min(out.len());
        out[..len].copy_from_slice(&ready[..len]);
        self.consume(len);
        Ok(len)
    }
}

impl<R: Read> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        match self {
            Self::Plain(plain) => plain.fill_buf(),
            Self::Sealed(sealed) => sealed.fill(),
        }
    }

    fn consume(&mut self, len: usize) {
        match self {
            Self::Plain(plain) => plain.consume(len),
            Self::Sealed(sealed) => sealed.at += len,
        }
    }
}

/// Opens record after record.
pub(super) struct Unsealing<R> {
    input: BufReader<R>,
    seal: Seal,
    number: u64,
    plain: Vec<u8>,
    at: usize,
}

impl<R: Read> Unsealing<R> {
    fn fill(&mut self) -> std::io::Result<&[u8]> {
        while self.at >= self.plain.len() {
            let Some((kind, packed)) = self.record()? else { return Ok(&[]) };
            if kind == Kind::Lines as u8 {
                self.plain = unpack(&packed).map_err(std::io::Error::other)?;
                self.at = 0;
            }
            if kind == Kind::Index as u8 {
                return Ok(&[]);
            }
        }
        Ok(&self.plain[self.at..])
    }

    fn record(&mut self) -> std::io::Result<Option<(u8, Vec<u8>)>> {
        if self.input.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut head = [0; RECORD_HEAD];
        self.input.read_exact(&mut head)?;
        let len = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if len > LARGEST {
            return Err(std::io::Error::other(RecordingError::Broken));
        }
        let mut sealed = vec![0; len];
        self.input.read_exact(&mut sealed)?;
        let packed = self.seal.open(self.number, head[0], &sealed).map_err(std::io::Error::other)?;
        self.number += 1;
        Ok(Some((head[0], packed)))
    }
}

/// Writes frames to a file, from the front.
pub(super) struct FrameWriter<W> {
    output: W,
    packer: Packer,
    compressor: Compressor<'static>,
    packed: Vec<u8>,
    frame: Vec<u8>,
}

impl<W: Write> FrameWriter<W> {
    pub(super) fn new(mut output: W, key: Option<(&RecordingKey, &str)>, level: i32) -> Result<Self, RecordingError> {
        let mut frame = Vec::new();
        let packer = Packer::new(key, &mut frame)?;
        output.write_all(&frame)?;
        Ok(Self { output, packer, compressor: compressor(level)?, packed: Vec::new(), frame })
    }

    pub(super) fn write(&mut self, kind: Kind, plain: &[u8]) -> Result<Place, RecordingError> {
        compress(&mut self.compressor, plain, &mut self.packed)?;
        self.frame.clear();
        let place = self.packer.pack(kind, &self.packed, &mut self.frame)?;
        self.output.write_all(&self.frame)?;
        Ok(place)
    }

    pub(super) fn into_output(self) -> W {
        self.output
    }
}
