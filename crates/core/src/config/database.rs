use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::{ConfigError, Env, Secret};

/// How far the connection to Postgres is encrypted and its server verified; libpq's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SslMode {
    /// Never.
    Disable,
    /// Where the server offers it, without verifying it (also libpq's `allow`).
    Prefer,
    /// Always, without verifying the server.
    Require,
    /// Always, and the certificate must be signed by a known authority.
    VerifyCa,
    /// Always, and the certificate must also be that of the host.
    VerifyFull,
}

impl FromStr for SslMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "disable" => Ok(Self::Disable),
            "allow" | "prefer" => Ok(Self::Prefer),
            "require" => Ok(Self::Require),
            "verify-ca" => Ok(Self::VerifyCa),
            "verify-full" => Ok(Self::VerifyFull),
            _ => Err("expected disable, allow, prefer, require, verify-ca or verify-full".to_owned()),
        }
    }
}

/// Where Postgres is and how sessions behave.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// Connection parameters, without TLS mode.
    pub params: tokio_postgres::Config,
    /// `DB_SSL_MODE`, or `sslmode` of the URL; default `prefer`.
    pub ssl_mode: SslMode,
    /// A PEM file of authorities to trust beside the system's (`DB_SSL_ROOT_CERT`).
    pub ssl_root_cert: Option<String>,
    /// A statement is ended by the server after this time (`SAFELIGHT_DB_STATEMENT_TIMEOUT`, default 60 s).
    pub statement_timeout: Duration,
    /// Connections of one process for its ordinary work (`SAFELIGHT_DB_POOL_SIZE`, default 10).
    pub pool_size: usize,
    /// From how many of the server's connections on, in percent, each process makes do with fewer (`SAFELIGHT_DB_CROWDED`,
    /// default 80).
    pub crowded_percent: u8,
}

impl DatabaseConfig {
    /// Reads `DB_URL`, or `DB_HOSTNAME`, `DB_PORT`, `DB_USERNAME`, `DB_PASSWORD`, `DB_DATABASE_NAME`, and `DB_SSL_MODE`.
    pub fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let mut url_ssl_mode = None;
        let mut params = match env.string("DB_URL")? {
            Some(url) => {
                let (url, ssl_mode) = take_ssl_mode(&url)?;
                url_ssl_mode = ssl_mode;
                // The parser's own message may quote the URL, and with it the password.
                url.parse::<tokio_postgres::Config>()
                    .map_err(|_| ConfigError::invalid("DB_URL", "is not a Postgres connection URL"))?
            }
            None => from_parts(env)?,
        };
        params.ssl_mode(tokio_postgres::config::SslMode::Prefer);
        params.connect_timeout(
            env.duration("SAFELIGHT_DB_CONNECT_TIMEOUT")?
                .unwrap_or(Duration::from_secs(5)),
        );
        params
            .keepalives(true)
            .keepalives_idle(Duration::from_secs(10))
            .keepalives_interval(Duration::from_secs(3));
        params.keepalives_retries(3).tcp_user_timeout(Duration::from_secs(20));
        if params.get_application_name().is_none() {
            params.application_name("safelight");
        }
        let crowded_percent = env.parse("SAFELIGHT_DB_CROWDED")?.unwrap_or(80);
        if !(1..=100).contains(&crowded_percent) {
            return Err(ConfigError::invalid(
                "SAFELIGHT_DB_CROWDED",
                "is not a percentage of 1 to 100",
            ));
        }
        Ok(Self {
            params,
            crowded_percent,
            ssl_mode: env.parse("DB_SSL_MODE")?.or(url_ssl_mode).unwrap_or(SslMode::Prefer),
            ssl_root_cert: env.string("DB_SSL_ROOT_CERT")?,
            statement_timeout: env
                .duration("SAFELIGHT_DB_STATEMENT_TIMEOUT")?
                .unwrap_or(Duration::from_secs(60)),
            pool_size: env.parse("SAFELIGHT_DB_POOL_SIZE")?.unwrap_or(10),
        })
    }

    /// True where the environment names a database at all.
    pub fn is_given(env: &Env) -> Result<bool, ConfigError> {
        Ok(env.string("DB_URL")?.is_some() || env.string("DB_HOSTNAME")?.is_some())
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig")
            .field("hosts", &self.params.get_hosts())
            .field("database", &self.params.get_dbname())
            .field("ssl_mode", &self.ssl_mode)
            .finish_non_exhaustive()
    }
}

fn from_parts(env: &Env) -> Result<tokio_postgres::Config, ConfigError> {
    let mut params = tokio_postgres::Config::new();
    params.host(env.string("DB_HOSTNAME")?.unwrap_or_else(|| "database".to_owned()));
    params.port(env.parse("DB_PORT")?.unwrap_or(5432));
    params.user(env.string("DB_USERNAME")?.unwrap_or_else(|| "postgres".to_owned()));
    if let Some(password) = env.string("DB_PASSWORD")?.map(Secret::new) {
        params.password(password.expose());
    }
    params.dbname(env.string("DB_DATABASE_NAME")?.unwrap_or_else(|| "immich".to_owned()));
    Ok(params)
}

/// Takes `sslmode` out of a URL: the client library knows fewer modes than libpq.
fn take_ssl_mode(url: &str) -> Result<(String, Option<SslMode>), ConfigError> {
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), None));
    };
    let mut mode = None;
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", value)) => {
                mode = Some(value.parse().map_err(|reason| ConfigError::invalid("DB_URL", reason))?);
            }
            _ => rest.push(pair),
        }
    }
    let url = if rest.is_empty() {
        base.to_owned()
    } else {
        format!("{base}?{}", rest.join("&"))
    };
    Ok((url, mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn url_with_ssl_mode() {
        let env = Env::of([(
            "DB_URL",
            "postgres://me:pw@db.lan:6543/lib?sslmode=verify-full&application_name=x",
        )]);
        let config = DatabaseConfig::from_env(&env).unwrap();
        assert_eq!(config.ssl_mode, SslMode::VerifyFull);
        assert_eq!(config.params.get_dbname(), Some("lib"));
        assert_eq!(config.params.get_ports(), &[6543]);
        assert_eq!(config.params.get_application_name(), Some("x"));
    }

    #[test]
    fn the_parts_of_an_immich_env() {
        let env = Env::of([
            ("DB_HOSTNAME", "pg"),
            ("DB_PASSWORD", "s3cret"),
            ("DB_SSL_MODE", "require"),
        ]);
        let config = DatabaseConfig::from_env(&env).unwrap();
        assert_eq!(config.params.get_user(), Some("postgres"));
        assert_eq!(config.params.get_dbname(), Some("immich"));
        assert_eq!(config.ssl_mode, SslMode::Require);
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn a_bad_url_does_not_show_itself() {
        let env = Env::of([("DB_URL", "postgres://me:hunter2@[bad")]);
        let text = DatabaseConfig::from_env(&env).unwrap_err().to_string();
        assert!(!text.contains("hunter2"), "{text}");
    }
}
