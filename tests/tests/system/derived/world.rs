//! Several people, their assets and albums, and writers of all kinds on them.

use std::pin::pin;

use anyhow::{Result, bail};
use futures_util::future::try_join_all;
use safelight_tests::{Client, TestSystem};
use serde_json::{Value, json};
use tokio_postgres::Client as Sql;
use tokio_postgres::error::SqlState;

/// Assets of each of the three people.
pub(super) const ASSETS: usize = 40;

/// How often a writer comes again.
const TRIES: usize = 5;

/// Changes of each writer.
const ROUNDS: usize = 60;

/// Everybody with a session `person-1` and so on that has the locked folder open, their assets over three years, and three albums in
/// which everybody may write.
const PEOPLE: &str = "
insert into \"user\" (email, name, is_admin) select 'person-' || n || '@example.com', 'Person ' || n, n = 1 from generate_series(1, 3) n;
insert into session (token, user_id, pin_expires_at)
select sha256(convert_to(split_part(email, '@', 1), 'UTF8')), id, now() + interval '1 day' from \"user\";
insert into album (album_name) select 'Album ' || n from generate_series(1, 3) n;
insert into album_user (album_id, user_id, role)
select album.id, u.id, case when right(album_name, 1) = right(u.name, 1) then 'owner' else 'editor' end from album, \"user\" u";

/// One asset of somebody, with tags.
pub(super) const ASSET: &str = "
with made as (
    insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
        local_date_time, created_at, is_favorite, visibility)
    select u.id, case when n % 5 = 0 then 'VIDEO' else 'IMAGE' end, '/nowhere/' || n % 7 || '/' || n || '.jpg', n || '.jpg',
        sha256(concat(u.id, n, clock_timestamp())::bytea), at, at, at at time zone 'UTC', at + interval '40 days', n % 4 = 0,
        case when n % 9 = 0 then 'archive' else 'timeline' end
    from \"user\" u, generate_series(1, $2::int) n, lateral (select timestamptz '2021-01-03' + n * 9 % 1000 * interval '1 day' as at) clock
    where u.name = $1::text returning id, original_file_name),
tagged as (
    insert into asset_exif (asset_id, file_size_in_byte, city, country, make, model, latitude, longitude)
    select id, 1000 + n, (array['Rome', 'Oslo', null])[1 + n % 3], (array['Italy', 'Norway', null])[1 + n % 3],
        (array['Canon', null])[1 + n % 2], (array['EOS', null])[1 + n % 2], (array[41.9, 59.9, null])[1 + n % 3],
        (array[12.5, 10.7, null])[1 + n % 3]
    from made, lateral (select split_part(original_file_name, '.', 1)::int as n) number)
select id::text from made";

pub(super) struct World {
    pub(super) system: TestSystem,
    pub(super) people: Vec<Client>,
    pub(super) assets: Vec<Vec<String>>,
    pub(super) albums: Vec<String>,
}

impl World {
    pub(super) async fn new() -> Self {
        let system = TestSystem::builder()
            .gateways(2)
            .env("SAFELIGHT_DB_POOL_SHARE", "100")
            .env("SAFELIGHT_DB_POOL_WAIT", "60s")
            .start()
            .await
            .unwrap();
        let sql = system.sql().await.unwrap();
        sql.batch_execute(PEOPLE).await.unwrap();
        let (mut people, mut assets) = (Vec::new(), Vec::new());
        for number in 1..=3 {
            people.push(system.client().with_token(&format!("person-{number}")).unwrap());
            let name = format!("Person {number}");
            assets.push(strings(&sql, ASSET, &[&name, &i32::try_from(ASSETS).unwrap()]).await);
        }
        let albums = strings(&sql, "select id::text from album order by album_name", &[]).await;
        Self {
            system,
            people,
            assets,
            albums,
        }
    }

    /// The `number`th change by the person with this index, by the API. What is gone meanwhile is refused, and that is all right.
    pub(super) async fn change(&self, who: usize, number: usize) -> Result<()> {
        let own = &self.assets[who];
        let some: Vec<_> = own
            .iter()
            .cycle()
            .skip(number * 7 % ASSETS)
            .take(1 + number % 9)
            .collect();
        let others: Vec<_> = self.assets.iter().flatten().skip(number % 11).step_by(9).collect();
        let album = &self.albums[number % self.albums.len()];
        let places = ["timeline", "archive", "locked", "timeline"];
        let (method, path, body) = match number % 10 {
            0 | 1 => ("PUT", format!("/api/albums/{album}/assets"), json!({ "ids": some })),
            2 => (
                "PUT",
                "/api/albums/assets".into(),
                json!({"albumIds": self.albums, "assetIds": some}),
            ),
            3 => (
                "DELETE",
                format!("/api/albums/{album}/assets"),
                json!({ "ids": others }),
            ),
            4 => (
                "PUT",
                "/api/assets".into(),
                json!({"ids": some, "isFavorite": number.is_multiple_of(4)}),
            ),
            5 => (
                "PUT",
                "/api/assets".into(),
                json!({"ids": some, "visibility": places[number / 10 % 4]}),
            ),
            6 => ("DELETE", "/api/assets".into(), json!({ "ids": some })),
            7 => ("POST", "/api/trash/restore".into(), json!({})),
            8 => (
                "PUT",
                "/api/assets".into(),
                json!({"ids": some, "dateTimeRelative": 60 * 24 * (number % 50)}),
            ),
            _ => (
                "PUT",
                "/api/assets".into(),
                json!({"ids": some, "latitude": number % 80, "longitude": 2}),
            ),
        };
        // Writers beside the API keep to no order of locks: who meets them too often is told to come again.
        for _ in 0..TRIES {
            let answer = self.people[who].send(method.parse()?, &path, Some(&body)).await?;
            match answer.status {
                503 => {}
                status if status >= 500 => bail!("{method} {path} answered {status}: {}", answer.text()),
                _ => return Ok(()),
            }
        }
        bail!("{method} {path} was told to come again {TRIES} times")
    }

    /// Everybody, writing through the API and beside it, until all of it is done. All the time `different` counts nothing.
    pub(super) async fn storm(&self, different: &str) {
        let sql = self.system.sql().await.unwrap();
        let count = async || sql.query_one(different, &[]).await.unwrap().get::<_, i64>(0);
        let by_api = (0..self.people.len() * 2).map(async |writer| {
            for round in 0..ROUNDS {
                self.change(writer % self.people.len(), writer * 5 + round * 3).await?;
            }
            anyhow::Ok(())
        });
        let beside = (0..2).map(async |writer| {
            let sql = self.system.sql().await?;
            for round in 0..ROUNDS {
                self.disturb(&sql, writer * 3 + round).await?;
            }
            anyhow::Ok(())
        });
        let mut writing = pin!(async { tokio::try_join!(try_join_all(by_api), try_join_all(beside)) });
        loop {
            tokio::select! {
                written = &mut writing => {
                    written.unwrap();
                    break;
                }
                different = count() => assert_eq!(different, 0),
            }
        }
        assert_eq!(count().await, 0);
    }

    /// The `number`th change by a statement, which locks nothing in any order and is tried again where it met others.
    pub(super) async fn disturb(&self, sql: &Sql, number: usize) -> Result<()> {
        let asset = &self
            .assets
            .iter()
            .flatten()
            .nth(number * 13 % (3 * ASSETS))
            .cloned()
            .unwrap_or_default();
        let statement = match number % 11 {
            0 => format!("delete from asset where id = '{asset}'"),
            1 => format!("update asset set local_date_time = local_date_time + interval '33 days' where id >= '{asset}'"),
            2 => format!("update asset set visibility = 'hidden' where id = '{asset}'"),
            3 => format!("update asset set created_at = created_at - interval '1 month', is_favorite = not is_favorite where id <= '{asset}'"),
            4 => format!("update asset set deleted_at = null, status = 'active' where id < '{asset}'"),
            5 => format!("update asset_exif set city = 'Kyoto', model = 'X', file_size_in_byte = file_size_in_byte + 5 where asset_id > '{asset}'"),
            7 => format!("insert into asset_file (asset_id, type, path, size_in_byte)
                select id, 'sidecar', '/nowhere/x.xmp', {number} from asset where id > '{asset}' on conflict do nothing"),
            8 => format!("update asset_file set size_in_byte = size_in_byte * 2 where asset_id < '{asset}'"),
            9 => format!("delete from asset_file where asset_id > '{asset}'"),
            6 => format!("update asset set type = 'VIDEO', updated_at = now() where id = '{asset}'"),
            _ => format!("delete from album_asset where asset_id = '{asset}'"),
        };
        loop {
            let Err(error) = sql.batch_execute(&statement).await else {
                return Ok(());
            };
            if error.code() != Some(&SqlState::T_R_DEADLOCK_DETECTED) {
                return Err(error.into());
            }
        }
    }
}

pub(super) async fn strings(
    sql: &Sql,
    query: &str,
    values: &[&(dyn tokio_postgres::types::ToSql + Sync)],
) -> Vec<String> {
    let rows = sql.query(query, values).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// The answer to a query for one JSON text.
pub(super) async fn value(sql: &Sql, query: &str) -> Value {
    let text: String = sql.query_one(query, &[]).await.unwrap().get(0);
    serde_json::from_str(&text).unwrap()
}
