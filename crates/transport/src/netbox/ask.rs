//! One question at a time, gently: not faster than agreed, again after a pause when NetBox asks for one or stumbles.

use super::{
    NetBoxError,
    access::NetBoxAccess,
    connection::{Answer, Connection, Trust},
};
use hyper::{HeaderMap, Request, header};
use serde::{Deserialize, de::DeserializeOwned};
use std::time::Duration;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, sleep_until, timeout},
};

/// How often one question is asked at most.
const TRIES: u32 = 5;

/// The pause after a first failure; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest pause that is kept when NetBox asks for one; who asks for a longer one is asked again later by a person.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How much of an error's text is handed on, in characters.
const LONGEST_TEXT: usize = 300;

/// Asks one NetBox.
pub(super) struct Asker {
    access: NetBoxAccess,
    trust: Trust,
    line: Mutex<Line>,
}

struct Line {
    connection: Option<Connection>,
    /// When the next question may be asked.
    free_at: Instant,
}

/// What to do after an answer that is none.
enum Verdict {
    Pause { status: u16, wait: Option<Duration> },
    Final(NetBoxError),
}

impl Asker {
    pub(super) async fn new(access: NetBoxAccess) -> Result<Self, NetBoxError> {
        let trust = Trust::new(&access.trust).await?;
        Ok(Self { access, trust, line: Mutex::new(Line { connection: None, free_at: Instant::now() }) })
    }

    /// Where it asks.
    pub(super) fn access(&self) -> &NetBoxAccess {
        &self.access
    }

    /// The answer to a GET of `path` below `/api`, with its query.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str, query: &str) -> Result<T, NetBoxError> {
        let mut line = self.line.lock().await;
        let mut pause = FIRST_PAUSE;
        for tries in 1.. {
            sleep_until(line.free_at).await;
            line.free_at = Instant::now() + self.access.interval;
            let asked = timeout(self.access.timeout, self.once(&mut line, path, query)).await;
            let failure = match asked.unwrap_or(Err(NetBoxError::TimedOut(self.access.timeout))) {
                Ok(answer) => match read(&answer) {
                    Ok(value) => return Ok(value),
                    Err(Verdict::Final(error)) => return Err(error),
                    Err(Verdict::Pause { status, wait }) => {
                        if wait.is_some_and(|wait| wait > LONGEST_PAUSE) {
                            return Err(NetBoxError::Busy { status, tries, wait });
                        }
                        pause = wait.unwrap_or(pause).max(pause);
                        match status {
                            429 | 503 => NetBoxError::Busy { status, tries, wait },
                            _ => NetBoxError::Fault { status },
                        }
                    }
                },
                Err(error) => {
                    if !error.passes() {
                        return Err(error);
                    }
                    error
                }
            };
            let last = if matches!(failure, NetBoxError::TimedOut(_)) { 2 } else { TRIES };
            if tries >= last {
                return Err(failure);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Err(NetBoxError::Lost("it was asked too often".to_owned()))
    }

    async fn once(&self, line: &mut Line, path: &str, query: &str) -> Result<Answer, NetBoxError> {
        let request = self.request(path, query)?;
        // Taken out, so that a question that is given up takes its connection along.
        let mut connection = match line.connection.take().filter(Connection::stands) {
            Some(connection) => connection,
            None => Connection::open(&self.access, &self.trust).await?,
        };
        let answer = connection.ask(request).await?;
        line.connection = Some(connection);
        Ok(answer)
    }

    fn request(&self, path: &str, query: &str) -> Result<Request<String>, NetBoxError> {
        let token = self.access.token.expose();
        let kind = if token.starts_with("nbt_") { "Bearer" } else { "Token" };
        let unfit = || NetBoxError::TokenRefused("it has signs that a token cannot have".to_owned());
        let mut shown = header::HeaderValue::from_str(&format!("{kind} {token}")).map_err(|_| unfit())?;
        shown.set_sensitive(true);
        let question = if query.is_empty() { String::new() } else { format!("?{query}") };
        Request::get(format!("{}/api/{path}{question}", self.access.url.base))
            .header(header::HOST, self.access.url.authority())
            .header(header::AUTHORIZATION, shown)
            .header(header::ACCEPT, "application/json")
            .header(header::USER_AGENT, "berth")
            .body(String::new())
            .map_err(|_| NetBoxError::BadUrl("the address cannot be asked".to_owned()))
    }
}

/// The value of a good answer; else what is wrong, and whether it may be better a moment later.
fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, Verdict> {
    let last = |error| Err(Verdict::Final(error));
    match answer.status {
        200 => {}
        401 | 403 => return last(NetBoxError::TokenRefused(detail(answer))),
        status @ (429 | 502 | 503 | 504) => return Err(Verdict::Pause { status, wait: retry_after(&answer.headers) }),
        status @ 500.. => return last(NetBoxError::Fault { status }),
        300..=399 => {
            let to = answer.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("another address");
            return last(NetBoxError::Redirected(short(to.split(['?', '#']).next().unwrap_or_default())));
        }
        404 => return last(NetBoxError::NotNetBox("there is no NetBox interface at this address (404)".to_owned())),
        _ => return last(NetBoxError::Refused(detail(answer))),
    }
    let kind = answer.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        let what = if kind.is_empty() { "something without a type" } else { kind };
        return last(NetBoxError::NotNetBox(format!("it answered with {} instead of JSON", short(what))));
    }
    serde_json::from_slice(&answer.body).map_err(|error| {
        // The text of serde names values; where it stopped is enough.
        let at =
            format!("its answer has another shape than expected (line {}, column {})", error.line(), error.column());
        Verdict::Final(NetBoxError::NotNetBox(at))
    })
}

/// What NetBox says of a refusal.
fn detail(answer: &Answer) -> String {
    #[derive(Deserialize)]
    struct Said {
        detail: String,
    }
    match serde_json::from_slice::<Said>(&answer.body) {
        Ok(said) => short(&said.detail),
        Err(_) => format!("status {}", answer.status),
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(LONGEST_TEXT).collect()
}

/// The pause that is asked for in seconds. A date is not read: the pauses then grow by themselves.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}
