//! Giving one asset what another has: `PUT /assets/copy`.

use std::path::{Path, PathBuf};

use diesel::{prelude::*, sql_query, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::TryStreamExt as _;
use safelight_core::{
    db::{
        RowLock, again, lock_assets,
        schema::{album_asset, asset_file},
        sidecar::{self, Sidecar},
        usage,
    },
    ids::FileType,
    jobs::{Class, NewJob, Source, Wakes, enqueue, enqueue_deletion, kind::ExtractMetadata},
    media::intents,
};
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::{self},
    door,
    http::validate::{Fields, Rule, Shape, boolean, uuid},
    incoming::claims::Claims,
    resource::album,
};

/// From which asset to which, and what of it.
pub(super) struct Wish {
    source: Uuid,
    target: Uuid,
    albums: bool,
    favorite: bool,
    sidecar: bool,
}

impl Shape for Wish {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let source = fields.read("sourceId", uuid());
        let target = fields.read("targetId", uuid());
        let albums = fields.read("albums", boolean().or(true));
        let favorite = fields.read("favorite", boolean().or(true));
        let sidecar = fields.read("sidecar", boolean().or(true));
        // There are neither stacks nor shared links yet, so none of them are copied.
        let stack = fields.read("stack", boolean().or(true));
        let links = fields.read("sharedLinks", boolean().or(true));
        stack.and(links)?;
        Some(Self {
            source: source?,
            target: target?,
            albums: albums?,
            favorite: favorite?,
            sidecar: sidecar?,
        })
    }
}

/// `PUT /assets/copy`
pub(super) async fn copy(auth: Auth, body: Body<Wish>, state: Data<AppState>) -> Reply {
    let wish = body.0;
    if wish.source == wish.target {
        return Err(ApiError::bad("Source and target id must be distinct"));
    }
    let ends = [wish.source, wish.target];
    access::asset::require(&mut *state.conn().await?, &auth, Permission::AssetCopy, &ends).await?;
    let state = state.get_ref().clone();
    // On a task of its own: a client that goes away does not stop it half-way.
    let done = door::spawn(async move { perform(&state, &auth, &wish).await });
    done.await.map_err(ApiError::internal)??;
    Ok(reply::no_content())
}

async fn perform(state: &AppState, auth: &Auth, wish: &Wish) -> Result<(), ApiError> {
    let mut claims = Claims::new(state.clone());
    let sidecar = match sidecar_of(state, wish).await? {
        Some(from) => duplicate(state, auth, &from, &mut claims).await?,
        None => None,
    };
    let mut conn = state.conn().await?;
    let written = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| write(conn, state, auth, wish, sidecar.as_ref()).await)
            .await
    })
    .await;
    drop(conn);
    match written {
        Ok(wakes) => {
            claims.published();
            state.wake(wakes).await;
            Ok(())
        }
        Err(error) => {
            claims.release().await;
            Err(error)
        }
    }
}

/// The sidecar to copy, if there is one and it is wanted.
async fn sidecar_of(state: &AppState, wish: &Wish) -> Result<Option<PathBuf>, ApiError> {
    if !wish.sidecar {
        return Ok(None);
    }
    let path = path_of(&mut *state.conn().await?, wish.source).await?;
    Ok(path.map(PathBuf::from))
}

async fn path_of(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Option<String>, ApiError> {
    let path = asset_file::table
        .filter(asset_file::asset_id.eq(id))
        .filter(asset_file::type_.eq(FileType::Sidecar.as_str()))
        .filter(asset_file::is_edited.eq(false))
        .select(asset_file::path)
        .first(conn)
        .await
        .optional()?;
    Ok(path)
}

/// A sidecar that was written for the target.
struct Duplicate {
    path: PathBuf,
    /// Bytes.
    size: i64,
}

/// Writes a second file with the same content; nothing where the first one is gone.
async fn duplicate(
    state: &AppState,
    auth: &Auth,
    from: &Path,
    claims: &mut Claims,
) -> Result<Option<Duplicate>, ApiError> {
    let opened = match state.media.open(from).await {
        Ok(opened) => opened,
        Err(error) if error.is_not_found() => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let end = opened.length();
    if auth.user.room().is_some_and(|room| end > room) {
        return Err(ApiError::quota_exceeded());
    }
    let path = state.media.paths().upload(auth.id(), Uuid::new_v4(), "xmp");
    claims.declare(path.clone()).await?;
    let mut part = state.media.create(&path).await?;
    let mut blocks = std::pin::pin!(opened.stream(0, end));
    while let Some(block) = blocks.try_next().await? {
        part.write(block).await?;
    }
    part.commit().await?;
    let size = i64::try_from(end).map_err(ApiError::internal)?;
    Ok(Some(Duplicate { path, size }))
}

/// All rows of it.
async fn write(
    conn: &mut AsyncPgConnection,
    state: &AppState,
    auth: &Auth,
    wish: &Wish,
    sidecar: Option<&Duplicate>,
) -> Result<Wakes, ApiError> {
    let mut wakes = Wakes::default();
    // Also so that two copies to one asset come one after the other, and each deletes what it replaces.
    lock_assets(conn, &[wish.source, wish.target], RowLock::Change).await?;
    if wish.favorite {
        sql_query(
            "update asset target set is_favorite = source.is_favorite, updated_at = now()
             from asset source where source.id = $1 and target.id = $2",
        )
        .bind::<SqlUuid, _>(wish.source)
        .bind::<SqlUuid, _>(wish.target)
        .execute(conn)
        .await?;
    }
    if wish.albums {
        share(conn, auth, wish).await?;
    }
    if let Some(sidecar) = sidecar {
        let root = state.media.paths().root();
        let more = attach(conn, wish.target, sidecar, root, &mut wakes).await?;
        if !usage::take(conn, auth.id(), more).await? {
            return Err(ApiError::quota_exceeded());
        }
    }
    Ok(wakes)
}

/// Puts the target into the albums of the source, as far as the caller may add to them and the target may be shared.
async fn share(conn: &mut AsyncPgConnection, auth: &Auth, wish: &Wish) -> Result<(), ApiError> {
    let albums: Vec<Uuid> = album_asset::table
        .filter(album_asset::asset_id.eq(wish.source))
        .select(album_asset::album_id)
        .load(conn)
        .await?;
    let albums = access::album::granted(conn, auth, Permission::AlbumAssetCreate, &albums).await?;
    let assets = access::asset::granted(conn, auth, Permission::AssetShare, &[wish.target]).await?;
    let (albums, assets): (Vec<Uuid>, Vec<Uuid>) = (albums.into_iter().collect(), assets.into_iter().collect());
    album::insert(conn, &albums, &assets).await?;
    Ok(())
}

/// Makes a file the sidecar of an asset, which is then read again. The one it had is deleted where it is ours. Tells how many
/// bytes more are stored.
async fn attach(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    new: &Duplicate,
    root: &Path,
    wakes: &mut Wakes,
) -> Result<i64, ApiError> {
    if !intents::clear(conn, &new.path).await? {
        return Err(ApiError::internal("the sweep has taken a copied sidecar"));
    }
    let path = new.path.to_string_lossy();
    let sidecar = Sidecar {
        path: &path,
        size: new.size,
    };
    let old = sidecar::point(conn, id, Some(sidecar)).await?;
    let old = old.ok_or_else(|| ApiError::bad("Asset not found"))?;
    if let Some(file) = old.path.filter(|old| Path::new(old).starts_with(root)) {
        enqueue_deletion(conn, wakes, vec![file]).await?;
    }
    let job = NewJob::<ExtractMetadata>::for_subject(id).class(Class::Interactive);
    enqueue(conn, wakes, job.source(Source::Copy)).await?;
    Ok(new.size.saturating_sub(old.size))
}
