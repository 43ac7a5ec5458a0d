//! What the parts of one open terminal share: the screen, the connection, and what a person does with both.
//!
//! A [`Desk`] is a handle of signals that is copied into every part; the things of the browser lie behind it and go with
//! the component that made them. All that is typed passes [`Desk::typed`], all that arrives passes [`Desk::show`].

use super::{
    bell::Bell,
    channel::{Channel, Phase, Shown},
    entry::{Company, Entry, Visit},
    fitting,
    keys::{self, Held, Key},
    opener::Fresh,
    paste::Pasted,
    settings::Settings,
    told,
    warning::Warning,
    words,
    xterm::Screen,
};
use crate::ui::{ToastKind, copy_text};
use leptos::prelude::*;
use wire::{
    SessionId,
    terminal::{RecordingState, SessionView},
};

/// The question that is open.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ask {
    /// Whether to paste this.
    Paste(Pasted),
    /// For a text to paste, where the browser does not give the clipboard.
    PasteByHand,
    /// To take what is wanted out of this text.
    CopyByHand(String),
    /// Which snippet to put in.
    Snippets,
    /// How to have the shell mark its prompts.
    Marks,
    /// Who is here.
    People,
    /// Whom to invite.
    Share,
    /// For the person's choices.
    Settings,
    /// Which keys the page takes.
    Shortcuts,
    /// Whether to end the session.
    Close,
}

/// One open terminal.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub session: StoredValue<SessionId>,
    pub settings: Settings,
    /// Where the connection is.
    pub phase: RwSignal<Phase>,
    /// Whether it was live before.
    pub was_live: RwSignal<bool>,
    /// How long the server takes to answer, in milliseconds.
    pub latency: RwSignal<Option<u32>>,
    /// What the far side calls itself.
    pub title: RwSignal<String>,
    /// What the server knows about the session; missing for a visitor with a ticket only.
    pub details: RwSignal<Option<SessionView>>,
    /// Seconds until the session ends at the latest.
    pub remaining: RwSignal<Option<u64>>,
    /// What the server warns of.
    pub warning: RwSignal<Option<Warning>>,
    /// Who is here.
    pub company: RwSignal<Option<Company>>,
    /// Whether this page may type.
    pub may_type: RwSignal<bool>,
    /// Whether the session is recorded, as far as the server said.
    pub recording: RwSignal<RecordingState>,
    /// Whether the screen has another size than its place.
    pub theirs: RwSignal<bool>,
    /// The size that the session was told this page would like.
    pub wish: StoredValue<Option<(u16, u16)>>,
    /// The right by which the page is here.
    pub entry: StoredValue<Entry>,
    /// The host's name, for a visitor whom the server tells nothing else.
    visited: StoredValue<Option<String>>,
    /// Whether the find bar is open.
    pub finding: RwSignal<bool>,
    /// The match at hand and how many there are.
    pub found: RwSignal<(Option<u32>, u32)>,
    /// Whether the command history is open.
    pub history: RwSignal<bool>,
    /// Whether the host's files are open.
    pub files: RwSignal<bool>,
    /// Moves when a command was sent off or has ended, as far as that can be seen here.
    pub commands: RwSignal<u32>,
    /// Whether the shell marks its prompts.
    pub marked: RwSignal<bool>,
    /// The program's bell.
    pub bell: Bell,
    /// The open question.
    pub ask: RwSignal<Option<Ask>>,
    /// The sticky modifiers.
    pub held: RwSignal<Held>,
    /// Why there is no terminal.
    pub broken: RwSignal<Option<String>>,
    /// Whether the page opened this session itself, so that nobody has answered its program's questions yet.
    fresh: bool,
    /// What is typed as soon as something is shown.
    first: StoredValue<Option<Vec<u8>>>,
    screen: StoredValue<Option<Screen>, LocalStorage>,
    channel: StoredValue<Option<Channel>, LocalStorage>,
    /// Up to where output is only shown again; nothing is, when there is none.
    replay_to: StoredValue<Option<u64>>,
    /// When a notice about input was shown last.
    pub noticed: StoredValue<f64>,
}

impl Desk {
    pub(super) fn new(session: SessionId, fresh: Option<Fresh>, visit: Option<Visit>) -> Self {
        let may_type = visit.as_ref().is_none_or(|visit| visit.may_type);
        let entry = visit.as_ref().map_or(Entry::Own, |visit| visit.entry.clone());
        Self {
            session: StoredValue::new(session),
            settings: Settings::stored(),
            phase: RwSignal::new(Phase::Connecting),
            was_live: RwSignal::new(false),
            latency: RwSignal::new(None),
            title: RwSignal::new(String::new()),
            details: RwSignal::new(None),
            remaining: RwSignal::new(None),
            warning: RwSignal::new(None),
            company: RwSignal::new(None),
            may_type: RwSignal::new(may_type),
            recording: RwSignal::new(RecordingState::Off),
            theirs: RwSignal::new(false),
            wish: StoredValue::new(None),
            entry: StoredValue::new(entry),
            visited: StoredValue::new(visit.map(|visit| visit.host)),
            finding: RwSignal::new(false),
            found: RwSignal::new((None, 0)),
            history: RwSignal::new(false),
            commands: RwSignal::new(0),
            marked: RwSignal::new(false),
            bell: Bell::new(),
            ask: RwSignal::new(None),
            held: RwSignal::new(Held::default()),
            broken: RwSignal::new(None),
            fresh: fresh.is_some(),
            first: StoredValue::new(fresh.and_then(|fresh| fresh.first)),
            files: RwSignal::new(false),
            screen: StoredValue::new_local(None),
            channel: StoredValue::new_local(None),
            replay_to: StoredValue::new(None),
            noticed: StoredValue::new(0.0),
        }
    }

    /// The session's id.
    pub(super) fn id(self) -> SessionId {
        self.session.get_value()
    }

    /// The host's name, as far as it is known.
    pub(super) fn host(self) -> String {
        let known = self.details.with(|details| details.as_ref().map(|details| details.host_name.clone()));
        known.or_else(|| self.visited.get_value()).unwrap_or_else(|| "session".into())
    }

    /// The terminal, once it is open.
    pub(super) fn screen(self) -> Option<Screen> {
        self.screen.try_get_value().flatten()
    }

    /// The connection, once it has begun.
    pub(super) fn channel(self) -> Option<Channel> {
        self.channel.try_get_value().flatten()
    }

    /// The terminal is open: connect it.
    pub(super) fn begin(self, screen: Screen, ticket: Option<String>) {
        if let Some(size) = screen.fitting() {
            screen.resize(size.0, size.1);
        }
        let size = screen.size();
        self.wish.set_value(Some(size));
        screen.set_listening(self.may_type.get_untracked());
        self.screen.set_value(Some(screen));
        let show = move |shown| self.show(shown);
        let entry = self.entry.get_value();
        let channel = Channel::begin(self.id(), entry, ticket, size, self.phase, self.latency, show);
        self.channel.set_value(Some(channel));
    }

    /// Takes the terminal and its connection away.
    pub(super) fn end(self) {
        self.channel.set_value(None);
        self.screen.set_value(None);
    }

    /// Shows what came from the session.
    fn show(self, shown: Shown) {
        let Some(screen) = self.screen() else { return };
        match shown {
            Shown::Output { data, end } => {
                screen.write(&data, move || self.drawn(end));
            }
            Shown::Snapshot { cols, rows, dump, replay } => {
                screen.reset(cols, rows, move || {
                    self.begins_replay(replay.present);
                    if let Some(screen) = self.screen() {
                        screen.set_replaying(!self.fresh);
                    }
                });
                screen.write(&dump, move || self.replayed(replay.offset));
            }
            Shown::CatchUp { present } => {
                screen.resize_there(screen.size().0, screen.size().1, move || self.begins_replay(present))
            }
            Shown::Resized { cols, rows } => screen.resize_there(cols, rows, move || {
                if let Some(screen) = self.screen() {
                    fitting::show_all(self, &screen);
                }
            }),
            Shown::Notice(notice) => told::hear(self, notice),
        }
    }

    fn drawn(self, end: u64) {
        if let Some(channel) = self.channel() {
            channel.drawn(end);
        }
        self.replayed(end);
        // The shell is there; what comes before it reads is kept for it by its terminal.
        if let Some(line) = self.first.try_update_value(Option::take).flatten() {
            self.send(&line);
        }
    }

    fn begins_replay(self, present: u64) {
        let _ = self.replay_to.try_set_value(Some(present));
    }

    /// The terminal stands at `end`; where the present begins, a replay is over, and the terminal fills its place.
    fn replayed(self, end: u64) {
        let Some(Some(present)) = self.replay_to.try_get_value() else { return };
        if end >= present {
            self.replay_to.set_value(None);
            if let Some(screen) = self.screen() {
                screen.set_replaying(false);
            }
            self.fit();
        }
    }

    /// Makes the terminal fill its place, and the session's shell with it where that follows this page.
    pub(super) fn fit(self) {
        let Some(screen) = self.screen() else { return };
        // What is shown again wraps where it did; the end of it fits.
        if self.replay_to.get_value().is_none() {
            fitting::fit(self, &screen);
        }
    }

    /// Whether the session is one's own.
    pub(super) fn is_own(self) -> bool {
        self.entry.with_value(Entry::is_own)
    }

    /// What xterm.js says was typed or answered, with sticky modifiers on it.
    pub(super) fn typed(self, data: &str) {
        let held = self.held.get_untracked();
        match keys::modify(data, held.modifiers()).filter(|_| !held.modifiers().is_empty()) {
            Some(changed) => {
                self.held.set(held.used());
                self.send(changed.as_bytes());
            }
            None => self.send(data.as_bytes()),
        }
    }

    /// A key of the key row.
    pub(super) fn press(self, key: Key) {
        let Some(screen) = self.screen() else { return };
        let held = self.held.get_untracked();
        self.held.set(held.used());
        if !told::may_type(self) {
            return;
        }
        screen.scroll_to_bottom();
        self.send(keys::encode(key, held.modifiers(), screen.application_cursor_keys()).as_bytes());
    }

    /// Bytes for the session.
    pub(super) fn send(self, data: &[u8]) {
        let Some(channel) = self.channel().filter(|_| self.may_type.get_untracked()) else { return };
        if data.contains(&b'\r') {
            self.commands.update(|count| *count = count.wrapping_add(1));
        }
        if channel.input(data).is_err() {
            told::now_and_then(
                self,
                ToastKind::Error,
                "Too much input is waiting for the server, so this was not sent. Paste less at once, or wait.",
            );
        }
    }

    /// Pastes a text, after a question when it could run by itself.
    pub(super) fn paste(self, text: &str) {
        let (pasted, Some(screen)) = (Pasted::new(text), self.screen()) else { return };
        if pasted.text.is_empty() || !told::may_type(self) {
            return;
        }
        if self.settings.ask_before_paste.get_untracked() && pasted.is_risky(screen.bracketed_paste()) {
            self.ask.set(Some(Ask::Paste(pasted)));
        } else {
            self.paste_now(&pasted);
        }
    }

    /// Pastes a text.
    pub(super) fn paste_now(self, pasted: &Pasted) {
        if let Some(screen) = self.screen() {
            screen.paste(&pasted.text);
            screen.focus();
        }
    }

    /// The shell marks its prompts.
    pub(super) fn saw_mark(self) {
        if self.marked.try_get_untracked() == Some(false) {
            self.marked.set(true);
        }
        let _ = self.commands.try_update(|count| *count = count.wrapping_add(1));
    }

    /// Opens the command history, or closes it. It is the owner's.
    pub(super) fn toggle_history(self) {
        if !self.is_own() {
            return;
        }
        self.history.update(|open| *open = !*open);
        if !self.history.get_untracked() {
            self.focus();
        }
    }

    /// Copies what is selected; without a selection, offers the text to choose from.
    pub(super) fn copy(self) {
        let Some(screen) = self.screen() else { return };
        match screen.selection() {
            nothing if nothing.is_empty() => self.ask.set(Some(Ask::CopyByHand(screen.text()))),
            selected => copy_text(&selected),
        }
    }

    /// Gives the keyboard back to the terminal.
    pub(super) fn focus(self) {
        if let Some(screen) = self.screen() {
            screen.focus();
        }
    }

    /// A question is answered or given up. Its dialog gives the focus back to where it was, which is often a button of
    /// the bar; after that the terminal takes it.
    pub(super) fn answered(self) {
        self.ask.set(None);
        request_animation_frame(move || request_animation_frame(move || self.focus()));
    }

    /// The state's word in the markup, which style and tests go by.
    pub(super) fn state(self) -> &'static str {
        match self.phase.get() {
            Phase::Live => "live",
            Phase::Connecting if !self.was_live.get() => "connecting",
            Phase::Connecting | Phase::Waiting { .. } => "reconnecting",
            Phase::Ended(_) | Phase::Refused(_) => "ended",
        }
    }

    /// The window's title.
    pub(super) fn page_title(self) -> String {
        let mark = if self.bell.missed.get() { "● " } else { "" };
        match words::title(&self.title.get()) {
            nothing if nothing.is_empty() => format!("{mark}{}", self.host()),
            title => format!("{mark}{title} – {}", self.host()),
        }
    }
}
