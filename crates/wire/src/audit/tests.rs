use super::*;
use proptest::prelude::*;

fn event() -> impl Strategy<Value = AuditEvent> {
    // Of few letters, and of those that the encoding uses itself, so that texts clash when they can.
    let text = || "[-1:,a\u{0}]{0,6}";
    let id = prop::option::of(prop::sample::select(vec!["a", "b"]).prop_map(|id| id.parse().unwrap()));
    let moment = (0_i64..3).prop_map(|millis| Timestamp::from_millis(1_795_250_000_000 + millis));
    let hash = || prop::bool::ANY.prop_map(|one| AuditHash::new([u8::from(one); 32]));
    let who = (1_i64..30, moment, id, text(), prop::option::of(text()));
    (who, text(), text(), text(), text(), hash(), hash()).prop_map(
        |((id, at, account_id, account_name, address), request_id, action, object, outcome, previous, hash)| {
            AuditEvent {
                id,
                at,
                account_id,
                account_name,
                address,
                request_id,
                action,
                object,
                outcome,
                previous,
                hash,
            }
        },
    )
}

/// Reads an encoding back, which is only possible when it says one thing.
fn decoded(mut bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    let mut fields = Vec::new();
    while let Some((first, rest)) = bytes.split_first() {
        if *first == b'-' {
            (bytes, fields) = (rest, [fields, vec![None]].concat());
            continue;
        }
        let colon = bytes.iter().position(|byte| *byte == b':').unwrap();
        let length: usize = std::str::from_utf8(&bytes[..colon]).unwrap().parse().unwrap();
        let end = colon + 1 + length;
        fields.push(Some(bytes[colon + 1..end].to_vec()));
        assert_eq!(bytes[end], b',');
        bytes = &bytes[end + 1..];
    }
    fields
}

proptest! {
    #[test]
    fn no_two_different_lines_are_written_alike(one in event(), other in event()) {
        let same = AuditEvent { hash: one.hash, ..other.clone() } == one;
        prop_assert_eq!(one.encoded() == other.encoded(), same);
    }

    #[test]
    fn what_is_written_can_be_read_back(line in event()) {
        let fields = decoded(&line.encoded());
        prop_assert_eq!(fields.len(), 11);
        let text = |at: usize| fields[at].clone().map(|bytes| String::from_utf8(bytes).unwrap());
        prop_assert_eq!(text(1), Some(line.id.to_string()));
        prop_assert_eq!(text(2), Some(line.previous.to_string()));
        prop_assert_eq!(text(4), line.account_id.map(|id| id.to_string()));
        prop_assert_eq!(text(6), line.address);
        prop_assert_eq!(text(10), Some(line.outcome));
    }

    #[test]
    fn a_line_is_the_same_after_json(line in event()) {
        let json = serde_json::to_string(&line).unwrap();
        let back: AuditEvent = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back.encoded(), line.encoded());
    }
}

#[test]
fn the_encoding_is_the_one_that_is_documented() {
    let line = AuditEvent {
        id: 1,
        at: Timestamp::from_millis(0),
        account_id: None,
        account_name: "zo\u{eb}".into(),
        address: None,
        request_id: String::new(),
        action: "a.b".into(),
        object: String::new(),
        outcome: "done".into(),
        previous: AuditHash::NONE,
        hash: AuditHash::NONE,
    };
    let zeros = "0".repeat(64);
    let expected = format!("13:berth-audit-1,1:1,64:{zeros},20:1970-01-01T00:00:00Z,-4:zo\u{eb},-0:,3:a.b,0:,4:done,");
    assert_eq!(String::from_utf8(line.encoded()).unwrap(), expected);
}

#[test]
fn heads_are_read_as_they_are_written_and_nothing_else() {
    let head = AuditHead { number: 57, hash: AuditHash::new([0xab; 32]) };
    assert_eq!(head.to_string().parse(), Ok(head));
    assert_eq!(head.to_string(), format!("57:{}", "ab".repeat(32)));
    for text in
        ["", "57", "57:", "57:ab", "-1:00", &format!("x:{}", "ab".repeat(32)), &format!("1:{}", "xy".repeat(32))]
    {
        assert_eq!(text.parse::<AuditHead>(), Err(InvalidHead), "{text}");
    }
    assert!(format!("1:{}", "\u{e9}".repeat(32)).parse::<AuditHead>().is_err());
}
