-- What a decoder saw of an asset's file. It goes before what tags say, whenever either is read, and holds for the file that was
-- decoded: another one under the same asset has its row removed.
create table asset_decoded (
    asset_id uuid primary key references asset (id) on delete cascade,
    -- The file: the asset's checksum, its length, and when it was changed, in milliseconds since 1970.
    checksum bytea not null,
    bytes bigint not null,
    modified_ms bigint not null,
    -- Pixels as stored, before they are turned for viewing; null where the decoder could not tell.
    width integer check (width > 0),
    height integer check (height > 0),
    -- 1 to 8 as in EXIF.
    orientation smallint check (orientation between 1 and 8),
    updated_at timestamptz not null default now()
);
