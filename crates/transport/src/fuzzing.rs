//! What libFuzzer calls with any bytes (`make fuzz`); the committed corpus runs as a test.

/// A host sends these bytes in place of SFTP's answers: nothing breaks, and nothing grows beyond what came.
pub fn sftp(bytes: &[u8]) {
    crate::files::fuzzing::answers(bytes);
}

#[test]
fn the_corpus_is_survived() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/sftp");
    for file in std::fs::read_dir(corpus).unwrap() {
        sftp(&std::fs::read(file.unwrap().path()).unwrap());
    }
}
