use super::*;

fn passkeys() -> Passkeys {
    let origin = "https://berth.example.org".to_owned();
    Passkeys::new(PasskeySettings { origin, instead_of_provider: false }).unwrap()
}

fn asked(passkeys: &Passkeys) -> Asked {
    let ceremony = passkeys.ask_who(None).unwrap().ceremony;
    passkeys.take(&ceremony).unwrap()
}

#[test]
fn passkeys_belong_to_a_name() {
    for origin in ["https://10.1.2.3", "http://[::1]:8080", "nowhere"] {
        let settings = PasskeySettings { origin: origin.into(), instead_of_provider: false };
        assert!(Passkeys::new(settings).is_err(), "{origin}");
    }
}

#[test]
fn what_was_asked_is_answered_once_and_in_time() {
    let (passkeys, mut waiting, now) = (passkeys(), Waiting::default(), Instant::now());
    for (ceremony, after, there) in [("soon", LIFE - Duration::from_secs(1), true), ("late", LIFE, false)] {
        waiting.put(ceremony.into(), asked(&passkeys), now);
        assert_eq!(waiting.take(ceremony, now + after).is_some(), there, "{ceremony}");
        assert!(waiting.take(ceremony, now).is_none(), "a second time");
    }
    assert!(waiting.take("never asked", now).is_none());
}

#[test]
fn a_flood_of_questions_costs_no_memory() {
    let (passkeys, mut waiting, now) = (passkeys(), Waiting::default(), Instant::now());
    for number in 0..AT_ONCE + 5 {
        waiting.put(number.to_string(), asked(&passkeys), now + Duration::from_micros(number as u64));
    }
    assert_eq!(waiting.0.len(), AT_ONCE);
    assert!(waiting.take("4", now).is_none() && waiting.take("5", now).is_some(), "the oldest make way");
    waiting.put("later".into(), asked(&passkeys), now + 2 * LIFE);
    assert_eq!(waiting.0.len(), 1, "what is over goes");
}

#[test]
fn an_address_asks_so_often() {
    let passkeys = passkeys();
    let (here, there) = (Some([192, 0, 2, 1].into()), Some([192, 0, 2, 2].into()));
    for _ in 0..STARTS {
        passkeys.ask_who(here).unwrap();
    }
    assert!(matches!(passkeys.ask_who(here), Err(ServiceError::TooManyTries(_))));
    passkeys.ask_who(there).unwrap();
}

#[test]
fn a_new_one_is_found_without_a_name_and_asks_who_holds_it() {
    let account: AccountId = "a".parse().unwrap();
    let begun = passkeys().ask_for_new((account.clone(), "s".into()), "ada", "phone".into(), &[]).unwrap();
    let wanted = &begun.options["authenticatorSelection"];
    assert_eq!((&wanted["residentKey"], &wanted["userVerification"]), (&"required".into(), &"required".into()));
    assert_eq!(begun.options["rp"]["id"], "berth.example.org");
    let user = begun.options["user"].to_string();
    assert!(!user.contains(account.as_str()) || user.contains("ada"), "{user}");
    assert_ne!(handle(&account), handle(&"b".parse().unwrap()));
}
