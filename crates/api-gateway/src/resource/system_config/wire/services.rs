//! Sections about what runs in the background: schedules, queues, mail.

use safelight_core::settings::{
    BackupSettings, ChecksumCheck, Concurrency, DatabaseBackup, EmailTemplates, IntegrityCheck,
    IntegrityChecksSettings, JobSettings, LibraryScan, LibrarySettings, LibraryWatch, NightlyTasksSettings,
    NotificationsSettings, SmtpSettings, SmtpTransport, TemplatesSettings,
};

use super::{
    rules::{count, cron, secret, within},
    shape,
};
use crate::http::validate::{Bound, boolean, name, object, pattern, shape, text};

shape! { BackupSettings { database "database" => object() } }
shape! { DatabaseBackup {
    enabled "enabled" => boolean(),
    cron_expression "cronExpression" => cron(),
    keep_last_amount "keepLastAmount" => count(1),
}}

shape! { NightlyTasksSettings {
    start_time "startTime" => pattern(r"/^(?:[01]\d|2[0-3]):[0-5]\d$/"),
    database_cleanup "databaseCleanup" => boolean(),
    missing_thumbnails "missingThumbnails" => boolean(),
    cluster_new_faces "clusterNewFaces" => boolean(),
    generate_memories "generateMemories" => boolean(),
    sync_quota_usage "syncQuotaUsage" => boolean(),
}}

shape! { LibrarySettings { scan "scan" => object(), watch "watch" => object() } }
shape! { LibraryScan { enabled "enabled" => boolean(), cron_expression "cronExpression" => cron() } }
shape! { LibraryWatch { enabled "enabled" => boolean() } }

shape! { IntegrityChecksSettings {
    missing_files "missingFiles" => object(),
    untracked_files "untrackedFiles" => object(),
    checksum_files "checksumFiles" => object(),
}}
shape! { IntegrityCheck { enabled "enabled" => boolean(), cron_expression "cronExpression" => cron() } }
shape! { ChecksumCheck {
    enabled "enabled" => boolean(),
    cron_expression "cronExpression" => cron(),
    time_limit "timeLimit" => count(0),
    percentage_limit "percentageLimit" => count(0),
}}

shape! { NotificationsSettings { smtp "smtp" => object() } }
shape! { SmtpSettings {
    enabled "enabled" => boolean(),
    from "from" => name(),
    reply_to "replyTo" => name(),
    transport "transport" => object(),
}}
shape! { SmtpTransport {
    ignore_cert "ignoreCert" => boolean(),
    host "host" => name(),
    port "port" => within(0, 65_535),
    secure "secure" => boolean(),
    username "username" => name(),
    password "password" => secret(),
}}
shape! { TemplatesSettings { email "email" => object() } }
shape! { EmailTemplates {
    album_invite_template "albumInviteTemplate" => text().within(Bound::Document),
    welcome_template "welcomeTemplate" => text().within(Bound::Document),
    album_update_template "albumUpdateTemplate" => text().within(Bound::Document),
}}

shape! { JobSettings {
    thumbnail_generation "thumbnailGeneration" => object(),
    metadata_extraction "metadataExtraction" => object(),
    video_conversion "videoConversion" => object(),
    face_detection "faceDetection" => object(),
    smart_search "smartSearch" => object(),
    background_task "backgroundTask" => object(),
    migration "migration" => object(),
    search "search" => object(),
    sidecar "sidecar" => object(),
    library "library" => object(),
    notifications "notifications" => object(),
    ocr "ocr" => object(),
    workflow "workflow" => object(),
    editor "editor" => object(),
    integrity_check "integrityCheck" => object(),
}}
shape! { Concurrency { concurrency "concurrency" => count(1) } }
