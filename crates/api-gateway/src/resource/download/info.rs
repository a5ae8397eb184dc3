//! Into how many archives a download is cut.

use std::collections::HashSet;

use safelight_core::media::Folder;
use serde::Serialize;
use uuid::Uuid;

use super::choice::{Choice, Found};
use crate::prelude::*;
use crate::{
    http::validate::{Bound, Fields, Rule, Shape, integer, list, uuid},
    resource::user::download_preferences,
};

/// What is to be downloaded.
pub(super) struct Wanted {
    choice: Option<Choice>,
    archive_size: Option<i64>,
}

impl Shape for Wanted {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let album = fields.read("albumId", uuid().optional());
        let archive_size = fields.read("archiveSize", integer().min(1).optional());
        let assets = fields.read("assetIds", list(Bound::Ids, uuid()).optional());
        let user = fields.read("userId", uuid().optional());
        let assets = assets?.map(Choice::Assets);
        Some(Self {
            choice: assets.or(album?.map(Choice::Album)).or(user?.map(Choice::Person)),
            archive_size: archive_size?,
        })
    }
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Archive {
    size: i64,
    asset_ids: Vec<Uuid>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    total_size: i64,
    archives: Vec<Archive>,
}

/// `POST /download/info`
pub(super) async fn info(auth: Auth, body: Body<Wanted>, state: Data<AppState>) -> Reply {
    let Wanted { choice, archive_size } = body.0;
    let choice = choice.ok_or_else(|| ApiError::bad("assetIds, albumId, or userId is required"))?;
    let mut conn = state.conn().await?;
    let preferences = download_preferences(&mut conn, auth.id()).await?;
    let encoded = format!("{}/", state.media.paths().folder(Folder::EncodedVideo).display());
    let with_embedded = preferences.include_embedded_videos;
    let assets = choice.load(&mut conn, &auth, with_embedded, &encoded).await?;
    drop(conn);
    let archives = cut(assets, archive_size.unwrap_or(preferences.archive_size));
    Ok(reply::created(&Info {
        total_size: archives.iter().map(|archive| archive.size).sum(),
        archives,
    }))
}

/// Archives of at most `limit` bytes, except where one asset alone is larger. A moving part follows its still.
fn cut(assets: Vec<Found>, limit: i64) -> Vec<Archive> {
    let chosen: HashSet<Uuid> = assets.iter().map(|asset| asset.id).collect();
    let mut seen = HashSet::new();
    let mut archives = Vec::new();
    let mut current = Archive::default();
    for asset in assets {
        let motion = asset.motion.filter(|motion| !chosen.contains(motion));
        for (id, size) in [(Some(asset.id), asset.size), (motion, asset.motion_size)] {
            let Some(id) = id.filter(|id| seen.insert(*id)) else {
                continue;
            };
            if !current.asset_ids.is_empty() && current.size.saturating_add(size) > limit {
                archives.push(std::mem::take(&mut current));
            }
            current.size = current.size.saturating_add(size);
            current.asset_ids.push(id);
        }
    }
    if !current.asset_ids.is_empty() {
        archives.push(current);
    }
    archives
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn asset(number: u128, size: i64, motion: Option<(u128, i64)>) -> Found {
        Found {
            id: id(number),
            size,
            motion: motion.map(|(number, _)| id(number)),
            motion_size: motion.map_or(0, |(_, size)| size),
        }
    }

    fn numbers(archives: &[Archive]) -> Vec<(i64, Vec<u128>)> {
        let list = |archive: &Archive| archive.asset_ids.iter().map(Uuid::as_u128).collect();
        archives.iter().map(|archive| (archive.size, list(archive))).collect()
    }

    #[test]
    fn archives_keep_the_limit_where_they_can() {
        let assets = || {
            vec![
                asset(1, 60, None),
                asset(2, 40, None),
                asset(3, 1, None),
                asset(4, 500, None),
            ]
        };
        assert_eq!(
            numbers(&cut(assets(), 100)),
            [(100, vec![1, 2]), (1, vec![3]), (500, vec![4])]
        );
        assert_eq!(numbers(&cut(assets(), 1)).len(), 4);
        assert_eq!(numbers(&cut(assets(), 601)), [(601, vec![1, 2, 3, 4])]);
        assert_eq!(numbers(&cut(Vec::new(), 1)), []);
    }

    #[test]
    fn a_moving_part_comes_once() {
        let assets = vec![
            asset(1, 5, Some((9, 7))),
            asset(1, 5, Some((9, 7))),
            asset(2, 1, Some((3, 4))),
            asset(3, 4, None),
        ];
        assert_eq!(numbers(&cut(assets, 1000)), [(17, vec![1, 9, 2, 3])]);
    }
}
