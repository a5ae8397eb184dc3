//! The JSON of albums.

use safelight_core::ids::AlbumRole;
use serde::Serialize;
use uuid::Uuid;

use crate::http::validate::{
    Bound, Choices, Place, Rule, boolean, choice, list, name, object, query_boolean, shape, text, uuid,
};

/// The words of roles, in the order of the contract.
const ROLES: &Choices<AlbumRole> = &[
    ("editor", AlbumRole::Editor),
    ("owner", AlbumRole::Owner),
    ("viewer", AlbumRole::Viewer),
];
/// The words of orders.
const ORDERS: &Choices<&str> = &[("asc", "asc"), ("desc", "desc")];

shape! {
    /// A person and their role in an album (`AlbumUserCreateDto`): the role must be said.
    pub(super) struct Member {
        user: Uuid = "userId", uuid();
        role: AlbumRole = "role", choice(ROLES);
    }

    /// `AlbumUserAddDto`: who is not told otherwise becomes an editor.
    struct MemberOrEditor {
        user: Uuid = "userId", uuid();
        role: AlbumRole = "role", choice(ROLES).or(AlbumRole::Editor);
    }

    /// `CreateAlbumDto`
    pub(super) struct NewAlbum {
        name: String = "albumName", name();
        description: String = "description", text().or_default();
        members: Vec<Member> = "albumUsers", list(Bound::Members, object()).or_default();
        assets: Vec<Uuid> = "assetIds", list(Bound::Ids, uuid()).or_default();
    }

    /// `UpdateAlbumDto`: absent fields stay.
    pub(super) struct AlbumChange {
        name: Option<String> = "albumName", name().optional();
        description: Option<String> = "description", text().optional();
        thumbnail: Option<Uuid> = "albumThumbnailAssetId", uuid().optional();
        is_activity_enabled: Option<bool> = "isActivityEnabled", boolean().optional();
        order: Option<&'static str> = "order", choice(ORDERS).optional();
    }

    /// The query of the list.
    pub(super) struct Search {
        id: Option<Uuid> = "id", uuid().optional();
        name: Option<String> = "name", name().optional();
        is_owned: Option<bool> = "isOwned", query_boolean().optional();
        is_shared: Option<bool> = "isShared", query_boolean().optional();
        asset: Option<Uuid> = "assetId", uuid().optional();
    }

    /// `AddUsersDto`
    pub(super) struct NewMembers(Vec<Member> = "albumUsers", list(Bound::Members, object::<MemberOrEditor>().map(Member::from)).min(1));

    /// `UpdateAlbumUserDto`
    pub(super) struct NewRole(AlbumRole = "role", choice(ROLES));

    /// `AlbumsAddAssetsDto`
    pub(super) struct ManyToMany {
        albums: Vec<Uuid> = "albumIds", list(Bound::Ids, uuid());
        assets: Vec<Uuid> = "assetIds", list(Bound::Ids, uuid());
    }

    /// The `{id}` and `{userId}` of a path; `None` is `me`.
    pub(super) struct AlbumMember {
        album: Uuid = "id", uuid();
        user: Option<Uuid> = "userId", MeOrId;
    }
}

impl From<MemberOrEditor> for Member {
    fn from(MemberOrEditor { user, role }: MemberOrEditor) -> Self {
        Self { user, role }
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
