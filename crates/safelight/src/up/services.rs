//! Our own services, as programs to keep running.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use safelight_core::child::{ChildSpec, Signal};
use safelight_core::config::{ConfigError, DatabaseConfig, Env, RedisConfig};

use super::layout::Layout;
use super::probe::Probe;
use super::program::Program;
use super::{postgres, redis};

/// The gateway, which is stopped first.
pub(crate) const GATEWAY: &str = "api-gateway";

/// The workers.
pub(crate) const WORKERS: [&str; 3] = ["metadata-worker", "thumbnail-worker", "transcode-worker"];

/// The port of the gateway, as everybody knows it.
const PORT: u16 = 2283;

/// Where the services are reached and what they are told.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The folder of their programs.
    bin: PathBuf,
    /// Variables beside our own environment.
    variables: Vec<(&'static str, String)>,
    /// Where the gateway listens.
    pub(crate) gateway: SocketAddr,
    /// `SAFELIGHT_METRICS_ADDR`, if it is given.
    metrics: Option<SocketAddr>,
    /// The services to run.
    pub(crate) names: Vec<&'static str>,
}

impl Plan {
    /// What the environment asks for.
    ///
    /// # Errors
    /// A variable cannot be read, or a program is not beside ours.
    pub(crate) fn of(env: &Env, layout: &Layout, without: &[String]) -> anyhow::Result<Self> {
        let own = std::env::current_exe().context("cannot find this program's own folder")?;
        let bin = own.parent().context("this program lies in no folder")?.to_path_buf();
        let names = chosen(without)?;
        for name in &names {
            if !bin.join(name).is_file() {
                bail!(
                    "{name} is not beside {}: build all services with `cargo build --workspace --bins`",
                    own.display()
                );
            }
        }
        let mut variables = private_variables(env, layout, &layout.sockets)?;
        // Only the command line makes administrators.
        variables.push(("SAFELIGHT_ADMIN_PASSWORD", String::new()));
        let metrics = env.parse("SAFELIGHT_METRICS_ADDR")?;
        Ok(Self {
            bin,
            variables,
            gateway: gateway(env)?,
            metrics,
            names,
        })
    }

    /// The environment as the services will see it.
    pub(crate) fn env(&self, own: &Env) -> Env {
        own.with(self.variables.iter().map(|(name, value)| (*name, value.clone())))
    }

    /// How one of the services is run.
    pub(crate) fn program(&self, name: &'static str) -> anyhow::Result<Program> {
        let metrics = self.metrics_address(name)?;
        let spec = ChildSpec::new(self.bin.join(name))
            .inherit_env()
            .nice(0)
            .death_signal(Signal::TERM);
        let spec = self
            .variables
            .iter()
            .fold(spec, |spec, (name, value)| spec.env(name, value));
        Ok(Program {
            name,
            spec: spec.env("SAFELIGHT_METRICS_ADDR", metrics.to_string()),
            probe: match name {
                GATEWAY => Probe::Http(reachable(self.gateway), "/api/server/ping"),
                _ => Probe::Http(reachable(metrics), "/readyz"),
            },
            stop_signal: Signal::TERM,
            // Longer than the services' own grace.
            stop_grace: Duration::from_secs(20),
        })
    }

    /// Each service has a port of its own for health: a free one, or one counted on from the given one.
    fn metrics_address(&self, name: &str) -> anyhow::Result<SocketAddr> {
        let given = self
            .metrics
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        if given.port() == 0 {
            let listener = TcpListener::bind(given).context("cannot find a free port")?;
            return Ok(listener.local_addr()?);
        }
        let index = self.names.iter().position(|other| *other == name).unwrap_or_default();
        let port = u16::try_from(index)
            .ok()
            .and_then(|index| given.port().checked_add(index));
        Ok(SocketAddr::new(
            given.ip(),
            port.context("SAFELIGHT_METRICS_ADDR leaves no room for all services")?,
        ))
    }

    /// The address for people.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", reachable(self.gateway))
    }
}

/// What a service must be told of the private servers and the media folder; nothing of what the environment names itself.
pub(crate) fn private_variables(
    env: &Env,
    layout: &Layout,
    sockets: &Path,
) -> Result<Vec<(&'static str, String)>, ConfigError> {
    let mut variables = Vec::new();
    if !DatabaseConfig::is_given(env)? {
        variables.push(("DB_URL", postgres::url(sockets)));
    }
    if !RedisConfig::is_given(env)? {
        variables.push(("REDIS_URL", redis::url(sockets)));
    }
    if env.string("IMMICH_MEDIA_LOCATION")?.is_none() {
        variables.push(("IMMICH_MEDIA_LOCATION", layout.media().to_string_lossy().into_owned()));
    }
    Ok(variables)
}

/// All services but those left out.
fn chosen(without: &[String]) -> anyhow::Result<Vec<&'static str>> {
    let all = || WORKERS.into_iter().chain([GATEWAY]);
    if let Some(unknown) = without.iter().find(|name| !all().any(|known| known == name.as_str())) {
        bail!(
            "there is no service {unknown:?}; there are {}",
            all().collect::<Vec<_>>().join(", ")
        );
    }
    Ok(all()
        .filter(|name| !without.iter().any(|left_out| left_out == name))
        .collect())
}

/// Where the gateway will listen: `IMMICH_HOST` and `IMMICH_PORT`.
fn gateway(env: &Env) -> Result<SocketAddr, ConfigError> {
    let host = env
        .string("IMMICH_HOST")?
        .filter(|host| host != "localhost")
        .map(|host| host.parse::<IpAddr>());
    let host = host
        .transpose()
        .map_err(|error| ConfigError::invalid("IMMICH_HOST", error))?;
    let port = env.parse("IMMICH_PORT")?.unwrap_or(PORT);
    Ok(SocketAddr::new(host.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), port))
}

/// An address under which something that listens there can be reached from here.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::from((Ipv4Addr::LOCALHOST, address.port()))
    } else {
        address
    }
}

/// Whether somebody else listens where the gateway wants to: of all addresses, in either family.
pub(crate) fn is_taken(address: SocketAddr) -> bool {
    let all = SocketAddr::from((Ipv6Addr::UNSPECIFIED, address.port()));
    let wanted = [Some(address), address.ip().is_unspecified().then_some(all)];
    wanted
        .into_iter()
        .flatten()
        .any(|address| TcpListener::bind(address).is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse))
}

/// The folder of a media location that is not given, made.
pub(crate) fn make_media(env: &Env, media: &Path) -> anyhow::Result<()> {
    if env.string("IMMICH_MEDIA_LOCATION")?.is_none() {
        super::layout::make_folder(media, 0o750)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_for_people() {
        let at = |pairs: &[(&str, &str)]| reachable(gateway(&Env::of(pairs.iter().copied())).unwrap()).to_string();
        assert_eq!(at(&[]), "127.0.0.1:2283");
        assert_eq!(
            at(&[("IMMICH_PORT", "9000"), ("IMMICH_HOST", "0.0.0.0")]),
            "127.0.0.1:9000"
        );
        assert_eq!(at(&[("IMMICH_HOST", "192.168.1.5")]), "192.168.1.5:2283");
        assert!(gateway(&Env::of([("IMMICH_PORT", "many")])).is_err());
    }

    #[test]
    fn only_what_is_private_is_told() {
        let layout = Layout {
            data: "/srv/a".into(),
            sockets: "/run/safelight-0a".into(),
            hash: "0a".into(),
        };
        let names = |env: &Env| -> Vec<&str> {
            let variables = private_variables(env, &layout, &layout.sockets).unwrap();
            variables.into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(
            names(&Env::of([("DB_URL", "postgres://me:secret@db/x")])),
            ["REDIS_URL", "IMMICH_MEDIA_LOCATION"]
        );
        assert_eq!(
            names(&Env::of([("IMMICH_MEDIA_LOCATION", "/m")])),
            ["DB_URL", "REDIS_URL"]
        );
    }

    #[test]
    fn services_may_be_left_out() {
        assert_eq!(chosen(&[]).unwrap().len(), 4);
        assert!(
            !chosen(&["thumbnail-worker".to_owned()])
                .unwrap()
                .contains(&"thumbnail-worker")
        );
        assert!(chosen(&["thumbnails".to_owned()]).is_err());
    }

    #[test]
    fn a_port_in_use_is_noticed() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert!(is_taken(address));
        drop(listener);
        assert!(!is_taken(address));
    }
}
