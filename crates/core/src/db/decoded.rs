//! What decoders saw of the files of assets: their size, and which way is up.
//!
//! It goes before what tags say. Tags and pixels are read by different jobs, in any order and any number of times, so each that
//! has written calls [`tell`], and what is shown is the same in the end.

use std::time::SystemTime;

use diesel::sql_types::{BigInt, Bool, Integer, Nullable, SmallInt, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::DbError;

/// A file that was read, as far as another one can be told from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Its length.
    bytes: i64,
    /// When it was changed, since 1970.
    modified_ms: i64,
}

impl Version {
    /// Of a file of so many bytes that was changed then.
    pub fn new(bytes: u64, modified: SystemTime) -> Self {
        Self {
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            modified_ms: millis(modified),
        }
    }
}

fn millis(time: SystemTime) -> i64 {
    let narrow = |millis: u128| i64::try_from(millis).unwrap_or(i64::MAX);
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => narrow(since.as_millis()),
        Err(before) => narrow(before.duration().as_millis()).saturating_neg(),
    }
}

/// What a decoder saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Pixels as stored, before they are turned; none where only a smaller picture in the file could be read.
    pub size: Option<(u32, u32)>,
    /// How they are turned for viewing, as EXIF writes it: 1 to 8.
    pub orientation: Option<u8>,
}

/// What is known of the file that an asset has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A decoder saw it.
    Seen,
    /// A decoder saw another one: what it said has been removed.
    Replaced,
    /// No decoder told of it.
    Unseen {
        /// The size that is shown, upright, where pictures were made of the asset all the same: by a release that kept nothing.
        shown: Option<(i32, i32)>,
    },
}

/// Whether the row `d` is of the file that asset `a` has now, which is so long ($2) and was changed then ($3). What is in the
/// store is never changed in place, but its time may be another one after it was copied back.
macro_rules! same_file {
    () => {
        "(d.checksum = a.checksum and d.bytes = $2 and (d.modified_ms = $3 or not a.is_external))"
    };
}

const RECORD: &str = "insert into asset_decoded (asset_id, checksum, bytes, modified_ms, width, height, orientation)
     select id, checksum, $2, $3, $4, $5, $6 from asset where id = $1
     on conflict (asset_id) do update set
        checksum = excluded.checksum, bytes = excluded.bytes, modified_ms = excluded.modified_ms, width = excluded.width,
        height = excluded.height, orientation = excluded.orientation, updated_at = now()";

/// Keeps what was seen of a file. The caller has locked the asset, and calls [`tell`].
pub async fn record(conn: &mut AsyncPgConnection, asset: Uuid, file: Version, seen: Seen) -> Result<(), DbError> {
    let narrow = |side: u32| i32::try_from(side).ok().filter(|side| *side > 0);
    let size = seen.size.and_then(|(width, height)| narrow(width).zip(narrow(height)));
    sql_query(RECORD)
        .bind::<SqlUuid, _>(asset)
        .bind::<BigInt, _>(file.bytes)
        .bind::<BigInt, _>(file.modified_ms)
        .bind::<Nullable<Integer>, _>(size.map(|(width, _)| width))
        .bind::<Nullable<Integer>, _>(size.map(|(_, height)| height))
        .bind::<Nullable<SmallInt>, _>(seen.orientation.map(i16::from))
        .execute(conn)
        .await?;
    Ok(())
}

const LOOK: &str = concat!(
    "with replaced as (
        delete from asset_decoded d using asset a where d.asset_id = $1 and a.id = $1 and not ",
    same_file!(),
    " returning d.asset_id
     )
     select exists (select from replaced) as is_replaced,
        exists (select from asset_decoded d where d.asset_id = a.id and ",
    same_file!(),
    ") as is_seen, a.thumbhash is not null and not a.is_edited as is_shown, a.width, a.height from asset a where a.id = $1"
);

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Bool)]
    is_replaced: bool,
    #[diesel(sql_type = Bool)]
    is_seen: bool,
    #[diesel(sql_type = Bool)]
    is_shown: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    width: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    height: Option<i32>,
}

/// What is known of the file that was read now; what was known of another one goes. The caller has locked the asset.
pub async fn look(conn: &mut AsyncPgConnection, asset: Uuid, file: Version) -> Result<Known, DbError> {
    let row: Option<Row> = sql_query(LOOK)
        .bind::<SqlUuid, _>(asset)
        .bind::<BigInt, _>(file.bytes)
        .bind::<BigInt, _>(file.modified_ms)
        .get_result(conn)
        .await
        .optional()?;
    Ok(match row {
        Some(row) if row.is_seen => Known::Seen,
        Some(row) if row.is_replaced => Known::Replaced,
        Some(row) if row.is_shown => Known::Unseen {
            shown: row.width.zip(row.height),
        },
        _ => Known::Unseen { shown: None },
    })
}

/// A file that says nothing of its orientation goes on saying nothing where the decoder found it upright.
const TELL: &str = "
with told as (
    select d.asset_id, coalesce(d.width, e.exif_image_width) as width, coalesce(d.height, e.exif_image_height) as height,
        case when d.orientation = 1 and e.orientation is null then null
             else coalesce(d.orientation::text, e.orientation) end as orientation
    from asset_decoded d left join asset_exif e on e.asset_id = d.asset_id where d.asset_id = $1
), exif as (
    update asset_exif e set exif_image_width = told.width, exif_image_height = told.height, orientation = told.orientation,
        updated_at = now()
    from told where e.asset_id = told.asset_id
      and (e.exif_image_width, e.exif_image_height, e.orientation)
          is distinct from (told.width, told.height, told.orientation)
), upright as (
    select asset_id, case when orientation in ('5', '6', '7', '8') then height else width end as width,
        case when orientation in ('5', '6', '7', '8') then width else height end as height
    from told
)
update asset a set
    width = case when a.is_edited then a.width else coalesce(upright.width, a.width) end,
    height = case when a.is_edited then a.height else coalesce(upright.height, a.height) end,
    updated_at = now()
from upright where a.id = upright.asset_id";

/// Puts what was seen where clients read it: over what tags said, if a decoder saw anything. An edited asset keeps the size of
/// what was made of it. The caller has locked the asset.
pub async fn tell(conn: &mut AsyncPgConnection, asset: Uuid) -> Result<(), DbError> {
    sql_query(TELL).bind::<SqlUuid, _>(asset).execute(conn).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_before_1970_and_beyond_all_clocks() {
        let day = Duration::from_secs(86_400);
        assert_eq!(millis(SystemTime::UNIX_EPOCH + day), 86_400_000);
        assert_eq!(millis(SystemTime::UNIX_EPOCH - day), -86_400_000);
    }
}
