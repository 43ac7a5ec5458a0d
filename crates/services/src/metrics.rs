//! What the process has done since it started, counted once: Prometheus and `/api/terminal/metrics` read the same counters.
//!
//! Counters are moved where things happen; what lies in live sessions (bytes, jumps, viewers) is fetched when somebody
//! asks, so that counting costs nothing on the way of a keystroke. Names and units are listed in docs/OPERATING.md.

mod process;

use crate::{Caller, ServiceError, events::Events, monitor::Monitor, terminal::Terminal};
use prometheus::{
    Encoder, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use wire::{
    accounts::Role,
    terminal::{EndReason, Status},
};

/// From a warm link on the local network to the dial timeout, in seconds.
const OPEN_BUCKETS: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];

/// Every way to end, so that each is there from the start, at zero.
const REASONS: [EndReason; 8] = [
    EndReason::User,
    EndReason::ClientLost,
    EndReason::Idle,
    EndReason::Expired,
    EndReason::Admin,
    EndReason::RemoteExit,
    EndReason::Error,
    EndReason::ServerRestart,
];

/// The counters of one process. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Metrics(Arc<Counters>);

struct Counters {
    registry: Registry,
    created: IntCounter,
    reused: IntCounter,
    closed: IntCounterVec,
    limit_hits: IntCounter,
    open_seconds: Histogram,
    bytes_in: IntCounter,
    bytes_out: IntCounter,
    jumps: IntCounter,
    sessions: IntGaugeVec,
    attachments: IntGauge,
    listeners: IntGauge,
    monitored: IntGauge,
    recordings: IntGauge,
    recordings_failed: IntCounter,
    tasks: IntGauge,
}

/// What live sessions are at the moment.
#[derive(Debug, Default)]
pub(crate) struct Present {
    /// How many, by status.
    pub(crate) sessions: BTreeMap<&'static str, i64>,
    /// How many look at them.
    pub(crate) attachments: i64,
}

impl Metrics {
    /// Counters at zero.
    ///
    /// # Errors
    /// When two of them have one name, which would be a fault of this file.
    pub(crate) fn new() -> Result<Self, ServiceError> {
        Self::registered().map(|counters| Self(Arc::new(counters))).map_err(|error| {
            tracing::error!(%error, "the counters cannot be made");
            ServiceError::Internal("the counters cannot be made")
        })
    }

    fn registered() -> prometheus::Result<Counters> {
        let registry = Registry::new();
        let counters = Counters {
            created: counter(&registry, "berth_sessions_created_total", "Sessions opened.")?,
            reused: counter(&registry, "berth_sessions_reused_total", "Opens answered with a live session.")?,
            closed: {
                let opts = Opts::new("berth_sessions_closed_total", "Sessions ended, by the reason of SPEC §5.");
                register(&registry, IntCounterVec::new(opts, &["reason"])?)?
            },
            limit_hits: counter(&registry, "berth_session_limit_hits_total", "Opens refused at a limit.")?,
            open_seconds: {
                let help = "From the request to a running shell, of sessions that were opened.";
                let opts = HistogramOpts::new("berth_session_open_seconds", help).buckets(OPEN_BUCKETS.to_vec());
                register(&registry, Histogram::with_opts(opts)?)?
            },
            bytes_in: counter(&registry, "berth_session_input_bytes_total", "Bytes typed into sessions.")?,
            bytes_out: counter(&registry, "berth_session_output_bytes_total", "Bytes shown by sessions.")?,
            jumps: counter(
                &registry,
                "berth_viewer_jumps_total",
                "Times that a viewer was too slow and got the present screen instead of what it missed.",
            )?,
            sessions: {
                let opts = Opts::new("berth_sessions", "Live sessions of this process, by status.");
                register(&registry, IntGaugeVec::new(opts, &["status"])?)?
            },
            attachments: gauge(&registry, "berth_attachments", "Viewers of live sessions.")?,
            listeners: gauge(&registry, "berth_event_listeners", "Pages that listen at /ws/events.")?,
            monitored: gauge(&registry, "berth_monitored_hosts", "Hosts that somebody looks at in the monitor.")?,
            recordings: gauge(&registry, "berth_recordings_running", "Recordings that are being written.")?,
            recordings_failed: counter(
                &registry,
                "berth_recordings_failed_total",
                "Recordings that policy wanted and that could not be begun or broke off.",
            )?,
            tasks: gauge(&registry, "berth_tasks", "Tasks that run or wait: few when idle, some for each session.")?,
            registry,
        };
        for reason in REASONS {
            counters.closed.with_label_values(&[reason.as_str()]);
        }
        let build = Opts::new("berth_build_info", "Which Berth this is; always 1.");
        let build = build.const_label("version", env!("CARGO_PKG_VERSION"));
        register(&counters.registry, IntGauge::with_opts(build)?)?.set(1);
        Ok(counters)
    }

    pub(crate) fn created(&self, took: Duration) {
        self.0.created.inc();
        self.0.open_seconds.observe(took.as_secs_f64());
    }

    pub(crate) fn reused(&self) {
        self.0.reused.inc();
    }

    pub(crate) fn recording_began(&self) {
        self.0.recordings.inc();
    }

    pub(crate) fn recording_ended(&self) {
        self.0.recordings.dec();
    }

    pub(crate) fn recording_failed(&self) {
        self.0.recordings_failed.inc();
    }

    pub(crate) fn limit_hit(&self) {
        self.0.limit_hits.inc();
    }

    pub(crate) fn closed(&self, reason: EndReason) {
        self.0.closed.with_label_values(&[reason.as_str()]).inc();
    }

    /// What a session has moved since it was last asked.
    pub(crate) fn moved(&self, bytes_in: u64, bytes_out: u64, jumps: u64) {
        self.0.bytes_in.inc_by(bytes_in);
        self.0.bytes_out.inc_by(bytes_out);
        self.0.jumps.inc_by(jumps);
    }

    /// Sessions opened, opens answered with a live one, opens refused at a limit.
    pub(crate) fn opens(&self) -> (u64, u64, u64) {
        (self.0.created.get(), self.0.reused.get(), self.0.limit_hits.get())
    }

    /// How many sessions ended for each reason that occurred.
    pub(crate) fn ends(&self) -> BTreeMap<String, u64> {
        let count = |reason: EndReason| self.0.closed.with_label_values(&[reason.as_str()]).get();
        let counted = REASONS.into_iter().map(|reason| (reason.as_str().to_owned(), count(reason)));
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// Everything in Prometheus' text format, version 0.0.4. `caller` is missing when the server's settings let the one who
    /// asks in without a sign-in.
    ///
    /// # Errors
    /// `Forbidden` for a caller who is no admin.
    pub(crate) fn text(
        &self,
        caller: Option<&Caller>,
        terminal: &Terminal,
        events: &Events,
        monitor: &Monitor,
    ) -> Result<String, ServiceError> {
        if caller.is_some_and(|caller| caller.role() != Role::Admin) {
            return Err(ServiceError::Forbidden("only an admin reads the server's metrics"));
        }
        let present = terminal.present();
        for status in [Status::Starting, Status::Active, Status::Detached] {
            let count = present.sessions.get(status.as_str()).copied().unwrap_or(0);
            self.0.sessions.with_label_values(&[status.as_str()]).set(count);
        }
        self.0.attachments.set(present.attachments);
        self.0.listeners.set(i64::try_from(events.listening()).unwrap_or(i64::MAX));
        self.0.monitored.set(i64::try_from(monitor.monitored()).unwrap_or(i64::MAX));
        let tasks = tokio::runtime::Handle::try_current().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        self.0.tasks.set(i64::try_from(tasks).unwrap_or(i64::MAX));
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.0.registry.gather(), &mut text).map_err(unwritable)?;
        let mut text = String::from_utf8(text).map_err(unwritable)?;
        text.push_str(&process::text());
        Ok(text)
    }
}

fn unwritable(error: impl std::fmt::Display) -> ServiceError {
    tracing::error!(%error, "the metrics could not be written");
    ServiceError::Internal("the metrics could not be written")
}

fn register<C: prometheus::core::Collector + Clone + 'static>(registry: &Registry, one: C) -> prometheus::Result<C> {
    registry.register(Box::new(one.clone()))?;
    Ok(one)
}

fn counter(registry: &Registry, name: &str, help: &str) -> prometheus::Result<IntCounter> {
    register(registry, IntCounter::new(name, help)?)
}

fn gauge(registry: &Registry, name: &str, help: &str) -> prometheus::Result<IntGauge> {
    register(registry, IntGauge::new(name, help)?)
}
