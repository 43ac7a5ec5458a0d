use super::*;

fn gathered(text: &str, entries: usize) -> Rows {
    let machine = text.starts_with("type=");
    let mut gathered = Gathered::new(machine, ListLimits { entries }, &|_| true);
    for line in text.lines() {
        if !gathered.take(line.as_bytes()) {
            break;
        }
    }
    gathered.without_doubtful()
}

fn names(rows: &Rows) -> Vec<String> {
    rows.listing.entries.iter().map(|found| format!("{} {}", found.name, found.stat.size)).collect()
}

/// A file `new` of 5 bytes, and one of 1 byte whose name goes on in the next line.
const TORN: &str = "total 8
-rw-r--r-- 1 a b 1 Jan 5 2020 new
line.txt
-rw-r--r-- 1 a b 5 Jan 5 2020 new
drwxr-xr-x 2 a b 4096 Jan 5 2020 .
-rw-r--r-- 1 a b 7 Jan 5 2020 other
";

#[test]
fn a_torn_name_is_left_out_and_its_twin_stays() {
    let rows = gathered(TORN, 9);
    assert_eq!((names(&rows), rows.doubtful), (vec!["new 5".to_owned(), "other 7".to_owned()], true));
    let rows = gathered(TORN, 1);
    assert_eq!((names(&rows), rows.doubtful, rows.listing.cut), (vec![], true, true), "cut right after it");
}

#[test]
fn listings_for_machines_tear_names_as_well() {
    let rows = gathered("type=cdir; .\ntype=file;size=1; new\ntype x.txt\ntype=file;size=5; new\ntype=pdir; ..\n", 9);
    assert_eq!((names(&rows), rows.doubtful), (vec!["new 5".to_owned()], true));
}

#[test]
fn of_two_with_one_name_neither_is_sure() {
    let ends_with_it = TORN.replace("line.txt", "");
    let looks_like_one = TORN.replace("line.txt", "-rw-r--r-- 1 a b 7 Jan 5 2020 other");
    for (text, left) in [(ends_with_it.as_str(), vec!["other 7".to_owned()]), (looks_like_one.as_str(), vec![])] {
        let rows = gathered(text, 9);
        assert_eq!((names(&rows), rows.doubtful), (left, true), "{text}");
    }
}

#[test]
fn what_lists_nothing_tears_nothing() {
    let text = "total 4
-rw-r--r-- 1 a b 5 Jan 5 2020 one
drwxr-xr-x 2 a b 4096 Jan 5 2020 ..
-rw-r--r-- 1 a b 5 Feb 30 2020 no such day

-rw-r--r-- 1 a b 5 Jan 5 2020 two
";
    let rows = gathered(text, 9);
    assert_eq!((names(&rows), rows.doubtful), (vec!["one 5".to_owned(), "two 5".to_owned()], false));
}
