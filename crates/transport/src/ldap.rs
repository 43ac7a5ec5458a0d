//! A directory, asked as LDAP has it: look for a person as a service, look for their groups, then sign in as that person.
//!
//! Everything that somebody typed goes into filters escaped. A password is sent over TLS, or within this machine; an empty one never is: a
//! directory takes that for nobody, and says yes. Referrals are not followed, and aliases not looked through. The same is done, in the
//! same order, for a name that nobody bears, so that time does not tell who exists. What this cannot do: keep a hostile directory from
//! saying who somebody is. That is what it is asked for.

use crate::tls;
use data_encoding::HEXLOWER;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Scope, SearchEntry, SearchOptions, ldap_escape,
    result::{LdapError as Failure, SearchResult},
};
use rustls::ClientConfig;
use std::{net::IpAddr, sync::Arc, time::Duration};
use thiserror::Error;
use tokio::{sync::OnceCell, time::timeout};
use wire::{plain::misleads, vault::Secret};

/// Most groups of one person that are looked at.
const GROUPS: i32 = 1000;

/// What a directory answers to a wrong password, or for somebody who is not there (any more).
const WRONG: [u32; 2] = [49, 32];

/// Where a directory is, and how it is asked.
#[derive(Debug, Clone)]
pub struct LdapAccess {
    /// `ldap://host:port` or `ldaps://host:port`.
    pub url: String,
    /// Whether TLS begins after connecting by `ldap://`.
    pub start_tls: bool,
    /// An authority (PEM) that vouches for its certificate, beside this machine's.
    pub authority: Option<String>,
    /// As whom it is searched; nobody when empty.
    pub bind_dn: String,
    /// That one's password.
    pub bind_password: Secret,
    /// Below which entry people are.
    pub base: String,
    /// What finds a person; `{name}` stands for what was typed.
    pub filter: String,
    /// The attribute that is somebody's for ever.
    pub id_attribute: String,
    /// The attribute with the name.
    pub name_attribute: String,
    /// Below which entry groups are; none are looked for when it is empty.
    pub group_base: String,
    /// What finds a person's groups; `{dn}` and `{name}` stand for the person.
    pub group_filter: String,
    /// The attribute with a group's name.
    pub group_attribute: String,
    /// How long all of it may take.
    pub timeout: Duration,
}

/// Somebody whose password the directory took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LdapPerson {
    /// Who, in this directory, for ever.
    pub id: String,
    /// The name.
    pub name: String,
    /// The names of the groups.
    pub groups: Vec<String>,
}

/// Why a directory could not be asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LdapError {
    /// Its address is none that is asked.
    #[error("the directory's address is {0}; write it like ldaps://ldap.example.org, or ldap:// with start_tls")]
    BadAddress(&'static str),
    /// There is no answer.
    #[error("the directory cannot be reached: {0}")]
    Unreachable(String),
    /// It refuses to be searched.
    #[error("the directory refuses: {0}")]
    Refused(String),
}

/// A directory.
#[derive(Debug)]
pub struct Directory {
    access: LdapAccess,
    config: OnceCell<Arc<ClientConfig>>,
}

/// Somebody who was found.
struct Found {
    dn: String,
    person: LdapPerson,
}

impl Directory {
    /// A directory that was not asked yet.
    ///
    /// # Errors
    /// [`LdapError::BadAddress`] when it would be sent passwords in the clear, or the address is none.
    pub fn new(access: LdapAccess) -> Result<Self, LdapError> {
        let (scheme, rest) = access.url.split_once("://").ok_or(LdapError::BadAddress("no address"))?;
        let host = rest.split('/').next().unwrap_or_default();
        if host.is_empty() || host.contains('@') {
            return Err(LdapError::BadAddress("none of a server"));
        }
        match scheme {
            "ldaps" => {}
            "ldap" if access.start_tls || is_here(host) => {}
            "ldap" => return Err(LdapError::BadAddress("one of a server that gets passwords in the clear")),
            _ => return Err(LdapError::BadAddress("neither ldap:// nor ldaps://")),
        }
        Ok(Self { access, config: OnceCell::new() })
    }

    /// Who bears this name and has this password; `None` when nobody does. Without a password nobody is signed in as, and it takes as long.
    ///
    /// # Errors
    /// When the directory cannot be reached, or refuses to be searched.
    pub async fn ask(&self, name: &str, password: Option<&Secret>) -> Result<Option<LdapPerson>, LdapError> {
        let late = |_| LdapError::Unreachable(format!("no answer within {} s", self.access.timeout.as_secs()));
        timeout(self.access.timeout, self.ask_slowly(name, password)).await.map_err(late)?
    }

    async fn ask_slowly(&self, name: &str, password: Option<&Secret>) -> Result<Option<LdapPerson>, LdapError> {
        let mut ldap = self.connect().await?;
        if !self.access.bind_dn.is_empty() {
            let bound = ldap.simple_bind(&self.access.bind_dn, self.access.bind_password.expose()).await;
            bound.and_then(LdapResult::success).map_err(refused)?;
        }
        let found = self.find(&mut ldap, name).await?;
        let nobody = format!("cn={},{}", random(), self.access.base);
        let dn = found.as_ref().map_or(nobody.as_str(), |found| found.dn.as_str());
        let groups = self.groups(&mut ldap, dn, name).await?;
        // An empty password would be taken for nobody's, and let in.
        let (dn, proof) = match password.filter(|password| !password.is_empty()) {
            Some(password) => (dn, password.clone()),
            None => (nobody.as_str(), Secret::new(random())),
        };
        let answer = ldap.simple_bind(dn, proof.expose()).await.map_err(refused)?;
        // It is gone by itself when nobody holds it; a farewell that does not arrive is none.
        let _ = ldap.unbind().await;
        match answer.rc {
            0 if dn == nobody => Ok(None),
            0 => Ok(found.map(|found| LdapPerson { groups, ..found.person })),
            code if WRONG.contains(&code) => Ok(None),
            _ => Err(refused(Failure::from(answer))),
        }
    }

    async fn connect(&self) -> Result<Ldap, LdapError> {
        let read = async || tls::trusting(self.access.authority.as_deref()).await.map(Arc::new);
        let config = self.config.get_or_try_init(read).await.map_err(LdapError::Unreachable)?;
        let settings = LdapConnSettings::new().set_config(Arc::clone(config)).set_starttls(self.access.start_tls);
        let settings = settings.set_conn_timeout(self.access.timeout);
        let (connection, ldap) = LdapConnAsync::with_settings(settings, &self.access.url).await.map_err(unreachable)?;
        // Whoever asks hears of its end by the answer that does not come.
        tokio::spawn(async move { drop(connection.drive().await) });
        Ok(ldap)
    }

    /// The one entry that bears a name; two are none.
    async fn find(&self, ldap: &mut Ldap, name: &str) -> Result<Option<Found>, LdapError> {
        let filter = self.access.filter.replace("{name}", &ldap_escape(name));
        let wanted = [self.access.id_attribute.as_str(), self.access.name_attribute.as_str()];
        let entries = search(ldap, &self.access.base, &filter, &wanted, 2).await?;
        let [entry] = entries.as_slice() else { return Ok(None) };
        let (Some(id), Some(known)) = (first(entry, wanted[0]), first(entry, wanted[1])) else {
            return Err(LdapError::Refused(format!("an entry without `{}` or `{}`", wanted[0], wanted[1])));
        };
        let person = LdapPerson { id, name: known, groups: Vec::new() };
        Ok(Some(Found { dn: entry.dn.clone(), person }))
    }

    async fn groups(&self, ldap: &mut Ldap, dn: &str, name: &str) -> Result<Vec<String>, LdapError> {
        if self.access.group_base.is_empty() {
            return Ok(Vec::new());
        }
        let filter = self.access.group_filter.replace("{name}", &ldap_escape(name)).replace("{dn}", &ldap_escape(dn));
        let wanted = self.access.group_attribute.as_str();
        let entries = search(ldap, &self.access.group_base, &filter, &[wanted], GROUPS).await?;
        Ok(entries.iter().filter_map(|entry| first(entry, wanted)).collect())
    }
}

async fn search(
    ldap: &mut Ldap,
    base: &str,
    filter: &str,
    wanted: &[&str],
    most: i32,
) -> Result<Vec<SearchEntry>, LdapError> {
    ldap.with_search_options(SearchOptions::new().sizelimit(most));
    let SearchResult(entries, outcome) =
        ldap.search(base, Scope::Subtree, filter, wanted.to_vec()).await.map_err(refused)?;
    // 4: there is more than was asked for. 10: elsewhere, where nobody goes.
    if ![0, 4, 10, 32].contains(&outcome.rc) {
        return Err(refused(Failure::from(outcome)));
    }
    let entries = entries.into_iter().filter(|entry| !entry.is_ref() && !entry.is_intermediate());
    Ok(entries.map(SearchEntry::construct).collect())
}

/// An attribute's first value, whatever case its name is written in; bytes in hexadecimal.
fn first(entry: &SearchEntry, name: &str) -> Option<String> {
    let is_it = |known: &String| known.eq_ignore_ascii_case(name);
    let text = entry.attrs.iter().find(|(known, _)| is_it(known)).and_then(|(_, values)| values.first().cloned());
    let bytes =
        || entry.bin_attrs.iter().find(|(known, _)| is_it(known))?.1.first().map(|bytes| HEXLOWER.encode(bytes));
    text.or_else(bytes).filter(|value| !value.is_empty())
}

/// A name or a password that nobody has.
fn random() -> String {
    let mut bytes = [0_u8; 16];
    // Without random numbers it is one that is known, and opens nothing either.
    let _ = getrandom::fill(&mut bytes);
    HEXLOWER.encode(&bytes)
}

/// Whether a place is on this machine.
fn is_here(host: &str) -> bool {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, _)) => name,
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn unreachable(error: Failure) -> LdapError {
    LdapError::Unreachable(plain(&error))
}

/// What a directory says of a refusal; nothing that was asked stands in it.
fn refused(error: Failure) -> LdapError {
    match &error {
        Failure::LdapResult { result } => LdapError::Refused(format!("code {} ({})", result.rc, text(&result.text))),
        _ => unreachable(error),
    }
}

fn plain(error: &Failure) -> String {
    text(&error.to_string())
}

fn text(words: &str) -> String {
    words.chars().map(|letter| if misleads(letter) { ' ' } else { letter }).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str, start_tls: bool) -> Result<Directory, LdapError> {
        Directory::new(LdapAccess {
            url: url.into(),
            start_tls,
            authority: None,
            bind_dn: String::new(),
            bind_password: Secret::default(),
            base: "dc=example".into(),
            filter: "(uid={name})".into(),
            id_attribute: "entryUUID".into(),
            name_attribute: "uid".into(),
            group_base: String::new(),
            group_filter: String::new(),
            group_attribute: "cn".into(),
            timeout: Duration::from_secs(1),
        })
    }

    #[test]
    fn passwords_go_in_the_clear_within_this_machine_alone() {
        for (url, start_tls) in [
            ("ldaps://ldap.example.org", false),
            ("ldap://ldap.example.org:389", true),
            ("ldap://127.0.0.1:3890", false),
            ("ldap://[::1]:3890", false),
            ("ldap://localhost", false),
        ] {
            assert!(at(url, start_tls).is_ok(), "{url}");
        }
        for url in [
            "ldap://ldap.example.org",
            "ldap://127.0.0.1.example",
            "http://x",
            "ldapi://x",
            "",
            "ldaps://",
            "ldaps://u@x",
        ] {
            assert!(at(url, false).is_err(), "{url}");
        }
    }
}
