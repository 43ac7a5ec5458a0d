//! Lists, page by page. NetBox 4.6 hands out pages by the number of the first record; older servers by how many came before.
//!
//! Of the address that NetBox gives for the next page only its number is used: what is asked is always the address that
//! was given by a person.

use super::{NetBoxError, access::NetBoxUrl, ask::Asker, records::NetBoxRecord};
use hyper::Uri;
use serde::{Deserialize, de::DeserializeOwned};
use std::{marker::PhantomData, sync::Arc};

/// So many records are asked for at once.
const PAGE: usize = 500;

/// So many records are taken of one list.
const MOST: usize = 100_000;

/// A page as NetBox writes it.
#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    /// How many there are; none in pages by number.
    pub(super) count: Option<u64>,
    next: Option<String>,
    pub(super) results: Vec<T>,
}

enum Course {
    /// From this number on.
    Start(u64),
    /// After so many.
    Offset(usize),
    End,
}

/// A list that is read to its end, once.
pub struct NetBoxPages<T> {
    asker: Arc<Asker>,
    path: &'static str,
    query: String,
    course: Course,
    read: usize,
    _of: PhantomData<T>,
}

impl<T: DeserializeOwned + NetBoxRecord> NetBoxPages<T> {
    pub(super) fn new(asker: Arc<Asker>, path: &'static str, query: String) -> Self {
        Self { asker, path, query, course: Course::Start(0), read: 0, _of: PhantomData }
    }

    /// The next records; none at the end.
    ///
    /// # Errors
    /// When NetBox cannot be asked, or its pages lead elsewhere or do not end.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, NetBoxError> {
        let place = match self.course {
            Course::End => return Ok(None),
            Course::Start(from) => format!("start={from}"),
            Course::Offset(before) => format!("ordering=id&offset={before}"),
        };
        let asked = self.page(&place).await;
        let page = match asked {
            // A server that refuses what it does not know, or counts all the same, knows no pages by number.
            Err(NetBoxError::Refused(_)) if matches!(self.course, Course::Start(0)) => return self.by_offset().await,
            Ok(page) if matches!(self.course, Course::Start(0)) && page.count.is_some() && page.next.is_some() => {
                return self.by_offset().await;
            }
            other => other?,
        };
        self.read += page.results.len();
        if self.read > MOST {
            return Err(NetBoxError::BadPage(format!("it has more than {MOST} records; set filters")));
        }
        self.course = self.after(&page)?;
        Ok(Some(page.results))
    }

    async fn by_offset(&mut self) -> Result<Option<Vec<T>>, NetBoxError> {
        let page = self.page("ordering=id&offset=0").await?;
        self.read = page.results.len();
        self.course = Course::Offset(0);
        self.course = self.after(&page)?;
        Ok(Some(page.results))
    }

    async fn page(&self, place: &str) -> Result<Envelope<T>, NetBoxError> {
        let and = if self.query.is_empty() { "" } else { "&" };
        self.asker.get(self.path, &format!("{}{and}limit={PAGE}&{place}", self.query)).await
    }

    fn after(&self, page: &Envelope<T>) -> Result<Course, NetBoxError> {
        let Some(next) = &page.next else { return Ok(Course::End) };
        let bad = |why: &str| Err(NetBoxError::BadPage(why.to_owned()));
        if !same_server(next, &self.asker.access().url) {
            return bad("the address of its next page lies on another server");
        }
        if page.results.is_empty() {
            return bad("a page with nothing on it names a next one");
        }
        match self.course {
            Course::Start(from) => match number(next, "start") {
                Some(start) if start > from && page.results.iter().all(|it| it.number() < start) => {
                    Ok(Course::Start(start))
                }
                _ => bad("the address of its next page does not lead on"),
            },
            Course::Offset(_) if page.count.is_some_and(|count| self.read as u64 >= count) => Ok(Course::End),
            Course::Offset(_) => Ok(Course::Offset(self.read)),
            Course::End => Ok(Course::End),
        }
    }
}

/// The same host; a NetBox behind a proxy often mistakes how it was asked, so neither scheme nor port are compared.
fn same_server(next: &str, url: &NetBoxUrl) -> bool {
    let Ok(next) = next.parse::<Uri>() else { return false };
    next.host().is_some_and(|host| host.trim_matches(['[', ']']).eq_ignore_ascii_case(&url.endpoint.address))
}

fn number(next: &str, key: &str) -> Option<u64> {
    let (_, query) = next.split_once('?')?;
    let found = query.split('&').find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == key));
    found.and_then(|(_, value)| value.parse().ok())
}
