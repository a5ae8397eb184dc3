//! The whole document, section by section, in the order in which it is answered.

use serde::{Deserialize, Serialize};

use super::{
    BackupSettings, ImageSettings, IntegrityChecksSettings, JobSettings, LibrarySettings, LoggingSettings,
    MachineLearningSettings, MapSettings, MetadataSettings, NewVersionCheckSettings, NightlyTasksSettings,
    NotificationsSettings, OauthSettings, PasswordLoginSettings, ReverseGeocodingSettings, ServerSettings,
    StorageTemplateSettings, TemplatesSettings, ThemeSettings, TrashSettings, UserSettings, VideoSettings,
};

/// Everything an admin can set, for all services of the installation: `SystemConfigDto` of the contract.
///
/// `Default` is the contract's defaults; the order of sections and keys is that of the contract's answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "each field is the section of its name; the types say what is in it"
)]
pub struct SystemConfig {
    pub backup: BackupSettings,
    pub ffmpeg: VideoSettings,
    pub logging: LoggingSettings,
    pub machine_learning: MachineLearningSettings,
    pub map: MapSettings,
    pub new_version_check: NewVersionCheckSettings,
    pub nightly_tasks: NightlyTasksSettings,
    pub oauth: OauthSettings,
    pub password_login: PasswordLoginSettings,
    pub reverse_geocoding: ReverseGeocodingSettings,
    pub metadata: MetadataSettings,
    pub storage_template: StorageTemplateSettings,
    pub job: JobSettings,
    pub image: ImageSettings,
    pub trash: TrashSettings,
    pub theme: ThemeSettings,
    pub library: LibrarySettings,
    pub notifications: NotificationsSettings,
    pub templates: TemplatesSettings,
    pub server: ServerSettings,
    pub user: UserSettings,
    pub integrity_checks: IntegrityChecksSettings,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The body that a server of the contract's version answers before anybody has changed a setting.
    const RECORDED: &str = include_str!("recorded-defaults.json");

    #[test]
    fn defaults_and_their_order_are_the_contract_s() {
        let ours = serde_json::to_string(&SystemConfig::default()).unwrap();
        assert_eq!(ours, RECORDED.trim());
    }

    #[test]
    fn the_document_survives_a_round_trip() {
        let config: SystemConfig = serde_json::from_str(RECORDED).unwrap();
        assert_eq!(config, SystemConfig::default());
    }

    #[test]
    fn whole_numbers_are_written_without_a_fraction() {
        let mut config = SystemConfig::default();
        config.machine_learning.facial_recognition.max_distance = 2.0;
        let json = serde_json::to_value(&config).unwrap();
        assert_eq!(
            json["machineLearning"]["facialRecognition"]["maxDistance"].to_string(),
            "2"
        );
    }

    #[test]
    fn progressive_may_be_left_out() {
        let mut json = serde_json::to_value(SystemConfig::default()).unwrap();
        json["image"]["preview"].as_object_mut().unwrap().remove("progressive");
        assert_eq!(
            serde_json::from_value::<SystemConfig>(json).unwrap(),
            SystemConfig::default()
        );
    }
}
