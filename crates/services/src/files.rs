//! Files on hosts: looking, changing, transfers (SPEC §6).
//!
//! The room knows no protocol: what reaches the host is `transport::Files`. A way to a host's files stays warm for a while
//! for the sign-in that opened it ([`handles`]); what may be long goes by a link of its own. Nothing of a file is ever on
//! this server's disk, and of its content only what is under way is in memory. What is written lies beside its target under
//! a name that says so ([`part`]), and gets its name when it is whole.
//!
//! Long work (deleting, copying) is a transfer with an id, in memory, kept some minutes beyond its end. What this room cannot
//! do: go on with a transfer after a restart of the server.

mod archive;
mod book;
mod change;
mod copy;
mod delete;
mod download;
mod edit;
mod flows;
mod handles;
mod keeper;
mod part;
mod tar;
mod transfer;
mod upload;
mod walk;

pub use archive::Archive;
pub use download::Download;
pub(crate) use flows::{Flow, Flows};
pub(crate) use part::{RIGHTS, own_part_of};

use crate::{
    Caller, ServiceError,
    access::{self, HostPermit},
    audit::Audit,
    events::Events,
    inventory::{Footing, Inventory, OneTimeLogin},
};
use book::Book;
use handles::{Handles, Lane};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use storage::Storage;
use tokio::{sync::Semaphore, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use transport::{Files as HostFiles, Found, ListLimits};
use upload::Uploads;
use wire::{
    AccountId,
    files::{Entry, FileAbilities, FilesLogin, FolderView, RemotePath},
    inventory::HostView,
};

/// So many entries of a folder are listed at most.
const MOST_ENTRIES: usize = 200_000;

/// So many folders are listed at once in the whole server.
const LISTINGS: usize = 16;

/// So many transfers work at once in the whole server; the others wait.
const AT_WORK: usize = 16;

/// How long a graceful stop waits for transfers to end.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

const STOPPING: &str = "the server is stopping; try again in a moment";

/// The files room. Cheap to clone.
#[derive(Clone)]
pub struct Files(Arc<Room>);

struct Room {
    storage: Storage,
    inventory: Inventory,
    events: Events,
    audit: Audit,
    handles: Handles,
    flows: Flows,
    uploads: Uploads,
    book: Mutex<Book>,
    places: Arc<Semaphore>,
    shares: Mutex<BTreeMap<AccountId, Arc<Semaphore>>>,
    listings: Semaphore,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Room {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    /// Opens the room. A way to a host's files stays for `warm` after its last use.
    pub(crate) fn start(
        storage: Storage,
        inventory: Inventory,
        flows: Flows,
        events: Events,
        audit: Audit,
        warm: Duration,
    ) -> Self {
        let room = Arc::new(Room {
            storage,
            inventory,
            events,
            audit,
            handles: Handles::new(warm),
            flows,
            uploads: Uploads::default(),
            book: Mutex::default(),
            places: Arc::new(Semaphore::new(AT_WORK)),
            shares: Mutex::default(),
            listings: Semaphore::new(LISTINGS),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        keeper::start(&room);
        Self(room)
    }

    /// Ends every transfer, and lets go of what is warm.
    pub(crate) async fn shutdown(&self) {
        self.0.stopping.cancel();
        self.0.tasks.close();
        if timeout(STOP_PATIENCE, self.0.tasks.wait()).await.is_err() {
            tracing::warn!("some transfers were not stopped in time; their part files stay on their hosts");
        }
        self.0.handles.clear();
    }

    /// What is in a folder; where the host starts without a path.
    ///
    /// # Errors
    /// `NotFound` for an unknown host, what dialling says, what the host says.
    pub async fn folder(
        &self,
        caller: &Caller,
        host: &str,
        path: Option<&RemotePath>,
    ) -> Result<FolderView, ServiceError> {
        let (_, files) = self.open(caller, host, Lane::Looking).await?;
        let path = absolute(&files, path.unwrap_or(&RemotePath::start())).await?;
        // Never closed. A large one takes memory, so they come a few at a time.
        let _turn = self.0.listings.acquire().await;
        let listing = files.list(&path, ListLimits { entries: MOST_ENTRIES }).await?;
        let abilities = files.abilities();
        Ok(FolderView {
            parent: path.parent(),
            entries: listing.entries.iter().map(|found| found.entry(&path)).collect(),
            cut: listing.cut,
            abilities: FileAbilities { chmod: abilities.chmod, links: abilities.links, resume: abilities.write_at },
            path,
        })
    }

    /// What is known about a file, folder or link itself.
    ///
    /// # Errors
    /// As [`Files::folder`].
    pub async fn entry(&self, caller: &Caller, host: &str, path: &RemotePath) -> Result<Entry, ServiceError> {
        let (_, files) = self.open(caller, host, Lane::Looking).await?;
        entry_at(&files, &absolute(&files, path).await?).await
    }

    /// Opens a way to the files of a host that asks every time, with what was typed for it. It stays warm as others do; when
    /// it has ended, the host asks again. Everything goes by this one way, for its secret may be good for one sign-in only.
    ///
    /// # Errors
    /// As [`Files::folder`]; `BadInput` when this server keeps no way warm.
    pub async fn unlock(&self, caller: &Caller, host: &str, typed: FilesLogin) -> Result<(), ServiceError> {
        if !self.0.handles.keeps() {
            return Err(ServiceError::bad(
                "this server keeps no links ([hosts] link_idle is 0): store the credential with the host to see its files",
            ));
        }
        let (host, permit) = self.granted(caller, host).await?;
        let once = OneTimeLogin {
            username: typed.username,
            password: typed.password,
            passphrase: typed.passphrase,
            answers: typed.answers,
            may_ask: true,
        };
        let footing = self.0.inventory.footing(caller, &host).await?;
        let files = self.0.inventory.open_files(caller, &permit, once, Lane::Looking.uses()).await?;
        for lane in [Lane::Looking, Lane::Bulk] {
            self.0.handles.keep(caller, (&host, &footing), lane, &files);
        }
        Ok(())
    }

    async fn granted(&self, caller: &Caller, host: &str) -> Result<(HostView, HostPermit), ServiceError> {
        if self.0.stopping.is_cancelled() {
            return Err(ServiceError::Unavailable(STOPPING));
        }
        let host = self.0.inventory.find(caller, host).await?;
        let permit = access::files(caller, host.clone())?;
        Ok((host, permit))
    }

    /// A way to the files of one of the caller's hosts, for one step: one that is warm, or a new one.
    async fn open(&self, caller: &Caller, host: &str, lane: Lane) -> Result<(HostView, HostFiles), ServiceError> {
        let (host, files, _) = self.way(caller, host, lane).await?;
        Ok((host, files))
    }

    /// The same for what takes longer: it ends when what the way stands on is taken back.
    async fn open_for(
        &self,
        flow: &Flow,
        caller: &Caller,
        host: &str,
        lane: Lane,
    ) -> Result<(HostView, HostFiles), ServiceError> {
        let (host, files, footing) = self.way(caller, host, lane).await?;
        flow.stands_on(&host.id, footing);
        Ok((host, files))
    }

    async fn way(
        &self,
        caller: &Caller,
        host: &str,
        lane: Lane,
    ) -> Result<(HostView, HostFiles, Footing), ServiceError> {
        let (host, permit) = self.granted(caller, host).await?;
        let footing = self.0.inventory.footing(caller, &host).await?;
        if let Some(files) = self.0.handles.warm(caller, (&host, &footing), lane) {
            return Ok((host, files, footing));
        }
        let files = self.0.inventory.open_files(caller, &permit, Default::default(), lane.uses()).await?;
        self.0.handles.keep(caller, (&host, &footing), lane, &files);
        Ok((host, files, footing))
    }
}

/// The path from the root on, without `.` and doubled slashes. Links in it stay as they are.
async fn absolute(files: &HostFiles, path: &RemotePath) -> Result<RemotePath, ServiceError> {
    if path.is_absolute() {
        return Ok(path.cleaned());
    }
    Ok(path.resolved_in(&files.home().await?))
}

/// What stands at this path itself.
async fn entry_at(files: &HostFiles, path: &RemotePath) -> Result<Entry, ServiceError> {
    let (Some(folder), Some(name)) = (path.parent(), path.name()) else {
        return Err(ServiceError::bad("this is where the host's files begin; name something in it"));
    };
    let stat = files.lstat(path).await?;
    let is_link = stat.kind == wire::files::EntryKind::Link;
    let link_target = if is_link { files.read_link(path).await.ok() } else { None };
    let is_directory = match is_link {
        true => files.stat(path).await.is_ok_and(|stat| stat.kind == wire::files::EntryKind::Directory),
        false => stat.kind == wire::files::EntryKind::Directory,
    };
    Ok(Found { name, stat, link_target, is_directory }.entry(&folder))
}

/// How a file on a host stands in the audit log.
fn audited(host: &HostView, path: &RemotePath) -> String {
    format!("{path} on {}", host.name)
}
