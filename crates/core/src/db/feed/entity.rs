//! What is in the feed, as facts.

/// A table that clients mirror, as it is read by one of its scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entity {
    /// The table. Its deletions are in the table of the same name with `_audit` behind it.
    pub table: &'static str,
    /// The column by which it is read; none where everybody reads all of it.
    pub scope: Option<&'static str>,
    /// What a row is called within its scope while it is older than the feed: SQL that gives a uuid. As in the index of the migration.
    pub(super) id: &'static str,
    /// What a deletion tells; empty where rows go with others only, whose deletion is told.
    pub keys: &'static [&'static str],
    /// Whether rows that are older than the feed are given their owner in slices.
    pub(super) is_owned: bool,
}

impl Entity {
    const fn of(table: &'static str, scope: &'static str, id: &'static str, keys: &'static [&'static str]) -> Self {
        Self {
            table,
            scope: Some(scope),
            id,
            keys,
            is_owned: false,
        }
    }

    /// Rows of an asset, by the owner of that.
    const fn of_asset(self) -> Self {
        Self { is_owned: true, ..self }
    }
}

/// People, all of them.
pub const USER: Entity = Entity {
    table: "user",
    scope: None,
    id: "id",
    keys: &["id"],
    is_owned: false,
};
/// Preferences and the like of one person.
pub const USER_METADATA: Entity = Entity::of("user_metadata", "user_id", "md5(key)::uuid", &["user_id", "key"]);
/// Assets of one owner.
pub const ASSET: Entity = Entity::of("asset", "owner_id", "id", &["id", "owner_id"]);
/// Tags of the assets of one owner. They go with their assets.
pub const ASSET_EXIF: Entity = Entity::of("asset_exif", "owner_id", "asset_id", &[]).of_asset();
/// Facts that clients attached to assets, by owner.
pub const ASSET_METADATA: Entity = Entity::of(
    "asset_metadata",
    "owner_id",
    "md5(asset_id::text || key)::uuid",
    &["asset_id", "owner_id", "key"],
)
.of_asset();
/// Albums, by their own id.
pub const ALBUM: Entity = Entity::of("album", "id", "id", &["id"]);
/// Members of an album.
pub const ALBUM_USER: Entity = Entity::of("album_user", "album_id", "user_id", &["album_id", "user_id"]);
/// The albums that somebody is a member of: the same rows by person.
pub const MEMBERSHIP: Entity = Entity::of("album_user", "user_id", "album_id", &["album_id", "user_id"]);
/// What an album holds.
pub const ALBUM_ASSET: Entity = Entity::of("album_asset", "album_id", "asset_id", &["album_id", "asset_id"]);

/// Everything in the feed, in an order in which a row comes behind those that it names.
pub const ALL: [Entity; 9] = [
    USER,
    USER_METADATA,
    ASSET,
    ASSET_EXIF,
    ASSET_METADATA,
    ALBUM,
    ALBUM_USER,
    MEMBERSHIP,
    ALBUM_ASSET,
];

/// The tables of [`ALL`], each once.
pub(super) fn tables() -> impl Iterator<Item = Entity> {
    ALL.into_iter().filter(|entity| *entity != MEMBERSHIP)
}
