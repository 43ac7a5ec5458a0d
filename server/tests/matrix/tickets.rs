//! Tickets: used, of another session, or of one that has ended, they open neither a page nor a WebSocket.

use super::world::World;
use crate::common::{ClientSocket, Person, json};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// What the terminal's WebSocket says to a ticket that opens nothing.
const REFUSED: Option<u16> = Some(4401);

pub(super) async fn are_worth_nothing_when_used_or_of_another_session(world: &World) {
    let (session, other) = (world.rest.text("session"), world.page.text("session"));
    let used = ticket(world, session).await;
    let mut socket = ClientSocket::open(&world.server, &format!("/ws/terminal/{session}?token={used}")).await;
    socket.attach(None).await;
    assert!(socket.hear().await, "a fresh ticket opens");
    drop(socket);
    let unused = ticket(world, session).await;
    let stranger = Person::new(&world.server);
    for (session, ticket) in [(session, &used), (other, &unused), (other, &used)] {
        let socket = format!("/ws/terminal/{session}?token={ticket}");
        assert_eq!(ClientSocket::open(&world.server, &socket).await.until_closed().await.closed, REFUSED, "{socket}");
        for page in ["connect", "popout"] {
            let answer = stranger.get(&format!("/{page}/{session}?token={ticket}")).await;
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "/{page} with a ticket that opens nothing");
        }
    }
    // Whether there is a page to show is the bundle's matter.
    let page = stranger.get(&format!("/connect/{session}?token={unused}")).await;
    assert_ne!(page.status(), StatusCode::UNAUTHORIZED, "a fresh ticket opens the page");
}

async fn ticket(world: &World, session: &str) -> String {
    let made = world.persons.olga.post("/api/fn/terminal/ticket", json!({"session": session})).await;
    let Value::String(ticket) = json(made, StatusCode::OK).await else { panic!("a ticket is a text") };
    ticket
}
