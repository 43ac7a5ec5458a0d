//! What is alike, and what is not.

use super::*;
use transport::Endpoint;

#[test]
fn whatever_would_be_dialled_differently_is_not_alike() {
    let links = Links::new(4, Duration::ZERO, PATIENCE);
    let target = |address: &str| Target::adhoc(Endpoint { address: address.into(), port: 22 });
    let login = |password: &str, key: Option<&str>| Login {
        certificate: None,
        forward_agent: false,
        username: "tester".into(),
        password: Some(Secret::new(password)),
        private_key: key.map(Secret::new),
        passphrase: None,
    };
    let likeness = |account: &str, address: &str, trusted: &[&str], login: Login| {
        let keys: Vec<String> = trusted.iter().map(|&key| key.to_owned()).collect();
        let trusted = HostTrust::of_keys(&keys);
        links.likeness(&account.parse().unwrap(), &target(address), &trusted, (&login, None), Wish::Quick).unwrap()
    };
    let one = likeness("alice", "a", &["k1", "k2"], login("pw", None));
    assert_eq!(one, likeness("alice", "a", &["k1", "k2"], login("pw", None)));
    for other in [
        likeness("bob", "a", &["k1", "k2"], login("pw", None)),
        likeness("alice", "b", &["k1", "k2"], login("pw", None)),
        likeness("alice", "a", &["k1k2"], login("pw", None)),
        likeness("alice", "a", &["k1"], login("pw", None)),
        likeness("alice", "a", &["k1", "k2"], login("p", None)),
        likeness("alice", "a", &["k1", "k2"], login("pw", Some(""))),
        likeness("alice", "a", &["k1", "k2"], Login { username: "root".into(), ..login("pw", None) }),
        likeness("alice", "a", &["k1", "k2"], Login { forward_agent: true, ..login("pw", None) }),
        likeness("alice", "a", &["k1", "k2"], Login { certificate: Some("signed".into()), ..login("pw", None) }),
    ] {
        assert_ne!(one, other);
    }
    let stranger = Links::new(4, Duration::ZERO, PATIENCE).likeness(
        &"alice".parse().unwrap(),
        &target("a"),
        &HostTrust::default(),
        (&login("pw", None), None),
        Wish::Quick,
    );
    let (alice, place, lent) = ("alice".parse().unwrap(), target("a"), "lent".parse().unwrap());
    let here = |lent| links.likeness(&alice, &place, &HostTrust::default(), (&login("pw", None), lent), Wish::Quick);
    assert_ne!(stranger, here(None));
    assert_ne!(here(Some(&lent)), here(None), "what is lent stands by itself");
}
