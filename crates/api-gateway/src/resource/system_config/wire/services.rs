//! Sections about what runs in the background: schedules, queues, mail.

use safelight_core::settings::{
    BackupSettings, ChecksumCheck, Concurrency, DatabaseBackup, EmailTemplates, IntegrityCheck,
    IntegrityChecksSettings, JobSettings, LibraryScan, LibrarySettings, LibraryWatch, NightlyTasksSettings,
    NotificationsSettings, SmtpSettings, SmtpTransport, TemplatesSettings,
};

use super::{
    keys,
    rules::{count, cron, secret, within},
    section,
};
use crate::http::validate::{Bound, boolean, name, pattern, text};

keys! { BackupSettings { database "database" => section() } }
keys! { DatabaseBackup {
    enabled "enabled" => boolean(),
    cron_expression "cronExpression" => cron(),
    keep_last_amount "keepLastAmount" => count(1),
}}

keys! { NightlyTasksSettings {
    start_time "startTime" => pattern(r"/^(?:[01]\d|2[0-3]):[0-5]\d$/"),
    database_cleanup "databaseCleanup" => boolean(),
    missing_thumbnails "missingThumbnails" => boolean(),
    cluster_new_faces "clusterNewFaces" => boolean(),
    generate_memories "generateMemories" => boolean(),
    sync_quota_usage "syncQuotaUsage" => boolean(),
}}

keys! { LibrarySettings { scan "scan" => section(), watch "watch" => section() } }
keys! { LibraryScan { enabled "enabled" => boolean(), cron_expression "cronExpression" => cron() } }
keys! { LibraryWatch { enabled "enabled" => boolean() } }

keys! { IntegrityChecksSettings {
    missing_files "missingFiles" => section(),
    untracked_files "untrackedFiles" => section(),
    checksum_files "checksumFiles" => section(),
}}
keys! { IntegrityCheck { enabled "enabled" => boolean(), cron_expression "cronExpression" => cron() } }
keys! { ChecksumCheck {
    enabled "enabled" => boolean(),
    cron_expression "cronExpression" => cron(),
    time_limit "timeLimit" => count(0),
    percentage_limit "percentageLimit" => count(0),
}}

keys! { NotificationsSettings { smtp "smtp" => section() } }
keys! { SmtpSettings {
    enabled "enabled" => boolean(),
    from "from" => name(),
    reply_to "replyTo" => name(),
    transport "transport" => section(),
}}
keys! { SmtpTransport {
    ignore_cert "ignoreCert" => boolean(),
    host "host" => name(),
    port "port" => within(0, 65_535),
    secure "secure" => boolean(),
    username "username" => name(),
    password "password" => secret(),
}}
keys! { TemplatesSettings { email "email" => section() } }
keys! { EmailTemplates {
    album_invite_template "albumInviteTemplate" => text().within(Bound::Document),
    welcome_template "welcomeTemplate" => text().within(Bound::Document),
    album_update_template "albumUpdateTemplate" => text().within(Bound::Document),
}}

keys! { JobSettings {
    thumbnail_generation "thumbnailGeneration" => section(),
    metadata_extraction "metadataExtraction" => section(),
    video_conversion "videoConversion" => section(),
    face_detection "faceDetection" => section(),
    smart_search "smartSearch" => section(),
    background_task "backgroundTask" => section(),
    migration "migration" => section(),
    search "search" => section(),
    sidecar "sidecar" => section(),
    library "library" => section(),
    notifications "notifications" => section(),
    ocr "ocr" => section(),
    workflow "workflow" => section(),
    editor "editor" => section(),
    integrity_check "integrityCheck" => section(),
}}
keys! { Concurrency { concurrency "concurrency" => count(1) } }
