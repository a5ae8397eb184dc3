//! What each route is about: the one table to which a new route is added.

/// What a route does with the thing it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// It names nothing of anybody's. Who passes the gate gets an answer, in which there may be nothing of others.
    Open,
    /// It shows an asset: for its owner and for members of an album in which it is in sight.
    Look,
    /// The same for its bytes: what is not there for somebody is 404.
    Bytes,
    /// The same for what only videos have.
    VideoBytes,
    /// It changes an asset, or shows what only its owner sees of it.
    Change,
    /// It shows an album: for its members.
    ReadAlbum,
    /// It changes an album: for its owner and editors.
    ChangeAlbum,
    /// It ends an album: for its owner.
    DeleteAlbum,
    /// It takes a member out of an album: also for that member.
    Leave,
    /// It puts an asset into an album.
    IntoAlbum,
    /// The same for several albums, which are not refused but passed over.
    IntoAlbums,
    /// It takes an asset out of an album.
    OutOfAlbum,
    /// It is about a thing of the owner's alone. The words are those of its refusal.
    Own(&'static str),
    /// It is about a person: for that person and for administrators.
    Person,
    /// It is for visitors of shared links.
    Visit,
}

use Row::{
    Bytes, Change, ChangeAlbum, DeleteAlbum, IntoAlbum, IntoAlbums, Leave, Look, Open, OutOfAlbum, Own, Person,
    ReadAlbum, VideoBytes, Visit,
};

/// The refusal of a thing that is not there or not the caller's.
pub(super) const NO_ACCESS: &str = "Not found or no ";
const NO_KEY: &str = "API Key not found";

/// A route (`PATCH` has the row of `PUT`), what it is about, and a body or query where the one that the document asks for
/// says too little.
pub(super) const ROWS: &[(&str, Row, &str)] = &[
    ("GET /api/assets/{id}", Look, ""),
    ("GET /api/assets/{id}/metadata", Look, ""),
    ("GET /api/assets/{id}/metadata/{key}", Look, ""),
    ("GET /api/assets/{id}/ocr", Look, ""),
    ("GET /api/faces", Look, ""),
    ("GET /api/assets/{id}/thumbnail", Look, ""),
    ("GET /api/assets/{id}/original", Bytes, ""),
    ("GET /api/assets/{id}/video/playback", VideoBytes, ""),
    ("POST /api/download/archive", Look, ""),
    ("POST /api/download/info", Look, r#"{"assetIds":["{asset}"]}"#),
    ("POST /api/download/info", ReadAlbum, r#"{"albumId":"{album}"}"#),
    ("POST /api/download/info", Open, r#"{"userId":"{owner}"}"#),
    ("PUT /api/assets/{id}", Change, ""),
    ("GET /api/assets/{id}/edits", Change, ""),
    ("DELETE /api/assets/{id}/edits", Change, ""),
    ("PUT /api/assets/{id}/metadata", Change, ""),
    ("DELETE /api/assets/{id}/metadata/{key}", Change, ""),
    ("PUT /api/assets", Change, ""),
    ("DELETE /api/assets", Change, ""),
    ("PUT /api/assets/copy", Change, ""),
    ("POST /api/assets/jobs", Change, ""),
    ("PUT /api/assets/metadata", Change, ""),
    ("DELETE /api/assets/metadata", Change, ""),
    ("POST /api/trash/restore/assets", Change, ""),
    ("GET /api/albums/{id}", ReadAlbum, ""),
    ("GET /api/albums/{id}/map-markers", ReadAlbum, ""),
    ("GET /api/activities", ReadAlbum, ""),
    ("GET /api/activities/statistics", ReadAlbum, ""),
    (
        "GET /api/timeline/bucket",
        ReadAlbum,
        "?timeBucket=2024-03-01&albumId={album}",
    ),
    ("GET /api/timeline/bucket", Open, "?timeBucket=2024-03-01"),
    ("GET /api/timeline/buckets", ReadAlbum, "?albumId={album}"),
    ("GET /api/timeline/buckets", Open, ""),
    ("POST /api/search/metadata", ReadAlbum, r#"{"albumIds":["{album}"]}"#),
    ("POST /api/search/metadata", Open, ""),
    ("POST /api/search/random", ReadAlbum, r#"{"albumIds":["{album}"]}"#),
    ("POST /api/search/random", Open, ""),
    ("POST /api/search/statistics", ReadAlbum, r#"{"albumIds":["{album}"]}"#),
    ("POST /api/search/statistics", Open, ""),
    ("POST /api/search/large-assets", ReadAlbum, "?albumIds[]={album}"),
    ("POST /api/search/large-assets", Open, ""),
    ("POST /api/search/smart", Open, ""),
    ("PATCH /api/albums/{id}", ChangeAlbum, ""),
    ("PUT /api/albums/{id}/users", ChangeAlbum, ""),
    (
        "PUT /api/albums/{id}/user/{userId}",
        ChangeAlbum,
        r#"{"role":"editor"}"#,
    ),
    ("DELETE /api/albums/{id}/user/{userId}", Leave, ""),
    ("DELETE /api/albums/{id}", DeleteAlbum, ""),
    ("PUT /api/albums/{id}/assets", IntoAlbum, ""),
    ("PUT /api/albums/assets", IntoAlbums, ""),
    ("DELETE /api/albums/{id}/assets", OutOfAlbum, ""),
    ("GET /api/notifications/{id}", Own(NO_ACCESS), ""),
    (
        "PUT /api/notifications/{id}",
        Own(NO_ACCESS),
        r#"{"readAt":"2024-03-01T10:00:00.000Z"}"#,
    ),
    ("DELETE /api/notifications/{id}", Own(NO_ACCESS), ""),
    (
        "PUT /api/notifications",
        Own(NO_ACCESS),
        r#"{"ids":["{notification}"],"readAt":null}"#,
    ),
    ("DELETE /api/notifications", Own(NO_ACCESS), ""),
    (
        "PUT /api/sessions/{id}",
        Own(NO_ACCESS),
        r#"{"isPendingSyncReset":true}"#,
    ),
    ("DELETE /api/sessions/{id}", Own(NO_ACCESS), ""),
    ("POST /api/sessions/{id}/lock", Own(NO_ACCESS), ""),
    ("GET /api/api-keys/{id}", Own(NO_KEY), ""),
    ("PUT /api/api-keys/{id}", Own(NO_KEY), r#"{"name":"x"}"#),
    ("DELETE /api/api-keys/{id}", Own(NO_KEY), ""),
    ("GET /api/admin/users/{id}/calendar-heatmap", Person, ""),
    ("POST /api/fleet/pictures", Open, r#"{"assetIds":["{asset}"]}"#),
    ("GET /api/shared-links/me", Visit, ""),
    ("POST /api/shared-links/login", Visit, ""),
    // Valid, they would change the whole system.
    ("PUT /api/system-config", Open, "{}"),
    ("POST /api/admin/notifications/test-email", Open, "{}"),
];
