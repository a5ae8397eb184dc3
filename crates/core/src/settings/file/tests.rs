use super::*;
use crate::settings::ImageFormat;

fn read(name: &str, text: &str) -> Result<SettingsFile, SettingsFileError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    SettingsFile::read(&path)
}

fn refusal(name: &str, text: &str) -> String {
    let refusal = read(name, text).unwrap_err().to_string();
    assert!(
        refusal.starts_with("IMMICH_CONFIG_FILE: /") && refusal.contains(name),
        "{refusal}"
    );
    refusal
}

#[test]
fn json_and_yaml_say_the_same() {
    let json = r#"{"trash": {"days": 5}, "image": {"preview": {"format": "webp"}}, "oauth": {"defaultStorageQuota": 7},
        "ffmpeg": {"acceptedAudioCodecs": ["aac"]}}"#;
    let yaml = "# ours\ntrash:\n  days: 5\nimage: {preview: {format: webp}}\noauth:\n  defaultStorageQuota: 7\n\
                ffmpeg:\n  acceptedAudioCodecs:\n    - aac\n";
    let documents = [
        read("a.json", json).unwrap(),
        read("a", json).unwrap(),
        read("a.yaml", json).unwrap(),
        read("a.yml", yaml).unwrap(),
    ];
    for file in &documents {
        let document = file.document();
        assert_eq!((document.trash.days, document.trash.enabled), (5, true));
        assert_eq!(document.image.preview.format, ImageFormat::Webp);
        assert_eq!(document, documents[0].document());
    }
}

#[test]
fn a_file_that_says_nothing_is_the_defaults() {
    for text in ["", "\n", "# nothing yet\n", "{}", "null"] {
        let file = read("a.yaml", text).unwrap();
        assert_eq!(*file.document(), SystemConfig::default(), "{text:?}");
    }
}

#[test]
fn the_whole_document_as_answered_is_a_file() {
    let document = serde_json::to_string_pretty(&SystemConfig::default()).unwrap();
    for name in ["a.json", "a.yaml"] {
        assert_eq!(*read(name, &document).unwrap().document(), SystemConfig::default());
    }
}

#[test]
fn what_is_not_known_has_no_effect() {
    let file = read("a.yaml", "trash: {days: 5, colour: red}\nfuture: {deep: [1]}\n").unwrap();
    assert_eq!(file.document().trash.days, 5);
}

#[test]
fn every_mistake_is_named_with_its_field() {
    let told = refusal(
        "a.yaml",
        "trash: 5\nffmpeg: {crf: high, targetResolution: 720, tonemap: nope, acceptedVideoCodecs: h264}\n\
         image: {preview: {size: -1, format: {}}}\nlibrary: {scan: {enabled: yes}}\noauth: {defaultStorageQuota: much}\n",
    );
    for part in [
        "trash: expected a section, found a number",
        "ffmpeg.crf: expected a number, found text",
        "ffmpeg.targetResolution: expected text, found a number: put it in quotes",
        "ffmpeg.tonemap: unknown variant `nope`",
        "ffmpeg.acceptedVideoCodecs: expected a list, found text",
        "image.preview.size: invalid value: integer `-1`",
        "image.preview.format: expected text, found a section",
        "library.scan.enabled: expected true or false, found text",
        "oauth.defaultStorageQuota: text cannot stand here",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert!(refusal("a.yaml", "- trash\n").contains("the file: expected a section, found a list"));
}

#[test]
fn what_cannot_be_read_is_told_by_its_line_and_not_shown() {
    let told = refusal("a.json", "{\"oauth\": {\"clientSecret\": \"hunter2\"}, }");
    assert!(told.contains("is not valid JSON") && told.contains("line 1"), "{told}");
    let broken = "oauth:\n  clientSecret: hunter2\n   clientId: [\n";
    let told = refusal("a.yaml", broken);
    assert!(told.contains("is not valid YAML") && told.contains("line "), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
    assert!(!refusal("a.yaml", "oauth: {clientSecret: 12341234}\n").contains("1234"));
    assert!(refusal("a.yaml", "trash: {days: 1}\ntrash: {days: 2}\n").contains("trash"));
    let gone = SettingsFile::read(Path::new("/nonexistent/settings.yaml")).unwrap_err();
    assert!(
        gone.to_string()
            .starts_with("IMMICH_CONFIG_FILE: /nonexistent/settings.yaml cannot be read")
    );
}

#[test]
fn a_worker_keeps_no_secret() {
    let text =
        "oauth: {clientSecret: hunter2, clientId: us}\nnotifications: {smtp: {transport: {password: swordfish}}}\n";
    let file = read("a.yaml", text).unwrap();
    assert_eq!(file.document().oauth.client_secret.expose(), "hunter2");
    let file = file.without_secrets();
    assert_eq!(file.document().oauth.client_secret.expose(), "");
    assert_eq!(file.document().notifications.smtp.transport.password.expose(), "");
    assert_eq!(file.document().oauth.client_id, "us");
}
