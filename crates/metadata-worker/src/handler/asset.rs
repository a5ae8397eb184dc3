//! What the jobs need to know of their asset.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use uuid::Uuid;

use crate::extract::picture::Medium;

/// An asset, as far as reading it is concerned.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct AssetFacts {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub(super) owner_id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    original_path: String,
    #[diesel(sql_type = Timestamptz)]
    pub(super) file_created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) file_modified_at: DateTime<Utc>,
    /// Its file belongs to somebody else: never written, never deleted.
    #[diesel(sql_type = Bool)]
    pub(super) is_external: bool,
    #[diesel(sql_type = Nullable<Text>)]
    sidecar: Option<String>,
}

impl AssetFacts {
    /// The file itself.
    pub(super) fn original(&self) -> &Path {
        Path::new(&self.original_path)
    }

    /// The sidecar that is known.
    pub(super) fn sidecar(&self) -> Option<&Path> {
        self.sidecar.as_deref().map(Path::new)
    }

    /// How to read the file.
    pub(super) fn medium(&self) -> Medium {
        Medium::of_name(&self.original_path, self.is_video())
    }

    /// Whether it is a video.
    pub(super) fn is_video(&self) -> bool {
        self.kind == "VIDEO"
    }

    /// Where a sidecar may be, best first: the known one, `<file>.<ext>.xmp`, `<file>.xmp`.
    pub(super) fn sidecar_candidates(&self) -> Vec<PathBuf> {
        let original = self.original();
        let mut candidates: Vec<PathBuf> = self.sidecar().map(Path::to_owned).into_iter().collect();
        candidates.push(beside(original));
        candidates.push(original.with_extension("xmp"));
        candidates.dedup();
        candidates
    }
}

/// `<file>.<ext>.xmp`.
pub(super) fn beside(original: &Path) -> PathBuf {
    let mut name = original.as_os_str().to_owned();
    name.push(".xmp");
    PathBuf::from(name)
}

/// Reads the asset; `None` when it is gone, or about to go.
pub(super) async fn load(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Option<AssetFacts>, DbError> {
    let row = sql_query(
        "select a.id, a.owner_id, a.type as kind, a.original_path, a.file_created_at, a.file_modified_at, a.is_external, \
         f.path as sidecar from asset a left join asset_file f on f.asset_id = a.id and f.type = 'sidecar' \
         and not f.is_edited where a.id = $1 and a.status <> 'deleted'",
    )
    .bind::<SqlUuid, _>(id)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_sidecars_are() {
        let now = Utc::now();
        let mut facts = AssetFacts {
            id: Uuid::nil(),
            owner_id: Uuid::nil(),
            kind: "IMAGE".to_owned(),
            original_path: "/p/IMG.1.JPG".to_owned(),
            file_created_at: now,
            file_modified_at: now,
            is_external: false,
            sidecar: None,
        };
        let shown = |facts: &AssetFacts| {
            facts
                .sidecar_candidates()
                .iter()
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(&facts), ["/p/IMG.1.JPG.xmp", "/p/IMG.1.xmp"]);
        facts.sidecar = Some("/q/other.xmp".to_owned());
        assert_eq!(shown(&facts), ["/q/other.xmp", "/p/IMG.1.JPG.xmp", "/p/IMG.1.xmp"]);
    }
}
