//! Sign-ins that wait for what a person answers: a host that asks for a code keeps its connection meanwhile.
//!
//! A question belongs to the account and the place that it was asked for, is answered once, and is dropped with its
//! connection when nobody answers. The connection is kept here; no answer ever is.

use super::{Inventory, target::Target};
use crate::{ServiceError, vault::random};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::sleep;
use transport::{Asked, DialError, Link};
use wire::{
    AccountId,
    inventory::{HostAnswers, HostPrompt, HostQuestion},
    links::LinkPurpose,
};

/// So long an answer is waited for: OpenSSH's `LoginGraceTime` as it comes.
const PATIENCE: Duration = Duration::from_secs(120);

/// So many questions of one account wait at once; the oldest gives way.
const MOST: usize = 8;

/// An answer has at most so many bytes.
const LONGEST: usize = 1024;

const OVER: &str = "this question is over, for the host waits two minutes at most and takes one answer; open it anew";

struct Waiting {
    id: String,
    account: AccountId,
    place: String,
    asked: Asked,
}

/// The questions that wait.
#[derive(Default)]
pub(super) struct Questions(Arc<Mutex<VecDeque<Waiting>>>);

impl Questions {
    fn all(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a question, and says what to ask.
    pub(super) fn keep(
        &self,
        account: &AccountId,
        target: &Target,
        asked: Asked,
    ) -> Result<HostQuestion, ServiceError> {
        let id = BASE64.encode(random::bytes::<16>()?.as_slice());
        let question = shown(id.clone(), &asked);
        let mut all = self.all();
        if all.iter().filter(|one| one.account == *account).count() >= MOST
            && let Some(oldest) = all.iter().position(|one| one.account == *account)
        {
            all.remove(oldest);
        }
        all.push_back(Waiting { id: id.clone(), account: account.clone(), place: target.keyring(), asked });
        drop(all);
        let questions = Arc::clone(&self.0);
        tokio::spawn(async move {
            sleep(PATIENCE).await;
            questions.lock().unwrap_or_else(PoisonError::into_inner).retain(|one| one.id != id);
        });
        Ok(question)
    }

    fn take(&self, account: &AccountId, target: &Target, answers: &HostAnswers) -> Result<Asked, ServiceError> {
        let mut all = self.all();
        let is_it =
            |one: &Waiting| one.id == answers.question && one.account == *account && one.place == target.keyring();
        let at = all.iter().position(is_it).ok_or_else(|| ServiceError::Conflict(OVER.to_owned()))?;
        let fields = all[at].asked.question().prompts.len();
        if answers.answers.len() != fields {
            return Err(ServiceError::bad(format!("the host asks for {fields} answers; give one for each, in order")));
        }
        if answers.answers.iter().any(|answer| answer.expose().len() > LONGEST) {
            return Err(ServiceError::bad(format!("an answer has at most {LONGEST} bytes")));
        }
        all.remove(at).map(|one| one.asked).ok_or_else(|| ServiceError::Conflict(OVER.to_owned()))
    }
}

impl Inventory {
    /// Goes on with a sign-in that waited for these answers.
    pub(super) async fn answered(
        &self,
        account: &AccountId,
        target: &Target,
        answers: HostAnswers,
    ) -> Result<Link, ServiceError> {
        let asked = self.0.questions.take(account, target, &answers)?;
        match asked.answer(answers.answers, self.0.dial_timeout).await {
            Ok(link) => {
                self.0.links.stands(account, target, (asked.username(), None), LinkPurpose::Shared, &link);
                Ok(link)
            }
            Err(DialError::Asked(next)) => Err(self.question(account, target, next)),
            Err(error) => Err(ServiceError::Dial(error)),
        }
    }

    /// What to ask a person, who may answer with the next call.
    pub(super) fn question(&self, account: &AccountId, target: &Target, asked: Asked) -> ServiceError {
        match self.0.questions.keep(account, target, asked) {
            Ok(question) => ServiceError::QuestionAsked(Box::new(question)),
            Err(error) => error,
        }
    }
}

fn shown(id: String, asked: &Asked) -> HostQuestion {
    let question = asked.question();
    let prompt = |prompt: &transport::HostPrompt| HostPrompt { text: prompt.text.clone(), echo: prompt.echo };
    HostQuestion {
        id,
        name: question.name.clone(),
        instructions: question.instructions.clone(),
        prompts: question.prompts.iter().map(prompt).collect(),
        asks_password: question.asks_password(),
    }
}
