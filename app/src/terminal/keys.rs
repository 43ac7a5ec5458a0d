//! What a key means to the far side: the byte sequences of xterm, for the key row and for sticky modifiers.
//!
//! Keys of a real keyboard are encoded by xterm.js itself; this is for keys that a phone does not have.

/// A key of the key row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// Escape.
    Escape,
    /// Tabulator.
    Tab,
    /// Tabulator backwards.
    BackTab,
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Cursor right.
    Right,
    /// Cursor left.
    Left,
    /// Start of the line.
    Home,
    /// End of the line.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// Insert.
    Insert,
    /// Delete forwards.
    Delete,
    /// A function key, 1 to 12.
    Function(u8),
    /// A character.
    Char(char),
    /// A character with Control held.
    Control(char),
}

/// Modifier keys that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Modifiers {
    /// Control.
    pub(crate) ctrl: bool,
    /// Alt, or Option.
    pub(crate) alt: bool,
}

impl Modifiers {
    /// Whether none is held.
    pub(crate) const fn is_empty(self) -> bool {
        !self.ctrl && !self.alt
    }

    /// The number that xterm writes for them: 1 + Alt 2 + Control 4.
    const fn number(self) -> u8 {
        1 + (self.alt as u8) * 2 + (self.ctrl as u8) * 4
    }
}

/// The bytes of a key. `application` is the terminal's cursor key mode (DECCKM).
pub(crate) fn encode(key: Key, held: Modifiers, application: bool) -> String {
    match key {
        Key::Escape => with_alt("\u{1b}", held),
        Key::Tab => with_alt("\t", held),
        Key::BackTab => "\u{1b}[Z".into(),
        Key::Up => cursor('A', held, application),
        Key::Down => cursor('B', held, application),
        Key::Right => cursor('C', held, application),
        Key::Left => cursor('D', held, application),
        Key::Home => cursor('H', held, application),
        Key::End => cursor('F', held, application),
        Key::Insert => numbered(2, held),
        Key::Delete => numbered(3, held),
        Key::PageUp => numbered(5, held),
        Key::PageDown => numbered(6, held),
        Key::Function(number @ 1..=4) => cursor(char::from(b'P' + number - 1), held, true),
        Key::Function(number) => numbered(FUNCTION_NUMBERS.get(usize::from(number)).copied().unwrap_or(24), held),
        Key::Char(c) => typed(c, held),
        Key::Control(c) => typed(c, Modifiers { ctrl: true, ..held }),
    }
}

/// The numbers of F5 to F12 have holes where the VT220 had none of these keys.
const FUNCTION_NUMBERS: [u8; 13] = [0, 0, 0, 0, 0, 15, 17, 18, 19, 20, 21, 23, 24];

fn with_alt(text: &str, held: Modifiers) -> String {
    if held.alt { format!("\u{1b}{text}") } else { text.into() }
}

fn cursor(letter: char, held: Modifiers, application: bool) -> String {
    match (held.is_empty(), application) {
        (true, true) => format!("\u{1b}O{letter}"),
        (true, false) => format!("\u{1b}[{letter}"),
        (false, _) => format!("\u{1b}[1;{}{letter}", held.number()),
    }
}

fn numbered(number: u8, held: Modifiers) -> String {
    if held.is_empty() { format!("\u{1b}[{number}~") } else { format!("\u{1b}[{number};{}~", held.number()) }
}

fn typed(c: char, held: Modifiers) -> String {
    let c = if held.ctrl { controlled(c) } else { c };
    with_alt(c.encode_utf8(&mut [0; 4]), held)
}

/// The control character of a key, as terminals have it since the VT100; a key that has none stays what it is.
fn controlled(c: char) -> char {
    match c {
        'a'..='z' | 'A'..='Z' | '@' | '[' | '\\' | ']' | '^' | '_' => char::from(c as u8 & 0x1f),
        ' ' | '2' => '\0',
        '3' | '{' => '\u{1b}',
        '4' | '|' => '\u{1c}',
        '5' | '}' => '\u{1d}',
        '6' | '~' => '\u{1e}',
        '7' | '/' | '-' => '\u{1f}',
        '8' | '?' => '\u{7f}',
        other => other,
    }
}

/// What xterm says was typed, with sticky modifiers put on it; `None` when it is not one key but a pasted text, a mouse
/// report or an answer, which modifiers do not touch.
pub(crate) fn modify(data: &str, held: Modifiers) -> Option<String> {
    let mut chars = data.chars();
    let first = chars.next()?;
    if first != '\u{1b}' {
        return chars.next().is_none().then(|| typed(first, held));
    }
    let rest = chars.as_str();
    if rest.is_empty() {
        return Some(encode(Key::Escape, held, false));
    }
    let code = rest.strip_prefix('[').or_else(|| rest.strip_prefix('O'))?;
    let mut code = code.chars();
    match (code.next()?, code.as_str()) {
        (letter @ ('A'..='D' | 'H' | 'F' | 'P'..='S'), "") => Some(cursor(letter, held, false)),
        ('1'..='9', _) => {
            let number = rest.strip_prefix('[')?.strip_suffix('~')?.parse().ok()?;
            Some(numbered(number, held))
        }
        _ => None,
    }
}

/// The sticky modifiers.
#[cfg(feature = "csr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Held {
    pub(crate) ctrl: Hold,
    pub(crate) alt: Hold,
}

#[cfg(feature = "csr")]
impl Held {
    pub(crate) fn modifiers(self) -> Modifiers {
        Modifiers { ctrl: self.ctrl.is_held(), alt: self.alt.is_held() }
    }

    pub(crate) fn used(self) -> Self {
        Self { ctrl: self.ctrl.used(), alt: self.alt.used() }
    }
}

/// How a sticky modifier stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hold {
    /// Not held.
    #[default]
    Off,
    /// Held for the next key.
    Once,
    /// Held until it is tapped again.
    Locked,
}

/// Two taps within so many milliseconds lock a modifier.
const DOUBLE_TAP: f64 = 400.0;

impl Hold {
    /// After a tap, so many milliseconds after the tap before.
    pub(crate) fn tap(self, since_last: f64) -> Self {
        match self {
            Self::Off => Self::Once,
            Self::Once if since_last <= DOUBLE_TAP => Self::Locked,
            Self::Once | Self::Locked => Self::Off,
        }
    }

    /// After a key was typed with it.
    pub(crate) const fn used(self) -> Self {
        match self {
            Self::Locked => Self::Locked,
            Self::Off | Self::Once => Self::Off,
        }
    }

    /// Whether it is held.
    pub(crate) const fn is_held(self) -> bool {
        !matches!(self, Self::Off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CTRL: Modifiers = Modifiers { ctrl: true, alt: false };
    const ALT: Modifiers = Modifiers { ctrl: false, alt: true };
    const BOTH: Modifiers = Modifiers { ctrl: true, alt: true };
    const NONE: Modifiers = Modifiers { ctrl: false, alt: false };

    #[test]
    fn keys_are_those_of_xterm() {
        for (key, held, application, bytes) in [
            (Key::Escape, NONE, false, "\u{1b}"),
            (Key::Escape, ALT, false, "\u{1b}\u{1b}"),
            (Key::Tab, NONE, false, "\t"),
            (Key::BackTab, NONE, false, "\u{1b}[Z"),
            (Key::Up, NONE, false, "\u{1b}[A"),
            (Key::Up, NONE, true, "\u{1b}OA"),
            (Key::Down, NONE, false, "\u{1b}[B"),
            (Key::Insert, NONE, false, "\u{1b}[2~"),
            (Key::PageDown, ALT, false, "\u{1b}[6;3~"),
            (Key::Left, CTRL, true, "\u{1b}[1;5D"),
            (Key::Right, BOTH, false, "\u{1b}[1;7C"),
            (Key::Home, NONE, false, "\u{1b}[H"),
            (Key::End, ALT, false, "\u{1b}[1;3F"),
            (Key::PageUp, NONE, true, "\u{1b}[5~"),
            (Key::Delete, CTRL, false, "\u{1b}[3;5~"),
            (Key::Function(1), NONE, false, "\u{1b}OP"),
            (Key::Function(4), CTRL, false, "\u{1b}[1;5S"),
            (Key::Function(5), NONE, false, "\u{1b}[15~"),
            (Key::Function(12), NONE, false, "\u{1b}[24~"),
            (Key::Char('~'), NONE, false, "~"),
            (Key::Control('c'), NONE, false, "\u{3}"),
            (Key::Control('['), NONE, false, "\u{1b}"),
        ] {
            assert_eq!(encode(key, held, application), bytes, "{key:?} {held:?}");
        }
    }

    #[test]
    fn a_sticky_modifier_changes_the_next_key_of_the_soft_keyboard() {
        for (typed, held, bytes) in [
            ("c", CTRL, "\u{3}"),
            ("C", CTRL, "\u{3}"),
            (" ", CTRL, "\0"),
            ("b", ALT, "\u{1b}b"),
            ("é", ALT, "\u{1b}é"),
            ("x", BOTH, "\u{1b}\u{18}"),
            ("\u{1b}[A", CTRL, "\u{1b}[1;5A"),
            ("\u{1b}OD", ALT, "\u{1b}[1;3D"),
            ("\u{1b}[5~", CTRL, "\u{1b}[5;5~"),
            ("\r", ALT, "\u{1b}\r"),
        ] {
            assert_eq!(modify(typed, held).as_deref(), Some(bytes), "{typed:?} {held:?}");
        }
    }

    #[test]
    fn what_is_not_one_key_is_left_alone() {
        for data in ["two words", "\u{1b}[200~pasted\u{1b}[201~", "\u{1b}[<0;1;1M", "\u{1b}[?1;2c", "\u{1b}[I", ""] {
            assert_eq!(modify(data, CTRL), None, "{data:?}");
        }
    }

    #[test]
    fn one_tap_holds_once_and_two_lock() {
        let once = Hold::Off.tap(9_999.0);
        assert_eq!((once, once.used()), (Hold::Once, Hold::Off));
        assert!(once.is_held() && !Hold::Off.is_held());
        let locked = once.tap(300.0);
        assert_eq!((locked, locked.used(), locked.tap(5.0)), (Hold::Locked, Hold::Locked, Hold::Off));
        assert_eq!(once.tap(401.0), Hold::Off);
    }
}
