//! The hosts that are gone through: `ProxyJump`, and what `ProxyCommand` and `ssh_common_args` mean by it.

use super::lex;
use crate::document::Jump;

/// Options of `ssh` that take a value (ssh(1)).
const WITH_VALUE: &str = "BbcDEeFIiJLlmOoPpQRSWw";

/// How a host is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// Straight, and said so.
    Direct,
    /// Through these, nearest to us first.
    Through(Vec<Jump>),
    /// By something that Berth does not run.
    Unknown,
}

/// What `ProxyJump` says. `alias` is the host's own.
pub(super) fn of_jump(value: &str, alias: &str) -> Route {
    if value.eq_ignore_ascii_case("none") {
        return Route::Direct;
    }
    let value = value.replace("%h", alias).replace("%n", alias);
    let jumps = value.split(',').map(str::trim).filter(|jump| !jump.is_empty()).map(Jump::parse).collect();
    Route::Through(jumps)
}

/// What `ProxyCommand` says: `ssh -W %h:%p jump`, or `ssh jump nc %h %p`.
pub(super) fn of_command(command: &str) -> Route {
    if command.trim().eq_ignore_ascii_case("none") {
        return Route::Direct;
    }
    let Ok(words) = lex::words(command) else { return Route::Unknown };
    let mut words = words.iter().map(String::as_str).peekable();
    words.next_if(|word| *word == "exec");
    let program = words.next().unwrap_or_default();
    if program.rsplit('/').next() != Some("ssh") {
        return Route::Unknown;
    }
    let words: Vec<_> = words.collect();
    let Some(found) = ssh(&words) else { return Route::Unknown };
    let forwards = match found.forward {
        Some(to) => matches!(to, "%h:%p" | "[%h]:%p" | "%h:22"),
        None => {
            let program = found.command.first().and_then(|word| word.rsplit('/').next()).unwrap_or_default();
            matches!(program, "nc" | "ncat" | "netcat") && found.command.contains(&"%h")
        }
    };
    match found.destination {
        Some(jump) if forwards => Route::Through(found.before.into_iter().chain([jump]).collect()),
        _ => Route::Unknown,
    }
}

/// What `ssh`'s own arguments say without a destination: `-J jump`, `-o ProxyJump=…`, `-o ProxyCommand="…"`.
pub(crate) fn route_of_options(text: &str) -> Route {
    let Ok(words) = lex::words(text) else { return Route::Unknown };
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let (option, joined) = match word.strip_prefix('-') {
            Some(rest) if rest.len() > 1 && rest.is_char_boundary(1) => rest.split_at(1),
            Some(rest) => (rest, ""),
            None => continue,
        };
        if option.len() != 1 || !WITH_VALUE.contains(option) {
            continue;
        }
        let value = if joined.is_empty() { words.next().unwrap_or_default() } else { joined };
        match option {
            "J" => return of_jump(value, "%h"),
            "o" => {
                let Ok(lex::Line::Option(option)) = lex::line(value) else { continue };
                match option.keyword.as_str() {
                    "proxyjump" => return of_jump(&option.rest, "%h"),
                    "proxycommand" => return of_command(option.rest.trim_matches('"')),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Route::Unknown
}

struct Ssh<'a> {
    before: Vec<Jump>,
    destination: Option<Jump>,
    forward: Option<&'a str>,
    command: Vec<&'a str>,
}

fn ssh<'a>(words: &[&'a str]) -> Option<Ssh<'a>> {
    let mut found = Ssh { before: Vec::new(), destination: None, forward: None, command: Vec::new() };
    let (mut user, mut port) = (None, None);
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let flags = match word.strip_prefix('-') {
            Some("-") => continue,
            Some(flags) if !flags.is_empty() && found.command.is_empty() => flags,
            _ if found.destination.is_none() => {
                found.destination = Some(Jump::parse(word));
                continue;
            }
            _ => {
                found.command.push(word);
                continue;
            }
        };
        let Some(at) = flags.find(|flag| WITH_VALUE.contains(flag)) else { continue };
        let joined = flags.get(at + 1..).filter(|joined| !joined.is_empty());
        let value = match joined {
            Some(value) => value,
            None => words.next()?,
        };
        match flags.get(at..=at) {
            Some("W") => found.forward = Some(value),
            Some("l") => user = Some(value.to_owned()),
            Some("p") => port = Some(value.parse::<u16>().ok()?),
            Some("J") => match of_jump(value, "%h") {
                Route::Through(jumps) => found.before = jumps,
                _ => return None,
            },
            _ => {}
        }
    }
    if let Some(jump) = &mut found.destination {
        jump.user = jump.user.take().or(user);
        jump.port = jump.port.or(port);
    }
    Some(found)
}
