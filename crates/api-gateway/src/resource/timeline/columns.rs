//! The lists of a month's answer: their names, in the order of the contract, and what each holds.

/// Name and SQL of every list. `$1` is the caller.
const ALWAYS: [(&str, &str); 17] = [
    ("duration", "a.duration"),
    ("id", "a.id"),
    ("visibility", "a.visibility"),
    // Favourites are a matter of the owner.
    ("isFavorite", "a.is_favorite and a.owner_id = $1"),
    ("isImage", "a.type = 'IMAGE'"),
    ("isTrashed", "a.deleted_at is not null"),
    ("livePhotoVideoId", "a.live_photo_video_id"),
    ("fileCreatedAt", "a.file_created_at at time zone 'UTC'"),
    (
        "localOffsetHours",
        "(extract(epoch from a.local_date_time - a.file_created_at at time zone 'UTC') / 3600)::double precision",
    ),
    ("createdAt", "a.created_at at time zone 'UTC'"),
    ("ownerId", "a.owner_id"),
    ("projectionType", "e.projection_type"),
    // Width to height as shown; 1 while that is not known.
    (
        "ratio",
        "coalesce(round(a.width::numeric / nullif(a.height, 0), 3), 1)::double precision",
    ),
    ("status", "a.status"),
    ("thumbhash", "encode(a.thumbhash, 'base64')"),
    ("city", "e.city"),
    ("country", "e.country"),
];

const COORDINATES: [(&str, &str); 2] = [("latitude", "e.latitude"), ("longitude", "e.longitude")];

/// There are no stacks yet, so no asset is in one.
const STACK: [(&str, &str); 1] = [("stack", "null::json")];

/// The lists that a question asks for.
pub(super) fn columns(with_coordinates: bool, with_stacked: bool) -> Vec<(&'static str, &'static str)> {
    let coordinates = COORDINATES.into_iter().filter(|_| with_coordinates);
    let stack = STACK.into_iter().filter(|_| with_stacked);
    ALWAYS.into_iter().chain(coordinates).chain(stack).collect()
}
