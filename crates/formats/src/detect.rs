//! Which form a file has.

use crate::{document::File, fields, text};
use wire::inventory::Form;

/// So much of a file is looked at.
const LOOKED_AT: usize = 64 * 1024;
/// Options that a file of `ssh_config` may begin with.
const SSH_OPTIONS: [&str; 14] = [
    "host",
    "match",
    "include",
    "user",
    "port",
    "identityfile",
    "hostname",
    "proxyjump",
    "forwardagent",
    "addkeystoagent",
    "serveraliveinterval",
    "stricthostkeychecking",
    "controlmaster",
    "userknownhostsfile",
];

/// Which form a file has, by what it holds; its name is a hint where that leaves a doubt.
pub fn detect(file: &File<'_>) -> Option<Form> {
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    // A character that is cut in two at the end would make the whole look like Latin-1, which is no matter here.
    let head = File { bytes: file.bytes.get(..LOOKED_AT).unwrap_or(file.bytes), ..*file };
    let decoded = text::decode(&head).ok()?;
    let lines: Vec<&str> = decoded.text.lines().collect();
    let said: Vec<&str> = lines
        .iter()
        .map(|line| line.trim())
        .filter(|line| !line.is_empty() && !line.starts_with(['#', ';']) && *line != "---")
        .take(200)
        .collect();
    let first = *said.first()?;
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if said.iter().take(20).any(|line| is_known_host(line)) {
        return Some(Form::KnownHosts);
    }
    if is_json(first, said.get(1).copied()) {
        let ours = ["\"folder_name\"", "\"sessions\"", "\"display_name\""];
        let yaml = ours.iter().any(|name| decoded.text.contains(name)) && !decoded.text.contains("\"version\"");
        return Some(if yaml { Form::Yaml } else { Form::Json });
    }
    if ends(&[".csv", ".tsv"]) || is_table(first) {
        return Some(Form::Csv);
    }
    if !ends(&[".yaml", ".yml"]) {
        if is_ssh_config(&said, name == "config" || ends(&["ssh_config", ".conf"])) {
            return Some(Form::SshConfig);
        }
        let grouped = |line: &&str| line.starts_with('[') && line.ends_with(']');
        if ends(&[".ini"]) || said.iter().any(grouped) || said.iter().any(|line| line.contains(" ansible_")) {
            return Some(Form::AnsibleIni);
        }
    }
    let mapping = |line: &&str| {
        line.starts_with("- ") || line.split_once(':').is_some_and(|(_, rest)| rest.is_empty() || rest.starts_with(' '))
    };
    if ends(&[".yaml", ".yml"]) || said.iter().take(5).all(mapping) {
        return Some(if is_ansible(&lines) { Form::AnsibleYaml } else { Form::Yaml });
    }
    (name == "hosts" || name == "inventory").then_some(Form::AnsibleIni)
}

fn is_known_host(line: &str) -> bool {
    let mut words = line.split_whitespace().peekable();
    words.next_if(|word| word.starts_with('@'));
    let (Some(_), Some(algorithm), Some(key)) = (words.next(), words.next(), words.next()) else { return false };
    ["ssh-", "ecdsa-", "sk-"].iter().any(|begin| algorithm.starts_with(begin)) && key.starts_with("AAAA")
}

/// `[web]` is a group of Ansible's, not a list of JSON's.
fn is_json(first: &str, second: Option<&str>) -> bool {
    let inside = |text: &str| text.is_empty() || text.starts_with(['{', '"', ']', '}', '[']);
    match first.split_at_checked(1) {
        Some(("{", rest)) => inside(rest.trim_start()),
        Some(("[", rest)) if rest.trim().is_empty() => second.is_none_or(inside),
        Some(("[", rest)) => inside(rest.trim_start()),
        _ => false,
    }
}

fn is_table(first: &str) -> bool {
    [',', ';', '\t'].into_iter().any(|delimiter| {
        let names: Vec<_> = first.split(delimiter).map(|name| fields::bare(name.trim().trim_matches('"'))).collect();
        names.len() > 1 && names.iter().filter(|name| fields::is_known(name)).count() > 1
    })
}

fn is_ssh_config(said: &[&str], named: bool) -> bool {
    let option = |line: &str| {
        let (keyword, rest) = line.split_once(|c: char| c.is_whitespace() || c == '=').unwrap_or((line, ""));
        let rest = rest.trim_start().trim_start_matches('=').trim_start();
        (keyword.to_lowercase(), !rest.is_empty() && !rest.starts_with(':'))
    };
    let known = |line: &&str| matches!(option(line), (keyword, true) if SSH_OPTIONS.contains(&keyword.as_str()));
    let heads = |line: &&str| matches!(option(line), (keyword, true) if matches!(keyword.as_str(), "host" | "match"));
    said.iter().any(heads) || said.first().is_some_and(known) || (named && said.iter().any(known))
}

/// Groups that hold mappings of hosts, and no list of folders.
fn is_ansible(lines: &[&str]) -> bool {
    let ours = |line: &&str| ["folder_name", "display_name", "sessions:"].iter().any(|name| line.contains(name));
    let theirs = |line: &&str| {
        let bare = line.trim_end();
        matches!(bare, "all:" | "ungrouped:")
            || (line.starts_with([' ', '\t']) && matches!(bare.trim(), "hosts:" | "children:" | "vars:"))
    };
    !lines.iter().any(ours) && lines.iter().any(theirs)
}

#[cfg(test)]
mod tests;
