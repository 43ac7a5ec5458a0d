//! How forms and changes are called.

use crate::inventory::words::thousands;
use wire::inventory::{Form, ImportChangeKind, ImportReport};

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
    if count == 1 { format!("1 {one}") } else { format!("{} {many}", thousands(count)) }
}

/// What an import would do, in a line.
pub fn counts(report: &ImportReport) -> String {
    let all = [
        (report.added, "new"),
        (report.updated, "changed"),
        (report.removed, "removed"),
        (report.unchanged, "as they are"),
        (report.invalid, "wrong"),
    ];
    let told: Vec<_> = all
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", thousands(count)))
        .collect();
    told.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_its_noun() {
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
