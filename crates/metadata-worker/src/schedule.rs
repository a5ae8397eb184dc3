//! What happens every night, as rows in `schedule` that follow the settings.

use chrono_tz::Tz;
use safelight_core::config::{ConfigError, Env};
use safelight_core::db::{DbError, Pool};
use safelight_core::jobs::kind;
use safelight_core::jobs::schedule::{Schedule, Singleton, put_schedule, remove_schedule};
use safelight_core::settings::{NightlyTasksSettings, Settings, adopt_time_zone};

/// Old trash, old accounts, old sessions, old notifications and deletions that were told for long.
const CLEANUP: &str = "nightly.database-cleanup";
/// Stored bytes of every account.
const USAGE: &str = "nightly.sync-quota-usage";
/// Pictures that are missing.
const THUMBNAILS: &str = "nightly.missing-thumbnails";

/// The schedules this worker can start.
pub(crate) const SCHEDULES: [Schedule; 3] = [
    Schedule {
        name: CLEANUP,
        jobs: &[
            Singleton::of::<kind::DeleteCheck>(),
            Singleton::of::<kind::UserDeleteCheck>(),
            Singleton::of::<kind::SessionCleanup>(),
            Singleton::of::<kind::NotificationsCleanup>(),
            Singleton::of::<kind::AuditTableCleanup>(),
        ],
    },
    Schedule {
        name: USAGE,
        jobs: &[Singleton::of::<kind::SyncUsage>()],
    },
    Schedule {
        name: THUMBNAILS,
        jobs: &[Singleton::of::<kind::MissingThumbnails>()],
    },
];

/// The zone of this node (`TZ`, default UTC), in which nights are counted while the installation has none.
pub(crate) fn zone(env: &Env) -> Result<Tz, ConfigError> {
    let zone = env.string("TZ")?.filter(|name| !name.is_empty());
    let Some(name) = zone else { return Ok(Tz::UTC) };
    Ok(name.trim_start_matches(':').parse().unwrap_or_else(|_| {
        tracing::warn!(
            zone = name,
            "TZ names no time zone of the IANA database; nightly tasks run by UTC"
        );
        Tz::UTC
    }))
}

/// Writes the rows as the settings ask, now and after every change, for as long as the worker lives. A database that is away
/// is asked again at the next change or start: the rows that are there stay.
pub(crate) async fn follow(pool: Pool, settings: Settings, zone: Tz) {
    let mut changes = settings.subscribe();
    loop {
        let nightly = settings.current().nightly_tasks.clone();
        if let Err(error) = write(&pool, &nightly, zone).await {
            tracing::warn!(%error, "the schedules could not be written");
        }
        if changes.changed().await.is_err() {
            return;
        }
    }
}

async fn write(pool: &Pool, nightly: &NightlyTasksSettings, own: Tz) -> Result<(), DbError> {
    let mut conn = pool.get().await?;
    let zone = adopt_time_zone(&mut conn, own).await?;
    if zone != own {
        tracing::info!(
            zone = zone.name(),
            own = own.name(),
            "nights are counted in the zone of the installation, not in this node's"
        );
    }
    let cron = cron(&nightly.start_time);
    let rows = [
        (CLEANUP, nightly.database_cleanup),
        (USAGE, nightly.sync_quota_usage),
        (THUMBNAILS, nightly.missing_thumbnails),
    ];
    for (name, wanted) in rows {
        match &cron {
            Some(cron) if wanted => put_schedule(&mut conn, name, cron, zone.name()).await?,
            _ => remove_schedule(&mut conn, name).await?,
        }
    }
    Ok(())
}

/// `HH:MM` as a pattern of cron.
fn cron(start_time: &str) -> Option<String> {
    let (hour, minute) = start_time.split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| format!("{minute} {hour} * * *"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_times() {
        assert_eq!(cron("00:00").as_deref(), Some("0 0 * * *"));
        assert_eq!(cron("23:05").as_deref(), Some("5 23 * * *"));
        assert_eq!(cron("24:00"), None);
        assert_eq!(cron("soon"), None);
    }

    #[test]
    fn zones_of_the_environment() {
        assert_eq!(zone(&Env::of([("TZ", "Europe/Berlin")])).unwrap(), Tz::Europe__Berlin);
        assert_eq!(zone(&Env::of([("TZ", ":UTC")])).unwrap(), Tz::UTC);
        assert_eq!(zone(&Env::of([("TZ", "/etc/localtime")])).unwrap(), Tz::UTC);
    }
}
