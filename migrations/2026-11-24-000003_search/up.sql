-- Searches: the assets of one owner by date, the trash among them.
create index asset_search on asset (owner_id, file_created_at desc, id desc);
-- Folders as people see them. The expression is repeated word for word where they are asked for.
create index asset_folder on asset (owner_id, (regexp_replace(original_path, '/[^/]*$', '')))
    where deleted_at is null and visibility = 'timeline';
-- The largest files, and the places on the map.
create index asset_exif_size on asset_exif (file_size_in_byte desc nulls last);
create index asset_exif_place on asset_exif (asset_id) where latitude is not null and longitude is not null;

-- Parts of names and descriptions in any letter case. Where this extension cannot be made, the same searches read the rows
-- of the owner instead. Letter case is folded by ICU, so that a match does not depend on the locale of the database.
do $$
declare
    home text;
begin
    begin
        create extension if not exists pg_trgm;
    exception
        when insufficient_privilege or undefined_file or feature_not_supported then
            raise notice 'pg_trgm is not available (%): searches for parts of names go without an index', sqlerrm;
    end;
    select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm';
    if home is not null then
        execute format('create index asset_name_part on asset using gin
            (lower(original_file_name collate "und-x-icu") %I.gin_trgm_ops)', home);
        execute format('create index asset_exif_description_part on asset_exif using gin
            (lower(description collate "und-x-icu") %I.gin_trgm_ops)', home);
    end if;
end
$$;
