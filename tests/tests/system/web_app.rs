//! What the official web app asks for when a page of it loads: one answer that is an error makes an error page of the whole.
//! Pages of what this release has none of are empty and true.

use reqwest::Method;
use safelight_tests::client::NewUpload;
use safelight_tests::contract::Document;
use safelight_tests::{Client, TestSystem, media};
use serde_json::{Value, json};

/// What a page asks for. `{asset}`, `{album}` and `{user}` are those of the caller.
const PAGES: &[(&str, &[&str])] = &[
    (
        "any page",
        &[
            "GET /server/config",
            "GET /server/features",
            "GET /server/about",
            "GET /server/version",
            "GET /server/version-check",
            "GET /server/version-history",
            "GET /server/media-types",
            "GET /server/storage",
            "GET /server/apk-links",
            "GET /users/me",
            "GET /users/me/preferences",
            "GET /users/me/onboarding",
            "GET /notifications?unread=true",
        ],
    ),
    ("sign-in", &["GET /admin/maintenance/status", "GET /auth/status"]),
    (
        "onboarding",
        &[
            "GET /system-config",
            "GET /system-config/defaults",
            "GET /system-metadata/admin-onboarding",
        ],
    ),
    (
        "photos",
        &[
            "GET /timeline/buckets?visibility=timeline&withPartners=true&withStacked=true",
            "GET /timeline/bucket?timeBucket=2024-05-01&visibility=timeline&withPartners=true&withStacked=true",
            "GET /memories?for=2024-05-01T00%3A00%3A00.000Z",
            "GET /memories/statistics",
        ],
    ),
    (
        "a photo",
        &[
            "GET /assets/{asset}",
            "GET /assets/{asset}/edits",
            "GET /assets/{asset}/metadata",
            "GET /assets/{asset}/ocr",
            "GET /faces?id={asset}",
            "GET /albums?assetId={asset}",
            "GET /stacks?primaryAssetId={asset}",
            "GET /tags",
        ],
    ),
    (
        "albums and sharing",
        &[
            "GET /albums",
            "GET /albums?isShared=true",
            "GET /albums/statistics",
            "GET /albums/{album}",
            "GET /albums/{album}/map-markers",
            "GET /activities?albumId={album}",
            "GET /activities/statistics?albumId={album}",
            "GET /shared-links",
            "GET /partners?direction=shared-by",
            "GET /partners?direction=shared-with",
            "GET /users",
            "GET /users/{user}",
        ],
    ),
    (
        "explore, search and map",
        &[
            "GET /search/explore",
            "GET /search/cities",
            "GET /search/suggestions?type=country",
            "GET /people",
            "GET /people?withHidden=true",
            "GET /map/markers",
            "GET /view/folder/unique-paths",
            "POST /search/metadata",
            "POST /search/statistics",
        ],
    ),
    (
        "utilities",
        &[
            "GET /duplicates",
            "POST /search/large-assets",
            "GET /workflows",
            "GET /workflows/triggers",
            "GET /plugins",
            "GET /plugins/methods",
            "GET /plugins/templates",
        ],
    ),
    (
        "account settings",
        &[
            "GET /sessions",
            "GET /api-keys",
            "GET /assets/statistics",
            "GET /users/me/calendar-heatmap?from=2024-01-01&to=2024-12-31",
        ],
    ),
    (
        "administration",
        &[
            "GET /admin/users?withDeleted=true",
            "GET /admin/users/{user}",
            "GET /admin/users/{user}/preferences",
            "GET /admin/users/{user}/sessions",
            "GET /admin/users/{user}/statistics",
            "GET /jobs",
            "GET /queues",
            "GET /queues/thumbnailGeneration",
            "GET /queues/thumbnailGeneration/jobs",
            "GET /libraries",
            "GET /server/statistics",
            "GET /system-config/storage-template-options",
            "GET /system-metadata/reverse-geocoding-state",
            "GET /system-metadata/version-check-state",
        ],
    ),
    (
        "maintenance",
        &[
            "GET /admin/maintenance/status",
            "GET /admin/maintenance/detect-install",
            "GET /admin/database-backups",
            "GET /admin/integrity/summary",
            "GET /admin/integrity/report?type=untracked_file",
            "GET /admin/integrity/report?type=missing_file",
            "GET /admin/integrity/report?type=checksum_mismatch",
            "GET /admin/integrity/report/untracked_file/csv",
            "GET /admin/integrity/report/missing_file/csv",
            "GET /admin/integrity/report/checksum_mismatch/csv",
        ],
    ),
];

struct Visit {
    system: TestSystem,
    admin: Client,
    ids: [(&'static str, String); 3],
}

impl Visit {
    async fn new() -> Self {
        let system = TestSystem::builder().start().await.unwrap();
        let admin = system.client().sign_up_admin().await.unwrap();
        let asset = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
        let album = json!({"albumName": "a", "assetIds": [asset]});
        let album = admin.post("/api/albums", &album).await.unwrap().string("/id").unwrap();
        let user = admin.get("/api/users/me").await.unwrap().string("/id").unwrap();
        Self {
            system,
            admin,
            ids: [("{asset}", asset), ("{album}", album), ("{user}", user)],
        }
    }

    /// Method and path with the ids of the caller.
    fn request(&self, line: &str) -> (Method, String) {
        let (method, path) = line.split_once(' ').unwrap();
        let ids = self.ids.iter();
        let path = ids.fold(format!("/api{path}"), |path, (name, id)| path.replace(name, id));
        (method.parse().unwrap(), path)
    }

    async fn status(&self, client: &Client, line: &str) -> u16 {
        let (method, path) = self.request(line);
        let body = (method == Method::POST).then(|| json!({}));
        client.send(method, &path, body.as_ref()).await.unwrap().status
    }
}

#[tokio::test]
async fn no_page_asks_for_what_ends_as_an_error() {
    let visit = Visit::new().await;
    let mut wrong = Vec::new();
    for (page, lines) in PAGES {
        for line in *lines {
            let status = visit.status(&visit.admin, line).await;
            if !(200..300).contains(&status) {
                wrong.push(format!("{page}: {line} is answered {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What asks for nothing in its path, and is refused all the same: `GET` and the reason.
const REFUSED: [(&str, u16); 4] = [
    // As recorded: there is none, and the web app asks only where somebody has one.
    ("/server/license", 404),
    ("/users/me/license", 404),
    // For those who come with a key.
    ("/api-keys/me", 403),
    // For visitors of a link, of which there are none.
    ("/shared-links/me", 403),
];

#[tokio::test]
async fn every_question_of_the_contract_that_names_nothing_is_answered() {
    let Some(document) = Document::get() else {
        eprintln!("SKIPPED: no contract (set SAFELIGHT_CONTRACT)");
        return;
    };
    let visit = Visit::new().await;
    let printed = crate::gate::printed();
    let is_there = |path: &str| {
        printed
            .iter()
            .any(|[method, known, ..]| method == "GET" && *known == format!("/api{path}"))
    };
    let ids = |name: &str| {
        let about = visit
            .ids
            .iter()
            .find(|(known, _)| format!("{name}}}").ends_with(&known[1..]));
        let asset = || visit.ids[0].1.clone();
        Some(match name {
            "albumId" => visit.ids[1].1.clone(),
            "timeBucket" => "2024-05-01".to_owned(),
            "userId" => visit.ids[2].1.clone(),
            _ => about.map_or_else(asset, |(_, id)| id.clone()),
        })
    };
    let (mut asked, mut wrong) = (0, Vec::new());
    let questions = document
        .operations()
        .iter()
        .filter(|operation| operation.method == "GET");
    for operation in questions.filter(|operation| !operation.path.contains('{') && is_there(&operation.path)) {
        let example = document.example(operation, &ids);
        let path = format!("/api{}{}", operation.path, example.query_string());
        let status = visit.admin.get(&path).await.unwrap().status;
        let refused = REFUSED.iter().find(|(known, _)| *known == operation.path);
        let is_right = refused.map_or((200..300).contains(&status), |(_, expected)| status == *expected);
        if !is_right {
            wrong.push(format!("GET {path} is answered {status}"));
        }
        asked += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 60, "only {asked} questions were found");
}

#[tokio::test]
async fn what_is_absent_is_empty_and_what_cannot_be_done_is_refused_in_words() {
    let visit = Visit::new().await;
    let (admin, stranger) = (&visit.admin, visit.system.client());
    let get = async |path: &str| admin.get_json(&format!("/api{path}")).await.unwrap();
    let asset = &visit.ids[0].1;
    assert_eq!(
        get(&format!("/assets/{asset}/edits")).await,
        json!({"assetId": asset, "edits": []})
    );
    let nothing = json!({"checksum_mismatch": 0, "missing_file": 0, "untracked_file": 0});
    assert_eq!(get("/admin/integrity/summary").await, nothing);
    for kind in ["untracked_file", "missing_file", "checksum_mismatch"] {
        let report = get(&format!("/admin/integrity/report?type={kind}")).await;
        assert_eq!(report["items"], json!([]), "{kind}");
    }
    assert_eq!(get("/admin/database-backups").await, json!({"backups": []}));

    // Nobody has to be signed in to be told that all is as usual.
    let status = stranger
        .get("/api/admin/maintenance/status")
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(status.json().unwrap(), json!({"active": false, "action": "end"}));
    let refused = async |path: &str, body: Value, status: u16, message: &str| {
        let answer = stranger.post(path, &body).await.unwrap().expect(status).unwrap();
        assert_eq!(answer.json().unwrap(), json!({"message": message}), "{path}");
    };
    let login = "/api/admin/maintenance/login";
    refused(login, json!({}), 400, "Not in maintenance mode").await;
    refused(login, json!({"token": "x"}), 400, "Not in maintenance mode").await;
    let restore = "/api/admin/database-backups/start-restore";
    refused(
        restore,
        json!({}),
        501,
        "Database backups are not available in this release",
    )
    .await;
}
