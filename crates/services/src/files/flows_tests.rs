use super::*;
use crate::{Via, Visitor};
use tokio::time::Instant;
use wire::accounts::Role;

fn caller(name: &str) -> Caller {
    Caller {
        account: name.parse().unwrap(),
        name: name.to_owned(),
        role: Role::Member,
        vault: None,
        visitor: Visitor::default(),
        via: Via::SignIn("s-1".to_owned()),
        factor: None,
        scopes: None,
        vouched: false,
    }
}

#[tokio::test(start_paused = true)]
async fn one_account_has_so_many_downloads_and_leaves_those_of_others_alone() {
    let (flows, ann) = (Flows::default(), caller("ann"));
    let mut held = Vec::new();
    for _ in 0..DOWNLOADS {
        held.push(flows.begin_download(&ann).await.unwrap());
    }
    let asked = Instant::now();
    let refused = flows.begin_download(&ann).await.err().unwrap();
    assert!(matches!(refused, ServiceError::TooManyDownloads { most: DOWNLOADS }), "{refused}");
    assert_eq!(asked.elapsed(), PATIENCE);
    flows.begin_download(&caller("bob")).await.unwrap();
    let (waiting, _) = tokio::join!(flows.begin_download(&ann), async { drop(held.pop()) });
    assert!(waiting.is_ok(), "who waits gets the place that becomes free");
}

#[tokio::test(start_paused = true)]
async fn what_is_ended_says_why_and_nothing_is_kept_of_what_is_over() {
    let flows = Flows::default();
    let (anns, bobs) = (flows.begin(&caller("ann")), flows.begin_unattended(&caller("bob")));
    let live = flows.live();
    assert_eq!(live.iter().map(|live| live.is_attended).collect::<Vec<_>>(), [true, false]);
    live[0].end("it was taken back".to_owned());
    drop(live);
    let never = std::future::pending::<Result<(), FileError>>;
    assert_eq!(anns.goes_on(never()).await, Err(FileError::Lost { why: "it was taken back".to_owned() }));
    assert_eq!(bobs.goes_on(async { Ok::<_, FileError>(1) }).await, Ok(1));
    assert!(flows.begin(&caller("ann")).is_over().is_ok(), "what begins later is another matter");
    drop((anns, bobs));
    assert!(flows.live().is_empty());
}
