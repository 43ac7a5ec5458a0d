//! The binary protocol between the browser's terminal and the server; `docs/PROTOCOL.md` describes it for people.
//!
//! One byte of kind, then fixed fields in big-endian order, then the payload to the end of the WebSocket message. A
//! session's output is numbered by byte offset from its start, so that a client that comes back says where it stopped
//! and gets exactly the rest; input is numbered per client the same way. What comes rarely (endings, notices) carries
//! JSON that the caller makes: this module only moves bytes and never copies a payload.

use std::fmt;

/// The version that [`ClientFrame::Attach`] carries.
pub const VERSION: u8 = 1;

/// The largest frame that a client may send, in bytes: a pasted text is cut into frames below this.
pub const MAX_CLIENT_FRAME: usize = 64 * 1024;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame<'a> {
    /// The first message of every connection.
    Attach(Attach),
    /// Typed or pasted bytes, numbered so that a resent one is not typed twice.
    Input {
        /// How many bytes this client had sent to the session before these.
        offset: u64,
        /// The bytes.
        data: &'a [u8],
    },
    /// The terminal's new size in cells.
    Resize {
        /// Width.
        cols: u16,
        /// Height.
        rows: u16,
    },
    /// The terminal has drawn everything before this output offset.
    Ack {
        /// An output offset.
        offset: u64,
    },
    /// Asks for a [`ServerFrame::Pong`], to find a dead connection.
    Ping {
        /// Comes back unchanged.
        nonce: u32,
    },
}

/// How a client joins or comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attach {
    /// A random number that the page keeps while it lives; counts its input over reconnects.
    pub client: u64,
    /// The output offset up to which its terminal has everything; `None` for an empty terminal.
    pub from: Option<u64>,
    /// Width in cells.
    pub cols: u16,
    /// Height in cells.
    pub rows: u16,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFrame<'a> {
    /// Answers [`ClientFrame::Attach`].
    Welcome {
        /// How many bytes of this client's input the session has; the client resends what lies behind.
        input_offset: u64,
        /// Where the session's output ends now: what comes before it was shown in the past.
        end: u64,
    },
    /// Output of the session.
    Output {
        /// The offset of its first byte.
        offset: u64,
        /// The bytes.
        data: &'a [u8],
    },
    /// Clear the terminal, set this size, write `dump`; output goes on at `offset`.
    Snapshot {
        /// The offset at which output goes on. The dump is not counted.
        offset: u64,
        /// Width in cells.
        cols: u16,
        /// Height in cells.
        rows: u16,
        /// Escape sequences that paint the screen.
        dump: &'a [u8],
    },
    /// This much of the client's input has been taken.
    InputAck {
        /// An input offset.
        offset: u64,
    },
    /// Answers [`ClientFrame::Ping`].
    Pong {
        /// The same number.
        nonce: u32,
    },
    /// The session's size was changed (by another attachment).
    Resized {
        /// Width.
        cols: u16,
        /// Height.
        rows: u16,
    },
    /// A ticket for the next attachment, so that coming back needs no sign-in round trip.
    Ticket {
        /// The ticket.
        ticket: &'a str,
    },
    /// The session has ended. JSON of [`crate::terminal::Ending`].
    Ended {
        /// JSON.
        ending: &'a [u8],
    },
    /// Something to know beside the output. JSON of [`crate::terminal::Notice`].
    Notice {
        /// JSON.
        notice: &'a [u8],
    },
}

/// Why a message is not a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameError {
    /// It ends before its fields do.
    Short,
    /// No frame has this kind.
    UnknownKind(u8),
    /// It speaks another version.
    UnknownVersion(u8),
    /// A field has a value that it must not have.
    BadField,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => f.write_str("the frame ends before its fields do"),
            Self::UnknownKind(kind) => write!(f, "no frame has kind 0x{kind:02x}"),
            Self::UnknownVersion(version) => write!(f, "version {version} is not spoken here; reload the page"),
            Self::BadField => f.write_str("a field of the frame has a value that it must not have"),
        }
    }
}

impl std::error::Error for FrameError {}

mod kind {
    pub(super) const ATTACH: u8 = 0x01;
    pub(super) const INPUT: u8 = 0x02;
    pub(super) const RESIZE: u8 = 0x03;
    pub(super) const ACK: u8 = 0x04;
    pub(super) const PING: u8 = 0x05;
    pub(super) const WELCOME: u8 = 0x81;
    pub(super) const OUTPUT: u8 = 0x82;
    pub(super) const SNAPSHOT: u8 = 0x83;
    pub(super) const INPUT_ACK: u8 = 0x84;
    pub(super) const PONG: u8 = 0x85;
    pub(super) const RESIZED: u8 = 0x86;
    pub(super) const TICKET: u8 = 0x87;
    pub(super) const ENDED: u8 = 0x88;
    pub(super) const NOTICE: u8 = 0x89;
}

/// The most bytes that stand before a payload: those of `Attach`.
const LARGEST_HEAD: usize = 22;

/// "No offset": an empty terminal.
const NOTHING: u64 = u64::MAX;

impl<'a> ClientFrame<'a> {
    /// The frame as a message.
    pub fn encode(&self) -> Vec<u8> {
        match *self {
            Self::Attach(Attach { client, from, cols, rows }) => Writer::new(kind::ATTACH, 0)
                .bytes(&[VERSION])
                .u64(client)
                .u64(from.unwrap_or(NOTHING))
                .u16(cols)
                .u16(rows)
                .done(),
            Self::Input { offset, data } => Writer::new(kind::INPUT, data.len()).u64(offset).bytes(data).done(),
            Self::Resize { cols, rows } => Writer::new(kind::RESIZE, 0).u16(cols).u16(rows).done(),
            Self::Ack { offset } => Writer::new(kind::ACK, 0).u64(offset).done(),
            Self::Ping { nonce } => Writer::new(kind::PING, 0).bytes(&nonce.to_be_bytes()).done(),
        }
    }

    /// The message as a frame.
    ///
    /// # Errors
    /// When it is not one. Sizes of 0 cells are refused, so that nothing behind has to ask.
    pub fn decode(message: &'a [u8]) -> Result<Self, FrameError> {
        let mut reader = Reader(message);
        match reader.u8()? {
            kind::ATTACH => {
                let version = reader.u8()?;
                if version != VERSION {
                    return Err(FrameError::UnknownVersion(version));
                }
                let client = reader.u64()?;
                let from = Some(reader.u64()?).filter(|offset| *offset != NOTHING);
                let (cols, rows) = reader.size()?;
                Ok(Self::Attach(Attach { client, from, cols, rows }))
            }
            kind::INPUT => Ok(Self::Input { offset: reader.u64()?, data: reader.0 }),
            kind::RESIZE => {
                let (cols, rows) = reader.size()?;
                Ok(Self::Resize { cols, rows })
            }
            kind::ACK => Ok(Self::Ack { offset: reader.u64()? }),
            kind::PING => Ok(Self::Ping { nonce: reader.u32()? }),
            unknown => Err(FrameError::UnknownKind(unknown)),
        }
    }
}

impl<'a> ServerFrame<'a> {
    /// The frame as a message.
    pub fn encode(&self) -> Vec<u8> {
        match *self {
            Self::Welcome { input_offset, end } => Writer::new(kind::WELCOME, 0).u64(input_offset).u64(end).done(),
            Self::Output { offset, data } => Writer::new(kind::OUTPUT, data.len()).u64(offset).bytes(data).done(),
            Self::Snapshot { offset, cols, rows, dump } => {
                Writer::new(kind::SNAPSHOT, dump.len()).u64(offset).u16(cols).u16(rows).bytes(dump).done()
            }
            Self::InputAck { offset } => Writer::new(kind::INPUT_ACK, 0).u64(offset).done(),
            Self::Pong { nonce } => Writer::new(kind::PONG, 0).bytes(&nonce.to_be_bytes()).done(),
            Self::Resized { cols, rows } => Writer::new(kind::RESIZED, 0).u16(cols).u16(rows).done(),
            Self::Ticket { ticket } => Writer::new(kind::TICKET, ticket.len()).bytes(ticket.as_bytes()).done(),
            Self::Ended { ending } => Writer::new(kind::ENDED, ending.len()).bytes(ending).done(),
            Self::Notice { notice } => Writer::new(kind::NOTICE, notice.len()).bytes(notice).done(),
        }
    }

    /// The message as a frame.
    ///
    /// # Errors
    /// When it is not one.
    pub fn decode(message: &'a [u8]) -> Result<Self, FrameError> {
        let mut reader = Reader(message);
        match reader.u8()? {
            kind::WELCOME => Ok(Self::Welcome { input_offset: reader.u64()?, end: reader.u64()? }),
            kind::OUTPUT => Ok(Self::Output { offset: reader.u64()?, data: reader.0 }),
            kind::SNAPSHOT => {
                let offset = reader.u64()?;
                let (cols, rows) = reader.size()?;
                Ok(Self::Snapshot { offset, cols, rows, dump: reader.0 })
            }
            kind::INPUT_ACK => Ok(Self::InputAck { offset: reader.u64()? }),
            kind::PONG => Ok(Self::Pong { nonce: reader.u32()? }),
            kind::RESIZED => {
                let (cols, rows) = reader.size()?;
                Ok(Self::Resized { cols, rows })
            }
            kind::TICKET => {
                Ok(Self::Ticket { ticket: std::str::from_utf8(reader.0).map_err(|_| FrameError::BadField)? })
            }
            kind::ENDED => Ok(Self::Ended { ending: reader.0 }),
            kind::NOTICE => Ok(Self::Notice { notice: reader.0 }),
            unknown => Err(FrameError::UnknownKind(unknown)),
        }
    }
}

struct Writer(Vec<u8>);

impl Writer {
    /// A frame whose payload has this many bytes: one allocation, however large it is.
    fn new(kind: u8, payload: usize) -> Self {
        let mut frame = Vec::with_capacity(LARGEST_HEAD + payload);
        frame.push(kind);
        Self(frame)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_be_bytes())
    }

    fn done(self) -> Vec<u8> {
        self.0
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(FrameError::Short)?;
        self.0 = rest;
        Ok(*head)
    }

    fn u8(&mut self) -> Result<u8, FrameError> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, FrameError> {
        self.take().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, FrameError> {
        self.take().map(u32::from_be_bytes)
    }

    fn u64(&mut self) -> Result<u64, FrameError> {
        self.take().map(u64::from_be_bytes)
    }

    fn size(&mut self) -> Result<(u16, u16), FrameError> {
        match (self.u16()?, self.u16()?) {
            (0, _) | (_, 0) => Err(FrameError::BadField),
            size => Ok(size),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_a_client_says_is_heard(client: u64, from in proptest::option::of(0..u64::MAX), cols in 1u16.., rows in 1u16..,
                                       offset: u64, nonce: u32, data: Vec<u8>) {
            for frame in [
                ClientFrame::Attach(Attach { client, from, cols, rows }),
                ClientFrame::Input { offset, data: &data },
                ClientFrame::Resize { cols, rows },
                ClientFrame::Ack { offset },
                ClientFrame::Ping { nonce },
            ] {
                let message = frame.encode();
                prop_assert_eq!(ClientFrame::decode(&message), Ok(frame));
            }
        }

        #[test]
        fn what_the_server_says_is_heard(offset: u64, end: u64, cols in 1u16.., rows in 1u16.., nonce: u32, data: Vec<u8>, ticket: String) {
            for frame in [
                ServerFrame::Welcome { input_offset: offset, end },
                ServerFrame::Output { offset, data: &data },
                ServerFrame::Snapshot { offset, cols, rows, dump: &data },
                ServerFrame::InputAck { offset },
                ServerFrame::Pong { nonce },
                ServerFrame::Resized { cols, rows },
                ServerFrame::Ticket { ticket: &ticket },
                ServerFrame::Ended { ending: &data },
                ServerFrame::Notice { notice: &data },
            ] {
                let message = frame.encode();
                prop_assert_eq!(ServerFrame::decode(&message), Ok(frame));
            }
        }

        #[test]
        fn noise_never_panics(message: Vec<u8>) {
            let _ = ClientFrame::decode(&message);
            let _ = ServerFrame::decode(&message);
        }
    }

    #[test]
    fn a_cut_frame_is_refused() {
        let whole = ClientFrame::Attach(Attach { client: 7, from: None, cols: 80, rows: 24 }).encode();
        for end in 0..whole.len() {
            assert_eq!(ClientFrame::decode(&whole[..end]), Err(FrameError::Short));
        }
    }
}
