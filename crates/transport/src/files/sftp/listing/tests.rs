use super::*;

const LINE: &str = "-rw-r--r--    ? alice    www-data     4096 Jan  1  1970 name";

fn name(name: &[u8], line: &str) -> Name {
    let attrs = Attrs { size: Some(1), owners: Some((7, 8)), mode: Some(0o100_644), times: Some((1, 2)) };
    Name { name: Bytes::copy_from_slice(name), line: Bytes::copy_from_slice(line.as_bytes()), attrs }
}

#[test]
fn names_that_lead_elsewhere_are_left_out() {
    let mut gathered = Gathered::new(ListLimits { entries: 10 });
    let hostile: [&[u8]; 7] = [b".", b"..", b"", b"../../etc/passwd", b"/etc/passwd", b"a\0b", b"kept"];
    assert!(gathered.take(hostile.iter().map(|bytes| name(bytes, "")).collect()));
    assert_eq!(gathered.listing.entries.len(), 1);
    assert_eq!(gathered.listing.entries[0].name.as_bytes(), b"kept");
    assert!(!gathered.listing.cut);
}

#[test]
fn a_listing_is_cut_only_when_something_is_left() {
    let mut gathered = Gathered::new(ListLimits { entries: 2 });
    assert!(gathered.take(vec![name(b"a", ""), name(b"b", "")]));
    assert!(gathered.take(vec![name(b"..", "")]));
    assert!(!gathered.listing.cut);
    assert!(!gathered.take(vec![name(b"c", "")]));
    assert_eq!((gathered.listing.entries.len(), gathered.listing.cut), (2, true));
}

#[test]
fn owners_by_name_where_the_line_has_them() {
    assert_eq!(owners_in(LINE.as_bytes()), [Some("alice"), Some("www-data")]);
    assert_eq!(owners_in(b"drwxrwxrwx 1 owner group 0 Jan 1 00:00 x")[0], Some("owner"));
    for other in ["", "name", "just a file name here", "-rw-r--r-- alice www-data 4096"] {
        assert_eq!(owners_in(other.as_bytes()), [None, None], "{other}");
    }
    let mut gathered = Gathered::new(ListLimits { entries: 10 });
    gathered.take(vec![name(b"a", LINE), name(b"b", LINE), name(b"c", "")]);
    let [a, b, c] = gathered.listing.entries.try_into().unwrap();
    assert!(Arc::ptr_eq(a.stat.owner.as_ref().unwrap(), b.stat.owner.as_ref().unwrap()), "the same name is kept once");
    assert_eq!(c.stat.owner.as_deref(), Some("7"));
}

#[test]
fn the_kind_comes_from_the_mode_or_else_from_the_line() {
    let of = |mode, line: &str| stat_of(&Attrs { mode, ..Attrs::default() }, line.as_bytes()).kind;
    assert_eq!(of(Some(0o040_755), ""), EntryKind::Directory);
    assert_eq!(of(Some(0o120_777), ""), EntryKind::Link);
    assert_eq!(of(Some(0o010_644), "-rw"), EntryKind::Other, "a pipe");
    assert_eq!(of(None, "drwx"), EntryKind::Directory);
    assert_eq!(of(Some(0o755), "drwx"), EntryKind::Directory, "rights without a kind");
    assert_eq!(of(None, ""), EntryKind::Other);
}
