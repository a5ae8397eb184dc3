//! What holds back whoever mirrors the library: a transaction that does not end.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use safelight_core::{
    config::{ConfigError, Env},
    db::{
        DbError,
        feed::{self, Hold, Holder},
    },
};

use super::wire::Reason;

/// `SAFELIGHT_FEED_HOLD`: a transaction that has written and is open for longer is named (30 s).
///
/// # Errors
/// What is not a duration.
pub(crate) fn patience(env: &Env) -> Result<Duration, ConfigError> {
    Ok(env.duration("SAFELIGHT_FEED_HOLD")?.unwrap_or(Duration::from_secs(30)))
}

/// A notice for each.
pub(super) async fn notices(conn: &mut AsyncPgConnection, patience: Duration) -> Result<Vec<Reason>, DbError> {
    let holds = feed::holds(conn, patience.as_secs_f64()).await?;
    Ok(holds.iter().map(notice).collect())
}

fn notice(hold: &Hold) -> Reason {
    let (database, role) = (&hold.database, &hold.role);
    // To the second: a text that stays the same can be read and copied.
    let since = hold.since.format("%Y-%m-%d %H:%M:%S UTC");
    let who = match &hold.holder {
        Holder::Session(pid) if hold.application.is_empty() => {
            format!("process {pid} of the database {database}, role {role}")
        }
        Holder::Session(pid) => {
            format!(
                "process {pid} of the database {database}, role {role}, program {}",
                hold.application
            )
        }
        Holder::Prepared(name) => format!("the prepared transaction {name} of the database {database}, role {role}"),
    };
    let remedy = match &hold.holder {
        Holder::Session(pid) => format!("select pg_terminate_backend({pid})"),
        Holder::Prepared(name) => format!("in that database: rollback prepared '{}'", name.replace('\'', "''")),
    };
    Reason {
        code: "feedHeld",
        message: format!(
            "A transaction is open since {since} and holds back what was changed since: {who}. Readers of the feed see none of \
             that before it ends. To end it: {remedy}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_it_is_and_what_to_do_is_told() {
        let hold = Hold {
            holder: Holder::Prepared("it's".to_owned()),
            database: "other".to_owned(),
            role: "me".to_owned(),
            application: String::new(),
            since: chrono::DateTime::UNIX_EPOCH,
        };
        let told = notice(&hold).message;
        assert!(
            told.contains("since 1970-01-01 00:00:00 UTC") && told.contains("of the database other, role me"),
            "{told}"
        );
        assert!(told.ends_with("rollback prepared 'it''s'"), "{told}");
    }
}
