//! The log as JSON lines, the oldest first, streamed. Without a filter, that is what `berth audit verify FILE` takes.

use super::{Audit, reading::may_read};
use crate::{Caller, ServiceError, clock::now};
use bytes::Bytes;
use futures::{Stream, stream};
use std::io;
use wire::audit::AuditFilter;

/// So many lines are read in one go.
const PAGE: u64 = 500;

/// The line that notes the export tells so much of its filter.
const TOLD: usize = 300;

/// An export that can begin.
pub struct Export {
    /// What to call it: letters, digits and the like only.
    pub file_name: String,
    audit: Audit,
    filter: AuditFilter,
    /// What was removed when it began, and the last line that belongs to it.
    removed: i64,
    until: i64,
}

impl Audit {
    /// The lines that a filter means, as they are now. The export is noted, and that note is the last line of one without a
    /// filter.
    ///
    /// # Errors
    /// `Forbidden` for anybody but an admin or a viewer.
    pub async fn export(&self, caller: &Caller, filter: AuditFilter) -> Result<Export, ServiceError> {
        may_read(caller)?;
        self.note(caller, "audit.export", told(&filter), "begun").await;
        let ends = self.0.storage.audit().ends().await?;
        let moment = String::from(now()).replace(':', "-");
        let moment = moment.split('.').next().unwrap_or_default().trim_end_matches('Z').to_owned();
        Ok(Export {
            file_name: format!("berth-audit-{moment}.jsonl"),
            audit: self.clone(),
            filter,
            removed: ends.removed.number,
            until: ends.head.number,
        })
    }
}

impl Export {
    /// The lines, a page at a time, as they are asked for.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        let after = self.removed;
        stream::try_unfold((self, after), |(export, after)| async move {
            let page = export.page(after).await.map_err(io::Error::other)?;
            Ok(page.map(|(bytes, last)| (bytes, (export, last))))
        })
    }

    /// The next lines as text, and the number of the last one.
    async fn page(&self, after: i64) -> Result<Option<(Bytes, i64)>, ServiceError> {
        let log = self.audit.0.storage.audit();
        let lines = log.walk(&self.filter, (after, self.until), PAGE).await?;
        if log.ends().await?.removed.number != self.removed {
            return Err(ServiceError::Busy("old lines of the audit log were removed meanwhile; export it again"));
        }
        let Some(last) = lines.last().map(|line| line.id) else { return Ok(None) };
        let mut text = Vec::new();
        for line in &lines {
            serde_json::to_writer(&mut text, line)
                .map_err(|_| ServiceError::Internal("a line could not be written"))?;
            text.push(b'\n');
        }
        Ok(Some((text.into(), last)))
    }
}

/// What was asked for, as the log tells it.
fn told(filter: &AuditFilter) -> String {
    let said = |name: &str, text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(|text| format!("{name} {text:?}"))
    };
    let (from, until) = (filter.from.map(String::from), filter.until.map(String::from));
    let words = [
        said("account", &filter.account),
        said("action", &filter.action),
        said("object", &filter.object),
        said("outcome", &filter.outcome),
        said("address", &filter.address),
        said("from", &from),
        said("until", &until),
    ];
    let words: Vec<_> = words.into_iter().flatten().collect();
    if words.is_empty() { "all lines".to_owned() } else { words.join(", ").chars().take(TOLD).collect() }
}
