//! Somebody with a browser's cookies, or with none.

use super::{ADMIN, Authenticator, PASSWORD, TestServer};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use std::{net::SocketAddr, time::Duration};

/// The server closes a connection that idles for 20 s; a request on its way meanwhile would be lost.
const IDLE: Duration = Duration::from_secs(10);

/// A client with a cookie jar of its own.
#[derive(Clone)]
pub(crate) struct Person {
    client: Client,
    base: String,
    token: Option<String>,
}

/// The cookies that an answer sets: names, values, attributes.
#[derive(Debug, Clone)]
pub(crate) struct Cookies(Vec<String>);

impl Person {
    /// A stranger.
    pub(crate) fn new(server: &TestServer) -> Self {
        Self::at(server.address())
    }

    /// A stranger at a server that runs in a process of its own.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).pool_idle_timeout(IDLE);
        let client = client.build().expect("a client");
        Self { client, base: format!("http://{address}"), token: None }
    }

    /// Somebody who has a token and no cookies.
    pub(crate) fn with_token(server: &TestServer, token: &str) -> Self {
        Self::at_with_token(server.address(), token)
    }

    /// The same at a server that runs in a process of its own.
    pub(crate) fn at_with_token(address: SocketAddr, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..Self::at(address) }
    }

    /// A request, cookies or token included.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// GET.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.expect("an answer")
    }

    /// POST of a JSON document.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.request(Method::POST, path).json(&body).send().await.expect("an answer")
    }

    /// PATCH with a JSON document.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Response {
        self.request(Method::PATCH, path).json(&body).send().await.expect("an answer")
    }

    /// DELETE.
    pub(crate) async fn delete(&self, path: &str) -> Response {
        self.request(Method::DELETE, path).send().await.expect("an answer")
    }

    /// Makes the first admin; the answer with its cookies.
    pub(crate) async fn set_up(&self, code: &str) -> Response {
        let answer = self.post("/api/auth/setup", json!({"code": code, "username": ADMIN, "password": PASSWORD})).await;
        assert_eq!(answer.status(), StatusCode::OK, "set-up");
        answer
    }

    /// Signs in.
    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Response {
        self.post("/api/auth/login", json!({"username": name, "password": password})).await
    }

    /// Signs in with a code of the second factor in one go.
    pub(crate) async fn sign_in_with(&self, name: &str, password: &str, code: &str) -> Response {
        self.post("/api/auth/login", json!({"username": name, "password": password, "code": code})).await
    }

    /// Sets up a second factor; the app that computes its codes, and its recovery codes.
    pub(crate) async fn set_up_second_factor(&self, password: &str) -> (Authenticator, Vec<String>) {
        let begun = self.post("/api/account/second-factor", json!({"password": password})).await;
        let begun = json(begun, StatusCode::OK).await;
        let mut app = Authenticator::new(begun["secret"].as_str().expect("a secret"));
        let code = json!({"code": app.next().await});
        let on = json(self.post("/api/account/second-factor/confirm", code).await, StatusCode::OK).await;
        assert_eq!(on["status"], "signed_in", "{on}");
        let codes = on["recovery_codes"].as_array().expect("codes").iter();
        (app, codes.map(|code| code.as_str().expect("text").to_owned()).collect())
    }

    /// Makes an API token for no more than these scopes.
    pub(crate) async fn make_token_for(&self, scopes: &[&str]) -> String {
        let draft = json!({"name": "scoped", "scopes": scopes});
        let created = json(self.post("/api/tokens", draft).await, StatusCode::CREATED).await;
        created["token"].as_str().expect("a token").to_owned()
    }

    /// Makes an API token.
    pub(crate) async fn make_token(&self, name: &str) -> String {
        let created = json(self.post("/api/tokens", json!({"name": name})).await, StatusCode::CREATED).await;
        created["token"].as_str().expect("a token").to_owned()
    }
}

/// The answer's document, after looking at its status.
pub(crate) async fn json(answer: Response, status: StatusCode) -> Value {
    let (got, text) = (answer.status(), answer.text().await.expect("a body"));
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// The answer as an error of SPEC §12: looks at its status, its code and that nothing is missing.
pub(crate) async fn fault(answer: Response, status: StatusCode, code: &str) -> Value {
    let request_id = answer.headers().get("x-request-id").expect("a request id").to_str().expect("text").to_owned();
    let fault = json(answer, status).await;
    assert_eq!(fault["code"], code, "{fault}");
    assert_eq!(fault["request_id"], request_id.as_str(), "{fault}");
    assert!(fault["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{fault}");
    fault
}

impl Cookies {
    /// What an answer sets.
    pub(crate) fn of(answer: &Response) -> Self {
        let set = answer.headers().get_all("set-cookie").iter();
        Self(set.map(|cookie| cookie.to_str().expect("text").to_owned()).collect())
    }

    /// The whole line of a cookie.
    pub(crate) fn line(&self, name: &str) -> &str {
        let found = self.0.iter().find(|line| line.starts_with(&format!("{name}=")));
        found.unwrap_or_else(|| panic!("no cookie {name} in {self:?}"))
    }

    /// Its value.
    pub(crate) fn value(&self, name: &str) -> &str {
        let pair = self.line(name).split(';').next().expect("a pair");
        pair.split_once('=').expect("a value").1
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
