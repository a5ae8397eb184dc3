-- People, their credentials and their library.

create table "user" (
    id uuid primary key default gen_random_uuid(),
    email text not null unique,
    name text not null default '',
    password text,
    pin_code text,
    is_admin boolean not null default false,
    should_change_password boolean not null default true,
    storage_label text unique,
    avatar_color text,
    profile_image_path text not null default '',
    profile_changed_at timestamptz not null default now(),
    quota_size_in_bytes bigint,
    quota_usage_in_bytes bigint not null default 0,
    oauth_id text not null default '',
    status text not null default 'active' check (status in ('active', 'removing', 'deleted')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);

-- One row per user and key: `preferences`, `onboarding`, `license`.
create table user_metadata (
    user_id uuid not null references "user" (id) on delete cascade,
    key text not null,
    value jsonb not null,
    primary key (user_id, key)
);

create table session (
    id uuid primary key default gen_random_uuid(),
    token bytea not null unique,
    user_id uuid not null references "user" (id) on delete cascade,
    parent_id uuid references session (id) on delete cascade,
    device_type text not null default '',
    device_os text not null default '',
    app_version text,
    expires_at timestamptz,
    pin_expires_at timestamptz,
    is_pending_sync_reset boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index session_by_user on session (user_id);

create table api_key (
    id uuid primary key default gen_random_uuid(),
    key bytea not null unique,
    name text not null,
    user_id uuid not null references "user" (id) on delete cascade,
    permissions text[] not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
create index api_key_user on api_key (user_id);

create table asset (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references "user" (id) on delete cascade,
    library_id uuid,
    type text not null check (type in ('IMAGE', 'VIDEO', 'AUDIO', 'OTHER')),
    original_path text not null,
    original_file_name text not null,
    checksum bytea not null,
    checksum_algorithm text not null default 'sha1' check (checksum_algorithm in ('sha1', 'sha1-path')),
    file_created_at timestamptz not null,
    file_modified_at timestamptz not null,
    -- Wall clock where the picture was taken, without a zone.
    local_date_time timestamp not null,
    is_favorite boolean not null default false,
    visibility text not null default 'timeline' check (visibility in ('timeline', 'archive', 'hidden', 'locked')),
    status text not null default 'active' check (status in ('active', 'trashed', 'deleted')),
    is_external boolean not null default false,
    is_offline boolean not null default false,
    is_edited boolean not null default false,
    -- Milliseconds.
    duration integer,
    thumbhash bytea,
    -- Pixels after orientation.
    width integer,
    height integer,
    live_photo_video_id uuid references asset (id) on delete set null,
    stack_id uuid,
    duplicate_id uuid,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);
create unique index asset_owner_checksum on asset (owner_id, checksum) where library_id is null;
create index asset_checksum on asset (owner_id, checksum);
create index asset_original_path on asset (original_path);
create index asset_live_photo_video on asset (live_photo_video_id) where live_photo_video_id is not null;
-- The timeline: months of one owner, newest first, and the days within them.
create index asset_timeline on asset (owner_id, local_date_time desc, file_created_at desc) where deleted_at is null;
create index asset_timeline_created on asset (owner_id, created_at desc) where deleted_at is null;
create index asset_deleted on asset (deleted_at) where deleted_at is not null;

create table asset_exif (
    asset_id uuid primary key references asset (id) on delete cascade,
    make text,
    model text,
    exif_image_width integer,
    exif_image_height integer,
    file_size_in_byte bigint,
    orientation text,
    date_time_original timestamptz,
    modify_date timestamptz,
    time_zone text,
    lens_model text,
    f_number double precision,
    focal_length double precision,
    iso integer,
    exposure_time text,
    latitude double precision,
    longitude double precision,
    city text,
    state text,
    country text,
    description text not null default '',
    projection_type text,
    rating integer,
    fps double precision,
    live_photo_cid text,
    auto_stack_id text,
    profile_description text,
    colorspace text,
    bits_per_sample integer,
    -- Columns a person has set by hand; reading the file again leaves them alone.
    locked_properties text[] not null default '{}',
    updated_at timestamptz not null default now()
);

create table asset_file (
    id uuid primary key default gen_random_uuid(),
    asset_id uuid not null references asset (id) on delete cascade,
    type text not null check (type in ('fullsize', 'preview', 'thumbnail', 'sidecar', 'encoded_video')),
    path text not null,
    is_edited boolean not null default false,
    is_progressive boolean not null default false,
    is_transparent boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (asset_id, type, is_edited)
);
create index asset_file_path on asset_file (path);

create table asset_job_status (
    asset_id uuid primary key references asset (id) on delete cascade,
    metadata_extracted_at timestamptz,
    faces_recognized_at timestamptz,
    duplicates_detected_at timestamptz,
    ocr_at timestamptz
);

-- Facts that clients attach to an asset, by key (`mobile-app`).
create table asset_metadata (
    asset_id uuid not null references asset (id) on delete cascade,
    key text not null,
    value jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (asset_id, key)
);

create table album (
    id uuid primary key default gen_random_uuid(),
    album_name text not null default 'Untitled Album',
    description text not null default '',
    album_thumbnail_asset_id uuid references asset (id) on delete set null,
    is_activity_enabled boolean not null default true,
    "order" text not null default 'desc' check ("order" in ('asc', 'desc')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);

create table album_user (
    album_id uuid not null references album (id) on delete cascade,
    user_id uuid not null references "user" (id) on delete cascade,
    role text not null check (role in ('owner', 'editor', 'viewer')),
    created_at timestamptz not null default now(),
    primary key (album_id, user_id)
);
create index album_user_user on album_user (user_id);

create table album_asset (
    album_id uuid not null references album (id) on delete cascade,
    asset_id uuid not null references asset (id) on delete cascade,
    created_at timestamptz not null default now(),
    primary key (album_id, asset_id)
);
create index album_asset_asset on album_asset (asset_id);

-- Single values of the installation: `system-config` (with its version), `admin-onboarding`, `media-store`, ...
create table system_metadata (
    key text primary key,
    value jsonb not null,
    version bigint not null default 1,
    updated_at timestamptz not null default now()
);

create table version_history (
    id uuid primary key default gen_random_uuid(),
    version text not null,
    created_at timestamptz not null default now()
);
