-- What is asked of large libraries, of which one person may own half.

-- Months are counted in an index alone, whatever part of the timeline is shown. The two before lack what decides that.
create index asset_month on asset (owner_id, local_date_time desc, file_created_at desc) include (visibility, is_favorite)
    where deleted_at is null;
drop index asset_timeline;
create index asset_month_created on asset (owner_id, created_at desc) include (visibility, is_favorite) where deleted_at is null;
drop index asset_timeline_created;

-- Places and cameras of a question. What is rare is found by these; what is common is found soon in the order of the answer.
create index asset_exif_city on asset_exif (city) where city is not null;
create index asset_exif_state on asset_exif (state) where state is not null;
create index asset_exif_country on asset_exif (country) where country is not null;
create index asset_exif_camera on asset_exif (make, model) where make is not null;
create index asset_exif_model on asset_exif (model) where model is not null;
create index asset_exif_lens on asset_exif (lens_model) where lens_model is not null;
create index asset_exif_rating on asset_exif (rating) where rating is not null;
-- What was taken in a piece of the map.
create index asset_exif_position on asset_exif (latitude, longitude) where latitude is not null;
-- Files that are away, and what belongs to a library.
create index asset_offline on asset (owner_id) where is_offline;
create index asset_library on asset (library_id) where library_id is not null;

-- Parts of the names of places, as the migration `search` has it for those of files.
do $$
declare
    home text;
begin
    select n.nspname into home from pg_extension e join pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm';
    if home is not null then
        execute format('create index asset_exif_place_part on asset_exif using gin (
            lower(city collate "und-x-icu") %1$I.gin_trgm_ops, lower(state collate "und-x-icu") %1$I.gin_trgm_ops,
            lower(country collate "und-x-icu") %1$I.gin_trgm_ops) where coalesce(city, state, country) is not null', home);
    end if;
end
$$;
