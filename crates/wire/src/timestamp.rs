//! A moment, written as ISO 8601 in UTC (`2026-11-21T08:30:00.123Z`, RFC 3339) with millisecond precision.

use serde::{Deserialize, Serialize};
use std::fmt;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Milliseconds since 1970-01-01 UTC. Storage keeps the number; JSON carries the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that many milliseconds after 1970-01-01 UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds from `earlier` to this moment; 0 when it is not earlier.
    pub const fn seconds_since(self, earlier: Self) -> u64 {
        let span = self.0 - earlier.0;
        if span < 0 { 0 } else { (span / 1000) as u64 }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).map_err(|_| fmt::Error)?;
        f.write_str(&moment.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        // Only a year past 9999 cannot be written; the epoch then stands for "no such date".
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(moment.0) * 1_000_000)
            .ok()
            .and_then(|m| m.format(&Rfc3339).ok())
            .unwrap_or_else(|| "1970-01-01T00:00:00Z".into())
    }
}

impl TryFrom<String> for Timestamp {
    type Error = time::error::Parse;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let moment = OffsetDateTime::parse(&text, &Rfc3339)?;
        Ok(Self((moment.unix_timestamp_nanos() / 1_000_000) as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_rfc_3339() {
        let moment = Timestamp::from_millis(1_795_250_000_123);
        let text = String::from(moment);
        assert_eq!(text, "2026-11-21T08:33:20.123Z");
        assert_eq!(Timestamp::try_from(text), Ok(moment));
    }

    #[test]
    fn seconds_since_never_goes_below_zero() {
        let (a, b) = (Timestamp::from_millis(1_000), Timestamp::from_millis(3_900));
        assert_eq!((b.seconds_since(a), a.seconds_since(b)), (2, 0));
    }
}
