//! Jobs that a person asks for.

use actix_web::web::Data;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use safelight_core::{
    db::schema::asset,
    jobs::{
        Class, NewJob, Wakes, enqueue,
        kind::{EncodeVideo, ExtractMetadata, GenerateThumbnails},
    },
};
use uuid::Uuid;

use crate::{
    access::{self, Auth, Permission},
    http::{
        body::Body,
        error::ApiError,
        reply::{self, Reply},
        validate::{Bound, Choices, Fields, Shape, choice, list, uuid},
    },
    state::AppState,
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

/// Jobs for assets.
pub(super) struct Wish {
    ids: Vec<Uuid>,
    name: Name,
}

impl Shape for Wish {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let ids = fields.read("assetIds", list(Bound::Ids, uuid()));
        let name = fields.read("name", choice(NAMES));
        Some(Self { ids: ids?, name: name? })
    }
}

/// `POST /assets/jobs`
pub(super) async fn run(auth: Auth, body: Body<Wish>, state: Data<AppState>) -> Reply {
    let Wish { mut ids, name } = body.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetUpdate, &ids).await?;
    // In one order everywhere, so that two requests cannot wait for each other's rows.
    ids.sort_unstable();
    ids.dedup();
    let wakes = conn
        .transaction::<_, ApiError, _>(async move |conn| {
            let mut wakes = Wakes::default();
            if name == Name::TranscodeVideo {
                ids = asset::table
                    .filter(asset::id.eq_any(&ids))
                    .filter(asset::type_.eq("VIDEO"))
                    .order(asset::id)
                    .select(asset::id)
                    .load(conn)
                    .await?;
            }
            for id in ids {
                match name {
                    // Nobody looks for faces here.
                    Name::RefreshFaces => {}
                    Name::RefreshMetadata => {
                        let job = NewJob::<ExtractMetadata>::for_subject(id).class(Class::Interactive);
                        enqueue(conn, &mut wakes, job).await?;
                    }
                    Name::RegenerateThumbnail => {
                        let job = NewJob::<GenerateThumbnails>::for_subject(id).class(Class::Interactive);
                        enqueue(conn, &mut wakes, job.force(true)).await?;
                    }
                    Name::TranscodeVideo => {
                        let job = NewJob::<EncodeVideo>::for_subject(id).class(Class::Interactive);
                        enqueue(conn, &mut wakes, job.force(true)).await?;
                    }
                }
            }
            Ok(wakes)
        })
        .await?;
    state.waker.send(wakes).await;
    Ok(reply::no_content())
}
