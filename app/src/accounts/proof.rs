//! What an account proves itself with where it is asked to: its password, or its vault's passphrase where it has no password here. The words
//! for that stand in this file alone.

use super::{checks, door::SignIn};
use crate::ui::SecretField;
use leptos::prelude::*;
use wire::accounts::VaultOpener;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    Password,
    Passphrase,
}

impl Proof {
    /// What opens the vault is what proves.
    pub(super) fn of(opener: Option<VaultOpener>) -> Self {
        match opener {
            Some(VaultOpener::Passphrase | VaultOpener::Passkey | VaultOpener::NewPassphrase) => Self::Passphrase,
            Some(VaultOpener::Password | VaultOpener::RecoveryCode) | None => Self::Password,
        }
    }

    /// The field's label.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Password => "Your password",
            Self::Passphrase => "Your vault passphrase",
        }
    }

    /// The same within a sentence.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Password => "your password",
            Self::Passphrase => "your vault passphrase",
        }
    }
}

/// What has been typed, and what is wrong with it once somebody tried to send it.
#[derive(Clone, Copy)]
pub(super) struct Given {
    /// What was typed.
    pub(super) text: RwSignal<String>,
    /// What is wrong with it.
    pub(super) fault: Signal<Option<String>>,
    /// What is asked for.
    pub(super) proof: Proof,
}

impl Given {
    /// Nothing yet. `tried` turns true when somebody tries to send it.
    pub(super) fn begin(tried: RwSignal<bool>) -> Self {
        let proof = Proof::of(expect_context::<SignIn>().vault_opener());
        let text = RwSignal::new(String::new());
        let fault = Signal::derive(move || tried.get().then(|| checks::filled(&text.get(), proof.name())).flatten());
        Self { text, fault, proof }
    }
}

/// Asks for it.
#[component]
pub(super) fn ProofField(
    /// What was typed.
    given: Given,
    /// Whether it is the first thing to type.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    view! {
        <SecretField
            label=given.proof.label()
            value=given.text
            error=given.fault
            autocomplete="current-password"
            autofocus=autofocus
        />
    }
}
