//! From the channel's bytes to packets. A packet that came in one piece is not copied.

use super::packet::Malformed;
use bytes::{Buf, Bytes, BytesMut};

/// A longer packet is none. Servers keep to 256 KiB; a listing may be somewhat longer.
const LONGEST: usize = 1024 * 1024;

/// Cuts the stream into packets.
#[derive(Debug, Default)]
pub(super) struct Frames {
    /// What came and is in no packet yet.
    rest: Bytes,
    /// A packet whose end has not come, with room for all of it.
    part: BytesMut,
    /// How long that packet will be; 0 when there is none.
    wanted: usize,
}

impl Frames {
    /// Takes what came. [`Frames::next`] has to be asked until it has nothing, before more comes.
    pub(super) fn push(&mut self, bytes: Bytes) {
        if self.rest.is_empty() {
            self.rest = bytes;
        } else {
            // Less than a length: three bytes at most.
            let mut joined = BytesMut::with_capacity(self.rest.len() + bytes.len());
            joined.extend_from_slice(&self.rest);
            joined.extend_from_slice(&bytes);
            self.rest = joined.freeze();
        }
    }

    /// The next whole packet, without its length.
    pub(super) fn next(&mut self) -> Result<Option<Bytes>, Malformed> {
        if self.wanted == 0 {
            if self.rest.len() < 4 {
                return Ok(None);
            }
            let length = self.rest.get_u32() as usize;
            if length > LONGEST {
                return Err(Malformed("a packet longer than any"));
            }
            if length == 0 {
                return Err(Malformed("an empty packet"));
            }
            if self.rest.len() >= length {
                return Ok(Some(self.rest.split_to(length)));
            }
            self.wanted = length;
            self.part = BytesMut::with_capacity(length);
        }
        let missing = (self.wanted - self.part.len()).min(self.rest.len());
        self.part.extend_from_slice(&self.rest.split_to(missing));
        if self.part.len() < self.wanted {
            return Ok(None);
        }
        self.wanted = 0;
        Ok(Some(std::mem::take(&mut self.part).freeze()))
    }
}
