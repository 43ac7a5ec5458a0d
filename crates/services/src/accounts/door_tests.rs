use super::*;

fn from(text: &str) -> Option<IpAddr> {
    Some(text.parse().unwrap())
}

fn wait(knock: Result<Knock, ServiceError>) -> Duration {
    match knock.map(|_| ()) {
        Err(ServiceError::TooManyTries(wait)) => wait,
        other => panic!("let in: {other:?}"),
    }
}

/// Four wrong tries, each dropped without a word.
fn fail(door: &Door, name: &str, address: &str) {
    (0..4).for_each(|_| drop(door.knock(name, from(address)).unwrap()));
}

#[test]
fn the_address_waits_whatever_name_it_gives() {
    let door = Door::new();
    for name in ["a", "b", "c", "d"] {
        drop(door.knock(name, from("192.0.2.1")).unwrap());
    }
    assert!(wait(door.knock("e", from("192.0.2.1"))) <= Duration::from_secs(1));
    door.knock("e", from("192.0.2.2")).unwrap().right();
}

#[test]
fn a_known_browser_waits_for_its_own_wrong_tries_alone() {
    let door = Door::new();
    fail(&door, "alice", "192.0.2.1");
    wait(door.knock("alice", from("192.0.2.2")));
    for _ in 0..4 {
        drop(door.knock_with_device("one").unwrap());
    }
    wait(door.knock_with_device("one"));
    door.knock_with_device("ONE").unwrap().right();
    wait(door.knock("alice", from("192.0.2.2")));
}

#[test]
fn the_account_waits_wherever_one_comes_from_and_however_it_is_written() {
    let door = Door::new();
    for last in 1..=4 {
        drop(door.knock("alice", from(&format!("192.0.2.{last}"))).unwrap());
    }
    wait(door.knock("ALICE", from("192.0.2.9")));
    wait(door.knock("alice", None));
}

#[test]
fn an_address_that_has_to_wait_does_not_keep_the_owner_out() {
    let door = Door::new();
    fail(&door, "alice", "192.0.2.1");
    for _ in 0..1000 {
        wait(door.knock("alice", from("192.0.2.1")));
    }
    assert!(wait(door.knock("alice", from("192.0.2.2"))) <= Duration::from_secs(1));
}

#[test]
fn an_account_of_ones_own_buys_no_guesses() {
    let door = Door::new();
    for victim in ["a", "b", "c", "d"] {
        drop(door.knock(victim, from("192.0.2.1")).unwrap());
        if victim != "d" {
            door.knock("mallory", from("192.0.2.1")).unwrap().right();
        }
    }
    wait(door.knock("mallory", from("192.0.2.1")));
}

#[test]
fn a_try_that_was_not_judged_does_not_count() {
    let door = Door::new();
    for _ in 0..20 {
        let knock = door.knock("alice", from("192.0.2.1")).unwrap();
        assert!(knock.judge(Err::<(), _>(ServiceError::Unavailable("busy"))).is_err());
    }
    door.knock("alice", from("192.0.2.1")).unwrap().right();
}

#[test]
fn many_people_behind_one_address_may_be_right_at_once() {
    let door = Door::new();
    let knocks: Vec<Knock> =
        (0..10).map(|person| door.knock(&format!("p{person}"), from("192.0.2.1")).unwrap()).collect();
    knocks.into_iter().for_each(Knock::right);
    assert!(door.books().addresses.wait(&"192.0.2.1".parse().unwrap(), Instant::now()).is_none());
}

#[test]
fn a_network_of_ipv6_is_one_address() {
    let door = Door::new();
    for last in 1..=4 {
        drop(door.knock(&format!("n{last}"), from(&format!("2001:db8::{last}"))).unwrap());
    }
    wait(door.knock("n9", from("2001:db8::ffff:1:2:3")));
    drop(door.knock("n9", from("2001:db8:0:1::1")).unwrap());
    assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
}

#[test]
fn a_name_as_long_as_a_request_is_not_remembered_whole() {
    let door = Door::new();
    drop(door.knock(&"x".repeat(1_000_000), None).unwrap());
    assert!(door.books().names.wait(&"x".repeat(64), Instant::now()).is_none());
    (0..3).for_each(|_| drop(door.knock(&"x".repeat(70), None).unwrap()));
    assert!(door.books().names.wait(&"x".repeat(64), Instant::now()).is_some());
}

#[test]
fn a_name_is_one_however_a_directory_lets_it_be_written() {
    let door = Door::new();
    fail(&door, "jörg smith", "192.0.2.1");
    for same in ["JÖRG SMITH", "Jorg  Smith", "ｊörg smith", "jo\u{308}rg\u{ad} smith", "jörg\u{200d} smith "] {
        wait(door.knock(same, from("192.0.2.2")));
    }
    door.knock("jorg smithe", from("192.0.2.2")).unwrap().right();
}
