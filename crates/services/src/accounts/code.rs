//! Codes that a person copies by hand: groups of four letters and digits, `XXXX-XXXX-…`. 160 random bits are eight groups,
//! the 80 of a second factor's recovery codes four.
//!
//! Written in Crockford's base 32, which has no I, L, O or U. Read back, it does not matter how it was typed: in which case,
//! with spaces or dashes, with an O for a 0 or an l for a 1.

use crate::{ServiceError, vault::random};
use data_encoding::{Encoding, Specification};
use std::{fmt, sync::LazyLock};
use subtle::ConstantTimeEq;
use wire::vault::Secret;
use zeroize::Zeroizing;

const BYTES: usize = 20;

/// How many bytes a recovery code of a second factor stands for: whoever steals its hash does not guess 80 bits.
pub(super) const SHORT: usize = 10;

/// `None` only if the specification below were wrong; a test reads and writes with it.
static CROCKFORD: LazyLock<Option<Encoding>> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    spec.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    spec.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    spec.ignore.push_str("- \t\r\n");
    spec.encoding().ok()
});

fn alphabet() -> Result<&'static Encoding, ServiceError> {
    CROCKFORD.as_ref().ok_or(ServiceError::Internal("the alphabet of the codes is broken"))
}

/// A set-up code or a recovery code, wiped when it is dropped.
#[derive(Clone)]
pub(super) struct Code<const N: usize = BYTES>(Zeroizing<[u8; N]>);

impl<const N: usize> Code<N> {
    /// A new code.
    pub(super) fn generate() -> Result<Self, ServiceError> {
        random::bytes().map(Self)
    }

    /// The code that somebody typed; `None` when it cannot be one.
    pub(super) fn read(typed: &Secret) -> Option<Self> {
        if typed.expose().len() > 200 {
            return None;
        }
        let bytes = Zeroizing::new(alphabet().ok()?.decode(typed.expose().as_bytes()).ok()?);
        <[u8; N]>::try_from(bytes.as_slice()).ok().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The code as it is shown.
    pub(super) fn show(&self) -> Result<Secret, ServiceError> {
        let text = Zeroizing::new(alphabet()?.encode(self.bytes()));
        let groups: Vec<&str> = (0..text.len()).step_by(4).filter_map(|at| text.get(at..at + 4)).collect();
        Ok(Secret::new(groups.join("-")))
    }

    /// What it stands for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Whether two codes are the same one, in a time that does not tell how much of them agrees.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.bytes().ct_eq(other.bytes()).into()
    }
}

impl<const N: usize> fmt::Debug for Code<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_eight_groups_and_reads_them_back() {
        let code = Code::<BYTES>::generate().unwrap();
        let shown = code.show().unwrap();
        let groups: Vec<&str> = shown.expose().split('-').collect();
        assert!(groups.len() == 8 && groups.iter().all(|group| group.len() == 4), "{groups:?}");
        assert!(Code::read(&shown).unwrap().is(&code));
        assert_eq!(format!("{code:?}"), "Code(…)");
    }

    #[test]
    fn forgives_how_it_is_typed() {
        let code = Code::<BYTES>(Zeroizing::new([
            0b0000_0000,
            0b0100_0010,
            0,
            0,
            0,
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
            9,
            10,
            11,
            12,
            13,
            14,
            15,
        ]));
        let shown = code.show().unwrap().expose().to_owned();
        assert!(shown.contains('0') && shown.contains('1'));
        let loose = [
            shown.to_lowercase(),
            shown.replace('-', " "),
            shown.replace('-', ""),
            format!("  {shown}\n"),
            shown.replace('0', "o").replace('1', "l"),
            shown.replace('0', "O").replace('1', "I"),
        ];
        for typed in loose {
            assert!(Code::read(&Secret::new(typed.clone())).is_some_and(|read| read.is(&code)), "{typed}");
        }
    }

    #[test]
    fn a_short_one_has_four_groups_and_is_no_long_one() {
        let code = Code::<SHORT>::generate().unwrap();
        let shown = code.show().unwrap();
        assert_eq!(shown.expose().len(), 19, "{}", shown.expose());
        assert!(Code::<SHORT>::read(&shown).unwrap().is(&code) && Code::<BYTES>::read(&shown).is_none());
    }

    #[test]
    fn refuses_what_is_no_code_or_another_one() {
        for typed in ["", "----", "ABCD", "UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU-UUUU", &"A".repeat(33), &"-".repeat(500)]
        {
            assert!(Code::<BYTES>::read(&Secret::new(typed)).is_none(), "{typed}");
        }
        assert!(!Code::<BYTES>::generate().unwrap().is(&Code::generate().unwrap()));
    }
}
