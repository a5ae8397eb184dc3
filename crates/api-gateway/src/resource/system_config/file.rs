//! Settings from a file, held to the rules of `PUT /system-config`.

use safelight_core::settings::{SettingsFile, SettingsFileError, SystemConfig};

use super::{template, wire::Sent};
use crate::http::validate::{self, Issue};

/// Sees that every value of the file is one that the admin page could have stored.
///
/// # Errors
/// With each field that is not, and why.
pub(crate) fn check(file: &SettingsFile) -> Result<(), SettingsFileError> {
    let document = serde_json::to_value(file.document())?;
    let mut mistakes = match validate::read::<Sent<SystemConfig>>(Some(&document)) {
        Ok(_) => Vec::new(),
        Err(issues) => issues.told().map(Issue::in_words).collect(),
    };
    if !template::is_valid(&file.document().storage_template.template) {
        mistakes.push("storageTemplate.template: Invalid storage template".to_owned());
    }
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(file.refusal(mistakes))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn check_text(text: &str) -> Result<(), SettingsFileError> {
        let path = std::env::temp_dir().join(format!("settings-{}.yaml", uuid::Uuid::new_v4()));
        std::fs::write(&path, text).unwrap();
        let file = SettingsFile::read(Path::new(&path)).unwrap();
        std::fs::remove_file(&path).unwrap();
        check(&file)
    }

    #[test]
    fn bounds_words_and_templates_are_those_of_the_admin_page() {
        check_text("trash: {days: 5}\n").unwrap();
        let told = check_text(
            "ffmpeg: {crf: 99}\nlibrary: {scan: {cronExpression: nope}}\nstorageTemplate: {template: \"{{y}}/{{nope}}\"}\n",
        );
        let told = told.unwrap_err().to_string();
        for part in [
            "ffmpeg.crf: Too big: expected number to be <=51",
            "library.scan.cronExpression: Invalid cron expression",
            "storageTemplate.template: Invalid storage template",
        ] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
    }
}
