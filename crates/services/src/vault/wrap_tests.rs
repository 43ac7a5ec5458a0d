use super::*;
use crate::vault::random;
use proptest::prelude::*;

fn account() -> AccountId {
    "account-1".parse().unwrap()
}

fn under(seed: u8) -> WrappingKey {
    WrappingKey::from_secret(&[seed; 32], "test").unwrap()
}

#[test]
fn comes_back_with_its_salt_and_id() {
    let (key, salt) = (VaultKey::generate().unwrap(), random::bytes::<SALT>().unwrap());
    let blob = wrap(&key, &under(1), salt.as_slice(), &account(), Holder::Password).unwrap();
    let back = unwrap(&blob, &under(1), &account(), Holder::Password).unwrap();
    assert_eq!(back.expose(), key.expose());
    assert_eq!(super::salt(&blob), Some(*salt));
    assert_eq!(key_id(&blob), Some(key.id().unwrap()));
}

#[test]
fn opens_in_no_other_place() {
    let key = VaultKey::generate().unwrap();
    let (token, other): (TokenId, TokenId) = ("one".parse().unwrap(), "two".parse().unwrap());
    let holders = [
        Holder::Password,
        Holder::RecoveryCode,
        Holder::SignIn("one"),
        Holder::SignIn("two"),
        Holder::Token(&token),
        Holder::Token(&other),
        Holder::Passkey("one"),
        Holder::Passkey("two"),
    ];
    for (at, made_for) in holders.into_iter().enumerate() {
        let blob = wrap(&key, &under(1), &[], &account(), made_for).unwrap();
        for (elsewhere, holder) in holders.into_iter().enumerate() {
            assert_eq!(
                unwrap(&blob, &under(1), &account(), holder).is_some(),
                at == elsewhere,
                "{made_for:?} {holder:?}"
            );
        }
        assert!(unwrap(&blob, &under(1), &"account-2".parse().unwrap(), made_for).is_none());
        assert!(unwrap(&blob, &under(2), &account(), made_for).is_none());
    }
}

#[test]
fn holds_nothing_of_the_key_in_the_clear_and_never_repeats_itself() {
    let key = VaultKey::generate().unwrap();
    let [one, two] = [(); 2].map(|()| wrap(&key, &under(1), &[], &account(), Holder::RecoveryCode).unwrap());
    assert_ne!(one, two);
    assert!(!one.windows(8).any(|bytes| key.expose().windows(8).any(|part| part == bytes)));
}

proptest! {
    #[test]
    fn any_flipped_bit_refuses(at in any::<prop::sample::Index>(), bit in 0_u8..8, salted: bool) {
        let key = VaultKey::generate().unwrap();
        let salt = if salted { vec![9; SALT] } else { Vec::new() };
        let mut blob = wrap(&key, &under(1), &salt, &account(), Holder::Password).unwrap();
        let at = at.index(blob.len());
        blob[at] ^= 1 << bit;
        prop_assert!(unwrap(&blob, &under(1), &account(), Holder::Password).is_none());
    }

    #[test]
    fn a_shortened_or_lengthened_wrap_refuses(keep in 0_usize..81, more in 1_usize..40) {
        let key = VaultKey::generate().unwrap();
        let blob = wrap(&key, &under(1), &[], &account(), Holder::RecoveryCode).unwrap();
        prop_assert_eq!(blob.len(), 81);
        prop_assert!(unwrap(&blob[..keep], &under(1), &account(), Holder::RecoveryCode).is_none());
        let longer = [blob.as_slice(), &vec![0; more]].concat();
        prop_assert!(unwrap(&longer, &under(1), &account(), Holder::RecoveryCode).is_none());
    }

    #[test]
    fn garbage_is_no_wrap_and_no_panic(blob in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (super::salt(&blob), key_id(&blob));
        prop_assert!(unwrap(&blob, &under(1), &account(), Holder::Password).is_none());
    }
}
