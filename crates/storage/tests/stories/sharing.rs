//! Invites and the tickets that come of them, and sign-ins that take their tickets with them.

use crate::cast::{at, id, session, two_accounts};
use storage::{InviteRecord, Storage, TicketHolder};
use wire::{
    SessionId,
    terminal::{EndReason, PersonKind, Rights},
};

/// The holder of an owner's ticket.
pub(crate) fn owner() -> TicketHolder {
    TicketHolder {
        kind: PersonKind::Owner,
        name: "ada".into(),
        may_type: true,
        invite: None,
        account: None,
        sign_in: None,
    }
}

pub(crate) async fn story(storage: &Storage, _url: &str) {
    let (ada, _) = two_accounts(storage).await;
    let session = session("shared", &ada, None);
    storage.terminal().reserve(&session, 0, 0, 0).await.unwrap();
    invites(storage, &session.id).await;
    sign_ins(storage, &session.id, &ada).await;
    endings(storage, &session.id).await;
}

fn invite(name: &str, session: &SessionId) -> InviteRecord {
    InviteRecord {
        id: id(name),
        session: session.clone(),
        rights: Rights::Type,
        label: "for bo".into(),
        created_at: at(0),
        expires_at: at(100),
    }
}

async fn invites(storage: &Storage, session: &SessionId) {
    let terminal = storage.terminal();
    for name in ["i1", "i2"] {
        terminal.add_invite(name.as_bytes(), &invite(name, session)).await.unwrap();
    }
    assert_eq!(terminal.use_invite(b"i1", at(99)).await.unwrap(), Some(invite("i1", session)));
    assert_eq!(terminal.use_invite(b"i1", at(100)).await.unwrap(), None, "expired");
    assert_eq!(terminal.use_invite(b"none", at(1)).await.unwrap(), None);
    let listed = terminal.invites(session, at(1)).await.unwrap();
    assert_eq!(
        listed.iter().map(|invite| (invite.id.as_str(), invite.used)).collect::<Vec<_>>(),
        [("i2", 0), ("i1", 1)]
    );
    assert_eq!(terminal.count_invites(session, at(1)).await.unwrap(), 2);
    let guest = TicketHolder { kind: PersonKind::Guest, invite: Some(id("i1")), ..owner() };
    for hash in [b"g1", b"g2"] {
        terminal.add_ticket(hash, session, &guest, at(0), at(300)).await.unwrap();
    }
    assert_eq!(terminal.redeem_ticket(b"g1", session, at(1)).await.unwrap(), Some(guest));
    assert!(!terminal.knows_ticket(b"g1", session).await.unwrap(), "a guest's ticket closes nothing");
    assert_eq!(terminal.redeem_ticket(b"g2", session, at(150)).await.unwrap(), None, "its invite has expired");
    assert_eq!(terminal.living_invites(&[id("i1"), id("none")], at(1)).await.unwrap(), [id("i1")]);
    assert!(!terminal.revoke_invite(&id("other"), &id("i1")).await.unwrap(), "another session's");
    assert!(terminal.revoke_invite(session, &id("i1")).await.unwrap());
    assert_eq!(terminal.redeem_ticket(b"g2", session, at(1)).await.unwrap(), None, "its invite is revoked");
}

async fn sign_ins(storage: &Storage, session: &SessionId, ada: &wire::AccountId) {
    let terminal = storage.terminal();
    let under = |sign_in: &str| TicketHolder { account: Some(ada.clone()), sign_in: Some(sign_in.into()), ..owner() };
    for (hash, sign_in) in [(b"a1", "a"), (b"a2", "a"), (b"b1", "b")] {
        terminal.add_ticket(hash, session, &under(sign_in), at(0), at(300)).await.unwrap();
    }
    assert!(terminal.redeem_ticket(b"a1", session, at(1)).await.unwrap().is_some());
    assert_eq!(terminal.forget_unused(session, "a").await.unwrap(), 1);
    assert!(terminal.knows_ticket(b"a1", session).await.unwrap(), "what was used is remembered");
    assert_eq!(terminal.forget_signed_in(ada, Some("a")).await.unwrap(), 1);
    terminal.add_ticket(b"t1", session, &under("token:t"), at(0), at(300)).await.unwrap();
    assert_eq!(terminal.forget_signed_in_but(ada, &["b".to_owned()]).await.unwrap(), 0, "of one that goes on");
    assert_eq!(terminal.forget_signed_in(ada, None).await.unwrap(), 1);
    assert_eq!(terminal.forget_signed_in_but(ada, &[]).await.unwrap(), 0);
    assert!(terminal.redeem_ticket(b"t1", session, at(1)).await.unwrap().is_some(), "a token's goes with the token");
}

async fn endings(storage: &Storage, session: &SessionId) {
    let terminal = storage.terminal();
    assert!(terminal.set_expiry(session, Some(at(900))).await.unwrap());
    assert_eq!(terminal.get(session).await.unwrap().unwrap().expires_at, Some(at(900)));
    terminal.finish(session, &EndReason::User.into(), at(5)).await.unwrap();
    assert!(!terminal.set_expiry(session, None).await.unwrap(), "an end is an end");
    assert_eq!(terminal.use_invite(b"i2", at(6)).await.unwrap(), None, "it ends with the session");
    assert!(!terminal.forget_opening(session).await.unwrap(), "what has ended is kept");
}
