//! The list of hosts: add, change, copy, delete.

use super::{Inventory, fields, folders::Wanted};
use crate::{Caller, ServiceError, access, clock, vault::random};
use storage::StorageError;
use wire::{
    CredentialId, HostId, Patch,
    events::Topic,
    inventory::{HostDraft, HostPage, HostPatch, HostQuery, HostView, Protocol},
};

/// How many names a copy tries before it gives up.
const COPY_ATTEMPTS: u32 = 50;

impl Inventory {
    /// The hosts that the caller sees, by name; the best ones first when something is searched for.
    ///
    /// # Errors
    /// When the cursor is not one, or the database fails.
    pub async fn hosts(&self, caller: &Caller, query: &HostQuery) -> Result<HostPage, ServiceError> {
        let has_words = query.search.as_deref().is_some_and(|text| !text.trim().is_empty());
        if has_words || !self.0.storage.grants().reaching(caller.account()).await?.is_empty() {
            return self.searched(caller, query).await;
        }
        let (account, tree) = (caller.account(), self.tree(caller.account()).await?);
        let folders = query.folder.as_deref().map(|text| tree.all_called(text));
        let mut page = self.0.storage.inventory().hosts(account, query, folders.as_deref()).await?;
        let favourites = self.0.storage.inventory().favourites(account).await?;
        for host in &mut page.hosts {
            tree.dress(host);
            host.favourite = favourites.contains(host.id.as_str());
        }
        Ok(page)
    }

    /// One of the caller's hosts.
    ///
    /// # Errors
    /// When there is no such host.
    pub async fn host(&self, caller: &Caller, id: &HostId) -> Result<HostView, ServiceError> {
        let host = self.own(caller.account(), id).await?;
        host.ok_or_else(|| ServiceError::missing("host", id))
    }

    /// Adds a host.
    ///
    /// # Errors
    /// When a field is not acceptable, the same host is there, or the caller may only watch.
    pub async fn add(&self, caller: &Caller, draft: HostDraft) -> Result<HostView, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let mut host = from_draft(&draft)?;
        host.tags = fields::tags(draft.tags)?;
        host.device = fields::device(draft.device)?;
        let wanted = match (draft.folder_id, draft.folder) {
            (Some(id), _) => Wanted::Id(id),
            (_, text) => Wanted::of_text(text),
        };
        let host = self.placed(caller, host, wanted).await?;
        self.0.storage.inventory().insert_host(caller.account(), &host).await.map_err(|e| taken(e, &host))?;
        self.host_changed(caller, &host.id);
        self.0.audit.note(caller, "host.add", object(&host), &at(&host)).await;
        self.host(caller, &host.id).await
    }

    /// Changes a host. Another address, port or jump host leads to another machine: what was found
    /// out about the old one is forgotten.
    ///
    /// # Errors
    /// When there is no such host, a field is not acceptable, the same host is there, or the caller may only watch.
    pub async fn update(&self, caller: &Caller, id: &HostId, patch: HostPatch) -> Result<HostView, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let before = self.host(caller, id).await?;
        let wanted = match (patch.folder_id.clone(), patch.folder.clone()) {
            (Patch::Set(id), _) => Wanted::Id(id),
            (Patch::Clear, Patch::Keep) | (_, Patch::Clear) => Wanted::None,
            (Patch::Keep, Patch::Keep) => Wanted::Same,
            (_, Patch::Set(text)) => Wanted::of_text(Some(text)),
        };
        let host = self.placed(caller, patched(before.clone(), patch)?, wanted).await?;
        self.save(caller, &host).await?;
        if !same_machine(&before, &host) {
            self.0.storage.inventory().forget_findings(caller.account(), id).await?;
            self.host_changed(caller, id);
        }
        self.0.audit.note(caller, "host.change", object(&host), &at(&host)).await;
        self.host(caller, id).await
    }

    /// Copies a host under a free name.
    ///
    /// # Errors
    /// When there is no such host, or the caller may only watch.
    pub async fn duplicate(&self, caller: &Caller, id: &HostId) -> Result<HostView, ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let original = self.host(caller, id).await?;
        let mut copy = HostView { id: random::id()?, created_at: clock::now(), last_used_at: None, ..original.clone() };
        for attempt in 1..=COPY_ATTEMPTS {
            copy.name = fields::copy_name(&original.name, attempt);
            match self.0.storage.inventory().insert_host(caller.account(), &copy).await {
                Ok(()) => {
                    self.host_changed(caller, &copy.id);
                    let outcome = format!("done, as a copy of {}", original.name);
                    self.0.audit.note(caller, "host.add", object(&copy), &outcome).await;
                    return self.host(caller, &copy.id).await;
                }
                Err(StorageError::Taken { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(ServiceError::Conflict(format!("there are too many copies of {}; rename some", original.name)))
    }

    /// Deletes a host. Its sessions go on; they need it no more.
    ///
    /// # Errors
    /// When there is no such host, another host is reached through it, or the caller may only watch.
    pub async fn delete(&self, caller: &Caller, id: &HostId) -> Result<(), ServiceError> {
        access::may_connect(caller)?;
        let _alone = self.alone(caller.account()).await;
        let host = self.host(caller, id).await?;
        self.refuse_while_jumped_through(caller, &host).await?;
        if self.0.storage.inventory().delete_host(caller.account(), id).await? {
            self.0.links.let_go(caller.account(), Some(id));
            self.host_changed(caller, id);
            self.0.events.changed(caller.account(), Topic::Sessions, None);
            self.0.audit.note(caller, "host.delete", object(&host), "done").await;
            return Ok(());
        }
        Err(ServiceError::missing("host", id))
    }

    /// Writes a host back.
    pub(super) async fn save(&self, caller: &Caller, host: &HostView) -> Result<(), ServiceError> {
        self.save_quietly(caller, host).await?;
        self.host_changed(caller, &host.id);
        Ok(())
    }

    /// The same, and nobody is told.
    pub(super) async fn save_quietly(&self, caller: &Caller, host: &HostView) -> Result<(), ServiceError> {
        let saved = self.0.storage.inventory().update_host(caller.account(), host).await;
        if saved.map_err(|e| taken(e, host))? { Ok(()) } else { Err(ServiceError::missing("host", &host.id)) }
    }

    /// The host in the folder that was asked for. It is checked as it will be, with what it inherits there, and only then is
    /// a folder made that is missing.
    async fn placed(&self, caller: &Caller, mut host: HostView, wanted: Wanted) -> Result<HostView, ServiceError> {
        let missing = self.locate(caller, &mut host, wanted).await?;
        let mut host = self.dressed(caller.account(), host).await?;
        self.check_references(caller, &host).await?;
        self.make_folders(caller.account(), &mut host.folder_id, missing).await?;
        Ok(host)
    }

    /// The credential and the jump hosts must be the caller's own, and the jump hosts no circle.
    async fn check_references(&self, caller: &Caller, host: &HostView) -> Result<(), ServiceError> {
        if let Some(id) = &host.credential_id {
            self.check_credential(caller, id).await?;
        }
        if host.protocol != Protocol::Ssh {
            if host.jump_host_id.is_some() {
                return Err(ServiceError::bad("a host that speaks FTP is reached straight, without a jump host"));
            }
            let through = self.0.storage.inventory().reached_through(caller.account(), &host.id).await?;
            if let Some(first) = through.first() {
                return Err(ServiceError::Conflict(format!(
                    "{first} is reached through {}, which SSH alone can do; give it another jump host first",
                    host.name
                )));
            }
        }
        self.jumps(caller, host).await.map(drop)
    }

    /// Whether the credential is the caller's.
    pub(super) async fn check_credential(&self, caller: &Caller, id: &CredentialId) -> Result<(), ServiceError> {
        let credential = self.0.storage.vault().get(caller.account(), id).await?;
        credential.map(drop).ok_or_else(|| ServiceError::missing("credential", id))
    }

    /// A host that others are reached through stays: without it they would be dialled on another way than was meant.
    async fn refuse_while_jumped_through(&self, caller: &Caller, host: &HostView) -> Result<(), ServiceError> {
        let through = self.0.storage.inventory().reached_through(caller.account(), &host.id).await?;
        let Some(first) = through.first() else { return Ok(()) };
        Err(ServiceError::Conflict(match through.len() {
            1 => format!("{first} is reached through {}; give it another jump host first", host.name),
            count => {
                let name = &host.name;
                format!(
                    "{first} and {} others are reached through {name}; give them another jump host first",
                    count - 1
                )
            }
        }))
    }
}

/// A host as the audit log names it.
pub(super) fn object(host: &HostView) -> String {
    format!("host {} {}", host.id, host.name)
}

/// Where it is, as the audit log tells it.
fn at(host: &HostView) -> String {
    format!("done; at {}:{}", host.address, host.port)
}

/// Whether both are reached at the same place by the same way.
pub(super) fn same_machine(one: &HostView, other: &HostView) -> bool {
    let place = |host: &HostView| (host.protocol, host.address.clone(), host.port, host.effective.jump_host_id.clone());
    place(one) == place(other)
}

/// Names the clash, because an add can make a folder as well.
fn taken(error: StorageError, host: &HostView) -> ServiceError {
    match error {
        StorageError::Taken { .. } => {
            let HostView { name, address, port, .. } = host;
            let where_ = if host.folder_id.is_some() { "in this folder" } else { "outside of all folders" };
            ServiceError::Conflict(format!(
                "there is already a host called {name} at {address}:{port} {where_}; choose another name or folder"
            ))
        }
        other => other.into(),
    }
}

fn from_draft(draft: &HostDraft) -> Result<HostView, ServiceError> {
    let jump = draft.jump_host_id.clone().map_or(Patch::Keep, Patch::Set);
    let (jump_host_id, direct) = fields::way(jump, Some(draft.direct), (None, false))?;
    Ok(HostView {
        name: fields::name("the name", &draft.name)?,
        address: fields::address(&draft.address)?,
        port: fields::port(draft.port.unwrap_or(draft.protocol.default_port()))?,
        protocol: draft.protocol,
        username: fields::username(draft.username.as_deref())?,
        credential_id: draft.credential_id.clone(),
        jump_host_id,
        direct,
        idle_timeout_seconds: fields::limit("the idle timeout", draft.idle_timeout_seconds)?,
        max_duration_seconds: fields::limit("the longest duration", draft.max_duration_seconds)?,
        max_sessions: fields::max_sessions(draft.max_sessions)?,
        tmux: draft.tmux,
        agent_forwarding: draft.agent_forwarding,
        recording: draft.recording,
        ..HostView::new(random::id()?, clock::now())
    })
}

/// The host after the patch; its folder stays for the caller to change.
pub(super) fn patched(mut host: HostView, patch: HostPatch) -> Result<HostView, ServiceError> {
    if let Some(name) = patch.name {
        host.name = fields::name("the name", &name)?;
    }
    if let Some(address) = patch.address {
        host.address = fields::address(&address)?;
    }
    host.protocol = patch.protocol.unwrap_or(host.protocol);
    if let Some(port) = patch.port {
        host.port = fields::port(port)?;
    }
    if let Some(tags) = patch.tags {
        host.tags = fields::tags(tags)?;
    }
    if let Some(device) = patch.device {
        host.device = fields::device(device)?;
    }
    let (idle, longest) = (host.idle_timeout_seconds, host.max_duration_seconds);
    host.idle_timeout_seconds = fields::limit("the idle timeout", patch.idle_timeout_seconds.apply(idle))?;
    host.max_duration_seconds = fields::limit("the longest duration", patch.max_duration_seconds.apply(longest))?;
    host.max_sessions = fields::max_sessions(patch.max_sessions.apply(host.max_sessions))?;
    host.agent_forwarding = patch.agent_forwarding.unwrap_or(host.agent_forwarding);
    host.tmux = patch.tmux.unwrap_or(host.tmux);
    host.recording = patch.recording.apply(host.recording);
    host.username = fields::username(patch.username.apply(host.username).as_deref())?;
    host.credential_id = patch.credential_id.apply(host.credential_id);
    (host.jump_host_id, host.direct) = fields::way(patch.jump_host_id, patch.direct, (host.jump_host_id, host.direct))?;
    Ok(host)
}
