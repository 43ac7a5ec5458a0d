//! The modes that a program set and that `avt` does not keep: how the mouse, keys, focus and pastes are reported, the
//! cursor's shape, synchronized output, titles.
//!
//! They follow what xterm.js does with the same sequences, because that is the terminal which gets the dump. Colours of
//! the palette (OSC 4, 10, 11, 12) are not kept.

use super::{keyboard::KeyFlags, titles::Titles, token::Csi};
use std::fmt::Write as _;

/// Private modes without more to them than on and off, all off at first. The index is the bit.
const SWITCHES: [u16; 10] = [5, 12, 45, 66, 1004, 1007, 2004, 2026, 2027, 2031];
const KEYPAD: u16 = 66;
const SYNCHRONIZED: u16 = 2026;
/// What a soft reset turns off.
const SOFT: [u16; 5] = [45, KEYPAD, 1004, 2004, SYNCHRONIZED];

#[derive(Debug, Default)]
pub(super) struct Modes {
    switches: u16,
    /// The mouse is reported so; the modes exclude each other.
    mouse: Option<u16>,
    /// In this form.
    mouse_form: Option<u16>,
    cursor_shape: Option<u16>,
    /// XTMODKEYS 4.
    other_keys: Option<u16>,
    /// Of the primary and the alternate screen.
    keys: [KeyFlags; 2],
    titles: Titles,
    /// The scrolling region is a part of the screen only.
    region: bool,
}

impl Modes {
    pub(super) fn scrolls_whole_screen(&self) -> bool {
        !self.region
    }

    /// A change of height makes the scrolling region the whole screen again.
    pub(super) fn height_changed(&mut self) {
        self.region = false;
    }

    /// Leaving the alternate screen forgets what was asked for there.
    pub(super) fn alternate_left(&mut self) {
        self.keys[1] = KeyFlags::default();
    }

    pub(super) fn osc(&mut self, content: &[u8]) {
        self.titles.osc(content);
    }

    pub(super) fn escape(&mut self, sequence: &[u8]) {
        match sequence {
            b"\x1b=" => self.switch(KEYPAD, true),
            b"\x1b>" => self.switch(KEYPAD, false),
            b"\x1bc" => *self = Self::default(),
            _ => {}
        }
    }

    pub(super) fn csi(&mut self, csi: &Csi<'_>, rows: usize, alternate: bool) {
        match (csi.prefix, csi.intermediates, csi.last) {
            (b'?', b"", b'h') => csi.params().for_each(|mode| self.private(mode, true)),
            (b'?', b"", b'l') => csi.params().for_each(|mode| self.private(mode, false)),
            (0, b"", b'r') => self.set_region(csi.param(0), csi.param(1), rows),
            (0, b"", b't') => self.titles.window(csi.param(0), csi.param(1)),
            (0, b" ", b'q') => self.cursor_shape = Some(csi.param(0)).filter(|&shape| shape != 0),
            (0, b"!", b'p') => self.soft_reset(),
            (b'>', b"", b'm') if csi.param(0) == 4 => self.other_keys = Some(csi.param(1)).filter(|&keys| keys != 0),
            (b'>', b"", b'm') if csi.param(0) == 0 => self.other_keys = None,
            (b'>', b"", b'u') => self.keys[usize::from(alternate)].push(csi.param(0)),
            (b'<', b"", b'u') => self.keys[usize::from(alternate)].pop(csi.param(0)),
            (b'=', b"", b'u') => self.keys[usize::from(alternate)].set(csi.param(0), csi.param(1)),
            _ => {}
        }
    }

    fn private(&mut self, mode: u16, on: bool) {
        match mode {
            9 | 1000 | 1002 | 1003 => self.mouse = on.then_some(mode),
            1005 | 1006 | 1015 | 1016 => self.mouse_form = on.then_some(mode),
            _ => self.switch(mode, on),
        }
    }

    fn switch(&mut self, mode: u16, on: bool) {
        if let Some(bit) = SWITCHES.iter().position(|&known| known == mode) {
            self.switches = self.switches & !(1 << bit) | u16::from(on) << bit;
        }
    }

    /// As `avt` decides it: a region that makes no sense changes nothing.
    fn set_region(&mut self, top: u16, bottom: u16, rows: usize) {
        let top = usize::from(top.max(1));
        let bottom = if bottom == 0 { rows } else { usize::from(bottom) };
        if top < bottom && bottom <= rows {
            self.region = (top, bottom) != (1, rows);
        }
    }

    fn soft_reset(&mut self) {
        SOFT.iter().for_each(|&mode| self.switch(mode, false));
        self.region = false;
    }

    /// What has to be set while the primary screen is shown.
    pub(super) fn dump_before(&self) -> String {
        let mut out = String::new();
        self.keys[0].dump(&mut out);
        out
    }

    /// What has to be set when the screen stands as it stood.
    pub(super) fn dump_after(&self) -> Vec<u8> {
        let mut out = String::new();
        self.keys[1].dump(&mut out);
        let is_on = |bit: &usize| self.switches & (1 << bit) != 0;
        let switches = (0..SWITCHES.len()).filter(is_on).map(|bit| SWITCHES[bit]);
        for mode in switches.chain(self.mouse).chain(self.mouse_form) {
            let _ = write!(out, "\x1b[?{mode}h");
        }
        if let Some(shape) = self.cursor_shape {
            let _ = write!(out, "\x1b[{shape} q");
        }
        if let Some(keys) = self.other_keys {
            let _ = write!(out, "\x1b[>4;{keys}m");
        }
        let mut out = out.into_bytes();
        self.titles.dump(&mut out);
        out
    }
}
