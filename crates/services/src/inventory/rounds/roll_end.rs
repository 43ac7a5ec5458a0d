//! The end of a round that rolled keys: a key that nobody uses any more is forgotten.

use super::super::bulk::hosts;
use super::{
    Rounds,
    rolling::{Group, Rolling},
    round::Round,
};
use crate::{Caller, ServiceError};

impl Rounds {
    /// Puts each new key in its old one's place where all hosts have it; else says who still needs which.
    pub(super) async fn settle(&self, caller: &Caller, round: &Round, rolling: &Rolling) {
        self.forget_new(caller, rolling).await;
        let mut groups: Vec<_> = rolling.groups.values().flatten().collect();
        groups.sort_by(|one, other| one.old.name.cmp(&other.old.name));
        for group in groups {
            match self.settled(caller, group).await {
                Ok(note) => round.note(note),
                Err(error) => {
                    tracing::warn!(%error, credential = %group.new_id, "a rolled key could not be put in its place");
                    round.note(format!(
                        "The new key stays in your vault as {}, beside {}.",
                        group.new_name, group.old.name
                    ));
                }
            }
        }
    }

    async fn settled(&self, caller: &Caller, group: &Group) -> Result<String, ServiceError> {
        let (moved, Group { old, new_name, .. }) = (group.moved(), group);
        if moved.is_empty() {
            return Ok(format!("No host took a new key for {}; it stays as it is.", old.name));
        }
        let inventory = &self.0.inventory;
        let shelf = inventory.shelf(caller.account()).await?;
        let lines = shelf.lines.iter();
        let left = lines.filter(|line| shelf.effective(line).credential_id.as_ref() == Some(&old.id)).count();
        if left > 0 {
            let (has, uses) = (if moved.len() == 1 { "has" } else { "have" }, if left == 1 { "uses" } else { "use" });
            return Ok(format!(
                "{} {has} the new key, which is in your vault as {new_name}; {} still {uses} {}, which keeps the old one.",
                hosts(moved.len() as u64),
                hosts(left as u64),
                old.name
            ));
        }
        let heirs: Vec<_> = moved.iter().filter(|moved| moved.inherited).map(|moved| moved.id.clone()).collect();
        inventory.0.vault.succeed(caller, &group.old, &group.opened, &group.pair, &group.new_id, &heirs).await?;
        // Those who may use it get the new key, too.
        inventory.vault_is_open(caller);
        Ok(format!("{} holds the new key now; the old one is forgotten.", old.name))
    }
}
