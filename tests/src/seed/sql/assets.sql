-- In the trash 15 of a thousand, locked 10, archived 30.
insert into asset (id, owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
    local_date_time, is_favorite, visibility, status, duration, thumbhash, width, height, live_photo_video_id, created_at,
    updated_at, deleted_at)
select id, owner, case when is_video then 'VIDEO' else 'IMAGE' end,
    concat(root, '/upload/', owner, '/', substr(file::text, 1, 2), '/', substr(file::text, 3, 2), '/', file, '.', extension),
    to_char(clock, case when camera in (5, 6, 8) then '"DSC_"' when is_video then '"VID_"YYYYMMDD_HH24MISS_'
        else '"IMG_"YYYYMMDD_HH24MISS_' end) || lpad((n % 100000)::text, 5, '0') || '.' || extension,
    sum, taken, taken, clock, not is_part and pg_temp.seed_dice(n, 11) < 40000,
    case when state between 15 and 24 then 'locked' when is_part then 'hidden' when state between 25 and 54 then 'archive'
        else 'timeline' end,
    case when state < 15 then 'trashed' else 'active' end,
    case when is_part then 2900 when is_video then 3000 + pg_temp.seed_dice(n, 12) / 10 end,
    case when not is_part then '\x1c0802158a'::bytea || substr(sum, 1, 13) end,
    case when is_upright then short else long end, case when is_upright then long else short end,
    case when is_live then pg_temp.seed_id('asset', n + 1) end, uploaded, uploaded,
    case when state < 15 then ends - pg_temp.seed_dice(subject, 13) * interval '1.7 seconds' end
from seed, seed_asset
join seed_camera on seed_camera.number = camera
cross join lateral (select
    substr(sha256(concat_ws(':', salt, n)::bytea), 1, 20) as sum,
    case when is_video then 'mp4' when pg_temp.seed_dice(n, 14) < 30000 then 'png' else 'jpg' end as extension,
    case when is_video then 1920 else seed_camera.width end as long, case when is_video then 1080 else seed_camera.height end as short,
    -- Phones upload the same day; what is older than the installation came in its first weeks.
    greatest(taken + interval '3 hours', ends - interval '8 years' + n * interval '1.5 seconds') as uploaded) more;

insert into asset_exif (asset_id, owner_id, make, model, exif_image_width, exif_image_height, file_size_in_byte, orientation,
    date_time_original, modify_date, time_zone, lens_model, f_number, focal_length, iso, exposure_time, latitude, longitude, city,
    state, country, description, rating, fps, live_photo_cid, profile_description, colorspace, bits_per_sample)
select id, owner, make, model, case when is_video then 1920 else width end, case when is_video then 1080 else height end,
    (case when is_part then 1500000 when is_video then 20000000 + 250 * pg_temp.seed_dice(n, 15) else 1800000 end)
        + 6 * pg_temp.seed_dice(n, 16),
    case when is_upright then '6' else '1' end, taken, taken, seed_asset.zone, case when not is_video then lens end,
    case when not is_video then f end, case when not is_video then focal end,
    case when not is_video then (array[50, 64, 100, 200, 400, 800, 1600, 3200])[1 + pg_temp.seed_dice(n, 17) % 8] end,
    case when not is_video then (array['1/30', '1/60', '1/125', '1/250', '1/500', '1/1000'])[1 + pg_temp.seed_dice(n, 18) % 6] end,
    case when has_place then seed_asset.lat + (pg_temp.seed_dice(n, 19) - 500000) / 10000000.0 end,
    case when has_place then seed_asset.lon + (pg_temp.seed_dice(n, 20) - 500000) / 10000000.0 end,
    case when has_place then city end, case when has_place then seed_place.state end, case when has_place then country end,
    case when not is_part and pg_temp.seed_dice(n, 21) < 50000 then concat_ws(' ',
        (array['Birthday', 'Holiday', 'Wedding', 'Hike', 'Dinner', 'Concert', 'Garden', 'Snow'])[1 + pg_temp.seed_dice(n, 22) % 8],
        (array['with', 'without', 'of', 'for'])[1 + pg_temp.seed_dice(n, 23) % 4],
        (array['Anna', 'Jonas', 'Mia', 'Grandma', 'Paul', 'the cat', 'friends', 'everybody'])[1 + pg_temp.seed_dice(n, 24) % 8],
        '#' || n) else '' end,
    case when not is_part and pg_temp.seed_dice(n, 25) < 30000 then 1 + pg_temp.seed_dice(n, 26) % 5 end,
    case when is_video then 29.97 end, case when is_live or is_part then upper(pg_temp.seed_id('live', subject)::text) end,
    case when not is_video then case make when 'Apple' then 'Display P3' else 'sRGB IEC61966-2.1' end end,
    case when not is_video then 'sRGB' end, case when not is_video then 8 end
from seed_asset join seed_camera on seed_camera.number = camera join seed_place on seed_place.number = place;

-- Everything was done for everything.
insert into asset_job_status (asset_id, metadata_extracted_at) select id, ends from seed_asset, seed;
