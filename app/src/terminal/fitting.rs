//! Which size a terminal has on the page. The one whom the session follows fills the place and tells the session; all
//! others show the session's screen as it is, in smaller letters where there is less room.

/// Letters smaller than this cannot be read; then the rest is scrolled to.
const SMALLEST: u16 = 6;

/// The letters, of those `chosen` at the most, in which a screen of `size` fits where `room` cells of the chosen letters do.
pub(crate) fn shrunk(chosen: u16, room: (u16, u16), size: (u16, u16)) -> u16 {
    let share = |room: u16, cells: u16| f64::from(room) / f64::from(cells.max(1));
    let factor = share(room.0, size.0).min(share(room.1, size.1)).min(1.0);
    ((f64::from(chosen) * factor).floor() as u16).max(SMALLEST.min(chosen))
}

#[cfg(feature = "csr")]
pub(super) use browser::{fit, show_all};

#[cfg(feature = "csr")]
mod browser {
    use super::shrunk;
    use crate::terminal::{desk::Desk, entry::sets_size, xterm::Screen};
    use leptos::prelude::*;

    /// The place has another size, or the session follows somebody else now.
    pub(in crate::terminal) fn fit(desk: Desk, screen: &Screen) {
        let Some(room) = room(desk, screen) else { return };
        let told = desk.wish.get_value() == Some(room);
        desk.wish.set_value(Some(room));
        let channel = desk.channel().filter(|_| !told || screen.size() != room);
        if desk.company.with_untracked(|company| sets_size(company.as_ref())) {
            screen.resize(room.0, room.1);
            if let Some(channel) = channel {
                channel.resize(room);
            }
        } else if let Some(channel) = channel.filter(|_| !told) {
            channel.wish(room);
        }
        show_all(desk, screen);
    }

    /// Chooses letters in which all of the screen is seen.
    pub(in crate::terminal) fn show_all(desk: Desk, screen: &Screen) {
        let Some(room) = room(desk, screen) else { return };
        let (size, chosen) = (screen.size(), desk.settings.font_size.get_untracked());
        screen.set_font_size(shrunk(chosen, room, size));
        let theirs = size != room;
        if desk.theirs.get_untracked() != theirs {
            desk.theirs.set(theirs);
        }
    }

    /// How many cells there is room for, in the letters that the person chose.
    fn room(desk: Desk, screen: &Screen) -> Option<(u16, u16)> {
        screen.set_font_size(desk.settings.font_size.get_untracked());
        screen.fitting()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_shrink_until_all_is_seen_and_never_grow() {
        assert_eq!(shrunk(14, (80, 24), (80, 24)), 14);
        assert_eq!(shrunk(14, (100, 40), (80, 24)), 14);
        assert_eq!(shrunk(14, (40, 40), (80, 24)), 7);
        assert_eq!(shrunk(14, (80, 12), (80, 24)), 7);
        assert_eq!(shrunk(14, (20, 24), (200, 24)), SMALLEST);
    }
}
