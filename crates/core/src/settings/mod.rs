//! The system config document: what an admin can set, for all services of the installation.
//!
//! One file per section; [`SystemConfig`] is the whole. What differs from the defaults is stored in one row with a version
//! that never repeats ([`load`], [`store`]); [`Settings`] is a process's live copy, and every service follows a change within a
//! beat. Passwords and client secrets stand in rows apart, which workers cannot read ([`load_with_secrets`]). Where a file says the
//! settings ([`SettingsFile`]), it holds, whatever is stored.

#[macro_use]
mod wire;

mod backup;
mod cron;
mod diff;
mod document;
mod ffmpeg;
mod file;
mod handle;
mod image;
mod integrity_checks;
mod job;
mod library;
mod logging;
mod machine_learning;
mod map;
mod metadata;
mod new_version_check;
mod nightly_tasks;
mod notifications;
mod number;
mod oauth;
mod password_login;
mod reverse_geocoding;
mod secret;
mod server;
mod storage_template;
mod stored;
mod templates;
mod theme;
mod trash;
mod user;
mod zone;

pub use backup::{BackupSettings, DatabaseBackup};
pub use cron::check_cron;
pub use document::SystemConfig;
pub use ffmpeg::{
    AudioCodec, CqMode, HardwareAcceleration, RealtimeVideo, ToneMapping, TranscodePolicy, VideoCodec, VideoContainer,
    VideoSettings,
};
pub use file::{SettingsFile, SettingsFileError};
pub use handle::Settings;
pub use image::{Colorspace, FullsizeImage, GeneratedImage, ImageFormat, ImageSettings};
pub use integrity_checks::{ChecksumCheck, IntegrityCheck, IntegrityChecksSettings};
pub use job::{Concurrency, JobSettings};
pub use library::{LibraryScan, LibrarySettings, LibraryWatch};
pub use logging::{LogLevel, LoggingSettings};
pub use machine_learning::{
    AvailabilityChecks, ClipSettings, DuplicateDetection, FacialRecognition, MachineLearningSettings, OcrSettings,
};
pub use map::MapSettings;
pub use metadata::{FacesSettings, MetadataSettings};
pub use new_version_check::{NewVersionCheckSettings, ReleaseChannel};
pub use nightly_tasks::NightlyTasksSettings;
pub use notifications::{NotificationsSettings, SmtpSettings, SmtpTransport};
pub use oauth::{OauthSettings, TokenEndpointAuthMethod};
pub use password_login::PasswordLoginSettings;
pub use reverse_geocoding::ReverseGeocodingSettings;
pub use server::ServerSettings;
pub use storage_template::StorageTemplateSettings;
pub use stored::{SettingsError, Versioned, load, load_with_secrets, store};
pub use templates::{EmailTemplates, TemplatesSettings};
pub use theme::ThemeSettings;
pub use trash::TrashSettings;
pub use user::UserSettings;
pub use zone::{adopt_time_zone, store_time_zone, time_zone};
