use std::path::PathBuf;

use base64::Engine as _;
use serde::Deserialize;
use url::Url;

use super::{ConfigError, Env, Secret};

/// Host and port of one Redis server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedisHost {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// What kind of place Redis is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedisTarget {
    /// One server over TCP.
    Tcp(RedisHost),
    /// One server over a Unix socket.
    Unix(PathBuf),
    /// The master that these sentinels name.
    Sentinel {
        /// The sentinels.
        hosts: Vec<RedisHost>,
        /// The name of the monitored master.
        master: String,
    },
}

/// Where Redis is: parsed once, turned into each client library's own types elsewhere.
#[derive(Debug, Clone)]
pub struct RedisConfig {
    /// The server or servers.
    pub target: RedisTarget,
    /// ACL user.
    pub username: Option<String>,
    /// Password.
    pub password: Option<Secret>,
    /// Database number.
    pub database: u8,
    /// TLS to the server.
    pub tls: bool,
    /// Start of every key (`SAFELIGHT_REDIS_PREFIX`); the braces of the default keep all keys in one cluster slot.
    pub prefix: String,
}

impl RedisConfig {
    /// Reads `REDIS_URL`, or `REDIS_HOSTNAME`, `REDIS_PORT`, `REDIS_DBINDEX`, `REDIS_USERNAME`, `REDIS_PASSWORD`,
    /// `REDIS_SOCKET`. A URL may be `redis://`, `rediss://`, `unix://`, `redis-sentinel://` (with `sentinelServiceName`)
    /// or `ioredis://` followed by base64 of a JSON object of options.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let prefix = env
            .string("SAFELIGHT_REDIS_PREFIX")?
            .unwrap_or_else(|| "{safelight}:".to_owned());
        let mut config = match env.string("REDIS_URL")? {
            Some(url) => from_url(&url).map_err(|reason| ConfigError::invalid("REDIS_URL", reason))?,
            None => from_parts(env)?,
        };
        config.prefix = prefix;
        Ok(config)
    }

    /// True where the environment names a Redis at all.
    pub fn is_given(env: &Env) -> Result<bool, ConfigError> {
        for name in ["REDIS_URL", "REDIS_HOSTNAME", "REDIS_SOCKET"] {
            if env.string(name)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A key of ours.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn bare(target: RedisTarget) -> Self {
        Self {
            target,
            username: None,
            password: None,
            database: 0,
            tls: false,
            prefix: String::new(),
        }
    }
}

fn from_parts(env: &Env) -> Result<RedisConfig, ConfigError> {
    let target = match env.string("REDIS_SOCKET")? {
        Some(path) => RedisTarget::Unix(path.into()),
        None => RedisTarget::Tcp(RedisHost {
            host: env.string("REDIS_HOSTNAME")?.unwrap_or_else(|| "redis".to_owned()),
            port: env.parse("REDIS_PORT")?.unwrap_or(6379),
        }),
    };
    Ok(RedisConfig {
        username: env.string("REDIS_USERNAME")?,
        password: env.string("REDIS_PASSWORD")?.map(Secret::new),
        database: env.parse("REDIS_DBINDEX")?.unwrap_or(0),
        ..RedisConfig::bare(target)
    })
}

fn from_url(text: &str) -> Result<RedisConfig, String> {
    if let Some(encoded) = text.strip_prefix("ioredis://") {
        return from_ioredis(encoded);
    }
    let url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    let query = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    };
    let target = match url.scheme() {
        "redis" | "rediss" => RedisTarget::Tcp(host_of(&url, 6379)?),
        "unix" | "redis+unix" => RedisTarget::Unix(percent_decode(url.path())?.into()),
        "redis-sentinel" | "rediss-sentinel" => RedisTarget::Sentinel {
            hosts: sentinel_hosts(&url, query("node").as_deref())?,
            master: query("sentinelServiceName").unwrap_or_else(|| "mymaster".to_owned()),
        },
        other => return Err(format!("unknown scheme {other}")),
    };
    let path_database = match &target {
        RedisTarget::Unix(_) => query("db"),
        _ => Some(url.path().trim_start_matches('/').to_owned()).filter(|path| !path.is_empty()),
    };
    let database = path_database.map_or(Ok(0), |text| text.parse().map_err(|_| "the database must be a number"))?;
    Ok(RedisConfig {
        username: Some(percent_decode(url.username())?).filter(|name| !name.is_empty()),
        password: url.password().map(percent_decode).transpose()?.map(Secret::new),
        database,
        tls: url.scheme().starts_with("rediss"),
        ..RedisConfig::bare(target)
    })
}

fn host_of(url: &Url, default_port: u16) -> Result<RedisHost, String> {
    let host = url.host_str().ok_or("has no host")?.trim_matches(['[', ']']).to_owned();
    Ok(RedisHost {
        host,
        port: url.port().unwrap_or(default_port),
    })
}

fn sentinel_hosts(url: &Url, more: Option<&str>) -> Result<Vec<RedisHost>, String> {
    let mut hosts = vec![host_of(url, 26379)?];
    for node in more.into_iter().flat_map(|list| list.split(',')) {
        let (host, port) = node.rsplit_once(':').ok_or("node must be host:port")?;
        let port = port.parse().map_err(|_| "node must be host:port")?;
        hosts.push(RedisHost {
            host: host.to_owned(),
            port,
        });
    }
    Ok(hosts)
}

fn percent_decode(text: &str) -> Result<String, String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| "is not UTF-8".to_owned())
}

/// The options of the client library that Immich users write down, as far as they say where Redis is.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IoredisOptions {
    host: Option<String>,
    port: Option<u16>,
    path: Option<PathBuf>,
    username: Option<String>,
    password: Option<String>,
    db: Option<u8>,
    tls: Option<serde_json::Value>,
    sentinels: Option<Vec<IoredisSentinel>>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct IoredisSentinel {
    host: String,
    port: Option<u16>,
}

fn from_ioredis(encoded: &str) -> Result<RedisConfig, String> {
    let json = base64::engine::general_purpose::STANDARD
        .decode(encoded.trim())
        .map_err(|_| "ioredis:// must be followed by base64".to_owned())?;
    let options: IoredisOptions =
        serde_json::from_slice(&json).map_err(|_| "ioredis:// must hold a JSON object of options".to_owned())?;
    let target = match (options.sentinels, options.path) {
        (Some(sentinels), _) => RedisTarget::Sentinel {
            hosts: sentinels
                .into_iter()
                .map(|s| RedisHost {
                    host: s.host,
                    port: s.port.unwrap_or(26379),
                })
                .collect(),
            master: options.name.ok_or("sentinels need a name")?,
        },
        (None, Some(path)) => RedisTarget::Unix(path),
        (None, None) => RedisTarget::Tcp(RedisHost {
            host: options.host.unwrap_or_else(|| "localhost".to_owned()),
            port: options.port.unwrap_or(6379),
        }),
    };
    Ok(RedisConfig {
        username: options.username,
        password: options.password.map(Secret::new),
        database: options.db.unwrap_or(0),
        tls: options
            .tls
            .is_some_and(|tls| tls != serde_json::Value::Bool(false) && !tls.is_null()),
        ..RedisConfig::bare(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(host: &str, port: u16) -> RedisTarget {
        RedisTarget::Tcp(RedisHost {
            host: host.to_owned(),
            port,
        })
    }

    #[test]
    fn urls() {
        let config = from_url("rediss://user:p%40ss@cache.lan:7000/3").unwrap();
        assert_eq!(config.target, tcp("cache.lan", 7000));
        assert_eq!(config.password.unwrap().expose(), "p@ss");
        assert!(config.tls && config.database == 3);
        let config = from_url("unix:///run/redis/redis.sock?db=2").unwrap();
        assert_eq!(config.target, RedisTarget::Unix("/run/redis/redis.sock".into()));
        assert_eq!(config.database, 2);
        let config = from_url("redis-sentinel://a:1/0?sentinelServiceName=m&node=b:2").unwrap();
        let RedisTarget::Sentinel { hosts, master } = config.target else {
            panic!("not a sentinel")
        };
        assert_eq!((hosts.len(), master.as_str()), (2, "m"));
        assert!(from_url("http://x").is_err());
    }

    #[test]
    fn ioredis_options() {
        let json = r#"{"sentinels":[{"host":"s1","port":1},{"host":"s2"}],"name":"lib","tls":{}}"#;
        let encoded = base64::engine::general_purpose::STANDARD.encode(json);
        let config = from_url(&format!("ioredis://{encoded}")).unwrap();
        assert!(config.tls);
        assert!(matches!(config.target, RedisTarget::Sentinel { hosts, .. } if hosts[1].port == 26379));
    }

    #[test]
    fn parts_and_prefix() {
        let env = Env::of([("REDIS_HOSTNAME", "r"), ("REDIS_DBINDEX", "4")]);
        let config = RedisConfig::from_env(&env).unwrap();
        assert_eq!(config.target, tcp("r", 6379));
        assert_eq!(config.key("events"), "{safelight}:events");
        assert!(RedisConfig::is_given(&env).unwrap());
    }
}
