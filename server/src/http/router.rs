//! Every route, on one page. What stands around them is at the end: the first layer listed is the last one reached.

use super::{
    Door, arrival, assets, events_ws, faults, gate, headers, health, metrics, monitor_ws, openapi, pages, patience,
    rest::{
        account_keeping, accounts, audit, auth, authorities, commands, connection_files, connections, devices, files,
        grants, history, host_bulk, host_list, identities, imports, inventory, library, links, monitor, netbox,
        passkeys, recordings, rounds, second_factor, sharing, terminal, transfers, vault,
    },
    server_fns, sign_in, terminal_ws,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get},
};
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The largest body of a request, but for those that are streamed.
const MAX_BODY: usize = 1024 * 1024;

/// The whole HTTP side.
pub(crate) fn router(door: Door) -> Router {
    let (rest, mut api) = rest().split_for_parts();
    let (streamed, streams) = streamed().split_for_parts();
    let (imported, files) = imported().split_for_parts();
    api.merge(streams);
    api.merge(files);
    let inside = rest
        .merge(openapi::routes(api))
        .route("/api/fn/{*function}", any(server_fns::handle))
        .route("/api/terminal/connect/{id}", get(pages::moved))
        .route("/api/terminal/popout/{id}", get(pages::moved))
        .route("/connect/{id}", get(pages::terminal))
        .route("/popout/{id}", get(pages::terminal))
        .route(gate::TERMINAL_WS, get(terminal_ws::upgrade))
        .route("/ws/events", get(events_ws::upgrade))
        .route("/ws/monitor/{host}", get(monitor_ws::upgrade))
        .fallback(|request: Request| assets::serve(request));
    inside
        .layer(from_fn_with_state(door.clone(), gate::once_whole))
        .layer(RequestBodyLimitLayer::new(MAX_BODY))
        .merge(streamed.layer(DefaultBodyLimit::disable()))
        .merge(imported.layer(DefaultBodyLimit::max(imports::MOST_BYTES)))
        .layer(from_fn_with_state(door.clone(), gate::gate))
        .layer(sign_in::layer(&door))
        .layer(from_fn_with_state(door.clone(), sign_in::secure))
        .layer(from_fn(patience::limit))
        .layer(CatchPanicLayer::custom(faults::panicked))
        .layer(from_fn(faults::dress))
        .layer(from_fn_with_state(door.clone(), headers::guard))
        .layer(from_fn_with_state(door.clone(), arrival::arrive))
        .with_state(door)
}

/// What takes bodies of any length: they go on as they come.
fn streamed() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(connection_files::upload))
        .routes(routes!(files::content, files::upload))
        .routes(routes!(files::text, files::save_text))
}

/// What takes whole files.
fn imported() -> OpenApiRouter<Door> {
    OpenApiRouter::new().routes(routes!(imports::import)).routes(routes!(library::import))
}

/// The REST interface (SPEC §12), described for OpenAPI as it is routed.
pub(super) fn rest() -> OpenApiRouter<Door> {
    OpenApiRouter::with_openapi(openapi::document())
        // Health
        .routes(routes!(health::healthz))
        .routes(routes!(health::health))
        .routes(routes!(health::readyz))
        .routes(routes!(metrics::metrics))
        // Accounts
        .routes(routes!(auth::status))
        .routes(routes!(auth::setup))
        .routes(routes!(auth::login))
        .routes(routes!(auth::second_step))
        .routes(routes!(auth::logout))
        .routes(routes!(identities::start))
        .routes(routes!(identities::callback))
        .routes(routes!(second_factor::view, second_factor::begin))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(second_factor::off))
        .routes(routes!(second_factor::recovery_codes))
        .routes(routes!(passkeys::begin_sign_in))
        .routes(routes!(passkeys::finish_sign_in))
        .routes(routes!(passkeys::list, passkeys::begin))
        .routes(routes!(passkeys::confirm))
        .routes(routes!(passkeys::rename))
        .routes(routes!(passkeys::remove))
        .routes(routes!(passkeys::begin_opening))
        .routes(routes!(passkeys::open))
        .routes(routes!(devices::list, devices::end_others))
        .routes(routes!(devices::end))
        .routes(routes!(accounts::change_password))
        .routes(routes!(accounts::recover_vault))
        .routes(routes!(identities::passphrase))
        .routes(routes!(identities::list, identities::link))
        .routes(routes!(identities::unlink))
        .routes(routes!(accounts::tokens, accounts::create_token))
        .routes(routes!(accounts::delete_token))
        .routes(routes!(account_keeping::list, account_keeping::add))
        .routes(routes!(account_keeping::change))
        .routes(routes!(account_keeping::reset_second_factor))
        // Vault
        .routes(routes!(vault::list, vault::add))
        .routes(routes!(vault::generate))
        .routes(routes!(vault::delete))
        .routes(routes!(vault::set_certificate))
        .routes(routes!(authorities::list, authorities::add))
        .routes(routes!(authorities::delete))
        // Inventory
        .routes(routes!(inventory::hosts, inventory::add_host))
        .routes(routes!(inventory::host, inventory::update_host, inventory::delete_host))
        .routes(routes!(inventory::duplicate_host))
        .routes(routes!(inventory::probe_host))
        .routes(routes!(inventory::scan_host_key))
        .routes(routes!(inventory::trust_host_key))
        .routes(routes!(inventory::bootstrap))
        .routes(routes!(inventory::folders, inventory::add_folder))
        .routes(routes!(inventory::update_folder, inventory::delete_folder))
        .routes(routes!(host_list::list))
        .routes(routes!(host_list::values))
        .routes(routes!(host_bulk::bulk))
        .routes(routes!(rounds::list, rounds::start))
        .routes(routes!(rounds::page, rounds::cancel))
        .routes(routes!(rounds::next))
        .routes(routes!(rounds::trust))
        .routes(routes!(host_bulk::undos))
        .routes(routes!(host_bulk::undo))
        .routes(routes!(grants::list, grants::share))
        .routes(routes!(grants::unshare))
        .routes(routes!(grants::groups, grants::add_group))
        .routes(routes!(grants::update_group, grants::delete_group))
        .routes(routes!(grants::set_own_login))
        .routes(routes!(host_list::mark, host_list::unmark))
        .routes(routes!(host_list::filters, host_list::add_filter))
        .routes(routes!(host_list::update_filter, host_list::delete_filter))
        .routes(routes!(host_list::search))
        .routes(routes!(imports::export))
        .routes(routes!(library::sessions, library::add))
        .routes(routes!(library::update, library::delete))
        .routes(routes!(library::add_folder))
        .routes(routes!(library::rename_folder, library::delete_folder))
        .routes(routes!(library::export))
        .routes(routes!(netbox::status))
        .routes(routes!(netbox::configure, netbox::forget))
        .routes(routes!(netbox::devices))
        .routes(routes!(netbox::sites))
        .routes(routes!(netbox::choices))
        .routes(routes!(netbox::gone))
        .routes(routes!(netbox::set_sync))
        .routes(routes!(netbox::sync_now))
        .routes(routes!(netbox::import))
        .routes(routes!(netbox::job, netbox::cancel))
        .routes(routes!(links::links))
        .routes(routes!(links::close))
        // Connections
        .routes(routes!(connections::ssh_connect))
        .routes(routes!(connections::ssh_status))
        .routes(routes!(connections::ssh_disconnect))
        .routes(routes!(connections::open_ssh))
        .routes(routes!(connections::open_ftp))
        .routes(routes!(connections::list))
        .routes(routes!(connections::close))
        .routes(routes!(connections::execute))
        .routes(routes!(connections::cleanup))
        .routes(routes!(connection_files::files))
        .routes(routes!(connection_files::download))
        .routes(routes!(connection_files::fs_list))
        .routes(routes!(connection_files::fs_read))
        // Terminal
        .routes(routes!(terminal::status))
        .routes(routes!(terminal::metrics))
        .routes(routes!(terminal::open))
        .routes(routes!(terminal::sessions))
        .routes(routes!(terminal::close))
        .routes(routes!(terminal::heartbeat))
        .routes(routes!(terminal::close_beacon))
        .routes(routes!(terminal::cleanup))
        .routes(routes!(sharing::extend))
        .routes(routes!(sharing::attachments))
        .routes(routes!(sharing::remove_attachment))
        .routes(routes!(sharing::keyboard))
        .routes(routes!(sharing::size))
        .routes(routes!(sharing::invites, sharing::invite))
        .routes(routes!(sharing::revoke_invite))
        .routes(routes!(sharing::join))
        .routes(routes!(sharing::watch))
        // Audit
        .routes(routes!(audit::audit))
        .routes(routes!(audit::export))
        .routes(routes!(audit::chain))
        .routes(routes!(audit::verify))
        // Commands
        .routes(routes!(history::on_host))
        .routes(routes!(history::unique_on_host))
        .routes(routes!(history::all, history::forget_all))
        .routes(routes!(history::all_unique))
        .routes(routes!(history::forget))
        .route("/api/terminal/command-history/command-history", get(history::on_namesake))
        .routes(routes!(terminal::run))
        .routes(routes!(commands::runs, commands::start))
        .routes(routes!(commands::run, commands::cancel))
        .routes(routes!(commands::output, commands::cancel_host))
        .routes(routes!(commands::snippets, commands::add_snippet))
        .routes(routes!(commands::update_snippet, commands::delete_snippet))
        // Files
        .routes(routes!(files::folder))
        .routes(routes!(files::open))
        .routes(routes!(files::entry))
        .routes(routes!(files::archive))
        .routes(routes!(files::upload_state, files::abandon_upload))
        .routes(routes!(files::finish))
        .routes(routes!(files::make_folder))
        .routes(routes!(files::rename))
        .routes(routes!(files::mode))
        .routes(routes!(files::link))
        .routes(routes!(files::count))
        .routes(routes!(files::delete))
        .routes(routes!(files::copy))
        .routes(routes!(transfers::list))
        .routes(routes!(transfers::get, transfers::cancel))
        // Monitor
        .routes(routes!(monitor::figures))
        // Recordings
        .routes(routes!(recordings::list))
        .routes(routes!(recordings::get, recordings::delete))
        .routes(routes!(recordings::chunk))
        .routes(routes!(recordings::search))
        .routes(routes!(recordings::cast))
}
