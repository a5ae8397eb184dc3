//! Which assets are to be downloaded, and whether the caller may.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::access::{self};
use crate::prelude::*;

/// What a client wants.
pub(super) enum Choice {
    /// These, in this order.
    Assets(Vec<Uuid>),
    /// What is in an album.
    Album(Uuid),
    /// The timeline and the archive of a person.
    Person(Uuid),
}

/// An asset, its moving part, and how large they are.
#[derive(Debug, QueryableByName)]
pub(super) struct Found {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = BigInt)]
    pub(super) size: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) motion: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    pub(super) motion_size: i64,
}

/// The size is that of the original. A moving part that lies among the encoded videos was taken out of its still.
const COLUMNS: &str = "select a.id, coalesce(e.file_size_in_byte, 0) as size, m.id as motion,
    coalesce(me.file_size_in_byte, 0) as motion_size";
const PARTS: &str = "left join asset_exif e on e.asset_id = a.id
    left join asset m on m.id = a.live_photo_video_id and ($2 or not starts_with(m.original_path, $3))
    left join asset_exif me on me.asset_id = m.id";

const ASSETS: &str = "from unnest($1::uuid[]) with ordinality chosen (id, place) join asset a on a.id = chosen.id";
const ALBUM: &str = "from album_asset content join asset a on a.id = content.asset_id";
const IN_ALBUM: &str =
    "where content.album_id = $1 and a.deleted_at is null and a.visibility in ('archive', 'timeline')";
const OWN: &str = "from asset a";
const IS_OWN: &str = "where a.owner_id = $1 and a.deleted_at is null and a.visibility in ('archive', 'timeline')";
const NEWEST_FIRST: &str = "order by a.local_date_time desc, a.id";

impl Choice {
    /// The assets in their order.
    ///
    /// # Errors
    /// 400 for what is not there or not the caller's.
    pub(super) async fn load(
        &self,
        conn: &mut AsyncPgConnection,
        auth: &Auth,
        with_embedded: bool,
        encoded: &str,
    ) -> Result<Vec<Found>, ApiError> {
        self.check(conn, auth).await?;
        let (from, which, order) = match self {
            Self::Assets(_) => (ASSETS, "", "order by chosen.place"),
            Self::Album(_) => (ALBUM, IN_ALBUM, NEWEST_FIRST),
            Self::Person(_) => (OWN, IS_OWN, NEWEST_FIRST),
        };
        let query = sql_query(format!("{COLUMNS} {from} {PARTS} {which} {order}"));
        let mut rows: Vec<Found> = match self {
            Self::Assets(ids) => {
                let query = query.bind::<Array<SqlUuid>, _>(ids);
                let query = query.bind::<Bool, _>(with_embedded).bind::<Text, _>(encoded);
                query.load(conn).await?
            }
            Self::Album(id) | Self::Person(id) => {
                let query = query.bind::<SqlUuid, _>(*id);
                let query = query.bind::<Bool, _>(with_embedded).bind::<Text, _>(encoded);
                query.load(conn).await?
            }
        };
        // A moving part may be locked or in the trash while its photo is not.
        let motions: Vec<Uuid> = rows.iter().filter_map(|row| row.motion).collect();
        let granted = access::asset::granted(conn, auth, Permission::AssetDownload, &motions).await?;
        for row in &mut rows {
            row.motion = row.motion.filter(|motion| granted.contains(motion));
        }
        Ok(rows)
    }

    async fn check(&self, conn: &mut AsyncPgConnection, auth: &Auth) -> Result<(), ApiError> {
        match self {
            Self::Assets(ids) => access::asset::require(conn, auth, Permission::AssetDownload, ids).await,
            Self::Album(id) => access::album::require(conn, auth, Permission::AlbumDownload, *id)
                .await
                .map(drop),
            Self::Person(id) if *id == auth.id() => Ok(()),
            Self::Person(_) => Err(ApiError::no_access(Permission::TimelineDownload.as_str())),
        }
    }
}
