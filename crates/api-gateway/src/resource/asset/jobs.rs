//! Jobs that a person asks for.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{DbError, again, schema::asset},
    jobs::{
        BulkOptions, Wakes, enqueue_each,
        kind::{EncodeVideo, ExtractMetadata, GenerateThumbnails},
    },
};
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::{self},
    http::validate::{Bound, Choices, choice, list, shape, uuid},
};

/// What may be asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    RefreshFaces,
    RefreshMetadata,
    RegenerateThumbnail,
    TranscodeVideo,
}

const NAMES: &Choices<Name> = &[
    ("refresh-faces", Name::RefreshFaces),
    ("refresh-metadata", Name::RefreshMetadata),
    ("regenerate-thumbnail", Name::RegenerateThumbnail),
    ("transcode-video", Name::TranscodeVideo),
];

shape! {
    /// Jobs for assets.
    pub(super) struct Wish {
        ids: Vec<Uuid> = "assetIds", list(Bound::Ids, uuid());
        name: Name = "name", choice(NAMES);
    }
}

/// `POST /assets/jobs`
pub(super) async fn run(auth: Auth, body: Body<Wish>, state: Data<AppState>) -> Reply {
    let Wish { mut ids, name } = body.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetUpdate, &ids).await?;
    if name == Name::TranscodeVideo {
        ids = asset::table
            .filter(asset::id.eq_any(&ids))
            .filter(asset::type_.eq("VIDEO"))
            .select(asset::id)
            .load(&mut conn)
            .await?;
    }
    let wakes = again(async || enqueue_all(&mut conn, name, &ids).await).await?;
    drop(conn);
    state.wake(wakes).await;
    Ok(reply::no_content())
}

/// One statement, whatever the number of assets.
async fn enqueue_all(conn: &mut AsyncPgConnection, name: Name, ids: &[Uuid]) -> Result<Wakes, DbError> {
    let mut wakes = Wakes::default();
    let anew = BulkOptions {
        force: true,
        ..BulkOptions::interactive()
    };
    match name {
        // Nobody looks for faces here.
        Name::RefreshFaces => {}
        Name::RefreshMetadata => {
            enqueue_each::<ExtractMetadata>(conn, &mut wakes, BulkOptions::interactive(), ids).await?;
        }
        Name::RegenerateThumbnail => enqueue_each::<GenerateThumbnails>(conn, &mut wakes, anew, ids).await?,
        Name::TranscodeVideo => enqueue_each::<EncodeVideo>(conn, &mut wakes, anew, ids).await?,
    }
    Ok(wakes)
}
