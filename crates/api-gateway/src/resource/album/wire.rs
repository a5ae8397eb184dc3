//! The JSON of albums.

use safelight_core::ids::AlbumRole;
use serde::Serialize;
use uuid::Uuid;

use crate::http::validate::{
    Bound, Choices, Fields, Place, Rule, Shape, boolean, choice, list, name, object, query_boolean, text, uuid,
};

/// The words of roles, in the order of the contract.
const ROLES: &Choices<AlbumRole> = &[
    ("editor", AlbumRole::Editor),
    ("owner", AlbumRole::Owner),
    ("viewer", AlbumRole::Viewer),
];
/// The words of orders.
const ORDERS: &Choices<&str> = &[("asc", "asc"), ("desc", "desc")];

/// A person and their role in an album.
pub(super) struct Member {
    pub(super) user: Uuid,
    pub(super) role: AlbumRole,
}

/// `AlbumUserCreateDto`: the role must be said.
struct MemberWithRole(Member);

impl Shape for MemberWithRole {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let user = fields.read("userId", uuid());
        let role = fields.read("role", choice(ROLES));
        Some(Self(Member {
            user: user?,
            role: role?,
        }))
    }
}

/// `AlbumUserAddDto`: who is not told otherwise becomes an editor.
struct MemberOrEditor(Member);

impl Shape for MemberOrEditor {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let user = fields.read("userId", uuid());
        let role = fields.read("role", choice(ROLES).or(AlbumRole::Editor));
        Some(Self(Member {
            user: user?,
            role: role?,
        }))
    }
}

/// `CreateAlbumDto`
pub(super) struct NewAlbum {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) members: Vec<Member>,
    pub(super) assets: Vec<Uuid>,
}

impl Shape for NewAlbum {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let name = fields.read("albumName", name());
        let description = fields.read("description", text().optional());
        let members = fields.read(
            "albumUsers",
            list(Bound::Members, object::<MemberWithRole>()).optional(),
        );
        let assets = fields.read("assetIds", list(Bound::Ids, uuid()).optional());
        Some(Self {
            name: name?,
            description: description?.unwrap_or_default(),
            members: members?
                .unwrap_or_default()
                .into_iter()
                .map(|member| member.0)
                .collect(),
            assets: assets?.unwrap_or_default(),
        })
    }
}

/// `UpdateAlbumDto`: absent fields stay.
pub(super) struct AlbumChange {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) thumbnail: Option<Uuid>,
    pub(super) is_activity_enabled: Option<bool>,
    pub(super) order: Option<&'static str>,
}

impl Shape for AlbumChange {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let name = fields.read("albumName", name().optional());
        let description = fields.read("description", text().optional());
        let thumbnail = fields.read("albumThumbnailAssetId", uuid().optional());
        let is_activity_enabled = fields.read("isActivityEnabled", boolean().optional());
        let order = fields.read("order", choice(ORDERS).optional());
        Some(Self {
            name: name?,
            description: description?,
            thumbnail: thumbnail?,
            is_activity_enabled: is_activity_enabled?,
            order: order?,
        })
    }
}

/// The query of the list.
pub(super) struct Search {
    pub(super) id: Option<Uuid>,
    pub(super) is_owned: Option<bool>,
    pub(super) is_shared: Option<bool>,
    pub(super) asset: Option<Uuid>,
    pub(super) name: Option<String>,
}

impl Shape for Search {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let id = fields.read("id", uuid().optional());
        let name = fields.read("name", name().optional());
        let is_owned = fields.read("isOwned", query_boolean().optional());
        let is_shared = fields.read("isShared", query_boolean().optional());
        let asset = fields.read("assetId", uuid().optional());
        Some(Self {
            id: id?,
            is_owned: is_owned?,
            is_shared: is_shared?,
            asset: asset?,
            name: name?,
        })
    }
}

/// `AddUsersDto`
pub(super) struct NewMembers(pub(super) Vec<Member>);

impl Shape for NewMembers {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let members = fields.read("albumUsers", list(Bound::Members, object::<MemberOrEditor>()).min(1));
        Some(Self(members?.into_iter().map(|member| member.0).collect()))
    }
}

/// `UpdateAlbumUserDto`
pub(super) struct NewRole(pub(super) AlbumRole);

impl Shape for NewRole {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("role", choice(ROLES)).map(Self)
    }
}

/// `BulkIdsDto`
pub(super) struct Ids(pub(super) Vec<Uuid>);

impl Shape for Ids {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("ids", list(Bound::Ids, uuid())).map(Self)
    }
}

/// `AlbumsAddAssetsDto`
pub(super) struct ManyToMany {
    pub(super) albums: Vec<Uuid>,
    pub(super) assets: Vec<Uuid>,
}

impl Shape for ManyToMany {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let albums = fields.read("albumIds", list(Bound::Ids, uuid()));
        let assets = fields.read("assetIds", list(Bound::Ids, uuid()));
        Some(Self {
            albums: albums?,
            assets: assets?,
        })
    }
}

/// The `{id}` and `{userId}` of a path; `None` is `me`.
pub(super) struct AlbumMember {
    pub(super) album: Uuid,
    pub(super) user: Option<Uuid>,
}

impl Shape for AlbumMember {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let album = fields.read("id", uuid());
        let user = fields.read("userId", MeOrId);
        Some(Self {
            album: album?,
            user: user?,
        })
    }
}

/// `me` or an id.
struct MeOrId;

impl Rule for MeOrId {
    type Out = Option<Uuid>;

    fn check(&self, value: Option<&serde_json::Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        if value.and_then(serde_json::Value::as_str) == Some("me") {
            return Some(None);
        }
        uuid().check(value, at).map(Some)
    }
}

/// What happened to one asset of several.
#[derive(Serialize)]
pub(super) struct BulkResult {
    pub(super) id: Uuid,
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'static str>,
}

impl BulkResult {
    /// Done.
    pub(super) fn done(id: Uuid) -> Self {
        Self {
            id,
            success: true,
            error: None,
        }
    }

    /// Not done, for this reason.
    pub(super) fn refused(id: Uuid, error: &'static str) -> Self {
        Self {
            id,
            success: false,
            error: Some(error),
        }
    }
}

/// What happened to all.
#[derive(Serialize)]
pub(super) struct ManyResult {
    pub(super) success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'static str>,
}

/// `AlbumStatisticsResponseDto`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Statistics {
    pub(super) owned: i64,
    pub(super) shared: i64,
    pub(super) not_shared: i64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::http::validate::read;

    #[test]
    fn every_mistake_of_a_new_album_is_named_in_order() {
        let input = json!({"albumName": 5, "assetIds": ["x"], "albumUsers": [{"userId": "x", "role": "boss"}]});
        let issues = serde_json::to_value(read::<NewAlbum>(Some(&input)).err().unwrap()).unwrap();
        let paths: Vec<_> = issues
            .as_array()
            .unwrap()
            .iter()
            .map(|issue| issue["path"].clone())
            .collect();
        assert_eq!(
            paths,
            [
                json!(["albumName"]),
                json!(["albumUsers", 0, "userId"]),
                json!(["albumUsers", 0, "role"]),
                json!(["assetIds", 0])
            ]
        );
        assert_eq!(
            issues[2]["message"],
            json!(r#"Invalid option: expected one of "editor"|"owner"|"viewer""#)
        );
    }

    #[test]
    fn people_are_editors_unless_told_otherwise() {
        let input = json!({"albumUsers": [{"userId": "00000000-0000-4000-8000-000000000000"}]});
        let members = read::<NewMembers>(Some(&input)).unwrap().0;
        assert_eq!(members[0].role, AlbumRole::Editor);
        assert!(read::<NewMembers>(Some(&json!({"albumUsers": []}))).is_err());
    }
}
