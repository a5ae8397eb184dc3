//! People, their credentials and their things, as rows. Every world has all of them under ids of its own, so that what one
//! request changes is nobody else's.

use std::path::Path;

use tokio_postgres::Client as Sql;

/// People.
pub(super) const OWNER: u32 = 0x01;
const VIEWER: u32 = 0x03;
const STRANGER: u32 = 0x04;
/// Things of the owner. Each has a mark of its own in everything that an answer could show of it.
pub(super) const ALBUM: u32 = 0x31;
pub(super) const NOTIFICATION: u32 = 0x32;
pub(super) const SESSION: u32 = 0x33;
pub(super) const KEY: u32 = 0x34;
/// One more asset, as the other end of a copy.
const SPARE: u32 = 0x2f;

/// What an asset is, and where it is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ordinary,
    Archived,
    Locked,
    Trashed,
    Still,
    Moving,
    LockedStill,
    LockedMoving,
    TrashedStill,
    TrashedMoving,
}

pub(super) use Kind::{
    Archived, Locked, LockedMoving, LockedStill, Moving, Ordinary, Still, Trashed, TrashedMoving, TrashedStill,
};

/// All of them.
pub(super) const KINDS: [Kind; 10] = [
    Ordinary,
    Archived,
    Locked,
    Trashed,
    Still,
    Moving,
    LockedStill,
    LockedMoving,
    TrashedStill,
    TrashedMoving,
];

impl Kind {
    pub(super) fn number(self) -> u32 {
        match self {
            Ordinary => 0x21,
            Archived => 0x22,
            Locked => 0x23,
            Trashed => 0x24,
            Still => 0x25,
            Moving => 0x26,
            LockedStill => 0x27,
            LockedMoving => 0x28,
            TrashedStill => 0x29,
            TrashedMoving => 0x2a,
        }
    }

    pub(super) fn is_locked(self) -> bool {
        matches!(self, Locked | LockedStill | LockedMoving)
    }

    pub(super) fn is_trashed(self) -> bool {
        matches!(self, Trashed | TrashedStill | TrashedMoving)
    }

    pub(super) fn is_moving(self) -> bool {
        matches!(self, Moving | LockedMoving | TrashedMoving)
    }
}

/// The id of a thing in a world.
pub(super) fn id(thing: u32, world: u32) -> String {
    format!("{thing:08x}-0000-4000-8000-{world:012x}")
}

/// What stands in the names, texts, pictures and bytes of a thing. It is base64, too, so that it can be a thumbhash.
pub(super) fn mark(thing: u32, world: u32) -> String {
    format!("mark{thing:04x}{world:08x}")
}

/// The id that a name in a request stands for, beside those of the thing that the request is about.
pub(super) fn id_of(name: &str, asset: Kind, world: u32) -> Option<String> {
    let thing = match name {
        "assetId" | "assetIds" | "sourceId" => asset.number(),
        "targetId" => SPARE,
        "albumId" | "albumIds" => ALBUM,
        "userId" => STRANGER,
        _ => return None,
    };
    Some(id(thing, world))
}

/// The member whose role is changed.
pub(super) fn member(world: u32) -> String {
    id(VIEWER, world)
}

/// Makes worlds. Rows that the product keeps right by itself (the moving parts of photos) are left to it.
pub(super) const FUNCTION: &str = r#"
create function id_of(thing int, world int) returns uuid immutable language sql as $$
    select (lpad(to_hex(thing), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(world), 12, '0'))::uuid $$;
create function mark_of(thing int, world int) returns text immutable language sql as $$
    select 'mark' || lpad(to_hex(thing), 4, '0') || lpad(to_hex(world), 8, '0') $$;

create function make_world(n int, folder text) returns void language sql as $$
insert into "user" (id, email, name, is_admin)
    select id_of(p, n), 'p' || p || '-' || n || '@example.com', 'P', p = 5 from generate_series(1, 5) p;
insert into session (id, token, user_id, device_os, pin_expires_at)
    select id_of(16 + s, n), sha256(convert_to('session-' || s || '-' || n, 'UTF8')), id_of(case s when 6 then 1 else s end, n),
        '', case s when 6 then now() + interval '1 hour' end
    from generate_series(1, 6) s
    union all select id_of(51, n), sha256(convert_to('spare-' || n, 'UTF8')), id_of(1, n), mark_of(51, n), null;
insert into api_key (id, key, name, user_id, permissions) values
    (id_of(52, n), sha256(convert_to('spare-' || n, 'UTF8')), mark_of(52, n), id_of(1, n), '{all}'),
    (id_of(53, n), sha256(convert_to('all-1-' || n, 'UTF8')), '', id_of(1, n), '{all}'),
    (id_of(54, n), sha256(convert_to('all-5-' || n, 'UTF8')), '', id_of(5, n), '{all}');
insert into asset (id, owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
        local_date_time, visibility, thumbhash)
    select id_of(a, n), id_of(1, n), case when a in (38, 40, 42) then 'VIDEO' else 'IMAGE' end,
        folder || '/' || mark_of(a, n) || '.jpg', mark_of(a, n) || '.jpg', sha256(convert_to(mark_of(a, n), 'UTF8')),
        timestamptz '2024-03-01 10:00:00Z', now(), timestamp '2024-03-01 10:00:00',
        case when a in (38, 40, 42) then 'hidden' when a = 34 then 'archive' else 'timeline' end,
        decode(mark_of(a, n), 'base64')
    from unnest('{33,34,35,36,37,38,39,40,41,42,47}'::int[]) a;
insert into asset_exif (asset_id, description, city, latitude, longitude, file_size_in_byte)
    select id_of(a, n), mark_of(a, n), mark_of(a, n), 1, 1, 16 from unnest('{33,34,35,36,37,38,39,40,41,42,47}'::int[]) a;
insert into asset_metadata (asset_id, key, value)
    select id_of(a, n), 'x', jsonb_build_object('mark', mark_of(a, n))
    from unnest('{33,34,35,36,37,38,39,40,41,42,47}'::int[]) a;
insert into asset_file (asset_id, type, path)
    select id_of(a, n), kind, folder || '/' || mark_of(a, n) || '.jpg'
    from unnest('{33,34,35,36,37,38,39,40,41,42}'::int[]) a, unnest('{preview,thumbnail}'::text[]) kind;
insert into album (id, album_name, album_thumbnail_asset_id) values (id_of(49, n), mark_of(49, n), id_of(36, n));
insert into album_user (album_id, user_id, role)
    select id_of(49, n), id_of(p, n), (array['owner', 'editor', 'viewer'])[p] from generate_series(1, 3) p;
-- Also what is never shown there.
insert into album_asset (album_id, asset_id)
    select id_of(49, n), id_of(a, n) from unnest('{33,34,35,36,37,39,41}'::int[]) a;
insert into notification (id, user_id, level, type, title) values (id_of(50, n), id_of(1, n), 'info', 'Custom', mark_of(50, n));
-- Linked, then locked and thrown away, as people do.
update asset set live_photo_video_id = id_of(case id when id_of(37, n) then 38 when id_of(39, n) then 40 else 42 end, n)
    where id in (id_of(37, n), id_of(39, n), id_of(41, n));
update asset set visibility = 'locked' where id in (id_of(35, n), id_of(39, n));
update asset set status = 'trashed', deleted_at = now() where id in (id_of(36, n), id_of(41, n));
$$;
"#;

/// Makes a world whose files are in `folder`.
pub(super) async fn make(sql: &Sql, world: u32, folder: &Path) {
    let number = i32::try_from(world).unwrap();
    let folder = folder.to_str().unwrap();
    sql.execute("select make_world($1, $2)", &[&number, &folder])
        .await
        .unwrap();
}

/// Writes the files of a world.
pub(super) fn write_files(world: u32, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    for kind in KINDS {
        let mark = mark(kind.number(), world);
        std::fs::write(folder.join(format!("{mark}.jpg")), &mark).unwrap();
    }
}

/// Adds a key of the owner with these permissions.
pub(super) async fn add_key(sql: &Sql, secret: &str, world: u32, permissions: &[&str]) {
    let number = i32::try_from(world).unwrap();
    sql.execute(
        "insert into api_key (key, name, user_id, permissions)
         values (sha256(convert_to($1, 'UTF8')), '', id_of(1, $2), $3)",
        &[&secret, &number, &permissions],
    )
    .await
    .unwrap();
}
