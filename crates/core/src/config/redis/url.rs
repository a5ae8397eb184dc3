//! The forms of URL. They are taken apart here: a list of sentinels is no host that the general rules of URLs allow.

use super::{RedisConfig, RedisHost, RedisLogin, RedisProtocol, RedisTarget};
use crate::config::Secret;

/// The port of a server where none is written.
const SERVER_PORT: u16 = 6379;
/// The port of a sentinel where none is written.
pub(super) const SENTINEL_PORT: u16 = 26379;
/// The name that a master has in the sentinels' own example.
const USUAL_MASTER: &str = "mymaster";

/// Reads `redis://`, `rediss://` (TLS), `redis+unix://`, `redis-sentinel://` or one of their other names.
pub(super) fn parse(text: &str) -> Result<RedisConfig, String> {
    let url = Parts::of(text)?;
    let (scheme, tls) = match url.scheme.as_str() {
        "redis" => (Scheme::Server, false),
        "rediss" => (Scheme::Server, true),
        "unix" | "redis+unix" | "redis-unix" => (Scheme::Socket, false),
        "redis-sentinel" | "redis+sentinel" => (Scheme::Sentinel, false),
        "rediss-sentinel" | "rediss+sentinel" => (Scheme::Sentinel, true),
        other => return Err(format!("unknown scheme {other}")),
    };
    let (target, in_path) = match scheme {
        Scheme::Server => (RedisTarget::Tcp(url.only_host()?), url.single_segment()?),
        Scheme::Socket => (RedisTarget::Unix(url.path.clone().into()), None),
        Scheme::Sentinel => sentinel(&url)?,
    };
    let database = in_path.or_else(|| url.query(&["db", "database"]));
    Ok(RedisConfig {
        login: RedisLogin {
            username: url.username.clone().or_else(|| url.query(&["user", "username"])),
            password: url
                .password
                .clone()
                .or_else(|| url.query(&["pass", "password"]))
                .map(Secret::new),
        },
        database: database.map_or(Ok(0), |text| {
            text.parse().map_err(|_| "the database must be a number up to 255")
        })?,
        protocol: url
            .query(&["protocol"])
            .map_or(Ok(RedisProtocol::default()), |word| word.parse())?,
        tls,
        ..RedisConfig::bare(target)
    })
}

enum Scheme {
    Server,
    Socket,
    Sentinel,
}

/// The sentinels, and the database where the path names one: `/master`, `/database` or `/master/database`.
fn sentinel(url: &Parts) -> Result<(RedisTarget, Option<String>), String> {
    let mut hosts = url.hosts(SENTINEL_PORT)?;
    for (_, nodes) in url.query.iter().filter(|(name, _)| name == "node") {
        for node in nodes.split(',') {
            hosts.push(host(node, SENTINEL_PORT)?);
        }
    }
    let segments: Vec<&str> = url.path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (in_path, database) = match segments.as_slice() {
        [] => (None, None),
        [one] if is_number(one) => (None, Some((*one).to_owned())),
        [one] => (Some((*one).to_owned()), None),
        [master, database] => (Some((*master).to_owned()), Some((*database).to_owned())),
        _ => return Err("the path may have a master and a database, no more".to_owned()),
    };
    let master = in_path
        .or_else(|| url.query(&["sentinelServiceName", "sentinelMasterId"]))
        .or_else(|| url.fragment.clone());
    let target = RedisTarget::Sentinel {
        hosts,
        master: master.unwrap_or_else(|| USUAL_MASTER.to_owned()),
        login: RedisLogin {
            username: url.query(&["sentinelUsername"]),
            password: url.query(&["sentinelPassword"]).map(Secret::new),
        },
    };
    Ok((target, database))
}

/// A URL in pieces, decoded.
struct Parts {
    scheme: String,
    username: Option<String>,
    password: Option<String>,
    authority: String,
    path: String,
    query: Vec<(String, String)>,
    fragment: Option<String>,
}

impl Parts {
    fn of(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once(':').ok_or("is not a URL")?;
        let (rest, fragment) = split_off(rest, '#');
        let (rest, query) = split_off(rest, '?');
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", rest),
        };
        let (user, authority) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (username, password) = split_off(user, ':');
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        Ok(Self {
            scheme: scheme.to_ascii_lowercase(),
            username: Some(decode(username)?).filter(|name| !name.is_empty()),
            password: password
                .map(decode)
                .transpose()?
                .filter(|password| !password.is_empty()),
            authority: authority.to_owned(),
            path: decode(path)?,
            query: pairs
                .map(|pair| {
                    let (name, value) = split_off(pair, '=');
                    Ok((decode(name)?, decode(value.unwrap_or_default())?))
                })
                .collect::<Result<_, String>>()?,
            fragment: fragment.map(decode).transpose()?.filter(|text| !text.is_empty()),
        })
    }

    /// The first of these parameters that is there.
    fn query(&self, names: &[&str]) -> Option<String> {
        let mut found = self.query.iter().filter(|(name, _)| names.contains(&name.as_str()));
        found.next().map(|(_, value)| value.clone())
    }

    fn hosts(&self, default_port: u16) -> Result<Vec<RedisHost>, String> {
        self.authority.split(',').map(|text| host(text, default_port)).collect()
    }

    fn only_host(&self) -> Result<RedisHost, String> {
        if self.authority.contains(',') {
            return Err("several hosts are for redis-sentinel://".to_owned());
        }
        host(&self.authority, SERVER_PORT)
    }

    fn single_segment(&self) -> Result<Option<String>, String> {
        match self.path.trim_matches('/') {
            "" => Ok(None),
            text if text.contains('/') => Err("the path may have a database, no more".to_owned()),
            text => Ok(Some(text.to_owned())),
        }
    }
}

/// `name`, `name:port`, `[address]:port`.
fn host(text: &str, default_port: u16) -> Result<RedisHost, String> {
    let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, after)) => (address, after.strip_prefix(':')),
        None => split_off(text, ':'),
    };
    if name.is_empty() {
        return Err("has no host".to_owned());
    }
    let port = port.filter(|port| !port.is_empty()).map(str::parse).transpose();
    Ok(RedisHost {
        host: decode(name)?,
        port: port.map_err(|_| "a port must be a number")?.unwrap_or(default_port),
    })
}

/// What stands before the first `mark`, and what after it.
fn split_off(text: &str, mark: char) -> (&str, Option<&str>) {
    match text.split_once(mark) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn decode(text: &str) -> Result<String, String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| "is not UTF-8".to_owned())
}
