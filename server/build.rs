//! Makes cargo look again at the web app's bundle: a file added to `dist` would otherwise not be embedded.

fn main() {
    println!("cargo::rerun-if-changed=../dist");
}
