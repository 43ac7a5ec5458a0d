//! Signing in: one method after the other, until the host is content or nothing is left to try.
//!
//! A key is tried first and at once; without one the host is asked what it accepts (which also lets in where nothing is
//! asked). [`methods`] decides what comes next. Questions are answered only when there is one, hidden, and once: a person
//! cannot be asked from here.

mod methods;

use super::guard::{Guard, Note, Parting};
use crate::{DialError, Endpoint, KeyError, Login, keys};
use methods::Methods;
use russh::{
    MethodKind,
    client::{AuthResult, Handle, KeyboardInteractiveAuthResponse as Reply, Prompt},
    keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg},
};
use std::sync::Arc;
use wire::vault::Secret;

/// A host may ask this often within one method, empty rounds included.
const ROUNDS: usize = 8;

/// Signs in, or says what is missing or was refused.
pub(super) async fn sign_in(
    handle: &mut Handle<Guard>,
    endpoint: &Endpoint,
    login: &Login,
    note: &Note,
) -> Result<(), DialError> {
    let (key, locked) = private_key(login).await?;
    let methods = Methods::new(key.is_some(), locked, login.password.is_some());
    let mut attempt = Attempt { handle, login, key, methods };
    let outcome = attempt.run().await;
    if outcome.as_ref().is_ok_and(|signed_in| *signed_in) {
        return Ok(());
    }
    if outcome.is_err() || attempt.methods.hung_up() {
        // The session's task ends now; after it, the note is complete.
        let _ = (&mut *attempt.handle).await;
        if !matches!(note.parting(), Some(Parting::Said(_))) {
            return Err(DialError::Lost { why: note.why() });
        }
    }
    Err(attempt.methods.give_up(endpoint, &login.username))
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

struct Attempt<'a> {
    handle: &'a mut Handle<Guard>,
    login: &'a Login,
    key: Option<Arc<PrivateKey>>,
    methods: Methods,
}

impl Attempt<'_> {
    /// Whether the host was content in the end. An error means that the connection is gone.
    async fn run(&mut self) -> Result<bool, russh::Error> {
        if self.key.is_none() {
            let answer = self.handle.authenticate_none(&self.login.username).await?;
            if self.content_with(&answer) {
                return Ok(true);
            }
        }
        while let Some(method) = self.methods.next() {
            self.methods.begin(method);
            let answer = match method {
                MethodKind::PublicKey => self.by_key().await?,
                MethodKind::Password => self.by_password().await?,
                _ => match self.by_questions().await? {
                    Some(answer) => answer,
                    None => return Ok(false),
                },
            };
            if self.content_with(&answer) {
                return Ok(true);
            }
        }
        Ok(false)
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

    async fn by_key(&mut self) -> Result<AuthResult, russh::Error> {
        let Some(key) = self.key.clone() else { return self.handle.authenticate_none(&self.login.username).await };
        let mut hashes = self.hashes_for(&key).await?.into_iter();
        loop {
            let signer = PrivateKeyWithHashAlg::new(Arc::clone(&key), hashes.next().flatten());
            let answer = self.handle.authenticate_publickey(&self.login.username, signer).await?;
            let refused = matches!(answer, AuthResult::Failure { partial_success: false, .. });
            if !refused || hashes.len() == 0 || self.handle.is_closed() {
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
        Ok(match self.handle.best_supported_rsa_hash().await? {
            Some(Some(HashAlg::Sha512)) => vec![Some(HashAlg::Sha512), Some(HashAlg::Sha256)],
            Some(announced) => vec![announced],
            None => vec![Some(HashAlg::Sha512), None],
        })
    }

    async fn by_password(&mut self) -> Result<AuthResult, russh::Error> {
        let password = self.password().to_owned();
        self.handle.authenticate_password(&self.login.username, password).await
    }

    /// `None` when a question cannot be answered from here.
    async fn by_questions(&mut self) -> Result<Option<AuthResult>, russh::Error> {
        let mut reply = self.handle.authenticate_keyboard_interactive_start(&self.login.username, None).await?;
        let mut said_password = false;
        for _ in 0..ROUNDS {
            let answers = match reply {
                Reply::Success => return Ok(Some(AuthResult::Success)),
                Reply::Failure { remaining_methods, partial_success } => {
                    return Ok(Some(AuthResult::Failure { remaining_methods, partial_success }));
                }
                Reply::InfoRequest { prompts, .. } => match prompts.as_slice() {
                    [] => Vec::new(),
                    [Prompt { echo: false, .. }] if !said_password => {
                        said_password = true;
                        vec![self.password().to_owned()]
                    }
                    _ => return Ok(None),
                },
            };
            reply = self.handle.authenticate_keyboard_interactive_respond(answers).await?;
        }
        Ok(None)
    }

    fn password(&self) -> &str {
        self.login.password.as_ref().map_or("", Secret::expose)
    }
}
