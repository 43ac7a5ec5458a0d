//! What a token may be used for, to be chosen and to be shown.

use crate::ui::{Badge, Checkbox, Tone};
use leptos::prelude::*;
use std::collections::BTreeSet;
use wire::accounts::{Role, Scope};

const fn title(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Read",
        Scope::Connect => "Connect",
        Scope::Files => "Files",
        Scope::Admin => "Administer",
    }
}

const fn meaning(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Look at hosts, sessions, runs, recordings and metrics; no secret is shown.",
        Scope::Connect => "Open terminals and type, run commands, probe hosts.",
        Scope::Files => {
            "See, change, upload and download files. With Connect also: keep hosts, credentials and snippets."
        }
        Scope::Admin => "What takes the admin role: accounts, groups, sharing, other people's sessions.",
    }
}

/// The choice.
#[derive(Clone)]
pub(super) struct Scopes(Vec<(Scope, RwSignal<bool>)>);

impl Scopes {
    /// What the role has; all but `admin` is chosen.
    pub(super) fn new(role: Role) -> Self {
        let usual = Scope::usual(role);
        Self(Scope::of(role).into_iter().map(|scope| (scope, RwSignal::new(usual.contains(&scope)))).collect())
    }

    /// What is chosen; none when nothing is.
    pub(super) fn chosen(&self) -> Option<BTreeSet<Scope>> {
        let chosen: BTreeSet<Scope> =
            self.0.iter().filter_map(|(scope, on)| on.get_untracked().then_some(*scope)).collect();
        (!chosen.is_empty()).then_some(chosen)
    }

    /// One box for each, with what it means.
    pub(super) fn view(&self) -> impl IntoView + use<> {
        let boxes = self.0.clone().into_iter();
        let boxes = boxes.map(|(scope, on)| view! { <Checkbox label=title(scope) value=on hint=meaning(scope) /> });
        view! {
            <fieldset class="token-scopes">
                <legend>"The token may"</legend>
                {boxes.collect_view()}
            </fieldset>
        }
    }
}

/// What a token may be used for, each word in a frame, and whether it opens the vault.
#[component]
pub(super) fn TokenScopes(scopes: BTreeSet<Scope>, opens_vault: bool) -> impl IntoView {
    let chips = scopes.into_iter().map(|scope| {
        let tone = if scope == Scope::Admin { Tone::Warn } else { Tone::Neutral };
        view! { <Badge tone>{scope.as_str()}</Badge> }
    });
    let vault = if opens_vault {
        view! { <Badge tone=Tone::Accent>"opens the vault"</Badge> }
    } else {
        view! { <Badge>"no stored secrets"</Badge> }
    };
    view! { <span class="token-chips">{chips.collect_view()}{vault}</span> }
}
