//! What a host asks at sign-in, as fields. The words are the host's, and are shown as such: set apart, as plain text.

use crate::ui::{SecretField, TextField};
use leptos::prelude::*;
use wire::{
    inventory::{HostAnswers, HostQuestion},
    vault::Secret,
};

/// A question, and what is typed for it.
#[derive(Clone)]
pub(crate) struct Answering {
    question: StoredValue<HostQuestion>,
    typed: StoredValue<Vec<RwSignal<String>>>,
}

impl Answering {
    /// Nothing is typed yet.
    pub(crate) fn new(question: HostQuestion) -> Self {
        let typed = question.prompts.iter().map(|_| RwSignal::new(String::new())).collect();
        Self { question: StoredValue::new(question), typed: StoredValue::new(typed) }
    }

    /// The answers, one for each field. An empty one is an answer too.
    pub(crate) fn answers(&self) -> HostAnswers {
        let typed = |field: &RwSignal<String>| Secret::new(field.get_untracked());
        HostAnswers {
            question: self.question.with_value(|question| question.id.clone()),
            answers: self.typed.with_value(|fields| fields.iter().map(typed).collect()),
        }
    }

    /// The one answer that is a password, which can be stored.
    pub(crate) fn password(&self) -> Option<Secret> {
        let asks = self.question.with_value(|question| question.asks_password);
        asks.then(|| self.answers().answers.pop()).flatten()
    }
}

/// The host's words, and its fields.
#[component]
pub(crate) fn QuestionFields(
    /// The question.
    answering: Answering,
    /// What the host is called here.
    host: String,
) -> impl IntoView {
    let HostQuestion { name, instructions, prompts, .. } = answering.question.get_value();
    let fields = answering.typed.get_value();
    let says: Vec<String> = [name, instructions].into_iter().filter(|words| !words.is_empty()).collect();
    let said = (!says.is_empty()).then(|| {
        view! {
            <figure class="host-says">
                <figcaption>{format!("{host} says")}</figcaption>
                <blockquote>{says.join("\n")}</blockquote>
            </figure>
        }
    });
    let field = |at: usize, value: RwSignal<String>, prompt: wire::inventory::HostPrompt| {
        let label = match prompt.text.trim_end_matches(':') {
            "" => "Answer".to_owned(),
            words => words.to_owned(),
        };
        match prompt.echo {
            true => view! { <TextField label value autocomplete="one-time-code" autofocus={at == 0} /> }.into_any(),
            false => view! { <SecretField label value autocomplete="one-time-code" autofocus={at == 0} /> }.into_any(),
        }
    };
    view! {
        {said}
        {fields.into_iter().zip(prompts).enumerate().map(|(at, (value, prompt))| field(at, value, prompt)).collect_view()}
    }
}
