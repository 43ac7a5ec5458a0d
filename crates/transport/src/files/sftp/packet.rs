//! Requests written and answers read. Nothing here trusts a length that a host sends.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The version that is spoken.
pub(super) const VERSION: u32 = 3;

/// Kinds of requests (draft, section 3).
pub(super) mod kind {
    pub(crate) const INIT: u8 = 1;
    pub(crate) const OPEN: u8 = 3;
    pub(crate) const CLOSE: u8 = 4;
    pub(crate) const READ: u8 = 5;
    pub(crate) const WRITE: u8 = 6;
    pub(crate) const LSTAT: u8 = 7;
    pub(crate) const FSTAT: u8 = 8;
    pub(crate) const SETSTAT: u8 = 9;
    pub(crate) const OPENDIR: u8 = 11;
    pub(crate) const READDIR: u8 = 12;
    pub(crate) const REMOVE: u8 = 13;
    pub(crate) const MKDIR: u8 = 14;
    pub(crate) const RMDIR: u8 = 15;
    pub(crate) const REALPATH: u8 = 16;
    pub(crate) const STAT: u8 = 17;
    pub(crate) const RENAME: u8 = 18;
    pub(crate) const READLINK: u8 = 19;
    pub(crate) const SYMLINK: u8 = 20;
    pub(crate) const EXTENDED: u8 = 200;
}

const ANSWER_VERSION: u8 = 2;
const ANSWER_STATUS: u8 = 101;
const ANSWER_HANDLE: u8 = 102;
const ANSWER_DATA: u8 = 103;
const ANSWER_NAME: u8 = 104;
const ANSWER_ATTRS: u8 = 105;
const ANSWER_EXTENDED: u8 = 201;

/// How a file is opened (draft, section 6.3).
pub(super) mod open {
    pub(crate) const READ: u32 = 1;
    pub(crate) const WRITE: u32 = 2;
    pub(crate) const CREATE: u32 = 8;
    pub(crate) const TRUNCATE: u32 = 16;
    pub(crate) const EXCLUSIVE: u32 = 32;
}

/// What a status says (draft, section 7).
pub(super) mod status {
    pub(crate) const OK: u32 = 0;
    pub(crate) const EOF: u32 = 1;
    pub(crate) const NO_SUCH_FILE: u32 = 2;
    pub(crate) const PERMISSION_DENIED: u32 = 3;
    pub(crate) const BAD_MESSAGE: u32 = 5;
    pub(crate) const NO_CONNECTION: u32 = 6;
    pub(crate) const CONNECTION_LOST: u32 = 7;
    pub(crate) const UNSUPPORTED: u32 = 8;
}

const WITH_SIZE: u32 = 1;
const WITH_OWNERS: u32 = 2;
const WITH_MODE: u32 = 4;
const WITH_TIMES: u32 = 8;
const WITH_MORE: u32 = 0x8000_0000;

/// A host's message for people is kept up to here.
const LONGEST_MESSAGE: usize = 512;

/// A request being written.
pub(super) struct Request(BytesMut);

impl Request {
    /// Begins a request; `room` is what will be put into it, about.
    pub(super) fn new(kind: u8, id: u32, room: usize) -> Self {
        let mut bytes = BytesMut::with_capacity(9 + room);
        bytes.put_u32(0);
        bytes.put_u8(kind);
        bytes.put_u32(id);
        Self(bytes)
    }

    /// The first message, which has the version in its number's place.
    pub(super) fn init() -> Bytes {
        Self::new(kind::INIT, VERSION, 0).done()
    }

    pub(super) fn number(mut self, value: u32) -> Self {
        self.0.put_u32(value);
        self
    }

    pub(super) fn long(mut self, value: u64) -> Self {
        self.0.put_u64(value);
        self
    }

    pub(super) fn text(mut self, bytes: &[u8]) -> Self {
        self.0.put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        self.0.put_slice(bytes);
        self
    }

    /// No attributes.
    pub(super) fn plain(self) -> Self {
        self.number(0)
    }

    pub(super) fn mode(self, mode: u32) -> Self {
        self.number(WITH_MODE).number(mode)
    }

    /// Seconds since 1970, of the last use and of the last change.
    pub(super) fn times(self, used: u32, changed: u32) -> Self {
        self.number(WITH_TIMES).number(used).number(changed)
    }

    pub(super) fn done(mut self) -> Bytes {
        let length = u32::try_from(self.0.len() - 4).unwrap_or(u32::MAX);
        self.0[..4].copy_from_slice(&length.to_be_bytes());
        self.0.freeze()
    }
}

/// A packet that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

/// What a host says about a file. Everything may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Attrs {
    pub(super) size: Option<u64>,
    pub(super) owners: Option<(u32, u32)>,
    pub(super) mode: Option<u32>,
    /// Seconds since 1970, of the last use and of the last change.
    pub(super) times: Option<(u32, u32)>,
}

impl Attrs {
    /// Whether it is a pipe, a device or a socket, as far as is told.
    pub(super) fn is_special(&self) -> bool {
        self.mode.is_some_and(|mode| matches!(mode & 0o170_000, 0o010_000 | 0o020_000 | 0o060_000 | 0o140_000))
    }
}

/// One name of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) name: Bytes,
    /// The line that `ls -l` would show.
    pub(super) line: Bytes,
    pub(super) attrs: Attrs,
}

/// What a host answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Version { version: u32, extensions: Vec<(Bytes, Bytes)> },
    Status { code: u32, message: String },
    Handle(Bytes),
    Data(Bytes),
    Names(Vec<Name>),
    Attrs(Attrs),
    Extended(Bytes),
}

/// Reads one packet, without its length: the request's number, and the answer.
pub(super) fn read(mut packet: Bytes) -> Result<(u32, Answer), Malformed> {
    let kind = byte(&mut packet)?;
    let id = number(&mut packet)?;
    let answer = match kind {
        ANSWER_VERSION => Answer::Version { version: id, extensions: extensions(packet)? },
        ANSWER_STATUS => {
            let code = number(&mut packet)?;
            // Servers of before version 3 send no message.
            let message = text(&mut packet).unwrap_or_default();
            let message = &message[..message.len().min(LONGEST_MESSAGE)];
            Answer::Status { code, message: String::from_utf8_lossy(message).into_owned() }
        }
        ANSWER_HANDLE => Answer::Handle(text(&mut packet)?),
        ANSWER_DATA => Answer::Data(text(&mut packet)?),
        ANSWER_NAME => Answer::Names(names(packet)?),
        ANSWER_ATTRS => Answer::Attrs(attrs(&mut packet)?),
        ANSWER_EXTENDED => Answer::Extended(packet),
        _ => return Err(Malformed("an answer of an unknown kind")),
    };
    Ok((id, answer))
}

fn byte(from: &mut Bytes) -> Result<u8, Malformed> {
    from.try_get_u8().map_err(|_| Malformed("an answer that ends too early"))
}

/// A number of 32 bits.
pub(super) fn number(from: &mut Bytes) -> Result<u32, Malformed> {
    from.try_get_u32().map_err(|_| Malformed("an answer that ends too early"))
}

/// A number of 64 bits.
pub(super) fn long(from: &mut Bytes) -> Result<u64, Malformed> {
    from.try_get_u64().map_err(|_| Malformed("an answer that ends too early"))
}

fn text(from: &mut Bytes) -> Result<Bytes, Malformed> {
    let length = number(from)? as usize;
    if length > from.len() {
        return Err(Malformed("a text that is longer than its answer"));
    }
    Ok(from.split_to(length))
}

fn extensions(mut packet: Bytes) -> Result<Vec<(Bytes, Bytes)>, Malformed> {
    let mut found = Vec::new();
    while !packet.is_empty() {
        found.push((text(&mut packet)?, text(&mut packet)?));
    }
    Ok(found)
}

fn names(mut packet: Bytes) -> Result<Vec<Name>, Malformed> {
    let count = number(&mut packet)? as usize;
    // The least that a name takes: two lengths and the flags. So what is reserved is bounded by what came.
    let mut found = Vec::with_capacity(count.min(packet.len() / 12));
    for _ in 0..count {
        found.push(Name { name: text(&mut packet)?, line: text(&mut packet)?, attrs: attrs(&mut packet)? });
    }
    Ok(found)
}

fn attrs(packet: &mut Bytes) -> Result<Attrs, Malformed> {
    let flags = number(packet)?;
    let mut attrs = Attrs::default();
    if flags & WITH_SIZE != 0 {
        attrs.size = Some(long(packet)?);
    }
    if flags & WITH_OWNERS != 0 {
        attrs.owners = Some((number(packet)?, number(packet)?));
    }
    if flags & WITH_MODE != 0 {
        attrs.mode = Some(number(packet)?);
    }
    if flags & WITH_TIMES != 0 {
        attrs.times = Some((number(packet)?, number(packet)?));
    }
    if flags & WITH_MORE != 0 {
        for _ in 0..number(packet)? {
            text(packet)?;
            text(packet)?;
        }
    }
    Ok(attrs)
}
