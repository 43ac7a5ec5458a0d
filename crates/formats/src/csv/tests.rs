use crate::{Document, File, Form, Outgoing, read, write};

fn parse(text: &str) -> Document {
    read(Form::Csv, &[File { name: "hosts.csv", bytes: text.as_bytes() }])
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn wrong(text: &str) -> Vec<String> {
    let file = File { name: "hosts.csv", bytes: text.as_bytes() };
    read(Form::Csv, &[file]).unwrap_err().iter().map(ToString::to_string).collect()
}

fn back(document: Document) -> String {
    String::from_utf8(write(Form::Csv, &Outgoing::from(document)).unwrap()).unwrap()
}

#[test]
fn columns_go_by_many_names_and_come_back_with_what_is_not_understood() {
    let text = "Hostname;IP Address;SSH-Port;Group;Rack;Tags;Notes\nr1;10.0.0.1;;Paris / Core;12;a, b;\"two\nlines; \"\"quoted\"\"\"\nr2;10.0.0.2;2222.0;;;;'=1+1\n";
    let document = parse(text);
    let hosts: Vec<_> = document
        .hosts
        .iter()
        .map(|host| (host.name.as_str(), host.address.as_str(), host.port, host.folder.join(">"), host.at.line))
        .collect();
    assert_eq!(hosts, [("r1", "10.0.0.1", 22, "Paris>Core".to_owned(), 2), ("r2", "10.0.0.2", 2222, String::new(), 4)]);
    assert_eq!(document.hosts[0].tags, ["a", "b"]);
    assert_eq!(document.hosts[1].device.notes, "=1+1");
    assert_eq!(back(document), text);
}

#[test]
fn what_changed_takes_its_cell_and_new_things_a_column() {
    let mut document = parse("host,Rack\na,1\nb,2\n");
    document.hosts[0].address = "10.0.0.1".to_owned();
    document.hosts[1].username = Some("root".to_owned());
    document.hosts[1].folder = vec!["F".to_owned()];
    let mut fresh = document.hosts[1].clone();
    fresh.kept = crate::Kept::default();
    fresh.name = "c".to_owned();
    fresh.address = "c".to_owned();
    fresh.device.notes = "-1".to_owned();
    document.hosts.push(fresh);
    assert_eq!(back(document), "host,Rack,name,username,folder,notes\n10.0.0.1,1,a,,,\nb,2,,root,F,\nc,,,root,F,'-1\n");
}

#[test]
fn a_table_without_addresses_is_refused_once() {
    assert_eq!(
        wrong("a,b\n1,2\n3,4\n"),
        [
            "hosts.csv, line 1: the first line names the columns, and none of them is `address` (or host, hostname, ip): write it there"
        ]
    );
}

#[test]
fn errors_name_line_and_field() {
    assert_eq!(
        wrong("sep=;\r\nname;host;Port\r\na;;\r\nb;h;ssh\r\nc;h;1;2\r\n"),
        [
            "hosts.csv, line 3, field host: it is missing, and an entry needs it. Write it, or take the entry out.",
            "hosts.csv, line 4, field Port: `ssh` is no port. Write a number from 1 to 65535.",
            "hosts.csv, line 5: the line has 4 cells, and the first line 3 names",
        ]
    );
    assert_eq!(wrong("host,x,x\n"), ["hosts.csv, line 1, field x: two columns have this name. Rename one of them."]);
    assert_eq!(wrong("host\n\"a\nb\n"), ["hosts.csv, line 2: a quotation mark is opened and not closed again"]);
}

#[test]
fn a_host_of_another_table_brings_what_is_not_understood() {
    let mut document = parse("host,Rack\na,1\n");
    document.hosts.extend(parse("ip,name,Shelf\nb,B,2\n").hosts);
    assert_eq!(back(document), "host,Rack,Shelf,name\na,1,,\nb,,2,B\n");
}

#[test]
fn what_parts_the_cells_is_found_again() {
    let text = "host;\"a,b,c\";d\nx;1;2\n";
    let back = back(parse(text));
    assert_eq!(back, "\"host\";\"a,b,c\";\"d\"\nx;1;2\n");
    assert_eq!(parse(&back).hosts[0].address, "x");
}
