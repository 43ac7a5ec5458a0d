//! The door that everybody knocks at with a password or a code. It makes those who were wrong too often wait, by the name
//! they gave and by the address they came from, before anything is checked.
//!
//! An account waits 30 s at most, so that a stranger who fails on purpose does not keep its owner out; an address waits up
//! to five minutes. An address that has to wait does not count against the account. A browser in which the name has signed in
//! before is booked by itself and by nothing else, so that neither a stranger's tries nor a neighbour's keep its owner out. Codes of a second factor are booked apart,
//! and make wait up to five minutes: six digits are soon guessed, and whoever gets there knows the password already.

use super::tries::Tries;
use crate::{ServiceError, rate::network};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use wire::plain::is_blank;

const REMEMBERED: usize = 10_000;
/// No account has a longer name; what somebody types may be as long as a request.
const LONGEST_NAME: usize = 64;

/// Remembers who was wrong. Cheap to clone.
#[derive(Clone)]
pub(super) struct Door(Arc<Mutex<Books>>);

struct Books {
    names: Tries<String>,
    codes: Tries<String>,
    devices: Tries<String>,
    addresses: Tries<IpAddr>,
}

impl Door {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Books {
            names: Tries::new(Duration::from_secs(30), 4, REMEMBERED),
            codes: Tries::new(Duration::from_secs(5 * 60), 2, REMEMBERED),
            devices: Tries::new(Duration::from_secs(5 * 60), 2, REMEMBERED),
            addresses: Tries::new(Duration::from_secs(5 * 60), 16, REMEMBERED),
        })))
    }

    /// Asks to try. `name` is what is being opened; that nobody bears it makes no difference.
    ///
    /// # Errors
    /// When the name or the address has to wait.
    pub(super) fn knock(&self, name: &str, address: Option<IpAddr>) -> Result<Knock, ServiceError> {
        self.knock_at(Book::Names, name, address)
    }

    /// The same with a code of an account's second factor.
    ///
    /// # Errors
    /// As [`Door::knock`].
    pub(super) fn knock_with_code(&self, account: &str, address: Option<IpAddr>) -> Result<Knock, ServiceError> {
        self.knock_at(Book::Codes, account, address)
    }

    /// The same with a password, from a browser that is known by this number.
    ///
    /// # Errors
    /// When the browser has to wait.
    pub(super) fn knock_with_device(&self, number: &str) -> Result<Knock, ServiceError> {
        self.knock_at(Book::Devices, number, None)
    }

    fn knock_at(&self, book: Book, name: &str, address: Option<IpAddr>) -> Result<Knock, ServiceError> {
        let name = book.key(name);
        let (address, now) = (address.map(network), Instant::now());
        let mut books = self.books();
        let by_address = address.and_then(|address| books.addresses.wait(&address, now));
        if let Some(wait) = by_address.max(books.of(book).wait(&name, now)) {
            return Err(ServiceError::TooManyTries(wait));
        }
        books.of(book).begin(&name, now);
        if let Some(address) = &address {
            books.addresses.begin(address, now);
        }
        drop(books);
        Ok(Knock { door: self.clone(), book, name, address, outcome: Outcome::Wrong })
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a try is booked, beside its address.
#[derive(Clone, Copy)]
enum Book {
    Names,
    Codes,
    Devices,
}

impl Book {
    /// What is remembered of a name. Numbers of browsers tell capitals apart.
    fn key(self, name: &str) -> String {
        if matches!(self, Self::Devices) { name.chars().take(LONGEST_NAME).collect() } else { folded(name) }
    }
}

/// A name, with no regard to what a directory may have none for (RFC 4518, section 2): capitals, accents, other forms of a letter,
/// blanks, and what is not seen.
fn folded(name: &str) -> String {
    let plain = name.nfkd().filter(|letter| !is_combining_mark(*letter) && !is_blank(letter.encode_utf8(&mut [0; 4])));
    plain.flat_map(char::to_lowercase).take(LONGEST_NAME).collect()
}

impl Books {
    fn of(&mut self, book: Book) -> &mut Tries<String> {
        match book {
            Book::Names => &mut self.names,
            Book::Codes => &mut self.codes,
            Book::Devices => &mut self.devices,
        }
    }
}

/// One try. Dropped without a word it was wrong: a client that hangs up early gets no free guess.
pub(super) struct Knock {
    door: Door,
    book: Book,
    name: String,
    address: Option<IpAddr>,
    outcome: Outcome,
}

#[derive(Clone, Copy)]
enum Outcome {
    Wrong,
    Right,
    Undecided,
}

impl Knock {
    /// The password was right. The account's record is clean; the address's is not, or one account of one's own would buy
    /// guesses at all the others.
    pub(super) fn right(mut self) {
        self.outcome = Outcome::Right;
    }

    /// Keeps the count only if the try was judged: a server that is too busy to check has found nothing wrong.
    pub(super) fn judge<T>(mut self, outcome: Result<T, ServiceError>) -> Result<(Self, T), ServiceError> {
        match outcome {
            Ok(value) => Ok((self, value)),
            Err(error) => {
                self.outcome = Outcome::Undecided;
                Err(error)
            }
        }
    }
}

impl Drop for Knock {
    fn drop(&mut self) {
        let (outcome, now) = (self.outcome, Instant::now());
        let mut books = self.door.books();
        match outcome {
            Outcome::Wrong => books.of(self.book).wrong(&self.name, now),
            Outcome::Right => books.of(self.book).right(&self.name),
            Outcome::Undecided => books.of(self.book).undecided(&self.name),
        }
        let Some(address) = &self.address else { return };
        match outcome {
            Outcome::Wrong => books.addresses.wrong(address, now),
            Outcome::Right | Outcome::Undecided => books.addresses.undecided(address),
        }
    }
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
