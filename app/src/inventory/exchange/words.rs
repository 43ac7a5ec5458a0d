//! How forms and changes are called.

use wire::inventory::{Form, ImportChangeKind};

/// The form's word in addresses.
pub const fn key(form: Form) -> &'static str {
    match form {
        Form::Yaml => "yaml",
        Form::SshConfig => "ssh_config",
        Form::Csv => "csv",
        Form::AnsibleIni => "ansible_ini",
        Form::AnsibleYaml => "ansible_yaml",
        Form::Json => "json",
        Form::KnownHosts => "known_hosts",
    }
}

/// The form of a word.
pub fn form(key_of: &str) -> Option<Form> {
    Form::ALL.into_iter().find(|form| key(*form) == key_of)
}

/// The form's name.
pub const fn name(form: Form) -> &'static str {
    match form {
        Form::Yaml => "YAML (folders and sessions)",
        Form::SshConfig => "OpenSSH config",
        Form::Csv => "Table (CSV)",
        Form::AnsibleIni => "Ansible inventory (INI)",
        Form::AnsibleYaml => "Ansible inventory (YAML)",
        Form::Json => "Berth (JSON)",
        Form::KnownHosts => "OpenSSH known_hosts",
    }
}

/// What happens to a host.
pub const fn kind(kind: ImportChangeKind) -> &'static str {
    match kind {
        ImportChangeKind::Added => "new",
        ImportChangeKind::Updated => "changed",
        ImportChangeKind::Removed => "removed",
    }
}

/// A count with its noun.
pub fn count(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(count)) }
}

/// Digits in threes.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let head = digits.len() % 3;
    let mut groups: Vec<&str> = (head..digits.len()).step_by(3).filter_map(|at| digits.get(at..at + 3)).collect();
    if let Some(first) = digits.get(..head).filter(|first| !first.is_empty()) {
        groups.insert(0, first);
    }
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes() {
        let cases = [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(count(1, "host", "hosts"), "1 host");
        assert_eq!(count(2_000, "host", "hosts"), "2,000 hosts");
    }

    #[test]
    fn every_form_has_a_word_of_its_own() {
        for it in Form::ALL {
            assert_eq!(form(key(it)), Some(it));
        }
        assert_eq!(form(""), None);
    }
}
