use super::{
    super::{date::compact, mlst},
    *,
};
use proptest::prelude::*;
use wire::files::permission_text;

fn now() -> Timestamp {
    compact(b"20261121120000").unwrap()
}

fn shown(found: Option<Found>) -> String {
    let Some(Found { name, stat, link_target, .. }) = found else { return "nothing".to_owned() };
    let at = stat.modified.map_or_else(|| "-".to_owned(), String::from);
    let (owner, group) = (stat.owner.as_deref().unwrap_or("-"), stat.group.as_deref().unwrap_or("-"));
    let target = link_target.map_or_else(String::new, |target| format!(" > {target}"));
    format!("{} {owner} {group} {} {at} [{name}]{target}", permission_text(stat.kind, stat.mode), stat.size)
}

fn read(line: &str) -> String {
    shown(row(line.as_bytes(), now()))
}

#[test]
fn rows_of_ls() {
    let rows = [
        (
            "-rw-r--r--    1 1000     1000            7 Nov 21 10:30 plain",
            "-rw-r--r-- 1000 1000 7 2026-11-21T10:30:00Z [plain]",
        ),
        (
            "drwxrwsr-t+  12 ann      web          4096 Dec 31  2025 two words ",
            "drwxrwsr-t ann web 4096 2025-12-31T00:00:00Z [two words ]",
        ),
        ("-rwsr-xr-x    1 ann               1,5 Nov 21 10:30 x", "nothing"),
        (
            "-rw-r--r--    1 ann               15 Dec  1 10:30 no group",
            "-rw-r--r-- ann - 15 2025-12-01T10:30:00Z [no group]",
        ),
        ("-rw-r--r--   ann web 15 Dec  1 10:30 no count", "-rw-r--r-- ann web 15 2025-12-01T10:30:00Z [no count]"),
        ("-rw-r--r-- 1 0 0 3 Jan  5 00:00  led by a space", "-rw-r--r-- 0 0 3 2026-01-05T00:00:00Z [ led by a space]"),
        ("lrwxrwxrwx 1 a b 6 Jan 5 2020 name -> target", "lrwxrwxrwx a b 6 2020-01-05T00:00:00Z [name] > target"),
        ("lrwxrwxrwx 1 a b 4 Jan 5 2020 a -> b -> file", "lrwxrwxrwx a b 4 2020-01-05T00:00:00Z [a -> b] > file"),
        ("brw-rw---- 1 root disk 8, 0 Jan 5 2020 sda", "?rw-rw---- root disk 0 2020-01-05T00:00:00Z [sda]"),
        ("-rw-r--r-- 1 a b 5 2024-02-29 23:59 iso", "-rw-r--r-- a b 5 2024-02-29T23:59:00Z [iso]"),
        ("-rw-r--r-- 1 a b 5 29 Feb 2024 day first", "-rw-r--r-- a b 5 2024-02-29T00:00:00Z [day first]"),
        ("-rw-r--r-- 1 a Domain Users 5 Jan 5 2020 f", "-rw-r--r-- a Users 5 2020-01-05T00:00:00Z [f]"),
        ("total 24", "nothing"),
        ("drwxr-xr-x 2 a b 4096 Nov 21 10:30 ..", "nothing"),
        ("-rw-r--r-- 1 a b 5 Jan 5 2020 ../../etc/passwd", "nothing"),
        ("-rw-r--r-- 1 a b 5 Feb 30 2020 no such day", "nothing"),
        ("", "nothing"),
    ];
    for (line, told) in rows {
        assert_eq!(read(line), told, "{line}");
    }
}

#[test]
fn rows_of_dos_and_eplf() {
    let rows = [
        (
            "11-21-26  10:30AM       <DIR>          Program Files",
            "d????????? - - 0 2026-11-21T10:30:00Z [Program Files]",
        ),
        ("02-29-2024  12:05AM             1234 night.txt", "-????????? - - 1234 2024-02-29T00:05:00Z [night.txt]"),
        ("2024-02-29  01:05PM             1234 noon.txt", "-????????? - - 1234 2024-02-29T13:05:00Z [noon.txt]"),
        ("02-29-98  13:05             1 old", "nothing"),
        ("+i8388621.48594,m825718503,r,s280,up644,\tdjb.html", "-rw-r--r-- - - 280 1996-03-01T22:15:03Z [djb.html]"),
        ("+/,m824255907,\t514", "d????????? - - 0 1996-02-13T23:58:27Z [514]"),
    ];
    for (line, told) in rows {
        assert_eq!(read(line), told, "{line}");
    }
}

#[test]
fn rows_for_machines() {
    let row = |line: &str| shown(mlst::row(line.as_bytes()));
    let full = "Type=file;Size=17;Modify=20261121083000.5;UNIX.mode=0100640;unix.owner=5;unix.ownername=ann;  a; b=c";
    assert_eq!(row(full), "-rw-r----- ann - 17 2026-11-21T08:30:00Z [ a; b=c]");
    assert_eq!(row("type=OS.unix=slink:/srv/x;size=3; link"), "l????????? - - 3 - [link] > /srv/x");
    assert_eq!(row("type=dir;modify=garbage; d"), "d????????? - - 0 - [d]");
    for nothing in ["type=cdir; /", "type=pdir; ..", "size=3; kindless", "type=file;", "type=file; a/b", ""] {
        assert_eq!(row(nothing), "nothing", "{nothing}");
    }
    assert_eq!(mlst::stat(b" type=cdir;modify=20261121083000; /srv").unwrap().kind, EntryKind::Directory);
    assert_eq!(mlst::stat(b" size=4;type=file; /srv/a").unwrap().size, 4);
    assert_eq!(mlst::wanted("MLST type*;perm*;size*;unique*;unix.mode;").unwrap(), "type;perm;size;unix.mode;");
    assert_eq!(mlst::wanted("MLST type*;size*;unique;"), None, "all that is wanted comes unasked");
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (row(&bytes, now()), mlst::row(&bytes), mlst::stat(&bytes));
    }

    /// What `ls -l` writes of any name is read as that name.
    #[test]
    fn any_name_survives(name in prop::collection::vec(any::<u8>().prop_filter("no line break", |b| !b"\r\n".contains(b)), 1..64), size in 0_u64..1 << 50) {
        let line = [format!("-rw-r--r--    1 1000     ann      {size:>8} Nov 21 10:30 ").as_bytes(), &name].concat();
        let expected = RemoteName::from_bytes(name).ok();
        let told = row(&line, now());
        prop_assert_eq!(told.as_ref().map(|found| &found.name), expected.as_ref());
        prop_assert!(told.is_none_or(|found| found.stat.size == size));
    }
}
