-- As the nightly count finds it.
update "user" set quota_usage_in_bytes = used.bytes
from (
    select owner, (sum(file_size_in_byte) + coalesce(sum(size_in_byte), 0))::bigint as bytes
    from seed_asset seeded join asset_exif on asset_id = seeded.id left join asset_file f on f.asset_id = seeded.id and f.type = 'sidecar'
    group by owner) used
where used.owner = "user".id;
