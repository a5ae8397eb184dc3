//! From the upload to the words for people.

use safelight_tests::client::NewUpload;
use safelight_tests::media::{bars, film};
use safelight_tests::{Kind, TestSystem};

use super::Listener;
use super::hostile::hostile;
use crate::videos::LONG;

/// What became of the jobs of an asset: queue, failures, reason.
const JOBS: &str =
    "select queue || ' ' || failures || ' ' || history::text from job where dedup_key = $1 order by queue";

#[tokio::test]
async fn a_list_under_the_name_of_a_film_is_refused_at_once_and_shows_nobodys_film() {
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
    let system = TestSystem::builder().workers(&workers).start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    let mut arguments: Vec<String> = bars("320x240");
    arguments.extend(["-c:v", "libx264", "-pix_fmt", "yuv420p"].map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let victim = NewUpload::new("locked.mp4", film("locked.mp4", &arguments).unwrap());
    let victim = admin.upload(&victim).await.unwrap().id;
    let path = "select original_path from asset where id::text = $1";
    let path: String = sql.query_one(path, &[&victim]).await.unwrap().get(0);
    let person = system.person("stranger").await.unwrap();
    let listener = Listener::open();
    let mut uploaded = Vec::new();
    for file in hostile(&listener.address, &path) {
        let name = file.name;
        let id = person.upload(&NewUpload::new(name, file.bytes)).await.unwrap().id;
        uploaded.push((name, id));
    }
    system.queues_idle(&admin, LONG).await.unwrap();
    for (name, id) in &uploaded {
        let asset = person.get_json(&format!("/api/assets/{id}")).await.unwrap();
        assert!(asset["thumbhash"].is_null(), "{name}: {asset}");
        let preview = person
            .get(&format!("/api/assets/{id}/thumbnail?size=preview"))
            .await
            .unwrap();
        preview.expect(404).unwrap();
        let files = "select count(*) from asset_file where asset_id::text = $1";
        assert_eq!(sql.query_one(files, &[id]).await.unwrap().get::<_, i64>(0), 0, "{name}");
        let jobs = sql.query(JOBS, &[id]).await.unwrap();
        let jobs: Vec<String> = jobs.iter().map(|row| row.get(0)).collect();
        let pictures = jobs.iter().find(|job| job.starts_with("thumbnailGeneration")).unwrap();
        assert!(pictures.starts_with("thumbnailGeneration 1 "), "{name}: {pictures}");
        let words = ["the file is not a video", "the file has no video stream"];
        assert!(words.iter().any(|words| pictures.contains(words)), "{name}: {pictures}");
    }
    let list = uploaded.iter().find(|(name, _)| *name == "hls-file.mp4").unwrap();
    let said = sql.query(JOBS, &[&list.1]).await.unwrap();
    let said: Vec<String> = said.iter().map(|row| row.get(0)).collect();
    assert!(
        said.join("\n").contains("it is an HLS playlist, which holds no film"),
        "{said:?}"
    );
    assert_eq!(listener.heard(), 0, "somebody asked the address");
    let kept = admin.get_json(&format!("/api/assets/{victim}")).await.unwrap();
    assert!(kept["thumbhash"].is_string(), "a film is a film");
}
