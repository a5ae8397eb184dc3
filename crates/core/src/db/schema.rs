//! The tables, as `migrations/` makes them.
#![allow(
    missing_docs,
    reason = "the macro makes the items; the migrations explain the columns"
)]

diesel::table! {
    user (id) {
        id -> Uuid,
        email -> Text,
        name -> Text,
        password -> Nullable<Text>,
        pin_code -> Nullable<Text>,
        is_admin -> Bool,
        should_change_password -> Bool,
        storage_label -> Nullable<Text>,
        avatar_color -> Nullable<Text>,
        profile_image_path -> Text,
        profile_changed_at -> Timestamptz,
        quota_size_in_bytes -> Nullable<Int8>,
        quota_usage_in_bytes -> Int8,
        oauth_id -> Text,
        status -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    user_metadata (user_id, key) {
        user_id -> Uuid,
        key -> Text,
        value -> Jsonb,
    }
}

diesel::table! {
    profile_upload (user_id) {
        user_id -> Uuid,
        upload -> Uuid,
        path -> Nullable<Text>,
        file_name -> Text,
        refusal -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    session (id) {
        id -> Uuid,
        token -> Bytea,
        user_id -> Uuid,
        parent_id -> Nullable<Uuid>,
        device_type -> Text,
        device_os -> Text,
        app_version -> Nullable<Text>,
        expires_at -> Nullable<Timestamptz>,
        pin_expires_at -> Nullable<Timestamptz>,
        is_pending_sync_reset -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        login_network -> Nullable<Text>,
        pin_ends_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_key (id) {
        id -> Uuid,
        key -> Bytea,
        name -> Text,
        user_id -> Uuid,
        permissions -> Array<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    asset (id) {
        id -> Uuid,
        owner_id -> Uuid,
        library_id -> Nullable<Uuid>,
        #[sql_name = "type"]
        type_ -> Text,
        original_path -> Text,
        original_file_name -> Text,
        checksum -> Bytea,
        checksum_algorithm -> Text,
        file_created_at -> Timestamptz,
        file_modified_at -> Timestamptz,
        local_date_time -> Timestamp,
        is_favorite -> Bool,
        visibility -> Text,
        status -> Text,
        is_external -> Bool,
        is_offline -> Bool,
        is_edited -> Bool,
        duration -> Nullable<Int4>,
        thumbhash -> Nullable<Bytea>,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        live_photo_video_id -> Nullable<Uuid>,
        stack_id -> Nullable<Uuid>,
        duplicate_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    asset_exif (asset_id) {
        asset_id -> Uuid,
        make -> Nullable<Text>,
        model -> Nullable<Text>,
        exif_image_width -> Nullable<Int4>,
        exif_image_height -> Nullable<Int4>,
        file_size_in_byte -> Nullable<Int8>,
        orientation -> Nullable<Text>,
        date_time_original -> Nullable<Timestamptz>,
        modify_date -> Nullable<Timestamptz>,
        time_zone -> Nullable<Text>,
        lens_model -> Nullable<Text>,
        f_number -> Nullable<Float8>,
        focal_length -> Nullable<Float8>,
        iso -> Nullable<Int4>,
        exposure_time -> Nullable<Text>,
        latitude -> Nullable<Float8>,
        longitude -> Nullable<Float8>,
        city -> Nullable<Text>,
        state -> Nullable<Text>,
        country -> Nullable<Text>,
        description -> Text,
        projection_type -> Nullable<Text>,
        rating -> Nullable<Int4>,
        fps -> Nullable<Float8>,
        live_photo_cid -> Nullable<Text>,
        auto_stack_id -> Nullable<Text>,
        profile_description -> Nullable<Text>,
        colorspace -> Nullable<Text>,
        bits_per_sample -> Nullable<Int4>,
        locked_properties -> Array<Text>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    asset_file (id) {
        id -> Uuid,
        asset_id -> Uuid,
        #[sql_name = "type"]
        type_ -> Text,
        path -> Text,
        is_edited -> Bool,
        is_progressive -> Bool,
        is_transparent -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        size_in_byte -> Nullable<Int8>,
    }
}

diesel::table! {
    asset_job_status (asset_id) {
        asset_id -> Uuid,
        metadata_extracted_at -> Nullable<Timestamptz>,
        faces_recognized_at -> Nullable<Timestamptz>,
        duplicates_detected_at -> Nullable<Timestamptz>,
        ocr_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    asset_metadata (asset_id, key) {
        asset_id -> Uuid,
        key -> Text,
        value -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    asset_video (asset_id) {
        asset_id -> Uuid,
        container -> Text,
        duration_ms -> Nullable<Int8>,
        bitrate -> Nullable<Int8>,
        codec -> Text,
        profile -> Nullable<Text>,
        pixel_format -> Nullable<Text>,
        primaries -> Nullable<Text>,
        transfer -> Nullable<Text>,
        matrix -> Nullable<Text>,
        is_full_range -> Bool,
        width -> Int4,
        height -> Int4,
        pixel_aspect_n -> Int4,
        pixel_aspect_d -> Int4,
        rotation -> Int2,
        is_mirrored -> Bool,
        is_interlaced -> Bool,
        fps -> Nullable<Float8>,
        video_bitrate -> Nullable<Int8>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    asset_decoded (asset_id) {
        asset_id -> Uuid,
        checksum -> Bytea,
        bytes -> Int8,
        modified_ms -> Int8,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        orientation -> Nullable<Int2>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    asset_audio (asset_id) {
        asset_id -> Uuid,
        codec -> Text,
        profile -> Nullable<Text>,
        channels -> Nullable<Int4>,
        sample_rate -> Nullable<Int4>,
        bitrate -> Nullable<Int8>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    album (id) {
        id -> Uuid,
        album_name -> Text,
        description -> Text,
        album_thumbnail_asset_id -> Nullable<Uuid>,
        is_activity_enabled -> Bool,
        order -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    album_user (album_id, user_id) {
        album_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    album_asset (album_id, asset_id) {
        album_id -> Uuid,
        asset_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    system_metadata (key) {
        key -> Text,
        value -> Jsonb,
        version -> Int8,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    system_secret (path) {
        path -> Text,
        value -> Text,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    version_history (id) {
        id -> Uuid,
        version -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    queue (name) {
        name -> Text,
        is_paused -> Bool,
        max_active -> Nullable<Int4>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    job (id) {
        id -> Uuid,
        queue -> Text,
        kind -> Text,
        dedup_key -> Nullable<Text>,
        payload -> Jsonb,
        payload_version -> Int4,
        class -> Int2,
        source -> Nullable<Text>,
        force -> Bool,
        notify -> Bool,
        requires -> Array<Text>,
        requires_settings -> Nullable<Int8>,
        state -> Text,
        run_at -> Timestamptz,
        lease -> Nullable<Int8>,
        lease_until -> Nullable<Timestamptz>,
        owner -> Nullable<Uuid>,
        started_at -> Nullable<Timestamptz>,
        failures -> Int4,
        losses -> Int4,
        progress -> Nullable<Float4>,
        history -> Jsonb,
        created_at -> Timestamptz,
        alone -> Bool,
        illnesses -> Int4,
    }
}

diesel::table! {
    chore (name) {
        name -> Text,
        due_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        node -> Nullable<Uuid>,
        error -> Nullable<Text>,
    }
}

diesel::table! {
    queue_count (queue, node) {
        queue -> Text,
        node -> Uuid,
        completed -> Int8,
    }
}

diesel::table! {
    node (boot) {
        boot -> Uuid,
        service -> Text,
        host -> Text,
        version -> Text,
        capabilities -> Jsonb,
        state -> Text,
        reason -> Nullable<Text>,
        desired_state -> Nullable<Text>,
        slots -> Jsonb,
        overrides -> Jsonb,
        running -> Int4,
        health_address -> Nullable<Text>,
        started_at -> Timestamptz,
        heartbeat -> Timestamptz,
        machine -> Nullable<Text>,
    }
}

diesel::table! {
    file_intent (path) {
        path -> Text,
        lease -> Nullable<Int8>,
        boot -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    schedule (name) {
        name -> Text,
        cron -> Text,
        zone -> Text,
        next_run -> Timestamptz,
    }
}

diesel::joinable!(user_metadata -> user (user_id));
diesel::joinable!(profile_upload -> user (user_id));
diesel::joinable!(session -> user (user_id));
diesel::joinable!(api_key -> user (user_id));
diesel::joinable!(asset -> user (owner_id));
diesel::table! {
    notification (id) {
        id -> Uuid,
        user_id -> Uuid,
        level -> Text,
        #[sql_name = "type"]
        type_ -> Text,
        title -> Text,
        description -> Nullable<Text>,
        data -> Nullable<Jsonb>,
        read_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(asset_exif -> asset (asset_id));
diesel::joinable!(asset_file -> asset (asset_id));
diesel::joinable!(asset_job_status -> asset (asset_id));
diesel::joinable!(asset_metadata -> asset (asset_id));
diesel::joinable!(asset_video -> asset (asset_id));
diesel::joinable!(asset_audio -> asset (asset_id));
diesel::joinable!(asset_decoded -> asset (asset_id));
diesel::joinable!(album_user -> album (album_id));
diesel::joinable!(album_user -> user (user_id));
diesel::joinable!(album_asset -> album (album_id));
diesel::joinable!(album_asset -> asset (asset_id));
diesel::joinable!(job -> queue (queue));
diesel::joinable!(queue_count -> queue (queue));
diesel::allow_tables_to_appear_in_same_query!(
    user,
    user_metadata,
    profile_upload,
    session,
    api_key,
    asset,
    asset_exif,
    asset_file,
    asset_job_status,
    asset_metadata,
    asset_video,
    asset_audio,
    asset_decoded,
    album,
    album_user,
    album_asset,
    notification,
    system_metadata,
    system_secret,
    version_history,
    queue,
    job,
    queue_count,
    node,
    file_intent,
    schedule,
);
