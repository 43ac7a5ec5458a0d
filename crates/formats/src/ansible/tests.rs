use crate::{Document, File, Form, Jump, read};

fn of(form: Form, text: &str) -> Document {
    read(form, &[File { name: "hosts", bytes: text.as_bytes() }])
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")))
}

fn wrong(form: Form, text: &str) -> Vec<String> {
    let file = File { name: "hosts", bytes: text.as_bytes() };
    read(form, &[file]).unwrap_err().iter().map(ToString::to_string).collect()
}

fn shown(document: &Document) -> Vec<String> {
    let host = |host: &crate::HostEntry| {
        let jumps: Vec<_> = host.jumps.iter().map(Jump::to_string).collect();
        format!(
            "{} {}@{}:{} in {} tags {} key {} via {}",
            host.name,
            host.username.as_deref().unwrap_or(""),
            host.address,
            host.port,
            host.folder.join(">"),
            host.tags.join(","),
            host.credential.as_deref().unwrap_or("-"),
            jumps.join(",")
        )
    };
    document.hosts.iter().map(host).collect()
}

const INI: &str = r#"
lonely:2200 ansible_user=me   # a comment
[2001:db8::1]:23

[web]
web[01:05:2].lab ansible_port=2222
db-[a:b]  # not only there

[db]
db-[a:b] ansible_host="{{ inventory_hostname }}.internal"

[prod:children]
web
db

[europe:children]
prod

[slow]
db-b
local ansible_connection=local
win ansible_connection=winrm

[all:vars]
ansible_user=all
[prod:vars]
ansible_user = "prod user"
ansible_ssh_common_args='-o ProxyCommand="ssh -W %h:%p -q me@gate"'
ansible_password=hunter2
[web:vars]
ansible_ssh_private_key_file=~/.ssh/web.pem # ours
"#;

#[test]
fn groups_ranges_and_precedence_of_ini() {
    let document = of(Form::AnsibleIni, INI);
    assert_eq!(
        shown(&document),
        [
            "lonely me@lonely:2200 in  tags  key - via ",
            "2001:db8::1 all@2001:db8::1:23 in  tags  key - via ",
            "web01.lab prod user@web01.lab:2222 in europe>prod>web tags  key web.pem via me@gate",
            "web03.lab prod user@web03.lab:2222 in europe>prod>web tags  key web.pem via me@gate",
            "web05.lab prod user@web05.lab:2222 in europe>prod>web tags  key web.pem via me@gate",
            "db-a prod user@db-a.internal:22 in europe>prod>web tags db key web.pem via me@gate",
            "db-b prod user@db-b.internal:22 in europe>prod>web tags slow,db key web.pem via me@gate",
        ]
    );
    let skipped: Vec<_> = document.skipped.iter().map(|skip| skip.name.as_str()).collect();
    assert_eq!(skipped, ["local", "win"]);
    let folders: Vec<_> = document.folders.iter().map(|folder| folder.path.join(">")).collect();
    assert_eq!(folders, ["europe>prod>web", "europe>prod", "europe"]);
}

#[test]
fn groups_and_precedence_of_yaml() {
    let text = "all:
  hosts:
    lonely:
  vars: {ansible_user: all}
  children:
    routers:
      vars:
        ansible_user: routers
        ansible_network_os: cisco.ios.ios
      children:
        core:
          hosts:
            r[1:2]:
              ansible_host: 10.0.0.1
              rack: 4
              ansible_become_password: hunter2
        edge: {}
switches:
  hosts:
    r1: {ansible_port: \"2222\"}
    s1:
      ansible_user: '{{ other }}'
";
    let document = of(Form::AnsibleYaml, text);
    assert_eq!(
        shown(&document),
        [
            "lonely all@lonely:22 in  tags  key - via ",
            "r1 routers@10.0.0.1:2222 in routers>core tags switches key - via ",
            "r2 routers@10.0.0.1:22 in routers>core tags  key - via ",
            "s1 @s1:22 in switches tags  key - via ",
        ]
    );
    assert_eq!(document.hosts[1].device.platform, "cisco.ios.ios");
    assert_eq!(document.hosts[1].at.line, 14);
    let folders: Vec<_> = document.folders.iter().map(|folder| folder.path.join(">")).collect();
    assert_eq!(folders, ["routers", "routers>core", "routers>edge", "switches"]);
    let kept = document.hosts[2].kept.to_json().unwrap();
    assert!(kept.contains("rack") && !kept.contains("hunter2"), "{kept}");
    assert!(document.notes.iter().any(|note| note.text.contains("secrets are not imported")), "{:?}", document.notes);
    assert!(document.notes.iter().any(|note| note.text.contains("computed by Ansible")), "{:?}", document.notes);
}

#[test]
fn ranges_are_bounded_and_groups_never_inside_themselves() {
    assert_eq!(
        wrong(Form::AnsibleIni, "a[1:99999][1:99999]\n"),
        [
            "hosts, line 1, field a[1:99999][1:99999]: there are more than 100000 hosts, ranges expanded. Split the inventory."
        ]
    );
    assert_eq!(
        wrong(Form::AnsibleIni, "[a:children]\nb\n[b:children]\na\n"),
        ["hosts, line 1, field a: the group is inside of itself, by way of its children"]
    );
    assert_eq!(
        wrong(Form::AnsibleIni, "[a:kids]\nx\n[b:vars]\nnothing\n[c]\nx ansible_port=0\ny z\n"),
        [
            "hosts, line 1, field a: `kids` is neither vars nor children",
            "hosts, line 4: a variable is written `name=value`",
            "hosts, line 7, field y: behind a host stand variables, `name=value`; `z` is none",
        ]
    );
    assert_eq!(
        wrong(Form::AnsibleYaml, "all:\n  hosts: [a]\n"),
        ["hosts, line 2, column 10, field hosts: a list stands where a mapping is expected"]
    );
}
