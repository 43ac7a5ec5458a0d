//! The promises of what reads a host's answers, for libFuzzer and for the tests.

use super::{
    frames::Frames,
    packet::{self, Answer},
};
use bytes::Bytes;

/// The bytes come in pieces, as long as the first byte says; what is read of them is never more than came.
pub(crate) fn answers(bytes: &[u8]) {
    let Some((&length, stream)) = bytes.split_first() else { return };
    let mut frames = Frames::default();
    let mut read = 0;
    for piece in stream.chunks(usize::from(length).max(1)) {
        frames.push(Bytes::copy_from_slice(piece));
        loop {
            match frames.next() {
                Ok(Some(packet)) => {
                    read += packet.len() + 4;
                    assert!(read <= stream.len());
                    check(packet);
                }
                Ok(None) => break,
                Err(_) => return,
            }
        }
    }
}

fn check(packet: Bytes) {
    let length = packet.len();
    match packet::read(packet) {
        Ok((_, Answer::Names(names))) => {
            assert!(names.len() * 12 <= length);
            assert!(names.iter().map(|name| name.name.len() + name.line.len()).sum::<usize>() <= length);
        }
        Ok((_, Answer::Data(bytes) | Answer::Handle(bytes) | Answer::Extended(bytes))) => {
            assert!(bytes.len() <= length)
        }
        // A replacement character is three times as long as the byte that it stands for.
        Ok((_, Answer::Status { message, .. })) => assert!(message.len() <= 3 * length),
        Ok((_, Answer::Version { extensions, .. })) => assert!(extensions.len() * 8 <= length),
        Ok((_, Answer::Attrs(_))) | Err(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{super::packet::Request, *};
    use bytes::{BufMut, BytesMut};
    use proptest::prelude::*;

    fn packet(kind: u8, rest: &[u8]) -> Vec<u8> {
        let mut packet = BytesMut::new();
        packet.put_u32(u32::try_from(rest.len() + 1).unwrap());
        packet.put_u8(kind);
        packet.put_slice(rest);
        packet.to_vec()
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in any::<Vec<u8>>()) {
            answers(&bytes);
        }

        #[test]
        fn any_answer_of_a_known_kind_is_survived(
            length in any::<u8>(),
            packets in proptest::collection::vec((prop_oneof![Just(2_u8), 101_u8..=105, Just(201)], any::<Vec<u8>>()), 1..5),
        ) {
            let mut stream = vec![length];
            for (kind, rest) in packets {
                stream.extend(packet(kind, &rest));
            }
            answers(&stream);
        }

        #[test]
        fn packets_come_whole_however_the_stream_is_cut(
            lengths in proptest::collection::vec(1_usize..2000, 1..20),
            cut in 1_usize..3000,
        ) {
            let packets: Vec<_> = lengths.iter().enumerate().map(|(at, length)| vec![at as u8; *length]).collect();
            let stream: Vec<_> = packets.iter().flat_map(|packet| {
                [&u32::try_from(packet.len()).unwrap().to_be_bytes()[..], packet].concat()
            }).collect();
            let mut frames = Frames::default();
            let mut came = Vec::new();
            for piece in stream.chunks(cut) {
                frames.push(Bytes::copy_from_slice(piece));
                while let Some(packet) = frames.next().unwrap() {
                    came.push(packet.to_vec());
                }
            }
            prop_assert_eq!(came, packets);
        }
    }

    #[test]
    fn a_request_says_its_own_length() {
        let request = Request::new(3, 7, 0).text(b"/a").number(1).plain().done();
        assert_eq!(request.as_ref(), b"\0\0\0\x13\x03\0\0\0\x07\0\0\0\x02/a\0\0\0\x01\0\0\0\0");
    }

    #[test]
    fn a_count_that_lies_reserves_nothing() {
        let names = [&[104, 0, 0, 0, 1][..], &u32::MAX.to_be_bytes()].concat();
        assert!(packet::read(Bytes::from(names)).is_err());
    }
}
