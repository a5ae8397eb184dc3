-- The picture that a person has sent of themselves, until the small one is made of it: at most one each.
create table profile_upload (
    user_id uuid primary key references "user" (id) on delete cascade,
    -- Which upload this is; a later one replaces it.
    upload uuid not null,
    -- As it came; null once it is not needed any more.
    path text,
    file_name text not null,
    -- Why no picture could be made of it.
    refusal text,
    created_at timestamptz not null default now(),
    check ((path is null) = (refusal is not null))
);
create index profile_upload_path on profile_upload (path) where path is not null;
-- Looked at before a file is deleted.
create index user_profile_image on "user" (profile_image_path) where profile_image_path <> '';
