//! The Unix user whom test servers let in.

use std::process::Command;

/// Who signs in.
pub const USER: &str = "berth-test";

/// With which password. It is no secret: test servers listen on the loopback address only.
pub const PASSWORD: &str = "correct horse battery";

/// Where it is noted that the password is set, until the machine starts again.
const DONE: &str = "/run/berth-test-user";

/// Makes the user, once; parallel tests wait for each other.
pub(crate) fn ensure() {
    let script = format!(
        "test -e {DONE} && exit 0; \
         id -u {USER} >/dev/null 2>&1 || useradd --create-home --shell /bin/bash {USER}; \
         echo '{USER}:{PASSWORD}' | chpasswd && touch {DONE}"
    );
    let done = Command::new("flock")
        .args(["/run/berth-test-user.lock", "sh", "-c", &script])
        .output()
        .expect("flock runs (package util-linux)");
    let complaint = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "the user {USER} could not be made; tests against real servers run as root: {complaint}"
    );
}
