//! Signing in: one method after the other, until the host is content or nothing is left to try.
//!
//! A key is tried first and at once; without one the host is asked what it accepts (which also lets in where nothing is
//! asked). [`methods`] decides what comes next. What a host asks beside the password comes back as
//! [`DialError::Asked`], which carries the sign-in: nothing here waits for a person, and the one who was asked goes on
//! where it stopped.

mod certified;
mod methods;
mod question;

use super::{
    agent::Agent,
    dial::Dialled,
    guard::{Guard, Parting},
    link::Link,
};
use crate::{DialError, Endpoint, KeyError, Login, keys};
use certified::{Broken, KeySigner};
use methods::Methods;
pub use question::{Asked, HostPrompt, Question};
use russh::{
    MethodKind,
    client::{AuthResult, Handle, KeyboardInteractiveAuthResponse as Reply},
    keys::{Certificate, HashAlg, PrivateKey, PrivateKeyWithHashAlg},
};
use std::sync::Arc;
use wire::vault::Secret;

/// A host may ask this often within one method, empty rounds included.
const ROUNDS: usize = 8;

/// A person whose answers were refused may answer anew, as often as `ssh` asks (`NumberOfPasswordPrompts`).
const TRIES: usize = 3;

/// What a step came to.
enum Outcome {
    /// Signed in.
    In,
    /// Not signed in, and nothing is left to try.
    Out,
    /// A person has to answer first.
    Asked(Question),
}

/// What a host's questions came to.
enum Talk {
    /// The method is over.
    Over(AuthResult),
    /// The host asks and asks.
    Endless,
    /// A person has to answer first.
    Asked(Question),
}

/// A sign-in under way. Dropping it ends the connection.
pub(super) struct SigningIn {
    dialled: Dialled,
    endpoint: Endpoint,
    via: Option<Link>,
    login: Login,
    key: Option<Arc<PrivateKey>>,
    certificate: Option<Certificate>,
    methods: Methods,
    said_password: bool,
    rounds: usize,
    /// How often what a person answered was refused.
    refused: usize,
}

/// Signs in, or says what is missing or was refused.
pub(super) async fn sign_in(
    dialled: Dialled,
    endpoint: Endpoint,
    via: Option<Link>,
    login: Login,
) -> Result<Link, DialError> {
    let (key, locked) = private_key(&login).await?;
    let certificate = login.certificate.as_deref().map(keys::parse_certificate).transpose()?;
    let methods = Methods::new(key.is_some(), locked, login.password.is_some());
    let (said_password, rounds, refused) = (false, 0, 0);
    let mut signing_in =
        SigningIn { dialled, endpoint, via, login, key, certificate, methods, said_password, rounds, refused };
    let outcome = signing_in.begin().await;
    signing_in.concluded(outcome).await
}

/// The login's private key, opened; or that it stays locked for want of its passphrase.
async fn private_key(login: &Login) -> Result<(Option<Arc<PrivateKey>>, bool), DialError> {
    let Some(pem) = login.private_key.clone() else { return Ok((None, false)) };
    let passphrase = login.passphrase.clone();
    // Opening an encrypted key is slow on purpose, and would hold up everything else on this thread.
    let opening = tokio::task::spawn_blocking(move || keys::open_private_key(&pem, passphrase.as_ref()));
    match opening.await {
        Ok(Ok(key)) => Ok((Some(Arc::new(key)), false)),
        Ok(Err(KeyError::PassphraseNeeded)) => Ok((None, true)),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(KeyError::NotAPrivateKey.into()),
    }
}

impl SigningIn {
    /// An error means that the connection is gone.
    async fn begin(&mut self) -> Result<Outcome, russh::Error> {
        if self.key.is_none() {
            let username = self.username();
            let answer = self.handle().authenticate_none(username).await?;
            if self.content_with(&answer) {
                return Ok(Outcome::In);
            }
        }
        self.go_on().await
    }

    async fn go_on(&mut self) -> Result<Outcome, russh::Error> {
        while let Some(method) = self.methods.next() {
            self.methods.begin(method);
            let answer = match method {
                MethodKind::PublicKey => self.by_key().await?,
                MethodKind::Password => self.by_password().await?,
                _ => match self.by_questions().await? {
                    Talk::Over(answer) => answer,
                    Talk::Endless => return Ok(Outcome::Out),
                    Talk::Asked(question) => return Ok(Outcome::Asked(question)),
                },
            };
            if self.content_with(&answer) {
                return Ok(Outcome::In);
            }
        }
        Ok(Outcome::Out)
    }

    /// Goes on with what a person answered.
    pub(super) async fn answered(mut self, answers: Vec<Secret>) -> Result<Link, DialError> {
        let outcome = self.go_on_with(answers).await;
        self.concluded(outcome).await
    }

    async fn go_on_with(&mut self, answers: Vec<Secret>) -> Result<Outcome, russh::Error> {
        match self.respond(&answers).await? {
            Talk::Over(answer) if self.content_with(&answer) => Ok(Outcome::In),
            Talk::Over(answer) => {
                self.refused += 1;
                if is_refusal(&answer) && self.refused < TRIES {
                    self.methods.ask_again();
                }
                self.go_on().await
            }
            Talk::Endless => Ok(Outcome::Out),
            Talk::Asked(question) => Ok(Outcome::Asked(question)),
        }
    }

    async fn concluded(mut self, outcome: Result<Outcome, russh::Error>) -> Result<Link, DialError> {
        match outcome {
            Ok(Outcome::In) => return Ok(self.linked()),
            Ok(Outcome::Asked(question)) => return Err(DialError::Asked(Asked::new(question, self))),
            Ok(Outcome::Out) if !self.methods.hung_up() => {}
            Ok(Outcome::Out) | Err(_) => {
                // The session's task ends now; after it, the note is complete.
                let _ = self.handle().await;
                let note = self.dialled.note();
                if !matches!(note.parting(), Some(Parting::Said(_))) {
                    return Err(DialError::Lost { why: note.why() });
                }
            }
        }
        Err(self.methods.give_up(&self.endpoint, &self.login.username))
    }

    fn linked(self) -> Link {
        if let (Some(key), true) = (&self.key, self.login.forward_agent) {
            self.dialled.forward(Agent::new(Arc::clone(key), self.certificate.as_ref()));
        }
        self.dialled.into_link(self.endpoint, self.via)
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn handle(&mut self) -> &mut Handle<Guard> {
        self.dialled.handle()
    }

    fn username(&self) -> String {
        self.login.username.clone()
    }

    fn content_with(&mut self, answer: &AuthResult) -> bool {
        match answer {
            AuthResult::Success => true,
            AuthResult::Failure { remaining_methods, partial_success } => {
                self.methods.answered(remaining_methods, *partial_success);
                false
            }
        }
    }

    /// With its certificate first: a host that knows the authority need not know the key.
    async fn by_key(&mut self) -> Result<AuthResult, russh::Error> {
        let username = self.username();
        let Some(key) = self.key.clone() else { return self.handle().authenticate_none(username).await };
        let hashes = self.hashes_for(&key).await?;
        if let Some(certificate) = self.certificate.clone() {
            let mut signer = KeySigner(Arc::clone(&key));
            for hash in &hashes {
                let showing = self.dialled.handle().authenticate_certificate_with(
                    username.clone(),
                    certificate.clone(),
                    *hash,
                    &mut signer,
                );
                let answer = showing.await.map_err(|Broken(error)| error)?;
                if !is_refusal(&answer) || self.handle().is_closed() {
                    return Ok(answer);
                }
            }
        }
        let mut hashes = hashes.into_iter();
        loop {
            let signer = PrivateKeyWithHashAlg::new(Arc::clone(&key), hashes.next().flatten());
            let answer = self.handle().authenticate_publickey(username.clone(), signer).await?;
            if !is_refusal(&answer) || hashes.len() == 0 || self.handle().is_closed() {
                return Ok(answer);
            }
        }
    }

    /// The hashes to sign an RSA key with, in the order to try them. A host that announces nothing is old and may take
    /// SHA-1 only; one that announces both may be told to take one of them only.
    async fn hashes_for(&mut self, key: &PrivateKey) -> Result<Vec<Option<HashAlg>>, russh::Error> {
        if !key.algorithm().is_rsa() {
            return Ok(vec![None]);
        }
        Ok(match self.handle().best_supported_rsa_hash().await? {
            Some(Some(HashAlg::Sha512)) => vec![Some(HashAlg::Sha512), Some(HashAlg::Sha256)],
            Some(announced) => vec![announced],
            None => vec![Some(HashAlg::Sha512), None],
        })
    }

    async fn by_password(&mut self) -> Result<AuthResult, russh::Error> {
        let (username, password) = (self.username(), self.password().to_owned());
        self.handle().authenticate_password(username, password).await
    }

    async fn by_questions(&mut self) -> Result<Talk, russh::Error> {
        // Which answer was wrong is not told: the stored one is not sent a second time.
        (self.said_password, self.rounds) = (self.refused > 0, 0);
        let username = self.username();
        let reply = self.handle().authenticate_keyboard_interactive_start(username, None).await?;
        self.talk(reply).await
    }

    async fn respond(&mut self, answers: &[Secret]) -> Result<Talk, russh::Error> {
        let answers = answers.iter().map(|answer| answer.expose().to_owned()).collect();
        let reply = self.handle().authenticate_keyboard_interactive_respond(answers).await?;
        self.talk(reply).await
    }

    /// Answers what can be answered from here: nothing to nothing, and once the password to a question for one.
    async fn talk(&mut self, mut reply: Reply) -> Result<Talk, russh::Error> {
        loop {
            let (name, instructions, prompts) = match reply {
                Reply::Success => return Ok(Talk::Over(AuthResult::Success)),
                Reply::Failure { remaining_methods, partial_success } => {
                    return Ok(Talk::Over(AuthResult::Failure { remaining_methods, partial_success }));
                }
                Reply::InfoRequest { name, instructions, prompts } => (name, instructions, prompts),
            };
            self.rounds += 1;
            if self.rounds > ROUNDS {
                return Ok(Talk::Endless);
            }
            let question = match Question::of(&name, &instructions, &prompts) {
                Some(question) => question,
                None => return Ok(Talk::Endless),
            };
            let answers = if prompts.is_empty() {
                Vec::new()
            } else if question.asks_password() && !self.said_password && self.login.password.is_some() {
                self.said_password = true;
                vec![self.password().to_owned()]
            } else {
                return Ok(Talk::Asked(question));
            };
            reply = self.handle().authenticate_keyboard_interactive_respond(answers).await?;
        }
    }

    fn password(&self) -> &str {
        self.login.password.as_ref().map_or("", Secret::expose)
    }
}

fn is_refusal(answer: &AuthResult) -> bool {
    matches!(answer, AuthResult::Failure { partial_success: false, .. })
}
