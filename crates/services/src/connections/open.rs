//! Opening a connection: what is asked for, a place for it, the dial.

use super::{
    Connections, Entry, Room,
    entry::{Label, Way},
    held, named,
};
use crate::{Caller, ServiceError, access, inventory::Place};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;
use transport::{DialError, Login};
use wire::{
    AccountId, CredentialId,
    connections::{ConnectSshRequest, ConnectionOpened, SshConnectRequest, SshConnected},
    plain::misleads,
    vault::Secret,
};

const SSH_PORT: u16 = 22;
const DEFAULT_TIMEOUT: u64 = 30;
const LONGEST_TIMEOUT: u64 = 600;
const MAX_NAME: usize = 100;

/// An SSH connection that is wanted.
struct Wanted {
    id: String,
    session_name: Option<String>,
    place: Place,
    login: Login,
    patience: Duration,
}

impl Wanted {
    fn label(&self) -> Label {
        Label {
            id: self.id.clone(),
            host: self.place.hostname.clone(),
            port: self.place.port,
            username: self.login.username.clone(),
            session_name: self.session_name.clone(),
        }
    }
}

/// A right to open one connection more; given back with the value.
struct Opening {
    room: Arc<Room>,
    account: AccountId,
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut shelf = held(&self.room.shelf);
        if let Some(count) = shelf.opening.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                shelf.opening.remove(&self.account);
            }
        }
    }
}

impl Connections {
    /// Opens an SSH connection under a name, in place of one that has it already.
    ///
    /// # Errors
    /// `BadInput` for a field that is missing, the question of its host key, the limit, or why it did not connect.
    pub async fn ssh_connect(
        &self,
        caller: &Caller,
        name: Option<&str>,
        request: SshConnectRequest,
    ) -> Result<SshConnected, ServiceError> {
        access::may_connect(caller)?;
        if access::another_account(caller, request.user_id.as_deref())?.is_some() {
            return Err(ServiceError::Forbidden("nobody opens a connection for another account, not even an admin"));
        }
        let (hostname, port) = (required(request.hostname, "hostname")?, request.port.unwrap_or(SSH_PORT));
        let username = required(request.username, "username")?;
        let password = some(request.password).ok_or_else(|| missing("password"))?;
        let wanted = Wanted {
            id: short(named(name), "session_id")?,
            session_name: None,
            place: Place { hostname: hostname.clone(), port, fingerprint: request.fingerprint },
            login: Login { username, password: Some(password), ..Login::default() },
            patience: Duration::from_secs(DEFAULT_TIMEOUT),
        };
        let session_id = self.open(caller, wanted).await?;
        let user_id = caller.account().clone();
        Ok(SshConnected { connected: true, user_id, session_id, hostname, port })
    }

    /// Opens an SSH connection under a new id.
    ///
    /// # Errors
    /// As [`Connections::ssh_connect`].
    pub async fn open_ssh(
        &self,
        caller: &Caller,
        request: ConnectSshRequest,
    ) -> Result<ConnectionOpened, ServiceError> {
        access::may_connect(caller)?;
        let hostname = required(request.host, "host")?;
        let wanted = Wanted {
            id: new_id(),
            session_name: title(request.session_name)?,
            place: Place { hostname, port: request.port.unwrap_or(SSH_PORT), fingerprint: request.fingerprint },
            login: self.login(caller, request.username, some(request.password), request.key_path).await?,
            patience: patience(request.timeout)?,
        };
        let session_id = self.open(caller, wanted).await?;
        Ok(ConnectionOpened { session_id })
    }

    /// What to sign in with: a password, or a key of the vault, whose passphrase the password is then.
    async fn login(
        &self,
        caller: &Caller,
        username: Option<String>,
        password: Option<Secret>,
        key: Option<String>,
    ) -> Result<Login, ServiceError> {
        let username = username.filter(|name| !name.trim().is_empty());
        let Some(key) = key.filter(|key| !key.trim().is_empty()) else {
            let username = username.ok_or_else(|| missing("username"))?;
            let password = password.ok_or_else(|| ServiceError::bad("give a password, or a keyPath"))?;
            return Ok(Login { username, password: Some(password), ..Login::default() });
        };
        let id = self.key(caller, key.trim()).await?;
        let opened = self.0.vault.open(caller, &id).await?;
        let username = username.or(opened.username.clone()).ok_or_else(|| missing("username"))?;
        let login = opened.login(username);
        Ok(Login { passphrase: password.clone().or(login.passphrase), password: login.password.or(password), ..login })
    }

    /// The credential that a `keyPath` names.
    async fn key(&self, caller: &Caller, key: &str) -> Result<CredentialId, ServiceError> {
        let all = self.0.vault.list(caller).await?;
        let found = all.iter().find(|one| one.id.as_str() == key).or_else(|| all.iter().find(|one| one.name == key));
        if let Some(credential) = found {
            return Ok(credential.id.clone());
        }
        if key.contains(['/', '\\', '~']) {
            return Err(ServiceError::bad(
                "keyPath names a credential in your vault, by its name or id, and never a file of the server; \
                 add the key at /credentials and name it here",
            ));
        }
        Err(ServiceError::missing("credential", key))
    }

    async fn open(&self, caller: &Caller, wanted: Wanted) -> Result<String, ServiceError> {
        let label = wanted.label();
        let Wanted { place, login, patience, .. } = wanted;
        let dial = self.0.inventory.dial_place(caller, place, login);
        self.keep(caller, label, patience, async { dial.await.map(Way::from).map_err(not_connected) }).await
    }

    /// Takes a place, connects, and keeps what came of it; answers its id.
    pub(super) async fn keep(
        &self,
        caller: &Caller,
        label: Label,
        patience: Duration,
        connect: impl Future<Output = Result<Way, ServiceError>> + Send,
    ) -> Result<String, ServiceError> {
        let opening = self.take_place(caller.account(), &label.id)?;
        let way = timeout(patience, connect).await.unwrap_or_else(|_| Err(too_slow(patience)))?;
        let (account, id) = (caller.account().clone(), label.id.clone());
        let entry = Arc::new(Entry::new(caller, label, way));
        let object = entry.object();
        if self.0.stopping.is_cancelled() {
            return Err(ServiceError::Unavailable("the server is stopping; try again in a moment"));
        }
        let before = held(&self.0.shelf).standing.insert((account, id.clone()), entry);
        drop(opening);
        if let Some(before) = before {
            before.close().await;
        }
        self.0.audit.note(caller, "connection.open", object, "done").await;
        Ok(id)
    }

    /// A place for one connection more. What no longer stands makes way; one of the same name is replaced.
    fn take_place(&self, account: &AccountId, id: &str) -> Result<Opening, ServiceError> {
        let (mut shelf, most) = (held(&self.0.shelf), self.0.settings.max_per_account);
        let replaces = shelf.standing.contains_key(&(account.clone(), id.to_owned()));
        let opening = shelf.opening.get(account).copied().unwrap_or(0);
        let mut count = shelf.of(account).count() + opening - usize::from(replaces);
        if count >= most {
            shelf.standing.retain(|(owner, _), entry| owner != account || entry.is_active());
            count = shelf.of(account).count() + opening - usize::from(replaces);
        }
        if count >= most {
            return Err(ServiceError::ConnectionLimit { most });
        }
        *shelf.opening.entry(account.clone()).or_default() += 1;
        drop(shelf);
        Ok(Opening { room: Arc::clone(&self.0), account: account.clone() })
    }
}

/// A question stays a question; whatever else a dial says is that there is no connection.
fn not_connected(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Dial(error @ (DialError::Key(_) | DialError::SecretNeeded { .. })) => ServiceError::Dial(error),
        ServiceError::Dial(error) => ServiceError::NotConnected(error),
        other => other,
    }
}

fn too_slow(patience: Duration) -> ServiceError {
    let why = format!("it was not up within {} seconds", patience.as_secs());
    ServiceError::NotConnected(DialError::Lost { why })
}

pub(super) fn some(secret: Option<Secret>) -> Option<Secret> {
    secret.filter(|secret| !secret.is_empty())
}

pub(super) fn required(field: Option<String>, name: &str) -> Result<String, ServiceError> {
    field.filter(|text| !text.trim().is_empty()).ok_or_else(|| missing(name))
}

pub(super) fn missing(field: &str) -> ServiceError {
    ServiceError::bad(format!("the field {field} is missing"))
}

fn short(text: &str, field: &str) -> Result<String, ServiceError> {
    if text.chars().count() > MAX_NAME || text.chars().any(misleads) {
        return Err(ServiceError::bad(format!("{field} must have at most {MAX_NAME} printable characters")));
    }
    Ok(text.to_owned())
}

/// A connection's new id.
pub(super) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// How long connecting may take.
pub(super) fn patience(seconds: Option<u64>) -> Result<Duration, ServiceError> {
    let seconds = seconds.unwrap_or(DEFAULT_TIMEOUT);
    if !(1..=LONGEST_TIMEOUT).contains(&seconds) {
        return Err(ServiceError::bad(format!("timeout must be 1 to {LONGEST_TIMEOUT} seconds")));
    }
    Ok(Duration::from_secs(seconds))
}

/// What a script calls a connection.
pub(super) fn title(name: Option<String>) -> Result<Option<String>, ServiceError> {
    let name = name.filter(|name| !name.trim().is_empty());
    name.map(|name| short(name.trim(), "sessionName")).transpose()
}
