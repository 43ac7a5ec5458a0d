//! The settings without a table: where the server listens, keeps its data and is reached.

use super::{ConfigError, Setting, layers::Values, units};
use axum::http::Uri;
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

pub(super) const SETTINGS: &[Setting] = &[
    Setting::new("listen", "127.0.0.1:8080", "Address and port to listen on."),
    Setting::new("data_dir", "./data", "Folder of the database and of everything else that is kept."),
    Setting::secret("database_url", "", "`sqlite://…` or `postgres://…`; `berth.db` in the data folder when empty."),
    Setting::new("public_url", "", "Address under which people open Berth, such as `https://berth.example.org`."),
    Setting::new("trusted_proxies", "", "Addresses or networks whose `X-Forwarded-*` headers are believed."),
];

/// Where the server listens, keeps its data and is reached.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Folder of everything that is kept.
    pub data_dir: PathBuf,
    /// The database.
    pub database_url: String,
    /// Address under which people open Berth; an origin without a path.
    pub public_url: Option<String>,
    /// Whose `X-Forwarded-*` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Reach {
    pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
        let data_dir: PathBuf = values.read("data_dir", folder)?;
        let database_url = values.read("database_url", database)?;
        Ok(Self {
            listen: values.read("listen", units::parsed)?,
            database_url: database_url
                .unwrap_or_else(|| format!("sqlite://{}?mode=rwc", data_dir.join("berth.db").display())),
            data_dir,
            public_url: values.read("public_url", origin)?,
            trusted_proxies: values.read("trusted_proxies", networks)?,
        })
    }

    /// Whether people come over TLS.
    pub fn public_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// By which names the server is reached, as far as the settings tell: this machine's, where it listens, and the public one.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        let public = self.public_url.as_deref().and_then(|url| url.parse::<Uri>().ok());
        names.extend(public.as_ref().and_then(Uri::host).map(|host| host.trim_matches(['[', ']']).to_owned()));
        names.extend(Some(self.listen.ip()).filter(|ip| !ip.is_unspecified()).map(|ip| ip.to_string()));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Whether this address is a proxy whose headers are believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(&address.to_canonical()))
    }
}

fn folder(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("it must name a folder".into()) } else { Ok(text.into()) }
}

fn database(text: &str) -> Result<Option<String>, String> {
    match text {
        "" => Ok(None),
        url if url.starts_with("sqlite:") || url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Ok(Some(url.into()))
        }
        _ => Err("it must begin with `sqlite://` or `postgres://`".into()),
    }
}

fn origin(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| PUBLIC_URL.to_owned())?;
    match (uri.scheme_str(), uri.authority(), uri.path_and_query().map(|p| p.as_str())) {
        (Some(scheme @ ("http" | "https")), Some(authority), None | Some("" | "/")) => {
            Ok(Some(format!("{scheme}://{authority}").to_lowercase()))
        }
        _ => Err(PUBLIC_URL.into()),
    }
}

const PUBLIC_URL: &str = "write it as `https://berth.example.org`, without a path";

pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(network).collect()
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text:?} is neither an address nor a network such as `10.0.0.0/8`"))
}
