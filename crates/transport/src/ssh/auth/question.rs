//! What a host asks at sign-in (RFC 4256, "keyboard-interactive"), and the sign-in that waits for the answers.
//!
//! The words are the host's: they are cut to what fits on a page, without control characters, and shown as its own.

use super::SigningIn;
use crate::{DialError, Link};
use russh::client::Prompt;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::timeout;
use wire::{
    plain::{marks_direction, misleads},
    vault::Secret,
};

/// More fields than this in one round are no question to a person.
const MOST_PROMPTS: usize = 16;

/// So many letters of a name or a prompt are shown.
const LINE: usize = 200;

/// So many of the instructions, line ends included.
const TEXT: usize = 2000;

/// Words of what is good once; a stored password is no answer to it.
const ONCE: [&str; 11] =
    ["code", "otp", "totp", "token", "passcode", "pin", "challenge", "verification", "duo", "oath", "one"];

/// One field of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPrompt {
    /// The host's words.
    pub text: String,
    /// Whether what is typed may be shown.
    pub echo: bool,
}

/// What a host asks in one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What the host calls it; often empty.
    pub name: String,
    /// What it says beforehand; often empty.
    pub instructions: String,
    /// The fields.
    pub prompts: Vec<HostPrompt>,
}

impl Question {
    /// None when nobody could answer so many.
    pub(super) fn of(name: &str, instructions: &str, prompts: &[Prompt]) -> Option<Self> {
        let prompt = |prompt: &Prompt| HostPrompt { text: line(&prompt.prompt), echo: prompt.echo };
        (prompts.len() <= MOST_PROMPTS).then(|| Self {
            name: line(name),
            instructions: text(instructions),
            prompts: prompts.iter().map(prompt).collect(),
        })
    }

    /// Whether a stored password answers it: one hidden field that asks for nothing that is good only once.
    pub fn asks_password(&self) -> bool {
        let [HostPrompt { echo: false, text }] = self.prompts.as_slice() else { return false };
        // OpenSSH puts `(ada@web01) ` before what the host says, with names that are anything.
        let said =
            text.strip_prefix('(').and_then(|rest| rest.split_once(") ")).map_or(text.as_str(), |(_, said)| said);
        let said = said.to_lowercase();
        !said.split(|letter: char| !letter.is_alphanumeric()).any(|word| ONCE.contains(&word))
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prompts: Vec<_> = self.prompts.iter().map(|prompt| format!("{:?}", prompt.text.trim())).collect();
        f.write_str(&prompts.join(", "))
    }
}

/// A question, and the sign-in that waits for the answers. Clones share it; when the last one is dropped, the connection
/// ends. The host waits too, two minutes as a rule.
#[derive(Clone)]
pub struct Asked {
    question: Arc<Question>,
    username: Arc<str>,
    waiting: Arc<Mutex<Option<SigningIn>>>,
}

impl Asked {
    pub(super) fn new(question: Question, waiting: SigningIn) -> Self {
        let username = waiting.username().into();
        Self { question: Arc::new(question), username, waiting: Arc::new(Mutex::new(Some(waiting))) }
    }

    /// Who signs in.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// What is asked.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Gives the answers, one for each field, and goes on signing in. Works once.
    ///
    /// # Errors
    /// The next question, a refusal, or that the connection is gone by now.
    pub async fn answer(&self, answers: Vec<Secret>, patience: Duration) -> Result<Link, DialError> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(waiting) = waiting else {
            return Err(DialError::Lost { why: "somebody else has answered the host's question".to_owned() });
        };
        let endpoint = waiting.endpoint().clone();
        let answered = timeout(patience, waiting.answered(answers)).await;
        answered.unwrap_or(Err(DialError::TimedOut { endpoint, step: "sign-in" }))
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Asked").field(&self.question).finish()
    }
}

impl PartialEq for Asked {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.waiting, &other.waiting)
    }
}

impl Eq for Asked {}

fn line(words: &str) -> String {
    let plain = words.chars().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    plain.filter(|letter| is_shown(*letter)).take(LINE).collect::<String>().trim().to_owned()
}

fn text(words: &str) -> String {
    let shown = words.chars().filter(|letter| *letter == '\n' || is_shown(*letter));
    shown.take(TEXT).collect::<String>().trim().to_owned()
}

fn is_shown(letter: char) -> bool {
    !misleads(letter) && !marks_direction(letter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(prompts: &[(&str, bool)]) -> Question {
        let prompts: Vec<_> =
            prompts.iter().map(|(text, echo)| Prompt { prompt: (*text).to_owned(), echo: *echo }).collect();
        Question::of("", "", &prompts).unwrap()
    }

    #[test]
    fn a_password_is_told_from_what_is_good_once() {
        for text in [
            "Password: ",
            "(ada@pin-code) Password:",
            "Password for spinoza:",
            "Passwort: ",
            "Пароль:",
            "LDAP password",
        ] {
            assert!(asked(&[(text, false)]).asks_password(), "{text}");
        }
        for text in ["Verification code: ", "One-time password (OATH) for `ada': ", "Enter PIN", "Duo passcode"] {
            assert!(!asked(&[(text, false)]).asks_password(), "{text}");
        }
        assert!(!asked(&[("Password: ", true)]).asks_password(), "a shown field takes no password");
        assert!(!asked(&[("Password: ", false), ("Password: ", false)]).asks_password());
        assert!(!asked(&[]).asks_password());
    }

    #[test]
    fn too_many_fields_are_no_question() {
        let prompts: Vec<_> = (0..=MOST_PROMPTS).map(|_| Prompt { prompt: "?".into(), echo: false }).collect();
        assert_eq!(Question::of("", "", &prompts), None);
    }

    proptest! {
        #[test]
        fn what_a_host_says_is_short_and_plain(name in any::<String>(), said in any::<String>(), prompt in any::<String>()) {
            let question = Question::of(&name, &said, &[Prompt { prompt, echo: true }]).unwrap();
            let all = [&question.name, &question.prompts[0].text];
            prop_assert!(all.iter().all(|line| line.chars().count() <= LINE && line.chars().all(is_shown)));
            prop_assert!(question.instructions.chars().count() <= TEXT);
            prop_assert!(question.instructions.chars().all(|letter| letter == '\n' || is_shown(letter)));
        }
    }
}
