//! Finding recordings by what they showed, and the moments in one.
//!
//! What can be searched lies in each recording's file, sealed when that is, and never in the database. So a search reads
//! files, the newest first, and stops when its time is up; the cursor goes on from there.

use super::{Recordings, blocking, list::cursor};
use crate::{Caller, ServiceError};
use session::TextLine;
use std::time::{Duration, Instant};
use storage::{RecordingFilter, RecordingRecord};
use wire::{
    RecordingId,
    recordings::{RecordingList, RecordingMatch, RecordingMoments},
};

/// How long one page of a search may take.
const TIME: Duration = Duration::from_secs(2);

/// So many recordings are asked of the database at once.
const BATCH: u64 = 50;

/// So many places of a recording are answered where many recordings are searched, and where one is.
const PLACES: usize = 5;
const MOMENTS: usize = 200;

/// An excerpt has at most so many characters.
const EXCERPT: usize = 200;

/// A longer text is no search.
const LONGEST: usize = 200;

impl Recordings {
    pub(super) async fn search(
        &self,
        caller: &Caller,
        mut filter: RecordingFilter,
        text: &str,
        limit: usize,
    ) -> Result<RecordingList, ServiceError> {
        let (needle, until) = (needle(text)?, Instant::now() + TIME);
        let (mut found, mut next_cursor) = (Vec::new(), None);
        'pages: loop {
            let records = self.0.storage.recordings().list(&filter, BATCH).await?;
            let last = records.last().map(|record| (record.started_at, record.id.clone()));
            for record in records {
                let stop_here = cursor(&record);
                let matches = self.matches(&record, &needle).await;
                if !matches.is_empty() {
                    found.push((record, matches));
                }
                if found.len() == limit || Instant::now() >= until {
                    next_cursor = Some(stop_here);
                    break 'pages;
                }
            }
            match last {
                Some(last) => filter.before = Some(last),
                None => break,
            }
        }
        let (records, matches): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let mut recordings = self.views(caller, records).await?;
        for (view, matches) in recordings.iter_mut().zip(matches) {
            view.matches = matches;
        }
        Ok(RecordingList { recordings, next_cursor })
    }

    /// Where one recording showed a text, whatever its case: each line once, in the order of time. A running one is
    /// searched as far as it is written.
    ///
    /// # Errors
    /// `BadInput` on no text or too long a one; else as [`Recordings::get`].
    pub async fn moments(
        &self,
        caller: &Caller,
        id: &RecordingId,
        text: &str,
    ) -> Result<RecordingMoments, ServiceError> {
        let needle = needle(text.trim())?;
        if needle.is_empty() {
            return Err(ServiceError::bad("search for something: `q` is empty"));
        }
        let recording = self.readable(caller, id).await?;
        self.looked_at(caller, &recording).await;
        let found = move |lines: Vec<TextLine>| {
            let mut found = lines.iter().filter_map(|line| place(line, &needle));
            let moments = found.by_ref().take(MOMENTS).collect();
            RecordingMoments { moments, more: found.next().is_some() }
        };
        self.read(recording, move |file| Ok(found(file.text()?))).await
    }

    /// Where a recording showed the text. One that cannot be read shows nothing.
    async fn matches(&self, record: &RecordingRecord, needle: &str) -> Vec<RecordingMatch> {
        if !record.indexed {
            return Vec::new();
        }
        let Ok(_turn) = self.0.readers.acquire().await else { return Vec::new() };
        let (recordings, record, needle) = (self.clone(), record.clone(), needle.to_owned());
        let looked = blocking(move || {
            let lines = recordings.open(&record).ok()?.text().ok()?;
            Some(lines.iter().filter_map(|line| place(line, &needle)).take(PLACES).collect())
        });
        looked.await.ok().flatten().unwrap_or_default()
    }
}

/// What is looked for, as it is compared.
fn needle(text: &str) -> Result<String, ServiceError> {
    if text.len() > LONGEST {
        return Err(ServiceError::bad(format!("search for at most {LONGEST} bytes")));
    }
    Ok(text.to_lowercase())
}

fn place(line: &TextLine, needle: &str) -> Option<RecordingMatch> {
    let lower = line.text.to_lowercase();
    let at = lower.find(needle)?;
    // Lower-casing may change lengths: the place is near enough for an excerpt.
    let before = lower[..at].chars().count();
    let skip = (before + needle.chars().count()).saturating_sub(EXCERPT);
    let excerpt = line.text.chars().skip(skip).take(EXCERPT).collect();
    // Never before the line is there.
    Some(RecordingMatch { at_ms: line.at / 1000 + 1, excerpt })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_shows_what_was_searched_for() {
        let line = TextLine { at: 1_500_000, text: format!("{}Ärger im Hafen", "x".repeat(500)) };
        let found = place(&line, "ärger").unwrap();
        assert_eq!(found.at_ms, 1501);
        assert!(found.excerpt.contains("Ärger") && found.excerpt.chars().count() <= EXCERPT, "{}", found.excerpt);
        assert_eq!(place(&line, "schiff"), None);
    }
}
