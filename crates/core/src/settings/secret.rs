//! What of the document only the owner of the database may read: it stands in the table `system_secret`, a row for each.
//!
//! The trigger `system_config_written` knows the same places, so that no release, also none that does not know this table,
//! leaves a secret in the document.

use diesel::sql_types::{Array, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use super::SystemConfig;
use crate::config::Secret;

/// Where a secret stands in the typed document.
type Place = fn(&mut SystemConfig) -> &mut Secret;

/// Every secret: its path in the document, and its place.
const SECRETS: [(&str, Place); 2] = [
    ("notifications.smtp.transport.password", |config| {
        &mut config.notifications.smtp.transport.password
    }),
    ("oauth.clientSecret", |config| &mut config.oauth.client_secret),
];

#[derive(QueryableByName)]
struct SecretRow {
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    value: String,
}

/// Takes the secrets out of a document; those that are empty are none.
pub(super) fn take(config: &mut SystemConfig) -> Vec<(&'static str, Secret)> {
    let taken = SECRETS
        .iter()
        .map(|(path, place)| (*path, std::mem::take(place(config))));
    taken.filter(|(_, secret)| !secret.expose().is_empty()).collect()
}

/// Puts the stored secrets into a document. Only the owner of the database can.
pub(super) async fn put(conn: &mut AsyncPgConnection, config: &mut SystemConfig) -> diesel::QueryResult<()> {
    let rows: Vec<SecretRow> = sql_query("select path, value from system_secret").load(conn).await?;
    for row in rows {
        // A newer release may keep some that this one does not know.
        if let Some((_, place)) = SECRETS.iter().find(|(path, _)| *path == row.path) {
            *place(config) = Secret::new(row.value);
        }
    }
    Ok(())
}

/// Makes these the stored secrets: of those that this release knows, what is not among them goes.
pub(super) async fn replace(
    conn: &mut AsyncPgConnection,
    secrets: &[(&'static str, Secret)],
) -> diesel::QueryResult<()> {
    let known: Vec<&str> = SECRETS.iter().map(|(path, _)| *path).collect();
    let (paths, values): (Vec<&str>, Vec<&str>) = secrets.iter().map(|(path, value)| (*path, value.expose())).unzip();
    let statement = "
        with gone as (delete from system_secret where path = any($3) and path <> all($1))
        insert into system_secret (path, value) select * from unnest($1, $2)
        on conflict (path) do update set value = excluded.value, updated_at = now()
        where system_secret.value <> excluded.value";
    sql_query(statement)
        .bind::<Array<Text>, _>(paths)
        .bind::<Array<Text>, _>(values)
        .bind::<Array<Text>, _>(known)
        .execute(conn)
        .await
        .map(drop)
}

/// A secret as plain text in the document, for the one answer and the one request that carry it.
pub(super) mod text {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::config::Secret;

    pub(in crate::settings) fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.expose())
    }

    pub(in crate::settings) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_document() {
        let mut config = SystemConfig::default();
        for (path, place) in SECRETS {
            *place(&mut config) = Secret::new(path);
        }
        let json = serde_json::to_value(&config).unwrap();
        for (path, _) in SECRETS {
            assert_eq!(json.pointer(&format!("/{}", path.replace('.', "/"))).unwrap(), path);
        }
        assert_eq!(take(&mut config).len(), SECRETS.len());
        assert_eq!(config, SystemConfig::default());
    }

    #[test]
    fn no_secret_is_printed() {
        let mut config = SystemConfig::default();
        for (_, place) in SECRETS {
            *place(&mut config) = Secret::new("hunter2");
        }
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
