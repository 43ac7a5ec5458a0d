//! Walking along the chain: of the database, page by page, or of lines from elsewhere.

use super::{
    Audit, keeper,
    reading::may_read,
    seal::{self, Seal, SealKey},
};
use crate::{Caller, ServiceError};
use storage::chain::Walk;
use wire::audit::{AuditEvent, AuditFilter, AuditHead, AuditReport, AuditSeals};

/// What the line is called that says what a walk found.
pub(super) const ACTION: &str = "audit.verify";

/// So many lines are read in one go.
const PAGE: u64 = 1000;

/// A walk that retention keeps running away from is begun anew so often.
const ATTEMPTS: u32 = 5;

/// A walk along lines, with an eye on the seals.
pub(super) struct Verifier {
    walk: Walk,
    key: Option<SealKey>,
    seals: AuditSeals,
    bad_seal: Option<i64>,
    removed: AuditHead,
    /// Whether a line says that retention removed what is gone.
    removal_told: bool,
}

impl Verifier {
    pub(super) fn new(walk: Walk, key: Option<SealKey>) -> Self {
        Self { walk, key, seals: AuditSeals::default(), bad_seal: None, removed: AuditHead::START, removal_told: true }
    }

    /// The same along what retention has left: one of its lines has to say that it removed up to here.
    fn after_retention(self, removed: AuditHead) -> Self {
        Self { removed, removal_told: removed == AuditHead::START, ..self }
    }

    /// Takes the next line.
    pub(super) fn step(&mut self, line: &AuditEvent) -> Result<(), ServiceError> {
        if !self.walk.step(line) {
            return Ok(());
        }
        self.removal_told |= keeper::tells_removal(line, self.removed);
        if line.action != seal::ACTION {
            return Ok(());
        }
        match self.key.as_ref().map_or(Ok(Seal::Unknown), |key| key.judge(line))? {
            Seal::Good => (self.seals.good, self.seals.up_to) = (self.seals.good + 1, line.id - 1),
            Seal::Unknown => self.seals.unknown += 1,
            Seal::Bad => self.bad_seal = self.bad_seal.or(Some(line.id)),
        }
        Ok(())
    }

    /// What it found.
    pub(super) fn end(self) -> AuditReport {
        let found = self.walk.end();
        let bad = self.bad_seal.map(|number| {
            format!("line {number} is a seal that does not fit: what it seals was written anew, or it was")
        });
        let untold = || {
            let text = format!("lines 1 to {} are gone, and no line `{}` says so", self.removed.number, keeper::TRIM);
            (!self.removal_told).then_some(text)
        };
        let flaw = bad.or_else(|| found.flaw.map(|flaw| flaw.to_string())).or_else(untold);
        AuditReport {
            holds: flaw.is_none(),
            lines: found.lines,
            after: found.after,
            head: found.head,
            flaw,
            seals: self.seals,
        }
    }
}

impl Audit {
    /// Walks along the whole chain, and notes what it found. For admins and viewers, one at a time.
    ///
    /// # Errors
    /// `Forbidden` for anybody else, `Busy` while another walk goes on.
    pub async fn verify(&self, caller: &Caller) -> Result<AuditReport, ServiceError> {
        may_read(caller)?;
        let walking = self.0.walking.try_lock();
        let _walking = walking.map_err(|_| ServiceError::Busy("the log is being verified already; look again soon"))?;
        let report = self.walked(None).await?;
        let (object, outcome) = told(&report);
        self.note(caller, ACTION, object, &outcome).await;
        Ok(report)
    }

    /// The same on the command line, where a head that was kept elsewhere may be given.
    ///
    /// # Errors
    /// When the database or the server's key cannot be read.
    pub async fn verify_alone(&self, kept: Option<AuditHead>) -> Result<AuditReport, ServiceError> {
        let report = self.walked(kept).await?;
        let (object, outcome) = told(&report);
        self.note_console(ACTION, object, &outcome).await;
        Ok(report)
    }

    async fn walked(&self, kept: Option<AuditHead>) -> Result<AuditReport, ServiceError> {
        let log = self.0.storage.audit();
        for _ in 0..ATTEMPTS {
            let ends = log.ends().await?;
            let walk = Walk::after(Some(ends.removed)).must_pass(ends.head);
            let walk = kept.into_iter().fold(walk, Walk::must_pass);
            let mut verifier = Verifier::new(walk, self.seal_key(false).await?).after_retention(ends.removed);
            let mut after = ends.removed.number;
            loop {
                let lines = log.walk(&AuditFilter::default(), (after, ends.head.number), PAGE).await?;
                let Some(last) = lines.last() else { break };
                after = last.id;
                lines.iter().try_for_each(|line| verifier.step(line))?;
            }
            let report = verifier.end();
            // What retention took away meanwhile was not missing.
            if report.holds || log.ends().await?.removed == ends.removed {
                return Ok(report);
            }
        }
        Err(ServiceError::Busy("old lines are being removed; verify the log again soon"))
    }

    /// The seals' key; none when the server has none yet and none is to be made.
    pub(super) async fn seal_key(&self, make: bool) -> Result<Option<SealKey>, ServiceError> {
        self.0.key.derived(seal::PURPOSE, make).await?.map(SealKey::new).transpose()
    }
}

/// A report as the log tells it.
fn told(report: &AuditReport) -> (String, String) {
    let object = format!("lines {} to {}", report.after.number + 1, report.head.number);
    (object, report.flaw.clone().unwrap_or_else(|| "the chain holds".to_owned()))
}
