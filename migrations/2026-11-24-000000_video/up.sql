-- What the streams of a video are, as the metadata worker found them; the policy of transcoding decides on these rows.

create table asset_video (
    asset_id uuid primary key references asset (id) on delete cascade,
    -- The container in the words of the settings: mp4, mov, matroska, webm, ogg, avi, mpegts, ...
    container text not null,
    -- Milliseconds and bits per second of the whole file.
    duration_ms bigint,
    bitrate bigint,
    -- h264, hevc, vp9, av1, mpeg4, mpeg2video, mjpeg, prores, ...
    codec text not null,
    profile text,
    -- As ffmpeg writes it: yuv420p, yuv420p10le, yuvj420p, yuv422p, ...
    pixel_format text,
    -- Colour in the words of ISO/IEC 23091-2 as ffmpeg writes them: bt709, bt2020, smpte2084, arib-std-b67, ...
    primaries text,
    transfer text,
    matrix text,
    is_full_range boolean not null default false,
    -- Pixels as they are stored, before rotation, and the shape of one pixel.
    width integer not null,
    height integer not null,
    pixel_aspect_n integer not null default 1,
    pixel_aspect_d integer not null default 1,
    -- Degrees clockwise to turn the picture by for viewing: 0, 90, 180, 270.
    rotation smallint not null default 0 check (rotation in (0, 90, 180, 270)),
    is_mirrored boolean not null default false,
    is_interlaced boolean not null default false,
    fps double precision,
    -- Bits per second of the video stream.
    video_bitrate bigint,
    updated_at timestamptz not null default now()
);

-- The one audio stream that is kept; no row where the video is silent.
create table asset_audio (
    asset_id uuid primary key references asset (id) on delete cascade,
    -- aac, mp3, opus, vorbis, ac3, pcm_s16le, ...
    codec text not null,
    profile text,
    channels integer,
    sample_rate integer,
    bitrate bigint,
    updated_at timestamptz not null default now()
);
