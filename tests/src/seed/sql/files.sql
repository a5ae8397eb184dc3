-- The number in a name is that of the lease under which it was made.
insert into asset_file (asset_id, type, path)
select id, kind, concat(root, '/thumbs/', owner, '/', substr(id::text, 1, 2), '/', substr(id::text, 3, 2), '/', id, '_', kind, '-', n,
    case kind when 'preview' then '.jpeg' else '.webp' end)
from seed, seed_asset, (values ('preview'), ('thumbnail')) picture (kind) where not is_part
union all
select id, 'encoded_video', concat(root, '/encoded-video/', owner, '/', substr(id::text, 1, 2), '/', substr(id::text, 3, 2), '/', id, '-',
    n, '.mp4')
from seed, seed_asset where is_video and not is_part and pg_temp.seed_dice(n, 27) < 400000;

-- One of fifty was changed by its owner, which is told in a file beside it.
insert into asset_file (asset_id, type, path, size_in_byte)
select id, 'sidecar', concat(root, '/upload/', owner, '/', substr(file::text, 1, 2), '/', substr(file::text, 3, 2), '/', file, '.xmp'), 600
from seed, seed_asset where not is_part and pg_temp.seed_dice(n, 28) < 20000;

insert into asset_video (asset_id, container, duration_ms, bitrate, codec, pixel_format, primaries, transfer, matrix, width, height,
    rotation, fps, video_bitrate)
select id, 'mp4', case when is_part then 2900 else 3000 + pg_temp.seed_dice(n, 12) / 10 end, 16000000,
    case when camera in (0, 1) then 'hevc' else 'h264' end, 'yuv420p', 'bt709', 'bt709', 'bt709', 1920, 1080,
    case when is_upright then 90 else 0 end, 29.97, 15800000
from seed_asset where is_video;
insert into asset_audio (asset_id, codec, channels, sample_rate, bitrate)
select id, 'aac', 2, 48000, 192000 from seed_asset where is_video and pg_temp.seed_dice(n, 29) < 950000;

insert into asset_metadata (asset_id, owner_id, key, value)
select id, owner, 'mobile-app', jsonb_build_object('iCloudId', concat(upper(file::text), '/L0/001'))
from seed_asset where not is_part and camera < 3 and pg_temp.seed_dice(n, 30) < 300000;
