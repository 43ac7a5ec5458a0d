//! What an import says about itself: the report that a person reads before it is done, and after.

use super::plan::{Current, Plan, Put};
use std::collections::HashMap;
use storage::CredentialName;
use wire::{
    UndoId,
    inventory::{
        HostView, IMPORT_TOLD, ImportChange, ImportChangeKind, ImportRemark, ImportReport, ImportedFile,
        inherit::PATH_SEPARATOR,
    },
};

/// What was read, before it met what is there.
#[derive(Default)]
pub(super) struct Heard {
    /// The files with their forms.
    pub files: Vec<ImportedFile>,
    /// The first entries that cannot be taken.
    pub errors: Vec<ImportRemark>,
    /// How many there are.
    pub wrong: usize,
    /// Entries that were left out.
    pub skips: Vec<ImportRemark>,
    /// What else is worth knowing.
    pub remarks: Vec<ImportRemark>,
}

impl Heard {
    /// One more entry cannot be taken.
    pub(super) fn refuse(&mut self, why: ImportRemark) {
        self.wrong += 1;
        if self.errors.len() < IMPORT_TOLD {
            self.errors.push(why);
        }
    }
}

/// The report of a plan.
pub(super) fn report(heard: Heard, plan: &Plan, keys_added: u64, dry_run: bool, undo: Option<UndoId>) -> ImportReport {
    let count = |count: usize| count as u64;
    let is_update = |put: &&Put| put.before.is_some() && !put.fields.is_empty();
    let added = plan.puts.iter().filter(|put| put.before.is_none()).count();
    let updated = plan.puts.iter().filter(is_update).count();
    let skips: Vec<_> = heard.skips.into_iter().chain(plan.skips.iter().cloned()).collect();
    let remarks = heard.remarks.into_iter().chain(plan.remarks.iter().cloned());
    ImportReport {
        files: heard.files,
        dry_run,
        added: count(added),
        updated: count(updated),
        unchanged: count(plan.puts.len() - added - updated),
        removed: count(plan.gone.len()),
        skipped: count(skips.len()),
        folders_added: count(plan.folders.iter().filter(|put| put.before.is_none()).count()),
        folders_updated: count(plan.folders.iter().filter(|put| !put.fields.is_empty()).count()),
        folders_removed: count(plan.folders_gone.len()),
        keys_added,
        invalid: count(heard.wrong),
        errors: heard.errors.into_iter().take(IMPORT_TOLD).collect(),
        changes: changes(plan),
        skips: skips.into_iter().take(IMPORT_TOLD).collect(),
        remarks: remarks.take(IMPORT_TOLD).collect(),
        undo,
    }
}

/// Puts names in the place of ids where a change is told: `credentials` are the account's.
pub(super) fn name_what_is_meant(plan: &mut Plan, current: &Current, credentials: &[CredentialName]) {
    let hosts = current.hosts.iter().chain(plan.puts.iter().map(|put| &put.after));
    let hosts = hosts.map(|host| (host.id.to_string(), format!("{} ({})", host.name, host.address)));
    let credentials = credentials.iter().map(|known| (known.id.to_string(), known.name.clone()));
    let names: HashMap<String, String> = hosts.chain(credentials).collect();
    let fields = plan.puts.iter_mut().map(|put| &mut put.fields);
    let fields = fields.chain(plan.folders.iter_mut().map(|put| &mut put.fields)).flatten();
    for field in fields.filter(|field| matches!(field.field.as_str(), "credential_id" | "jump_host_id")) {
        for value in [&mut field.from, &mut field.to] {
            if let Some(name) = names.get(value.as_str()) {
                value.clone_from(name);
            }
        }
    }
}

/// What is removed comes first, then what changes, then what is new: what a person has to look at goes before the rest.
fn changes(plan: &Plan) -> Vec<ImportChange> {
    let gone = plan.gone.iter().map(|host| change(ImportChangeKind::Removed, host, None));
    let updated = plan.puts.iter().filter(|put| put.before.is_some() && !put.fields.is_empty());
    let updated = updated.map(|put| ImportChange {
        fields: put.fields.clone(),
        ..change(ImportChangeKind::Updated, &put.after, Some(&put.place))
    });
    let added = plan.puts.iter().filter(|put| put.before.is_none());
    let added = added.map(|put| change(ImportChangeKind::Added, &put.after, Some(&put.place)));
    let folders = plan.folders.iter().filter(|put| !put.fields.is_empty()).map(|put| {
        let around = put.after.path.strip_suffix(put.after.name.as_str()).unwrap_or_default();
        ImportChange {
            kind: ImportChangeKind::Updated,
            name: put.after.name.clone(),
            folder: around.strip_suffix(PATH_SEPARATOR).unwrap_or_default().to_owned(),
            address: String::new(),
            place: put.place.clone(),
            fields: put.fields.clone(),
        }
    });
    gone.chain(folders).chain(updated).chain(added).take(IMPORT_TOLD).collect()
}

fn change(kind: ImportChangeKind, host: &HostView, place: Option<&String>) -> ImportChange {
    ImportChange {
        kind,
        name: host.name.clone(),
        folder: host.folder.clone().unwrap_or_default(),
        address: transport::Endpoint { address: host.address.clone(), port: host.port }.to_string(),
        place: place.cloned(),
        fields: Vec::new(),
    }
}
