//! The terminal's own pages: `/connect/{id}` and `/popout/{id}`.
//!
//! The ticket in the address is looked at, not used up: the WebSocket redeems it. A page that cannot be shown is a
//! plain one that says why and leads back to the dashboard, with the status that a script can see.

use super::{Door, assets, faults::Refusal, gate::Signed};
use axum::{
    extract::{Path, Query, RawQuery, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use services::{Caller, ServiceError};
use wire::SessionId;

/// The ticket of an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct TicketQuery {
    pub(super) token: Option<String>,
}

/// The terminal page, or the plain one.
pub(super) async fn terminal(
    State(door): State<Door>,
    Path(id): Path<String>,
    Query(query): Query<TicketQuery>,
    caller: Option<Signed>,
) -> Result<Response, Refusal> {
    let Ok(id) = id.parse::<SessionId>() else { return Ok(plain(StatusCode::NOT_FOUND, UNKNOWN)) };
    if let Some(ticket) = &query.token
        && door.services.terminal().ticket_is_good(&id, ticket).await?
    {
        return Ok(assets::page());
    }
    match caller {
        Some(Signed(caller)) => own(&door, &caller, &id).await,
        None => Ok(plain(StatusCode::UNAUTHORIZED, TICKET)),
    }
}

/// The owner needs no ticket, for as long as the session lives.
async fn own(door: &Door, caller: &Caller, id: &SessionId) -> Result<Response, Refusal> {
    Ok(match door.services.terminal().session(caller, id).await {
        Ok(session) if session.status.is_live() => assets::page(),
        Ok(_) => plain(StatusCode::GONE, ENDED),
        Err(ServiceError::NotFound { .. } | ServiceError::Forbidden(_)) => plain(StatusCode::NOT_FOUND, UNKNOWN),
        Err(error) => return Err(error.into()),
    })
}

/// The address that clients of earlier systems use leads to the page.
pub(super) async fn moved(
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    path: axum::extract::OriginalUri,
) -> Response {
    let page = if path.path().contains("/popout/") { "popout" } else { "connect" };
    match id.parse::<SessionId>() {
        Ok(id) => {
            Redirect::temporary(&format!("/{page}/{id}{}", query.map(|query| format!("?{query}")).unwrap_or_default()))
                .into_response()
        }
        Err(_) => plain(StatusCode::NOT_FOUND, UNKNOWN),
    }
}

const TICKET: (&str, &str) =
    ("This link no longer works", "The link to this terminal was used, has expired, or its session has ended.");
const ENDED: (&str, &str) = ("This session has ended", "Its terminal cannot be opened any more.");
const UNKNOWN: (&str, &str) =
    ("There is no such session", "It may belong to another account, or the address is incomplete.");

fn plain(status: StatusCode, (title, text): (&str, &str)) -> Response {
    page(status, title, " and open the terminal from there.", text)
}

/// A plain page about a sign-in that came to nothing. What is told may be somebody else's words: it is shown as text.
pub(super) fn not_signed_in(status: StatusCode, text: &str) -> Response {
    page(status, "You are not signed in", " to try again, or to sign in another way.", &escaped(text))
}

fn page(status: StatusCode, title: &str, way: &str, text: &str) -> Response {
    // The text comes last, so that nothing in it is taken for a place to fill.
    let html = PAGE.replace("{title}", title).replace("{way}", way).replace("{text}", text);
    (status, Html(html)).into_response()
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            letter => html.push(letter),
        }
    }
    html
}

const PAGE: &str = include_str!("pages/plain.html");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_page_leads_home_and_runs_nothing() {
        assert!(PAGE.contains("href=\"/\"") && !PAGE.contains("<script"));
    }

    #[test]
    fn others_words_are_text() {
        assert_eq!(escaped("<b a=\"x\">&'{title}"), "&lt;b a=&quot;x&quot;&gt;&amp;&#39;{title}");
    }
}
