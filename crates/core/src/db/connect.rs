use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_postgres::config::{Host, SslMode as PgSslMode, SslNegotiation};
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Error, NoTls, Socket};

use super::marked::{Encrypted, Marked, Plain};
use super::{DbError, tls};
use crate::config::{DatabaseConfig, SslMode};

/// How long a socket of this machine may take to answer where the configuration says nothing.
const PATIENCE: Duration = Duration::from_secs(10);

/// A session that is silent within a transaction for longer has lost its process, which is frozen or gone: what it holds is
/// given up. No longer than a lease by default, or a job whose end was frozen could not go to another node in time.
const FROZEN_AFTER: Duration = Duration::from_secs(10);

/// How often a prepared statement is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planning {
    /// As Postgres sees fit, which may be for every set of values: for the many questions of people.
    AsNeeded,
    /// Once for each connection. A worker asks the same few things all day, each by an index; planning a claim takes longer
    /// than the claim itself, and a plan made for the values at hand may be to sort the whole table.
    Once,
}

impl Planning {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AsNeeded => "auto",
            Self::Once => "force_generic_plan",
        }
    }
}

/// One connection outside any pool.
pub async fn connect(config: &DatabaseConfig) -> Result<AsyncPgConnection, DbError> {
    let tls = tls::connector(config)?;
    Ok(establish(config, tls, Planning::AsNeeded).await?)
}

/// Opens a connection and sets the session up.
pub(super) async fn establish(
    config: &DatabaseConfig,
    tls: tls::Connector,
    planning: Planning,
) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = dial(config, tls).await?;
    conn.batch_execute(&session_settings(config, planning))
        .await
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Opens the line. Whatever the way, errors carry their code ([`super::sqlstate`]).
async fn dial(config: &DatabaseConfig, tls: tls::Connector) -> ConnectionResult<AsyncPgConnection> {
    if is_local(&config.params) {
        return dial_local(&config.params).await;
    }
    let opened = match config.ssl_mode {
        SslMode::Disable => return dial_plain(&config.params).await,
        SslMode::Prefer => match dial_encrypted(&config.params, tls).await {
            Err(error) if has_no_tls(&error) => return dial_plain(&config.params).await,
            opened => opened,
        },
        SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => dial_encrypted(&config.params, tls).await,
    };
    let (client, connection) = opened.map_err(|error| bad_connection(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

type Encryption = <tls::Connector as MakeTlsConnect<Socket>>::Stream;

async fn dial_encrypted(
    params: &Config,
    tls: tls::Connector,
) -> Result<(Client, Connection<Socket, Marked<Encryption>>), Error> {
    let mut params = params.clone();
    params.ssl_mode(PgSslMode::Require);
    params.connect(Encrypted(tls)).await
}

/// As if it were encrypted from the first byte on, which is the driver's only way to leave the stream to us.
async fn dial_plain(params: &Config) -> ConnectionResult<AsyncPgConnection> {
    let mut params = params.clone();
    if params.get_hosts().is_empty() {
        // No name is looked up where there are addresses.
        for address in params.get_hostaddrs().to_vec() {
            params.host(address.to_string());
        }
    }
    params
        .ssl_mode(PgSslMode::Require)
        .ssl_negotiation(SslNegotiation::Direct);
    let (client, connection) = params.connect(Plain).await.map_err(|error| bad_connection(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// By the first of the sockets behind which somebody answers.
async fn dial_local(params: &Config) -> ConnectionResult<AsyncPgConnection> {
    let mut params = params.clone();
    params.ssl_mode(PgSslMode::Disable);
    let patience = params.get_connect_timeout().copied().unwrap_or(PATIENCE);
    let mut failure = ConnectionError::BadConnection("no socket is named".to_owned());
    for (place, host) in params.get_hosts().iter().enumerate() {
        let Host::Unix(folder) = host else { continue };
        let ports = params.get_ports();
        let port = ports.get(place).or_else(|| ports.first()).copied().unwrap_or(5432);
        let socket = UnixStream::connect(folder.join(format!(".s.PGSQL.{port}")));
        let opened = match timeout(patience, socket).await {
            Ok(Ok(socket)) => params.connect_raw(Marked::new(socket), NoTls).await,
            Ok(Err(error)) => {
                failure = ConnectionError::BadConnection(format!("{}: {error}", folder.display()));
                continue;
            }
            Err(_) => {
                failure = ConnectionError::BadConnection(format!("{}: no answer", folder.display()));
                continue;
            }
        };
        match opened {
            Ok((client, connection)) => {
                // It ends with its client; what ends it earlier is told to whoever waits for an answer.
                tokio::spawn(connection);
                return AsyncPgConnection::try_from(client).await;
            }
            Err(error) => failure = bad_connection(&error),
        }
    }
    Err(failure)
}

/// True where the server answered that it has no TLS; these are the words of the driver, not of a server.
fn has_no_tls(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|cause| cause.to_string() == "server does not support TLS")
}

/// True where Postgres is reached over a Unix socket, which is never encrypted (as with libpq): there is no host that a
/// certificate could name.
fn is_local(params: &Config) -> bool {
    let hosts = params.get_hosts();
    !hosts.is_empty() && hosts.iter().all(|host| matches!(host, Host::Unix(_)))
}

fn bad_connection(error: &Error) -> ConnectionError {
    // The outer text is only "error connecting to server"; the cause says which.
    let cause = std::error::Error::source(error)
        .map(|source| format!(": {source}"))
        .unwrap_or_default();
    ConnectionError::BadConnection(format!("{error}{cause}"))
}

/// What every session sets: nothing waits for ever, and times are UTC. The server asks after a silent client, too: what a
/// machine held that lost its power is given up within half a minute, its connections are not kept for hours. (Over a socket
/// of this machine the server leaves these out.)
fn session_settings(config: &DatabaseConfig, planning: Planning) -> String {
    format!(
        "set statement_timeout = {}; set lock_timeout = 10000; set idle_in_transaction_session_timeout = {}; \
         set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3; \
         set timezone = 'UTC'; set bytea_output = 'hex'; set jit = off; set plan_cache_mode = {}",
        config.statement_timeout.as_millis(),
        FROZEN_AFTER.as_millis(),
        planning.as_str()
    )
}
