//! What stands around every page of a signed-in person: the bar at the top and the way past it.

use crate::{
    accounts::{Door, SignIn},
    events::Listen,
    files::UploadsMark,
    palette::{PaletteButton, PalettePlace},
    parts::fetch_ahead,
    ui::{Icon, IconView, Menu, MenuItem},
};
use leptos::prelude::*;
use leptos_router::{
    components::{A, Outlet},
    hooks::use_navigate,
};

/// The bar and the page below it, for the signed-in; the door for everybody else.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    view! {
        <Door>
            <Listen />
            <FetchAhead />
            <PalettePlace />
            <div class="shell">
                <a class="skip" href="#main">"Skip to the content"</a>
                <TopBar />
                <Outlet />
            </div>
        </Door>
    }
}

/// Behind the door, so that nothing is fetched for somebody who only sees the sign-in form.
#[component]
fn FetchAhead() -> impl IntoView {
    fetch_ahead();
}

#[component]
fn TopBar() -> impl IntoView {
    view! {
        <header class="topbar">
            <a class="brand" href="/" aria-label="Berth, to the dashboard"><Mark /><span class="brand-name">"Berth"</span></a>
            <nav class="topnav" aria-label="Main">
                <A href="/" exact=true><IconView icon=Icon::Server />"Hosts"</A>
                <A href="/commands"><IconView icon=Icon::Terminal />"Commands"</A>
                <A href="/monitor"><IconView icon=Icon::Pulse />"Monitor"</A>
                <A href="/recordings"><IconView icon=Icon::Play />"Recordings"</A>
                <A href="/credentials"><IconView icon=Icon::Key />"Credentials"</A>
            </nav>
            <PaletteButton />
            <UploadsMark />
            <AccountMenu />
        </header>
    }
}

#[component]
fn AccountMenu() -> impl IntoView {
    let (sign_in, navigate) = (expect_context::<SignIn>(), StoredValue::new(use_navigate()));
    // Whoever speaks to the page says what they see: the name. It changes only with the sign-in, and this with it.
    let label = format!("{}, Account menu", untrack(move || sign_in.username()));
    let items = move |()| {
        let audit = MenuItem::new("Audit log", Icon::Shield, move || {
            navigate.with_value(|navigate| navigate("/audit", Default::default()));
        });
        let accounts = MenuItem::new("Accounts", Icon::List, move || {
            navigate.with_value(|navigate| navigate("/accounts", Default::default()));
        });
        let items = [
            MenuItem::new("Account", Icon::User, move || {
                navigate.with_value(|navigate| navigate("/account", Default::default()));
            }),
            MenuItem::new("Import and export", Icon::Upload, move || {
                navigate.with_value(|navigate| navigate("/import", Default::default()));
            }),
            MenuItem::new("Open links", Icon::Link, move || {
                navigate.with_value(|navigate| navigate("/links", Default::default()));
            }),
        ];
        let items = items.into_iter().chain(untrack(move || sign_in.is_admin()).then_some(accounts));
        let items = items.chain(untrack(move || sign_in.sees_all()).then_some(audit));
        items.chain([MenuItem::new("Sign out", Icon::SignOut, move || sign_in.sign_out())]).collect()
    };
    view! {
        <Menu label items>
            <IconView icon=Icon::User />
            <span class="topbar-name">{move || sign_in.username()}</span>
            <IconView icon=Icon::ChevronDown />
        </Menu>
    }
}

/// The product's mark: a prompt beside a bollard, on the quay above the water.
#[component]
pub(crate) fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d="M5 4l4 4-4 4M13.500 4.500h6M15 4.500v7.500h3V4.500M3 15.500h18" />
            <path class="mark-water" d="M3 20c1.500 0 1.500 1 3 1s1.500-1 3-1 1.500 1 3 1 1.500-1 3-1 1.500 1 3 1 1.500-1 3-1" />
        </svg>
    }
}

/// An address that leads nowhere.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    crate::ui::set_title("Not found");
    view! {
        <main class="door">
            <div class="door-card">
                <h1>"There is nothing at this address"</h1>
                <p class="door-lead">"The link may be old, or mistyped."</p>
                <a class="button primary" href="/">"To the dashboard"</a>
            </div>
        </main>
    }
}
