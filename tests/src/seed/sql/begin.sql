-- What all other statements of a seed stand on. Everything here ends with the session.

-- One row: what was asked for.
create temp table seed (
    -- Rows in `asset`, moving parts of live photos among them.
    assets bigint not null,
    -- The media location.
    root text not null,
    -- Makes ids and checksums other than those of an earlier seed of the same library.
    salt bigint not null,
    -- When the youngest photos were taken.
    ends timestamptz not null
);

-- The same id whenever it is asked for again, in the shape of a random UUID.
create function pg_temp.seed_id(what text, number bigint) returns uuid language sql stable as $$
    select overlay(overlay(md5(concat_ws(':', seed.salt, what, number)) placing '4' from 13) placing '8' from 17)::uuid
    from seed
$$;

-- A number from 0 to 999,999 that looks random, another one for each `what`.
create function pg_temp.seed_dice(number bigint, what bigint) returns bigint language sql immutable as $$
    select ((hashint8extended(number, what) >> 1) & 9223372036854775807) % 1000000
$$;

-- Where somebody was. They all have their zone's name in the database of IANA.
create temp table seed_place (number int primary key, city text, state text, country text, zone text, lat float8, lon float8);
insert into seed_place values
    (0, 'Munich', 'Bavaria', 'Germany', 'Europe/Berlin', 48.137, 11.575),
    (1, 'Berlin', 'Berlin', 'Germany', 'Europe/Berlin', 52.520, 13.405),
    (2, 'Hamburg', 'Hamburg', 'Germany', 'Europe/Berlin', 53.551, 9.994),
    (3, 'Vienna', 'Vienna', 'Austria', 'Europe/Vienna', 48.208, 16.373),
    (4, 'Zurich', 'Zurich', 'Switzerland', 'Europe/Zurich', 47.377, 8.541),
    (5, 'Paris', 'Île-de-France', 'France', 'Europe/Paris', 48.857, 2.352),
    (6, 'Nice', 'Provence-Alpes-Côte d''Azur', 'France', 'Europe/Paris', 43.710, 7.262),
    (7, 'London', 'England', 'United Kingdom', 'Europe/London', 51.507, -0.128),
    (8, 'Edinburgh', 'Scotland', 'United Kingdom', 'Europe/London', 55.953, -3.188),
    (9, 'Rome', 'Lazio', 'Italy', 'Europe/Rome', 41.903, 12.496),
    (10, 'Venice', 'Veneto', 'Italy', 'Europe/Rome', 45.441, 12.316),
    (11, 'Barcelona', 'Catalonia', 'Spain', 'Europe/Madrid', 41.385, 2.173),
    (12, 'Lisbon', 'Lisbon', 'Portugal', 'Europe/Lisbon', 38.722, -9.139),
    (13, 'Amsterdam', 'North Holland', 'Netherlands', 'Europe/Amsterdam', 52.367, 4.904),
    (14, 'Copenhagen', 'Capital Region', 'Denmark', 'Europe/Copenhagen', 55.676, 12.568),
    (15, 'Stockholm', 'Stockholm', 'Sweden', 'Europe/Stockholm', 59.329, 18.069),
    (16, 'Tromsø', 'Troms', 'Norway', 'Europe/Oslo', 69.649, 18.956),
    (17, 'Reykjavík', 'Capital Region', 'Iceland', 'Atlantic/Reykjavik', 64.147, -21.943),
    (18, 'Prague', 'Prague', 'Czechia', 'Europe/Prague', 50.076, 14.438),
    (19, 'Athens', 'Attica', 'Greece', 'Europe/Athens', 37.984, 23.728),
    (20, 'Istanbul', 'Istanbul', 'Turkey', 'Europe/Istanbul', 41.008, 28.978),
    (21, 'New York', 'New York', 'United States', 'America/New_York', 40.713, -74.006),
    (22, 'San Francisco', 'California', 'United States', 'America/Los_Angeles', 37.775, -122.419),
    (23, 'Vancouver', 'British Columbia', 'Canada', 'America/Vancouver', 49.283, -123.121),
    (24, 'Mexico City', 'Mexico City', 'Mexico', 'America/Mexico_City', 19.433, -99.133),
    (25, 'Cusco', 'Cusco', 'Peru', 'America/Lima', -13.532, -71.967),
    (26, 'Rio de Janeiro', 'Rio de Janeiro', 'Brazil', 'America/Sao_Paulo', -22.907, -43.173),
    (27, 'Cape Town', 'Western Cape', 'South Africa', 'Africa/Johannesburg', -33.925, 18.424),
    (28, 'Marrakesh', 'Marrakesh-Safi', 'Morocco', 'Africa/Casablanca', 31.630, -7.981),
    (29, 'Delhi', 'Delhi', 'India', 'Asia/Kolkata', 28.614, 77.209),
    (30, 'Kathmandu', 'Bagmati', 'Nepal', 'Asia/Kathmandu', 27.717, 85.324),
    (31, 'Bangkok', 'Bangkok', 'Thailand', 'Asia/Bangkok', 13.756, 100.502),
    (32, 'Singapore', 'Singapore', 'Singapore', 'Asia/Singapore', 1.352, 103.820),
    (33, 'Hanoi', 'Hanoi', 'Vietnam', 'Asia/Bangkok', 21.028, 105.854),
    (34, 'Tokyo', 'Tokyo', 'Japan', 'Asia/Tokyo', 35.676, 139.650),
    (35, 'Kyoto', 'Kyoto', 'Japan', 'Asia/Tokyo', 35.012, 135.768),
    (36, 'Seoul', 'Seoul', 'South Korea', 'Asia/Seoul', 37.567, 126.978),
    (37, 'Sydney', 'New South Wales', 'Australia', 'Australia/Sydney', -33.869, 151.209),
    (38, 'Auckland', 'Auckland', 'New Zealand', 'Pacific/Auckland', -36.851, 174.765),
    (39, 'Queenstown', 'Otago', 'New Zealand', 'Pacific/Auckland', -45.031, 168.663);

-- Cameras and what they are known by in the tags.
create temp table seed_camera (number int primary key, make text, model text, lens text, f float8, focal float8, width int, height int);
insert into seed_camera values
    (0, 'Apple', 'iPhone 15 Pro', 'iPhone 15 Pro back triple camera 6.765mm f/1.78', 1.78, 6.765, 4032, 3024),
    (1, 'Apple', 'iPhone 12', 'iPhone 12 back dual wide camera 4.2mm f/1.6', 1.6, 4.2, 4032, 3024),
    (2, 'Apple', 'iPhone 8', 'iPhone 8 back camera 3.99mm f/1.8', 1.8, 3.99, 4032, 3024),
    (3, 'Google', 'Pixel 8', 'Pixel 8 back camera 6.9mm f/1.68', 1.68, 6.9, 4080, 3072),
    (4, 'samsung', 'SM-G991B', null, 1.8, 5.4, 4000, 3000),
    (5, 'Canon', 'Canon EOS 6D', 'EF24-105mm f/4L IS USM', 4, 50, 5472, 3648),
    (6, 'NIKON CORPORATION', 'NIKON D750', '24.0-70.0 mm f/2.8', 2.8, 35, 6016, 4016),
    (7, 'FUJIFILM', 'X-T4', 'XF18-55mmF2.8-4 R LM OIS', 2.8, 27, 6240, 4160),
    (8, 'SONY', 'ILCE-7M3', 'FE 55mm F1.8 ZA', 1.8, 55, 6000, 4000),
    (9, 'Panasonic', 'DMC-TZ10', null, 3.3, 4.1, 4000, 3000);
