-- The first album has a tenth of all assets, the second one everybody as a member. The others belong to people as their shares
-- of the library are.
create temp table seed_album as
select album.number, pg_temp.seed_id('album', album.number) as id, person.number as person, person.id as owner,
    row_number() over (partition by person.number order by album.number) - 1 as place_of_person,
    count(*) over (partition by person.number) as albums_of_person
from seed, generate_series(1, greatest(3, assets / 2000)) album (number)
join seed_person person on case when album.number <= 2 then person.number = 1
    else album.number * 7919 % 1000 >= person.from_share and album.number * 7919 % 1000 < person.to_share end;

insert into album (id, album_name, description, created_at, updated_at)
select id, case number when 1 then 'Everything of us' when 2 then 'The whole club' else
    (array['Summer', 'Winter', 'Trip', 'Family', 'Work', 'Party'])[1 + number % 6] || ' ' || number end,
    case when number % 3 = 0 then 'What we remember of it' else '' end, at, at
from seed_album, seed, lateral (select ends - number * interval '3 hours' as at) made;

insert into album_user (album_id, user_id, role)
select id, owner, 'owner' from seed_album
union all
select album.id, person.id, case when person.number % 2 = 0 then 'editor' else 'viewer' end
from seed_album album join seed_person person on person.number <> album.person and case
    when album.number = 1 then person.number <= 5
    when album.number = 2 then true
    -- One of five is shared, with two or three of the owners.
    else album.number % 5 = 0 and person.number <= 8 and (person.number + album.number) % 3 = 0 end;

-- Bursts that are in albums go to one of their owner's; some also to one of the first person's, which that shared.
insert into album_asset (album_id, asset_id, created_at)
select album.id, asset.id, ends from seed cross join seed_asset asset
join seed_album album on album.person = asset.person and album.number > 1
    and album.place_of_person = pg_temp.seed_dice(asset.burst, 31) % album.albums_of_person
where not asset.is_part and asset.state not between 15 and 24 and pg_temp.seed_dice(asset.burst, 32) < 350000
union all
select album.id, asset.id, ends from seed cross join seed_asset asset
join seed_album album on album.person = 1 and album.number % 5 = 0
    and album.number = 5 * (1 + pg_temp.seed_dice(asset.burst, 33) % greatest(1, assets / 10000))
where asset.person <> 1 and not asset.is_part and asset.state not between 15 and 24 and pg_temp.seed_dice(asset.burst, 34) < 50000
union all
(select album.id, asset.id, ends from seed cross join seed_asset asset join seed_album album on album.number = 1
where asset.person = 1 and not asset.is_part and asset.state not between 15 and 24
order by asset.n limit (select assets / 10 from seed));

-- Where triggers are off, what follows from all rows is derived at once.
select album_content_derive(), asset_fact_derive() where current_setting('session_replication_role') = 'replica';

-- Every other album has a picture that somebody has chosen.
update album set album_thumbnail_asset_id = chosen.asset_id
from seed_album, lateral (select asset_id from album_asset where album_id = seed_album.id limit 1) chosen
where album.id = seed_album.id and seed_album.number % 2 = 0;
