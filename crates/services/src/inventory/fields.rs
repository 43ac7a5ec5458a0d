//! What a field of a host or folder may hold. Plain functions from what was typed to what is kept; no storage, no clock.

use crate::ServiceError;
use std::net::{IpAddr, Ipv6Addr};
use wire::{
    HostId, Patch,
    inventory::{DeviceMetadata, inherit::PATH_SEPARATOR},
    plain::{is_blank, misleads},
};

const MAX_NAME: usize = 100;
const MAX_USERNAME: usize = 128;
const MAX_TAGS: usize = 20;
const MAX_TAG: usize = 50;
const MAX_DEVICE_FIELD: usize = 200;
const MAX_NOTES: usize = 4_000;
/// A year, in seconds: longer is a slip of the pen.
const MAX_LIMIT: u64 = 365 * 24 * 60 * 60;
const MAX_SESSIONS: u32 = 1_000;

/// A host's or folder's name, without the blanks around it.
pub(crate) fn name(of: &str, text: &str) -> Result<String, ServiceError> {
    line(of, text, MAX_NAME)?
        .ok_or_else(|| ServiceError::bad(format!("{of} is empty; give 1 to {MAX_NAME} characters")))
}

/// A folder's name: what stands between two names of a path is no part of one.
pub(super) fn folder_name(text: &str) -> Result<String, ServiceError> {
    let name = name("the folder's name", text)?;
    if name.contains(PATH_SEPARATOR) {
        return Err(ServiceError::bad("a folder's name cannot hold a slash between blanks; that leads into a folder"));
    }
    Ok(name)
}

/// The way to a host or to those in a folder after a change: a jump host, or whether it is straight.
pub(super) fn way(
    jump: Patch<HostId>,
    direct: Option<bool>,
    current: (Option<HostId>, bool),
) -> Result<(Option<HostId>, bool), ServiceError> {
    match (&jump, direct) {
        (Patch::Set(_), Some(true)) => {
            Err(ServiceError::bad("either straight or through a jump host, not both; leave one out"))
        }
        (Patch::Set(_), _) => Ok((jump.apply(current.0), false)),
        (_, Some(true)) => Ok((None, true)),
        (_, direct) => Ok((jump.apply(current.0), direct.unwrap_or(current.1))),
    }
}

/// One line of text without the blanks around it; `None` when nothing is left.
fn line(of: &str, text: &str, most: usize) -> Result<Option<String>, ServiceError> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(ServiceError::bad(format!("{of} is longer than {most} characters")));
    }
    if text.chars().any(misleads) {
        return Err(ServiceError::bad(format!(
            "{of} holds a character that is not seen or turns others around; use plain text"
        )));
    }
    Ok((!is_blank(text)).then(|| text.to_owned()))
}

/// A DNS name or an IP address in its usual form: lower case, no brackets.
pub(crate) fn address(text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']'));
    if let Some(v6) = bare {
        return v6.parse::<Ipv6Addr>().map(|ip| ip.to_string()).map_err(|_| bad_address(text));
    }
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Ok(ip.to_string());
    }
    if is_dns_name(text) { Ok(text.to_ascii_lowercase()) } else { Err(bad_address(text)) }
}

fn bad_address(text: &str) -> ServiceError {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    ServiceError::bad(format!("{shown:?} is neither a DNS name nor an IP address; the port has a field of its own"))
}

/// RFC 1123, and the underscore that many networks use. A last label of digits only would be a mistyped IPv4 address.
fn is_dns_name(text: &str) -> bool {
    let labels = text.strip_suffix('.').unwrap_or(text);
    let last_is_number = labels.rsplit('.').next().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    (1..=253).contains(&labels.len()) && labels.split('.').all(is_label) && !last_is_number
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A TCP port.
pub(crate) fn port(port: u16) -> Result<u16, ServiceError> {
    if port == 0 { Err(ServiceError::bad("port 0 cannot be dialled; give 1 to 65535")) } else { Ok(port) }
}

/// A username on a host; `None` when nothing was typed.
pub(super) fn username(text: Option<&str>) -> Result<Option<String>, ServiceError> {
    let Some(text) = line("the username", text.unwrap_or_default(), MAX_USERNAME)? else { return Ok(None) };
    if text.chars().any(char::is_whitespace) {
        return Err(ServiceError::bad("the username holds a blank; remove it"));
    }
    if text.starts_with('-') {
        return Err(ServiceError::bad("the username begins with a dash, which no system accepts"));
    }
    Ok(Some(text))
}

/// A limit of a session's time in seconds; 0 is no limit, `None` the server's.
pub(super) fn limit(of: &str, seconds: Option<u64>) -> Result<Option<u64>, ServiceError> {
    match seconds {
        Some(seconds) if seconds > MAX_LIMIT => Err(ServiceError::bad(format!(
            "{of} is longer than a year; give {MAX_LIMIT} seconds at most, or 0 for ever"
        ))),
        other => Ok(other),
    }
}

/// How many sessions may live at once on a host; 0 is no limit of its own.
pub(super) fn max_sessions(count: Option<u32>) -> Result<Option<u32>, ServiceError> {
    match count {
        Some(count) if count > MAX_SESSIONS => {
            Err(ServiceError::bad(format!("{count} sessions at once are too many; give {MAX_SESSIONS} at most")))
        }
        other => Ok(other.filter(|count| *count > 0)),
    }
}

/// Tags without blanks around them, each once however it is written.
pub(super) fn tags(given: Vec<String>) -> Result<Vec<String>, ServiceError> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given {
        let Some(tag) = line("a tag", &tag, MAX_TAG)? else { continue };
        if !tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            tags.push(tag);
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(ServiceError::bad(format!("there are {} tags; {MAX_TAGS} is the most", tags.len())));
    }
    Ok(tags)
}

/// Device metadata with every field in bounds.
pub(super) fn device(given: DeviceMetadata) -> Result<DeviceMetadata, ServiceError> {
    let field = |of, text: String| Ok::<_, ServiceError>(line(of, &text, MAX_DEVICE_FIELD)?.unwrap_or_default());
    Ok(DeviceMetadata {
        device_type: field("the device type", given.device_type)?,
        model: field("the model", given.model)?,
        vendor: field("the vendor", given.vendor)?,
        serial_number: field("the serial number", given.serial_number)?,
        software_version: field("the software version", given.software_version)?,
        platform: field("the platform", given.platform)?,
        site: field("the site", given.site)?,
        role: field("the role", given.role)?,
        notes: notes(&given.notes)?,
    })
}

/// Notes may have several lines.
fn notes(text: &str) -> Result<String, ServiceError> {
    if text.chars().count() > MAX_NOTES {
        return Err(ServiceError::bad(format!("the notes are longer than {MAX_NOTES} characters")));
    }
    if text.chars().any(|c| misleads(c) && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(ServiceError::bad(
            "the notes hold a character that is not seen or turns others around; use plain text",
        ));
    }
    Ok(text.trim().to_owned())
}

/// As much of a text as a name may have.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(MAX_NAME).collect::<String>().trim_end().to_owned()
}

/// The name of a copy at the given attempt to find a free one; the original's is shortened when it would grow too long.
pub(super) fn copy_name(original: &str, attempt: u32) -> String {
    let suffix = if attempt <= 1 { " copy".to_owned() } else { format!(" copy {attempt}") };
    let kept: String = original.chars().take(MAX_NAME - suffix.chars().count()).collect();
    format!("{}{suffix}", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(name("the name", "  web 01 ").unwrap(), "web 01");
        assert_eq!(name("the name", &"é".repeat(100)).unwrap().chars().count(), 100);
        for bad in ["", "   ", "a\nb", "a\u{1b}[31m", &"x".repeat(101)] {
            assert!(name("the name", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn addresses_take_one_form() {
        for (typed, kept) in [
            ("Web-01.Example.ORG", "web-01.example.org"),
            ("my_switch", "my_switch"),
            ("example.org.", "example.org."),
            (" 10.0.0.1 ", "10.0.0.1"),
            ("[2001:DB8:0::1]", "2001:db8::1"),
            ("::1", "::1"),
            ("3com", "3com"),
        ] {
            assert_eq!(address(typed).unwrap(), kept, "{typed:?}");
        }
    }

    #[test]
    fn addresses_refuse_what_is_none() {
        let long = format!("{}.org", "a".repeat(64));
        for bad in [
            "",
            ".",
            "a..b",
            "-oProxyCommand=x",
            "web-",
            "a b",
            "host:22",
            "[10.0.0.1]",
            "[::1",
            "300.1.1.1",
            "1234",
            "user@host",
            "ssh://host",
            "bücher.example",
            "a/b",
            "a\nb",
            &long,
        ] {
            assert!(address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ports_and_usernames() {
        assert!(port(0).is_err());
        assert_eq!(port(65_535).unwrap(), 65_535);
        assert_eq!(username(Some(" DOMAIN\\alice ")).unwrap().as_deref(), Some("DOMAIN\\alice"));
        assert_eq!(username(Some("  ")).unwrap(), None);
        assert_eq!(username(None).unwrap(), None);
        for bad in ["-l", "a b", "a\u{a0}b", "a\0b", &"x".repeat(129)] {
            assert!(username(Some(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn limits_of_sessions_are_bounded() {
        for kept in [None, Some(0), Some(1), Some(MAX_LIMIT)] {
            assert_eq!(limit("the idle timeout", kept).unwrap(), kept);
        }
        let refused = limit("the idle timeout", Some(MAX_LIMIT + 1)).unwrap_err().to_string();
        assert!(refused.contains("the idle timeout") && refused.contains("31536000"), "{refused}");
        assert_eq!(max_sessions(Some(0)).unwrap(), None);
        assert_eq!(max_sessions(Some(3)).unwrap(), Some(3));
        assert!(max_sessions(Some(1_001)).is_err());
    }

    #[test]
    fn tags_are_kept_once() {
        let given = ["prod", " Prod ", "", "db"].map(str::to_owned).to_vec();
        assert_eq!(tags(given).unwrap(), ["prod", "db"]);
        assert!(tags((0..21).map(|n| format!("t{n}")).collect()).is_err());
        assert!(tags(vec!["x".repeat(51)]).is_err());
    }

    #[test]
    fn copies_fit_into_a_name() {
        assert_eq!(copy_name("web", 1), "web copy");
        assert_eq!(copy_name("web", 3), "web copy 3");
        assert_eq!(copy_name(&"é".repeat(100), 12).chars().count(), 100);
    }

    #[test]
    fn notes_may_have_lines() {
        let device = device(DeviceMetadata { notes: "one\ntwo".into(), ..Default::default() }).unwrap();
        assert_eq!(device.notes, "one\ntwo");
        assert!(super::device(DeviceMetadata { model: "a\nb".into(), ..Default::default() }).is_err());
    }
}
