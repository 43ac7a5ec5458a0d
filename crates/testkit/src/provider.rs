//! A provider of identities: oidc-provider from npm, in a process of its own (`end2end/fixtures/provider.mjs`), which also tells lies.

use serde_json::{Value, json};
use std::{path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::Mutex,
};

/// The client that it knows.
pub const CLIENT: &str = "berth";

/// That client's secret.
pub const CLIENT_SECRET: &str = "a secret of the client";

/// A running provider. Dropped, it ends.
#[derive(Debug)]
pub struct Provider {
    issuer: String,
    talk: Mutex<(ChildStdin, Lines<BufReader<ChildStdout>>)>,
    _child: Child,
}

impl Provider {
    /// Starts it.
    ///
    /// # Panics
    /// When it does not start: its npm packages may be missing.
    pub async fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end");
        let packages = folder.join("node_modules/oidc-provider");
        assert!(packages.exists(), "oidc-provider is missing: `.ci/install test` puts it into {}", packages.display());
        let mut command = Command::new("node");
        command.arg("fixtures/provider.mjs").current_dir(folder).kill_on_drop(true);
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("node runs");
        let (input, output) = (child.stdin.take().expect("its input"), child.stdout.take().expect("its output"));
        let mut lines = BufReader::new(output).lines();
        let issuer = lines.next_line().await.expect("its output is read").expect("it says its address");
        Self { issuer, talk: Mutex::new((input, lines)), _child: child }
    }

    /// Its issuer's address.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What it says of somebody from now on, beside the name that they sign in with.
    pub async fn says(&self, name: &str, claims: Value) {
        self.change(json!({"claims": {name: claims}})).await;
    }

    /// Which lie goes into identity tokens from now on: `nonce`, `audience`, `issuer`, `expired`, `subject`, `signature`, `none`.
    pub async fn lies(&self, lie: Option<&str>) {
        self.change(json!({"lie": lie})).await;
    }

    async fn change(&self, change: Value) {
        let mut talk = self.talk.lock().await;
        talk.0.write_all(format!("{change}\n").as_bytes()).await.expect("it listens");
        talk.1.next_line().await.expect("its output is read").expect("it answers");
    }
}
