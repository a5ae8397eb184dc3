//! `ioredis://` and base64 of a JSON object: the options of the client library that Immich users write down, as far as they
//! say where Redis is.

use std::path::PathBuf;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Deserialize;
use serde_json::Value;

use super::url::SENTINEL_PORT;
use super::{RedisConfig, RedisHost, RedisLogin, RedisTarget};
use crate::config::Secret;

/// Some tools that write base64 leave its padding away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    host: Option<String>,
    port: Option<u16>,
    path: Option<PathBuf>,
    username: Option<String>,
    password: Option<String>,
    db: Option<u8>,
    tls: Option<Value>,
    sentinels: Option<Vec<Sentinel>>,
    name: Option<String>,
    sentinel_username: Option<String>,
    sentinel_password: Option<String>,
    #[serde(rename = "sentinelTLS")]
    sentinel_tls: Option<Value>,
    #[serde(rename = "enableTLSForSentinelMode", default)]
    tls_behind_sentinels: bool,
}

#[derive(Deserialize)]
struct Sentinel {
    host: String,
    port: Option<u16>,
}

/// Reads what follows `ioredis://`.
pub(super) fn parse(encoded: &str) -> Result<RedisConfig, String> {
    let json = BASE64
        .decode(encoded.trim())
        .map_err(|_| "ioredis:// must be followed by base64".to_owned())?;
    let options: Options =
        serde_json::from_slice(&json).map_err(|_| "ioredis:// must hold a JSON object of options".to_owned())?;
    let tls = tls(&options)?;
    let login = RedisLogin {
        username: options.username.clone(),
        password: options.password.clone().map(Secret::new),
    };
    let database = options.db.unwrap_or(0);
    Ok(RedisConfig {
        login,
        database,
        tls,
        ..RedisConfig::bare(target(options)?)
    })
}

fn target(options: Options) -> Result<RedisTarget, String> {
    Ok(match (options.sentinels, options.path) {
        (Some(sentinels), _) if sentinels.is_empty() => return Err("sentinels must not be empty".to_owned()),
        (Some(sentinels), _) => RedisTarget::Sentinel {
            hosts: sentinels
                .into_iter()
                .map(|sentinel| RedisHost {
                    host: sentinel.host,
                    port: sentinel.port.unwrap_or(SENTINEL_PORT),
                })
                .collect(),
            master: options.name.ok_or("sentinels need a name")?,
            login: RedisLogin {
                username: options.sentinel_username,
                password: options.sentinel_password.map(Secret::new),
            },
        },
        (None, Some(path)) => RedisTarget::Unix(path),
        (None, None) => RedisTarget::Tcp(RedisHost {
            host: options.host.unwrap_or_else(|| "localhost".to_owned()),
            port: options.port.unwrap_or(6379),
        }),
    })
}

/// With sentinels, that library uses `tls` only where `enableTLSForSentinelMode` is true, and `sentinelTLS` for the sentinels.
/// Ours have it for both or for none.
fn tls(options: &Options) -> Result<bool, String> {
    let is_on = |value: &Option<Value>| {
        let value = value.as_ref();
        value.is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)))
    };
    let servers = is_on(&options.tls);
    if options.sentinels.is_none() {
        return Ok(servers);
    }
    let servers = servers && options.tls_behind_sentinels;
    if servers != is_on(&options.sentinel_tls) {
        return Err("TLS must be used for sentinels and servers alike".to_owned());
    }
    Ok(servers)
}
