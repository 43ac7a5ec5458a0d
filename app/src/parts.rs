//! The program comes in parts: what the sign-in form needs comes first, each room's pages when they are opened.
//!
//! A function below is a place where the program is cut (app/scripts/split.mjs): everything that only the functions of
//! one part reach lies in that part's file. What several parts reach lies in files of its own, loaded with them.

use crate::ui::{Button, ButtonKind, Notice, Spinner, Tone, set_title};
use gloo_timers::{callback::Timeout, future::TimeoutFuture};
use leptos::{
    prelude::*,
    task::spawn_local,
    wasm_split::{SplitLoaderError, wasm_split},
};
use std::pin::Pin;

/// Makes a page. It lies in a part, so it is handed out when the part is there.
type Page = fn() -> AnyView;
type Coming = Pin<Box<dyn Future<Output = Result<Page, SplitLoaderError>>>>;

/// `name: component, …` of one part.
macro_rules! part {
    ($part:ident: $($name:ident => $component:path,)+) => {$(
        #[wasm_split($part, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $name() -> Result<Page, SplitLoaderError> {
            use $component as Shown;
            Ok(|| view! { <Shown /> }.into_any())
        }
    )+};
}

part! { workspace:
    dashboard => crate::inventory::DashboardPage,
    terminal => crate::terminal::TerminalPage,
    connect => crate::terminal::ConnectPage,
    popout => crate::terminal::PopoutPage,
    join => crate::terminal::JoinPage,
    opener_dialogs => crate::terminal::OpenerDialogs,
    palette => crate::palette::PaletteDialog,
}

part! { commands:
    command_page => crate::commands::CommandsPage,
    run => crate::commands::RunPage,
    round => crate::rounds::RoundPage,
    monitor => crate::monitor::MonitorPage,
}

part! { files:
    files_page => crate::files::FilesPage,
    files_beside => crate::files::FilesBeside,
}

part! { recordings:
    recording_list => crate::recordings::RecordingsPage,
    player => crate::recordings::PlayerPage,
}

part! { settings:
    exchange => crate::inventory::ExchangePage,
    netbox => crate::inventory::NetBoxPage,
    credentials => crate::vault::CredentialsPage,
    links => crate::links::LinksPage,
    account => crate::accounts::AccountPage,
    accounts => crate::accounts::AccountsPage,
    set_up_factor => crate::accounts::FactorPage,
    audit => crate::audit::AuditPage,
}

/// What can be shown of the parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Hosts and sessions.
    Dashboard,
    /// A terminal in the frame.
    Terminal,
    /// A terminal by a ticket.
    Connect,
    /// A terminal in a window of its own.
    Popout,
    /// A terminal by an invite.
    Join,
    /// The questions on the way to a terminal.
    OpenerDialogs,
    /// The command palette, and the list of keys.
    Palette,
    /// Commands on many hosts.
    Commands,
    /// What came of one.
    Run,
    /// Work on many hosts, and what came of it.
    Round,
    /// A host's files.
    Files,
    /// The same beside its terminal.
    FilesBeside,
    /// What hosts are doing.
    Monitor,
    /// The list of recordings.
    Recordings,
    /// One recording.
    Player,
    /// The vault.
    Credentials,
    /// Imports and exports.
    Exchange,
    /// Hosts from NetBox.
    NetBox,
    /// Links that stand.
    Links,
    /// The account's own settings.
    Account,
    /// Everybody's accounts.
    Accounts,
    /// Setting up a second factor, for who has to.
    SetUpFactor,
    /// The audit log.
    Audit,
}

impl Place {
    /// Loads the part that it lies in; at once when that is there. A failure is forgotten: the next call tries again.
    fn load(self) -> Coming {
        match self {
            Self::Dashboard => Box::pin(dashboard()),
            Self::Terminal => Box::pin(terminal()),
            Self::Connect => Box::pin(connect()),
            Self::Popout => Box::pin(popout()),
            Self::Join => Box::pin(join()),
            Self::OpenerDialogs => Box::pin(opener_dialogs()),
            Self::Palette => Box::pin(palette()),
            Self::Commands => Box::pin(command_page()),
            Self::Run => Box::pin(run()),
            Self::Round => Box::pin(round()),
            Self::Files => Box::pin(files_page()),
            Self::FilesBeside => Box::pin(files_beside()),
            Self::Monitor => Box::pin(monitor()),
            Self::Recordings => Box::pin(recording_list()),
            Self::Player => Box::pin(player()),
            Self::Credentials => Box::pin(credentials()),
            Self::Exchange => Box::pin(exchange()),
            Self::NetBox => Box::pin(netbox()),
            Self::Links => Box::pin(links()),
            Self::Account => Box::pin(account()),
            Self::Accounts => Box::pin(accounts()),
            Self::SetUpFactor => Box::pin(set_up_factor()),
            Self::Audit => Box::pin(audit()),
        }
    }
}

/// How long after the sign-in the other parts are fetched, in milliseconds: the page that was opened comes first.
const AHEAD_AFTER: u32 = 1_500;
/// One place of each part, the likeliest first.
const AHEAD: [Place; 5] = [Place::Dashboard, Place::Files, Place::Commands, Place::Recordings, Place::Account];

/// Fetches, one after the other, the parts that the signed-in may open next. From then on the page depends on no file
/// of its build: it goes on without a network, and when the server has been updated meanwhile.
pub(crate) fn fetch_ahead() {
    let later = Timeout::new(AHEAD_AFTER, || {
        spawn_local(async {
            for place in AHEAD {
                // Whoever opens one that could not be had is told so then.
                let _ = place.load().await;
            }
        });
    });
    let later = StoredValue::new_local(Some(later));
    on_cleanup(move || drop(later.try_update_value(Option::take)));
}

/// Where a part is.
#[derive(Clone, Copy)]
enum Stage {
    Coming,
    Here(Page),
    Missing,
}

/// When a part is asked for again once the network is back, in milliseconds after each failure: browsers say that it is
/// before anything can be reached.
const AGAIN_AFTER: [u32; 5] = [250, 500, 1_000, 2_000, 4_000];

/// Brings the part of a place. When it does not come it is said to be missing, and asked for again after each pause.
async fn bring(place: Place, stage: RwSignal<Stage>, pauses: &[u32]) {
    let mut pauses = pauses.iter();
    loop {
        let answer = place.load().await;
        match (stage.try_get_untracked(), answer) {
            // The person has gone elsewhere meanwhile, or another try brought it.
            (None | Some(Stage::Here(_)), _) => return,
            (_, Ok(page)) => return stage.set(Stage::Here(page)),
            (Some(Stage::Coming), Err(_)) => stage.set(Stage::Missing),
            (Some(Stage::Missing), Err(_)) => {}
        }
        let Some(pause) = pauses.next() else { return };
        TimeoutFuture::new(*pause).await;
    }
}

/// Shows a place of the program as soon as its part is there, and says so when it cannot be had.
#[component]
pub(crate) fn Part(
    /// What is shown.
    place: Place,
    /// Whether it stands inside a page.
    #[prop(optional)]
    inside: bool,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Coming);
    let load = move || {
        stage.set(Stage::Coming);
        spawn_local(bring(place, stage, &[]));
    };
    load();
    let online = window_event_listener(leptos::ev::online, move |_| {
        // What is on its way may have begun before that, and fail.
        if !matches!(stage.get_untracked(), Stage::Here(_)) {
            spawn_local(bring(place, stage, &AGAIN_AFTER));
        }
    });
    on_cleanup(move || online.remove());
    move || match stage.get() {
        Stage::Coming if inside => view! { <div class="part-coming"><Spinner label="Loading" /></div> }.into_any(),
        Stage::Coming => view! { <main id="main" class="part-coming"><Spinner label="Loading" /></main> }.into_any(),
        Stage::Here(page) => untrack(page),
        Stage::Missing if inside => view! {
            <div class="part-coming" role="alert">
                <p>"This could not be loaded."</p>
                <Button on_click=move |()| load()>"Try again"</Button>
            </div>
        }
        .into_any(),
        Stage::Missing => view! { <Missing on_retry=move |()| load() /> }.into_any(),
    }
}

#[component]
fn Missing(#[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    set_title("Not loaded");
    view! {
        <main id="main" class="page narrow part-missing">
            <h1>"This page could not be loaded"</h1>
            <Notice tone=Tone::Warn>
                "Either the server cannot be reached, or Berth was updated after this page was opened. "
                "Reloading the page gets the new version; sessions go on meanwhile."
            </Notice>
            <div class="part-acts">
                <Button kind=ButtonKind::Primary on_click=move |()| drop(window().location().reload())>"Reload the page"</Button>
                <Button on_click=move |()| on_retry.run(())>"Try again"</Button>
            </div>
        </main>
    }
}
