//! The race for the last place: as many win as there are places, whoever asks, and a place freed can be had.

use crate::cast::{at, host, id, session, two_accounts};
use storage::{Reservation, Storage};
use wire::{AccountId, terminal::EndReason};

pub(crate) async fn story(storage: &Storage, url: &str) {
    let (anna, benny) = two_accounts(storage).await;
    // A second process, as when two servers share one database.
    let other = Storage::open(url).await.unwrap();
    assert_eq!(race([storage, &other], &anna, (2, 0)).await, (2, 48, 0));
    assert_eq!(storage.terminal().count_live().await.unwrap(), 2);
    assert_eq!(race([storage, &other], &benny, (9, 5)).await, (3, 0, 47));
    assert_eq!(storage.terminal().live(&benny).await.unwrap().len(), 3);

    let oldest = storage.terminal().live(&anna).await.unwrap().remove(0);
    let late = session("late", &anna, None);
    assert_eq!(storage.terminal().reserve(&late, 2, 0, 5).await.unwrap(), Reservation::AccountFull);
    assert!(storage.terminal().finish(&oldest.id, &EndReason::User.into(), at(20)).await.unwrap());
    assert_eq!(other.terminal().reserve(&late, 2, 0, 5).await.unwrap(), Reservation::Reserved);
    host_limit(storage, &benny).await;
    assert_eq!(other.terminal().get(&late.id).await.unwrap().unwrap(), late);
}

/// A host's own limit counts the sessions on that host alone.
async fn host_limit(storage: &Storage, account: &AccountId) {
    let terminal = storage.terminal();
    for name in ["small", "other"] {
        storage.inventory().insert_host(account, &host(name)).await.unwrap();
    }
    let on = |name: &str, of: &str| session(name, account, Some(id(&format!("host-{of}"))));
    assert_eq!(terminal.reserve(&on("h1", "small"), 0, 1, 0).await.unwrap(), Reservation::Reserved);
    assert_eq!(terminal.reserve(&on("h2", "small"), 0, 1, 0).await.unwrap(), Reservation::HostFull);
    assert_eq!(terminal.reserve(&on("h3", "other"), 0, 1, 0).await.unwrap(), Reservation::Reserved);
    assert!(terminal.forget_opening(&id("h1")).await.unwrap());
    assert_eq!(terminal.reserve(&on("h2", "small"), 0, 1, 0).await.unwrap(), Reservation::Reserved);
}

/// 50 ask at once; answers how many won, met the account's limit, met the server's.
async fn race(storages: [&Storage; 2], account: &AccountId, (own, total): (u32, u32)) -> (u32, u32, u32) {
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let terminal = storages[number % 2].terminal();
            let session = session(&format!("{account}-{number}"), account, None);
            tokio::spawn(async move { terminal.reserve(&session, own, 0, total).await.unwrap() })
        })
        .collect();
    let mut counts = (0, 0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Reservation::Reserved => counts.0 += 1,
            Reservation::AccountFull => counts.1 += 1,
            Reservation::HostFull => unreachable!("no host has a limit here"),
            Reservation::ServerFull => counts.2 += 1,
        }
    }
    counts
}
