//! What libFuzzer calls with any bytes (`make fuzz`); the committed corpus runs as a test.

/// A host sends these bytes in place of SFTP's answers: nothing breaks, and nothing grows beyond what came.
pub fn sftp(bytes: &[u8]) {
    crate::files::fuzzing::answers(bytes);
}

/// A host sends these bytes as FTP replies and listings.
pub fn ftp(bytes: &[u8]) {
    crate::files::ftp_fuzzing::answers(bytes);
}

#[cfg(test)]
fn each_of(corpus: &str, survives: fn(&[u8])) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(corpus);
    for file in std::fs::read_dir(folder).unwrap() {
        survives(&std::fs::read(file.unwrap().path()).unwrap());
    }
}

#[test]
fn the_corpus_is_survived() {
    each_of("sftp", sftp);
    each_of("ftp", ftp);
}
