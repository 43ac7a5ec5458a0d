use super::*;
use proptest::prelude::*;

fn secret() -> impl Strategy<Value = Option<Secret>> {
    prop::option::of(".{0,300}".prop_map(Secret::new))
}

fn secrets() -> impl Strategy<Value = Secrets> {
    (secret(), secret(), secret()).prop_map(|(password, private_key, passphrase)| Secrets {
        password,
        private_key,
        passphrase,
    })
}

fn ids(account: &str, credential: &str) -> (AccountId, CredentialId) {
    (account.parse().unwrap(), credential.parse().unwrap())
}

#[test]
fn a_text_opens_for_its_purpose_and_its_account_alone() {
    let (key, (account, _)) = (VaultKey::generate().unwrap(), ids("a", "c"));
    let sealed = seal_text(&key, &account, "netbox", &Secret::new("a token")).unwrap();
    let open = |key, account: &str, purpose| open_text(key, &account.parse().unwrap(), purpose, &sealed);
    assert_eq!(open(&key, "a", "netbox"), Some(Secret::new("a token")));
    assert_eq!(open(&key, "b", "netbox"), None);
    assert_eq!(open(&key, "a", "other"), None);
    assert_eq!(open(&VaultKey::generate().unwrap(), "a", "netbox"), None);
}

proptest! {
    #[test]
    fn comes_back_as_it_went_in(secrets in secrets()) {
        let (key, (account, id)) = (VaultKey::generate().unwrap(), ids("a", "c"));
        let sealed = seal(&key, &account, &id, &secrets).unwrap();
        prop_assert_eq!(open(&key, &account, &id, &sealed), Some(secrets));
    }

    #[test]
    fn any_flipped_bit_refuses(secrets in secrets(), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let (key, (account, id)) = (VaultKey::generate().unwrap(), ids("a", "c"));
        let mut sealed = seal(&key, &account, &id, &secrets).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(open(&key, &account, &id, &sealed), None);
    }

    #[test]
    fn another_row_account_or_key_refuses(
        secrets in secrets(),
        mine in ("[a-z0-9-]{1,12}", "[a-z0-9-]{1,12}"),
        theirs in ("[a-z0-9-]{1,12}", "[a-z0-9-]{1,12}"),
    ) {
        prop_assume!(mine != theirs);
        let key = VaultKey::generate().unwrap();
        let ((account, id), (other_account, other_id)) = (ids(&mine.0, &mine.1), ids(&theirs.0, &theirs.1));
        let sealed = seal(&key, &account, &id, &secrets).unwrap();
        prop_assert_eq!(open(&key, &other_account, &other_id, &sealed), None);
        prop_assert_eq!(open(&VaultKey::generate().unwrap(), &account, &id, &sealed), None);
    }

    #[test]
    fn the_buffer_for_the_json_never_has_to_move(secrets in secrets()) {
        prop_assert!(secrets.to_json().unwrap().len() <= secrets.room());
    }

    #[test]
    fn garbage_does_not_open(sealed in prop::collection::vec(any::<u8>(), 0..300)) {
        let (key, (account, id)) = (VaultKey::generate().unwrap(), ids("a", "c"));
        prop_assert_eq!(open(&key, &account, &id, &sealed), None);
    }
}

#[test]
fn length_does_not_tell_how_long_a_password_is() {
    let (key, (account, id)) = (VaultKey::generate().unwrap(), ids("a", "c"));
    let length = |password: &str| {
        let secrets = Secrets { password: Some(Secret::new(password)), ..Secrets::default() };
        seal(&key, &account, &id, &secrets).unwrap().len()
    };
    assert_eq!(length("x"), length(&"x".repeat(100)));
}

#[test]
fn debug_tells_nothing() {
    let secrets = Secrets { password: Some(Secret::new("hunter2")), ..Secrets::default() };
    assert!(!format!("{secrets:?}").contains("hunter2"));
}
