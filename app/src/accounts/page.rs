//! The account's own page.

use super::{
    appearance::Appearance, devices::Devices, door::SignIn, identities::Identities, passkeys::Passkeys,
    password::ChangePassword, second_factor::SecondFactor, tokens::Tokens, vault_lock::VaultLock,
};
use crate::ui::{Button, Icon, PageHeader};
use leptos::prelude::*;

/// Everything that an account changes about itself.
#[component]
pub fn AccountPage() -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    view! {
        <main id="main" class="page narrow">
            <PageHeader title="Account">
                <Button icon=Icon::SignOut on_click=move |()| sign_in.sign_out()>"Sign out"</Button>
            </PageHeader>
            <p class="page-lead">"Signed in as " <strong>{move || sign_in.username()}</strong> ". Open sessions go on when you sign out."</p>
            {move || (!sign_in.vault_open()).then(|| view! { <VaultLock sign_in /> })}
            <Appearance />
            <ChangePassword sign_in />
            <SecondFactor />
            <Passkeys sign_in />
            <Identities sign_in />
            <Devices />
            <Tokens />
        </main>
    }
}

/// A part of the page with a heading of its own.
#[component]
pub(super) fn Section(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// What it is about.
    #[prop(into)]
    about: String,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let id = crate::ui::fresh_id();
    view! {
        <section class="card" aria-labelledby=id.clone()>
            <div class="card-head">
                <h2 id=id.clone()>{title}</h2>
                <p>{about}</p>
            </div>
            <div class="card-body">{children()}</div>
        </section>
    }
}
