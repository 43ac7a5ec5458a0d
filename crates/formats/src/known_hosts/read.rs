//! Lines to keys and hosts.

use super::{KeyMarker, KnownKey, SSH_PORT};
use crate::{
    document::{Document, File, HostEntry, Name, Reading, Skip},
    entry::Report,
    error::{FormatError, Place},
    fields::shortened,
    kept::Kept,
    text,
    value::{Key, Value},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::{collections::HashMap, net::IpAddr};
use wire::inventory::Form;

/// Reads a file. A line that is not understood is left out with a reason, as OpenSSH does without one.
pub(crate) fn read(file: &File<'_>) -> Reading {
    let decoded = match text::decode(file) {
        Ok(decoded) => decoded,
        Err(error) => return Reading::broken(vec![error]),
    };
    let name = Name::of(file);
    let mut reader = Reader { report: Report::new(name.clone()), document: Document::default(), known: HashMap::new() };
    reader.report.notes.extend(decoded.remark);
    let mut malformed = None;
    for (index, line) in decoded.text.lines().enumerate() {
        let place = name.line(index + 1);
        match parse(line, place.clone()) {
            Ok(None) => {}
            Ok(Some(key)) if reader.report.has_place(reader.document.keys.len(), &key.at) => reader.take(key),
            Ok(Some(_)) => break,
            Err(reason) => {
                malformed.get_or_insert_with(|| FormatError::at(place.clone(), reason.clone()));
                let name = shortened(line.split_whitespace().next().unwrap_or_default());
                reader.report.skipped.push(Skip { place, name, reason });
            }
        }
    }
    if let Some(error) = malformed.filter(|_| reader.document.keys.is_empty()) {
        return Reading::broken(vec![error]);
    }
    let hashed = reader.document.keys.iter().filter(|key| key.is_hashed()).count();
    if hashed > 0 {
        let text = format!(
            "{hashed} keys are stored under hashed names, which name no host: each is trusted for the host whose address fits"
        );
        reader.report.note(name.line(0), text);
    }
    reader.report.finish(reader.document)
}

/// One line that was typed.
pub(super) fn typed(line: &str, number: usize) -> Result<Option<KnownKey>, String> {
    let place = Name::of_text("known_hosts").line(number);
    parse(line, place).map_err(|reason| format!("line {number}: {reason}"))
}

/// One line; nothing when it is blank or a comment.
fn parse(line: &str, at: Place) -> Result<Option<KnownKey>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (marker, line) = match line.strip_prefix('@') {
        None => (None, line),
        Some(rest) => match rest.split_once(char::is_whitespace) {
            Some(("cert-authority", rest)) => (Some(KeyMarker::CertAuthority), rest.trim_start()),
            Some(("revoked", rest)) => (Some(KeyMarker::Revoked), rest.trim_start()),
            _ => return Err("the marker is neither @cert-authority nor @revoked".to_owned()),
        },
    };
    let mut next = line;
    let mut word = || {
        let (word, rest) = next.split_once(char::is_whitespace).unwrap_or((next, ""));
        next = rest.trim_start();
        word
    };
    let (names, algorithm, key) = (word(), word(), word());
    if key.is_empty() {
        return Err("a line has the names of the host, the algorithm and the key".to_owned());
    }
    if algorithm.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("it is a key of SSH 1, which nobody speaks any more".to_owned());
    }
    match STANDARD.decode(key) {
        Ok(blob) if begins_with(&blob, algorithm) => {}
        Ok(_) => return Err(format!("the key is none of the algorithm {}", shortened(algorithm))),
        Err(_) => return Err("the key is not base64: it was cut off or changed".to_owned()),
    }
    Ok(Some(KnownKey {
        names: names.to_owned(),
        algorithm: algorithm.to_owned(),
        key: key.to_owned(),
        comment: next.to_owned(),
        marker,
        at,
    }))
}

/// A key says its algorithm itself (RFC 4253 §6.6).
fn begins_with(blob: &[u8], algorithm: &str) -> bool {
    let length = u32::try_from(algorithm.len()).unwrap_or(u32::MAX).to_be_bytes();
    blob.strip_prefix(&length).is_some_and(|rest| rest.starts_with(algorithm.as_bytes()))
}

struct Reader {
    report: Report,
    document: Document,
    /// Which host each name and port is.
    known: HashMap<(String, u16), usize>,
}

impl Reader {
    fn take(&mut self, key: KnownKey) {
        if key.marker.is_none() && !key.is_hashed() {
            self.host(&key);
        }
        if let Some(marker) = key.marker {
            let reason = match marker {
                KeyMarker::CertAuthority => "it is an authority that signs host keys, which Berth does not ask yet",
                KeyMarker::Revoked => "the key is revoked: it is not trusted",
            };
            self.skip(&key, &key.names, reason);
        }
        self.document.keys.push(key);
    }

    fn skip(&mut self, key: &KnownKey, name: &str, reason: &str) {
        self.report.skipped.push(Skip { place: key.at.clone(), name: shortened(name), reason: reason.to_owned() });
    }

    /// The names of a line are one host; so are lines that share a name.
    fn host(&mut self, key: &KnownKey) {
        let mut names = Vec::new();
        for name in key.names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if name.contains(['*', '?']) || name.starts_with('!') {
                self.skip(key, name, "it is a pattern and names no single host");
            } else {
                names.push(place_of(name));
            }
        }
        let known = names.iter().find_map(|(host, port)| self.known.get(&(host.to_lowercase(), *port)).copied());
        let title = names.iter().find(|(host, _)| host.parse::<IpAddr>().is_err()).or_else(|| names.first());
        let Some((host, port)) = title.cloned() else { return };
        let index = known.unwrap_or_else(|| {
            let others = key.names.split(',').map(|name| Value::Text(name.to_owned())).collect();
            let entry = Value::Map(vec![(Key::text("names"), Value::List(others))]);
            self.document.hosts.push(HostEntry {
                name: host.clone(),
                address: host,
                port,
                at: key.at.clone(),
                kept: Kept::new(Form::KnownHosts, &entry),
                ..HostEntry::default()
            });
            self.document.hosts.len() - 1
        });
        for (host, port) in names {
            self.known.entry((host.to_lowercase(), port)).or_insert(index);
        }
    }
}

/// `host` or `[host]:port`.
fn place_of(name: &str) -> (String, u16) {
    let found = name.strip_prefix('[').and_then(|rest| rest.rsplit_once("]:"));
    match found.and_then(|(host, port)| Some((host, port.parse::<u16>().ok().filter(|port| *port > 0)?))) {
        Some((host, port)) => (host.to_owned(), port),
        None => (name.to_owned(), SSH_PORT),
    }
}
