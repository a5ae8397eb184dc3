//! Administrators and API keys, made at the command line.

mod admin;
mod api_key;
mod db_role;
mod password;
mod prompt;

pub(crate) use admin::{create_admin, reset_password};
pub(crate) use api_key::create_api_key;
pub(crate) use db_role::worker_role;

use anyhow::{Context as _, bail};
use diesel_async::AsyncPgConnection;
use safelight_core::config::DatabaseConfig;
use safelight_core::db::{self, Readiness};

/// A connection to a database with our schema.
async fn open(config: &DatabaseConfig) -> anyhow::Result<AsyncPgConnection> {
    let mut conn = db::connect(config)
        .await
        .context("cannot reach the database (is `safelight up` running?)")?;
    match db::readiness(&mut conn).await? {
        Readiness::Ready => Ok(conn),
        Readiness::Behind => bail!("the database has no schema of this release yet: run `safelight migrate` first"),
        Readiness::Incompatible => bail!("this database needs a later release of Safelight"),
    }
}

/// An address as it is stored and compared.
fn normal_email(text: &str) -> anyhow::Result<String> {
    let email = text.trim().to_lowercase();
    match email.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() && !email.contains(char::is_whitespace) => Ok(email),
        _ => bail!("{text:?} is not an e-mail address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case() {
        assert_eq!(normal_email(" Me@Home.LAN ").unwrap(), "me@home.lan");
        for bad in ["me", "@home", "me@", "me @home"] {
            assert!(normal_email(bad).is_err(), "{bad}");
        }
    }
}
