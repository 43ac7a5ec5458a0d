//! The REST interface, called blockingly from any thread of the bench.

use crate::Result;
use reqwest::{Client, Method};
use serde_json::Value;
use std::{net::SocketAddr, time::Duration};
use tokio::runtime::Handle;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A caller of one server: with cookies first, with a token later.
#[derive(Clone)]
pub(crate) struct Rest {
    client: Client,
    runtime: Handle,
    address: SocketAddr,
    token: Option<String>,
}

impl Rest {
    /// A stranger.
    pub(crate) fn new(runtime: &Handle, address: SocketAddr) -> Result<Self> {
        let client = Client::builder().cookie_store(true).timeout(PATIENCE).no_proxy().build()?;
        Ok(Self { client, runtime: runtime.clone(), address, token: None })
    }

    /// The same with a token in place of cookies.
    pub(crate) fn with_token(&self, token: &str) -> Result<Self> {
        Ok(Self { token: Some(token.to_owned()), ..Self::new(&self.runtime, self.address)? })
    }

    /// Where the server listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// POST of a JSON document; the answer's document.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.call(Method::POST, path, Some(body))
    }

    /// DELETE.
    pub(crate) fn delete(&self, path: &str) -> Result<Value> {
        self.call(Method::DELETE, path, None)
    }

    fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut request = self.client.request(method.clone(), format!("http://{}{path}", self.address));
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let (status, text) = self.runtime.block_on(async {
            let answer = request.send().await?;
            Ok::<_, reqwest::Error>((answer.status(), answer.text().await?))
        })?;
        if !status.is_success() {
            return Err(format!("{method} {path}: {status}: {text}").into());
        }
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}
