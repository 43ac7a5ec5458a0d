//! What a server can do: asked once, on the first connection.

use super::{connection::Connection, mlst};
use crate::{Abilities, FileError};
use std::sync::atomic::AtomicBool;
use wire::files::RemotePath;

/// What is known about a server.
#[derive(Debug)]
pub(super) struct Server {
    /// Where it starts.
    pub(super) home: RemotePath,
    /// It knows MLST and MLSD.
    pub(super) mlst: bool,
    /// What MLST is asked to tell beyond what it tells unasked.
    pub(super) facts: Option<String>,
    /// It can be told that names are UTF-8.
    pub(super) utf8: bool,
    rest: bool,
    /// How the time of a change is set, if it can be.
    pub(super) set_time: Option<&'static str>,
    chmod: bool,
    /// It has told a link from what it leads to.
    pub(super) tells_links: AtomicBool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            home: RemotePath::root(),
            mlst: false,
            facts: None,
            utf8: false,
            rest: false,
            set_time: None,
            chmod: false,
            tells_links: AtomicBool::new(false),
        }
    }
}

impl Server {
    pub(super) fn abilities(&self) -> Abilities {
        Abilities {
            // FTP does not say what RNTO does to what is there.
            atomic_replace: false,
            chmod: self.chmod,
            links: false,
            set_modified: self.set_time.is_some(),
            write_at: self.rest,
            space: false,
            copy: false,
        }
    }

    fn told(&mut self, features: &[String]) {
        for feature in features.iter().map(|feature| feature.trim()) {
            let upper = feature.to_ascii_uppercase();
            match upper.split(' ').next().unwrap_or_default() {
                "MLST" | "MLSD" => {
                    self.mlst = true;
                    self.facts = mlst::wanted(feature).or(self.facts.take());
                }
                "UTF8" => self.utf8 = true,
                "REST" => self.rest = true,
                "MFMT" => self.set_time = Some("MFMT"),
                _ => {}
            }
        }
    }
}

impl Connection {
    pub(super) async fn look_around(&mut self) -> Result<Server, FileError> {
        let mut server = Server::default();
        let texts = |reply: super::reply::Reply| -> Vec<String> {
            reply.lines.iter().map(|line| String::from_utf8_lossy(line).into_owned()).collect()
        };
        let features = self.ask("FEAT", b"").await?;
        if features.is_done() {
            let lines = texts(features);
            server.told(&lines);
            let mdtm = lines.iter().any(|line| line.trim() == "MDTM");
            // vsftpd and a few others set the time with the command that asks for it; it is tried.
            if mdtm && server.set_time.is_none() && !server.mlst {
                server.set_time = Some("MDTM");
            }
        }
        let help = self.ask("SITE", b"HELP").await?;
        server.chmod = help.is_done() && texts(help).iter().any(|line| line.to_ascii_uppercase().contains("CHMOD"));
        let home = self.working_directory().await?;
        server.home = home.unwrap_or_else(RemotePath::root);
        Ok(server)
    }

    /// Where the server stands (PWD): the path in quotes, a quote in it doubled.
    pub(super) async fn working_directory(&mut self) -> Result<Option<RemotePath>, FileError> {
        let reply = self.ask("PWD", b"").await?;
        let line = reply.lines.last().filter(|_| reply.code == 257);
        Ok(line.and_then(|line| quoted(line)).and_then(|path| RemotePath::from_bytes(path).ok()))
    }
}

fn quoted(line: &[u8]) -> Option<Vec<u8>> {
    let begin = line.iter().position(|byte| *byte == b'"')? + 1;
    let (mut path, mut at) = (Vec::new(), begin);
    loop {
        match (line.get(at)?, line.get(at + 1)) {
            (b'"', Some(b'"')) => at += 1,
            (b'"', _) => return Some(path),
            _ => {}
        }
        path.push(line[at]);
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_it_stands_is_between_quotes() {
        assert_eq!(quoted(b"\"/home/ann\" is the current directory").unwrap(), b"/home/ann");
        assert_eq!(quoted(b"\"/say \"\"hi\"\"\"").unwrap(), b"/say \"hi\"");
        assert_eq!((quoted(b"\"/open"), quoted(b"nothing"), quoted(b"\"")), (None, None, None));
    }
}
