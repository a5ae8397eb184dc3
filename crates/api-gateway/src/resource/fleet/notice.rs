//! What an administrator should know of the installation as a whole.

use actix_web::web::Data;
use safelight_core::settings::SystemConfig;

use super::{held, nobody, wire::Reason};
use crate::{
    http::reply::{Reply, ok},
    state::AppState,
};

/// `GET /fleet/notices`
pub(super) async fn all(state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let mut notices = nobody::idle_work(&mut conn, state.config.lease).await?;
    notices.extend(held::notices(&mut conn, state.feed_hold).await?);
    drop(conn);
    notices.extend(without_effect(&state.system_config()));
    Ok(ok(&notices))
}

/// Settings that are switched on and have no effect in this release: somebody may rely on them.
fn without_effect(config: &SystemConfig) -> Vec<Reason> {
    let checks = &config.integrity_checks;
    let switched_on = [
        (config.backup.database.enabled, "Database backups"),
        (
            config.library.scan.enabled || config.library.watch.enabled,
            "External libraries",
        ),
        (
            checks.missing_files.enabled || checks.untracked_files.enabled || checks.checksum_files.enabled,
            "Integrity checks",
        ),
        (config.machine_learning.enabled, "Machine learning"),
        (config.oauth.enabled, "Sign-in by another service"),
        (config.reverse_geocoding.enabled, "Names of places"),
        (config.storage_template.enabled, "The storage template"),
    ];
    let idle: Vec<&str> = switched_on
        .into_iter()
        .filter_map(|(is_on, name)| is_on.then_some(name))
        .collect();
    if idle.is_empty() {
        return Vec::new();
    }
    vec![Reason {
        code: "settingsWithoutEffect",
        message: format!(
            "Switched on in the settings, without effect in this release: {}.",
            idle.join(", ")
        ),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(config: &SystemConfig) -> Option<String> {
        without_effect(config).pop().map(|notice| notice.message)
    }

    #[test]
    fn what_is_switched_on_and_does_nothing_is_named() {
        let mut config = SystemConfig::default();
        let told = message(&config).unwrap();
        assert!(
            told.contains("Database backups") && !told.contains("storage template"),
            "{told}"
        );
        config.storage_template.enabled = true;
        assert!(message(&config).unwrap().contains("storage template"));
    }

    #[test]
    fn nothing_is_told_where_all_of_it_is_off() {
        let mut config = SystemConfig::default();
        config.backup.database.enabled = false;
        config.library.scan.enabled = false;
        config.integrity_checks.missing_files.enabled = false;
        config.integrity_checks.untracked_files.enabled = false;
        config.integrity_checks.checksum_files.enabled = false;
        config.reverse_geocoding.enabled = false;
        assert_eq!(message(&config), None);
    }
}
