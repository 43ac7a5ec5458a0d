//! A credential as it is typed, and the draft that becomes of it.

use crate::accounts::checks;
use wire::vault::{CredentialDraft, Secret};

/// What a person typed.
#[derive(Debug, Clone, Default)]
pub struct CredentialForm {
    /// What to call it.
    pub name: String,
    /// The username that goes with it.
    pub username: String,
    /// A password.
    pub password: Secret,
    /// A private key.
    pub private_key: Secret,
    /// The key's passphrase.
    pub passphrase: Secret,
    /// The key's certificate.
    pub certificate: String,
}

/// What is wrong, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialFaults {
    /// With the name.
    pub name: Option<String>,
    /// With the password.
    pub password: Option<String>,
    /// With the private key.
    pub private_key: Option<String>,
    /// With its certificate.
    pub certificate: Option<String>,
}

impl CredentialForm {
    /// The draft, or what is wrong. `with_key` says whether a key was meant or a password.
    pub fn draft(&self, with_key: bool) -> Result<CredentialDraft, CredentialFaults> {
        let faults = CredentialFaults {
            name: checks::label(&self.name),
            password: if with_key { None } else { checks::filled(self.password.expose(), "the password") },
            private_key: if with_key { key_fault(self.private_key.expose()) } else { None },
            certificate: if with_key { certificate_fault(&self.certificate) } else { None },
        };
        if faults != CredentialFaults::default() {
            return Err(faults);
        }
        let secret = |secret: &Secret, wanted: bool| (wanted && !secret.is_empty()).then(|| secret.clone());
        Ok(CredentialDraft {
            name: self.name.trim().into(),
            username: Some(self.username.trim().to_owned()).filter(|name| !name.is_empty()),
            password: secret(&self.password, !with_key),
            private_key: secret(&self.private_key, with_key),
            passphrase: secret(&self.passphrase, with_key),
            certificate: Some(self.certificate.trim().to_owned()).filter(|text| with_key && !text.is_empty()),
        })
    }
}

/// Sees at a glance what is no certificate; the server looks closely.
pub(super) fn certificate_fault(text: &str) -> Option<String> {
    let kind = text.split_whitespace().next()?;
    (!kind.ends_with("-cert-v01@openssh.com")).then(|| {
        "This is not a certificate: it is one line that starts like “ssh-ed25519-cert-v01@openssh.com”.".into()
    })
}

/// Sees at a glance what is no private key; the server looks closely.
fn key_fault(text: &str) -> Option<String> {
    let text = text.trim_start();
    if text.is_empty() {
        Some("Paste the private key or choose its file.".into())
    } else if text.starts_with("ssh-") || text.starts_with("ecdsa-") {
        Some("This is the public half. The private key is the file without “.pub”.".into())
    } else if text.starts_with("PuTTY-") {
        Some("This is a PuTTY key. Export it from PuTTYgen as an OpenSSH key first.".into())
    } else if !text.starts_with("-----BEGIN ") {
        Some("This is not a private key: it must start with “-----BEGIN”.".into())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CredentialForm {
        CredentialForm { name: " deploy ".into(), password: Secret::new("pw"), ..Default::default() }
    }

    #[test]
    fn sends_only_what_was_meant() {
        let mut form = form();
        form.private_key = Secret::new("-----BEGIN OPENSSH PRIVATE KEY-----");
        let with_password = form.draft(false).expect("complete");
        assert_eq!((with_password.name.as_str(), with_password.private_key), ("deploy", None));
        let with_key = form.draft(true).expect("complete");
        assert!(with_key.password.is_none() && with_key.private_key.is_some());
    }

    #[test]
    fn says_which_half_of_the_key_is_missing() {
        for (text, word) in
            [("", "Paste"), ("ssh-ed25519 AAAA", "public half"), ("PuTTY-User-Key-File-3", "PuTTY"), ("x", "BEGIN")]
        {
            let mut form = form();
            form.private_key = Secret::new(text);
            let fault = form.draft(true).expect_err("refused").private_key.expect("a fault");
            assert!(fault.contains(word), "{fault}");
        }
    }

    #[test]
    fn a_certificate_goes_with_a_key() {
        let line = "ssh-ed25519-cert-v01@openssh.com AAAA ada";
        let mut form = CredentialForm { certificate: format!(" {line}\n"), ..form() };
        form.private_key = Secret::new("-----BEGIN OPENSSH PRIVATE KEY-----");
        assert_eq!(form.draft(true).expect("complete").certificate.as_deref(), Some(line));
        assert_eq!(form.draft(false).expect("complete").certificate, None);
        form.certificate = "ssh-ed25519 AAAA".into();
        assert!(form.draft(true).expect_err("refused").certificate.is_some());
    }

    #[test]
    fn an_empty_form_names_every_gap() {
        let faults = CredentialForm::default().draft(false).expect_err("refused");
        assert!(faults.name.is_some() && faults.password.is_some() && faults.private_key.is_none());
    }
}
