//! One-time codes for an sshd by PAM (package libpam-oath).
//!
//! sshd asks the PAM service of its own name. So the server of a test runs by a link with a name of its own, for which there
//! is a service that asks for the password and then for a code; the machine's own `sshd` is not touched.

use crate::user::USER;
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
};

/// The codes in their order (RFC 4226, appendix D): each is good once, and then none before it.
pub const CODES: [&str; 6] = ["755224", "287082", "359152", "969429", "338314", "254676"];

/// The secret of that appendix, `12345678901234567890`, in hexadecimal digits.
const SECRET: &str = "3132333435363738393031323334353637383930";

const MODULE: &str = "/lib/x86_64-linux-gnu/security/pam_oath.so";

/// A PAM service that asks for codes, there until it is dropped.
#[derive(Debug)]
pub(crate) struct OneTimeCodes {
    /// By this name sshd finds the service.
    pub(crate) program: PathBuf,
    service: PathBuf,
}

impl OneTimeCodes {
    pub(crate) fn new(dir: &Path, port: u16) -> Self {
        assert!(has_module(), "pam_oath is missing: install the package libpam-oath");
        let name = format!("berth-test-sshd-{port}");
        let (program, service) = (dir.join(&name), Path::new("/etc/pam.d").join(&name));
        let users = dir.join("users.oath");
        fs::write(&users, format!("HOTP {USER} - {SECRET}\n")).expect("the users' secrets are written");
        fs::set_permissions(&users, fs::Permissions::from_mode(0o600)).expect("the secrets are closed");
        symlink("/usr/sbin/sshd", &program).expect("sshd gets a name");
        let text = format!(
            "auth required pam_unix.so\nauth required pam_oath.so usersfile={} window=3 digits=6\n\
             account required pam_unix.so\nsession required pam_permit.so\n",
            users.display()
        );
        fs::write(&service, text).expect("the PAM service is written");
        Self { program, service }
    }
}

impl Drop for OneTimeCodes {
    fn drop(&mut self) {
        // Left behind it is a service that nothing asks for.
        let _ = fs::remove_file(&self.service);
    }
}

fn has_module() -> bool {
    let arm = MODULE.replace("x86_64", "aarch64");
    Path::new(MODULE).exists() || Path::new(&arm).exists()
}
