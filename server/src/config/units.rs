//! How durations, sizes and the like are written in the configuration.

use bytesize::ByteSize;
use std::{str::FromStr, time::Duration};

/// `30m`, `1h 30m`, `15s`; `0` switches off.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    humantime::parse_duration(text)
        .map_err(|why| format!("{why}; write a duration as `30m`, `1h 30m` or `15s`, `0` for off"))
}

/// A [`duration`] that cannot be switched off.
pub(super) fn some_duration(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|span| if span.is_zero() { Err("it cannot be off".into()) } else { Ok(span) })
}

/// `1MiB`, `512KiB`, `65536`.
pub(super) fn size(text: &str) -> Result<usize, String> {
    let size =
        ByteSize::from_str(text).map_err(|_| "write a size as `1MiB`, `512KiB` or a number of bytes".to_owned())?;
    usize::try_from(size.as_u64()).map_err(|_| "it is larger than this machine can address".into())
}

/// Whatever reads itself from text.
pub(super) fn parsed<T: FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|why: T::Err| why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(duration("30m"), Ok(Duration::from_secs(1800)));
        assert_eq!(duration("0"), Ok(Duration::ZERO));
        assert_eq!(size("1MiB"), Ok(1 << 20));
        assert_eq!(size("65536"), Ok(65536));
    }

    #[test]
    fn refuses_the_rest() {
        for text in ["", "30", "-1m", "soon"] {
            assert!(duration(text).is_err(), "{text:?}");
        }
        for text in ["", "big", "-1"] {
            assert!(size(text).is_err(), "{text:?}");
        }
        assert!(some_duration("0").is_err());
    }
}
