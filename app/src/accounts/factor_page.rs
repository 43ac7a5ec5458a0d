//! The page of who has to set up a second factor before anything else.

use super::{
    door::{DoorCard, SignIn},
    factor_set_up::FactorSetUp,
    vault_lock::VaultLock,
};
use crate::ui::{Button, Icon};
use leptos::prelude::*;

/// Setting one up; a vault that is locked comes first.
#[component]
pub fn FactorPage() -> impl IntoView {
    let sign_in = expect_context::<SignIn>();
    let leave = move || view! { <Button icon=Icon::SignOut on_click=move |()| sign_in.sign_out()>"Sign out"</Button> };
    move || {
        if sign_in.vault_open() {
            view! {
                <DoorCard title="Set up a second factor">
                    <p class="door-lead">
                        "Hello " <strong>{sign_in.username()}</strong>
                        ". This server asks for a code beside the password. Set it up once, then go on."
                    </p>
                    <FactorSetUp on_done=move |()| sign_in.refresh() />
                    {leave()}
                </DoorCard>
            }
            .into_any()
        } else {
            view! {
                <main class="page narrow">
                    <p class="page-lead">"First your vault, then a second factor: this server asks for one."</p>
                    <VaultLock sign_in />
                    {leave()}
                </main>
            }
            .into_any()
        }
    }
}
