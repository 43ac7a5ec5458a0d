//! What a program names and links: the window's title, the titles it put aside, and the hyperlink that is open.
//!
//! Lengths are bounded because sequences are ([`super::token::LONGEST`]), depth because the stack is.

/// How many titles may be put aside; xterm.js keeps as many.
const DEPTH: usize = 10;

#[derive(Debug, Default)]
pub(super) struct Titles {
    title: Option<Vec<u8>>,
    aside: Vec<Option<Vec<u8>>>,
    link: Option<Vec<u8>>,
}

impl Titles {
    /// Takes an operating system command's content. Control characters within are ignored.
    pub(super) fn osc(&mut self, content: &[u8]) {
        let content: Vec<u8> = content.iter().copied().filter(|byte| *byte >= b' ').collect();
        match content.as_slice() {
            [b'0' | b'2', b';', title @ ..] => self.title = Some(title.to_vec()),
            [b'8', b';', link @ ..] => {
                let target = link.splitn(2, |&byte| byte == b';').nth(1).unwrap_or_default();
                self.link = (!target.is_empty()).then(|| link.to_vec());
            }
            _ => {}
        }
    }

    /// XTPUSHTITLE and XTPOPTITLE: `CSI 22 ; what t` and `CSI 23 ; what t`; what = 1 is the icon's name, which nothing shows.
    pub(super) fn window(&mut self, action: u16, what: u16) {
        match (action, what) {
            (22, 0 | 2) => {
                if self.aside.len() == DEPTH {
                    self.aside.remove(0);
                }
                self.aside.push(self.title.clone());
            }
            (23, 0 | 2) => {
                if let Some(title) = self.aside.pop() {
                    self.title = title;
                }
            }
            _ => {}
        }
    }

    pub(super) fn dump(&self, out: &mut Vec<u8>) {
        let mut shown = None;
        for title in &self.aside {
            put_title(title.as_ref(), &mut shown, out);
            out.extend_from_slice(b"\x1b[22;2t");
        }
        put_title(self.title.as_ref(), &mut shown, out);
        if let Some(link) = &self.link {
            put_osc(b"8;", link, out);
        }
    }
}

fn put_title<'a>(title: Option<&'a Vec<u8>>, shown: &mut Option<&'a Vec<u8>>, out: &mut Vec<u8>) {
    if title != *shown {
        put_osc(b"2;", title.map_or(&[], Vec::as_slice), out);
        *shown = title;
    }
}

fn put_osc(number: &[u8], content: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b]");
    out.extend_from_slice(number);
    out.extend_from_slice(content);
    out.extend_from_slice(b"\x1b\\");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumped(titles: &Titles) -> String {
        let mut out = Vec::new();
        titles.dump(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn titles_put_aside_come_back() {
        let mut titles = Titles::default();
        titles.osc(b"0;shell");
        titles.window(22, 0);
        titles.osc(b"2;editor");
        assert_eq!(dumped(&titles), "\x1b]2;shell\x1b\\\x1b[22;2t\x1b]2;editor\x1b\\");
        titles.window(23, 2);
        assert_eq!(dumped(&titles), "\x1b]2;shell\x1b\\");
    }

    #[test]
    fn an_open_link_is_kept_and_a_closed_one_is_not() {
        let mut titles = Titles::default();
        titles.osc(b"8;id=1;https://example.org/");
        assert_eq!(dumped(&titles), "\x1b]8;id=1;https://example.org/\x1b\\");
        titles.osc(b"8;;");
        assert_eq!(dumped(&titles), "");
    }
}
