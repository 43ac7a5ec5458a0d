//! What the parts of one open terminal share: the screen, the connection, and what a person does with both.
//!
//! A [`Desk`] is a handle of signals that is copied into every part; the things of the browser lie behind it and go with
//! the component that made them. All that is typed passes [`Desk::typed`], all that arrives passes [`Desk::show`].

use super::{
    bell::Bell,
    channel::{Channel, Phase, Shown},
    keys::{self, Hold, Key, Modifiers},
    paste::Pasted,
    settings::Settings,
    told, words,
    xterm::Screen,
};
use crate::ui::{ToastKind, copy_text, toast};
use leptos::prelude::*;
use wire::{SessionId, terminal::SessionView};

/// One notice in so many milliseconds about input that does not get through.
const NOTICE_EVERY: f64 = 5_000.0;

/// The question that is open.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Ask {
    /// Whether to paste this.
    Paste(Pasted),
    /// For a text to paste, where the browser does not give the clipboard.
    PasteByHand,
    /// To take what is wanted out of this text.
    CopyByHand(String),
    /// How to have the shell mark its prompts.
    Marks,
    /// For the person's choices.
    Settings,
    /// Whether to end the session.
    Close,
}

/// The sticky modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Held {
    pub ctrl: Hold,
    pub alt: Hold,
}

impl Held {
    fn modifiers(self) -> Modifiers {
        Modifiers { ctrl: self.ctrl.is_held(), alt: self.alt.is_held() }
    }

    fn used(self) -> Self {
        Self { ctrl: self.ctrl.used(), alt: self.alt.used() }
    }
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
    /// What the server warns of, in a sentence.
    pub warning: RwSignal<Option<String>>,
    /// Whether the find bar is open.
    pub finding: RwSignal<bool>,
    /// The match at hand and how many there are.
    pub found: RwSignal<(Option<u32>, u32)>,
    /// Whether the command history is open.
    pub history: RwSignal<bool>,
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
    screen: StoredValue<Option<Screen>, LocalStorage>,
    channel: StoredValue<Option<Channel>, LocalStorage>,
    /// Up to where output is only shown again; nothing is, when there is none.
    replay_to: StoredValue<Option<u64>>,
    /// Whether the session has this page's size, not that of another attachment.
    own_size: StoredValue<bool>,
    noticed: StoredValue<f64>,
}

impl Desk {
    pub(super) fn new(session: SessionId, fresh: bool) -> Self {
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
            finding: RwSignal::new(false),
            found: RwSignal::new((None, 0)),
            history: RwSignal::new(false),
            commands: RwSignal::new(0),
            marked: RwSignal::new(false),
            bell: Bell::new(),
            ask: RwSignal::new(None),
            held: RwSignal::new(Held::default()),
            broken: RwSignal::new(None),
            fresh,
            screen: StoredValue::new_local(None),
            channel: StoredValue::new_local(None),
            replay_to: StoredValue::new(None),
            own_size: StoredValue::new(true),
            noticed: StoredValue::new(0.0),
        }
    }

    /// The session's id.
    pub(super) fn id(self) -> SessionId {
        self.session.get_value()
    }

    /// The host's name, as far as it is known.
    pub(super) fn host(self) -> String {
        self.details
            .with(|details| details.as_ref().map_or_else(|| "session".into(), |details| details.host_name.clone()))
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
        self.screen.set_value(Some(screen));
        let channel = Channel::begin(self.id(), ticket, size, self.phase, self.latency, move |shown| self.show(shown));
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
                screen.set_replaying(!self.fresh);
                self.replay_to.set_value(Some(replay.present));
                screen.reset(cols, rows);
                screen.write(&dump, move || {
                    self.fit();
                    self.replayed(replay.offset);
                });
            }
            Shown::Resized { cols, rows } => {
                self.own_size.set_value(screen.size() == (cols, rows));
                screen.resize(cols, rows);
            }
            Shown::Notice(notice) => told::hear(self, notice),
        }
    }

    fn drawn(self, end: u64) {
        if let Some(channel) = self.channel() {
            channel.drawn(end);
        }
        self.replayed(end);
    }

    /// The terminal stands at `end`; where the present begins, a replay is over.
    fn replayed(self, end: u64) {
        let Some(Some(present)) = self.replay_to.try_get_value() else { return };
        if end >= present {
            self.replay_to.set_value(None);
            if let Some(screen) = self.screen() {
                screen.set_replaying(false);
            }
        }
    }

    /// Makes the terminal fill its place, and the session's shell with it.
    pub(super) fn fit(self) {
        let Some(screen) = self.screen() else { return };
        let Some(size) = screen.fitting() else { return };
        if screen.size() == size && self.own_size.get_value() {
            return;
        }
        screen.resize(size.0, size.1);
        self.own_size.set_value(true);
        if let Some(channel) = self.channel() {
            channel.resize(size);
        }
    }

    /// A person is at this page: it sets the session's size, and the connection had better live.
    pub(super) fn present(self) {
        if !self.own_size.get_value() {
            self.fit();
        }
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
        screen.scroll_to_bottom();
        self.present();
        self.send(keys::encode(key, held.modifiers(), screen.application_cursor_keys()).as_bytes());
    }

    /// Bytes for the session.
    pub(super) fn send(self, data: &[u8]) {
        let Some(channel) = self.channel() else { return };
        if data.contains(&b'\r') {
            self.commands.update(|count| *count = count.wrapping_add(1));
        }
        if channel.input(data).is_err() && js_sys::Date::now() - self.noticed.get_value() > NOTICE_EVERY {
            self.noticed.set_value(js_sys::Date::now());
            toast(
                ToastKind::Error,
                "Too much input is waiting for the server, so this was not sent. Paste less at once, or wait.",
            );
        }
    }

    /// Pastes a text, after a question when it could run by itself.
    pub(super) fn paste(self, text: &str) {
        let (pasted, Some(screen)) = (Pasted::new(text), self.screen()) else { return };
        if pasted.text.is_empty() {
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

    /// Opens the command history, or closes it.
    pub(super) fn toggle_history(self) {
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
