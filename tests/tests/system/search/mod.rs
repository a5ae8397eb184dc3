//! Finding assets: what each question finds, what nobody finds.

mod found;
mod hidden;
mod places;

use safelight_tests::Client;
use safelight_tests::client::NewUpload;
use safelight_tests::{TestSystem, media};
use serde_json::{Value, json};

/// An id that nothing has.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Uploads a picture that was taken on this day.
async fn upload(client: &Client, name: &str, day: &str) -> String {
    let file = NewUpload::new(name, media::jpeg()).field("fileCreatedAt", &format!("{day}T12:00:00.000Z"));
    client.upload(&file).await.unwrap().id
}

/// What a route answers to a question.
async fn ask(client: &Client, path: &str, question: &Value) -> Value {
    let answer = client.post(path, question).await.unwrap();
    answer.expect(200).unwrap().json().unwrap()
}

async fn get(client: &Client, path: &str) -> Value {
    client.get_json(path).await.unwrap()
}

/// The names of assets in a list.
fn names(list: &Value) -> Vec<&str> {
    let assets = list.as_array().unwrap().iter();
    assets
        .map(|asset| asset["originalFileName"].as_str().unwrap())
        .collect()
}

/// Makes a second person and gives a client of theirs.
async fn second_person(system: &TestSystem) -> Client {
    let sql = system.sql().await.unwrap();
    sql.batch_execute(
        "insert into \"user\" (email, name) values ('two@example.com', 'Two');
         insert into session (token, user_id) select sha256('two'), id from \"user\" where email = 'two@example.com'",
    )
    .await
    .unwrap();
    system.client().with_token("two").unwrap()
}

/// The message of a refusal.
async fn refusal(client: &Client, path: &str, question: &Value) -> (u16, String) {
    let answer = client.post(path, question).await.unwrap();
    (answer.status, answer.string("/message").unwrap())
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_told_so() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    for path in [
        "/api/search/metadata",
        "/api/search/random",
        "/api/search/statistics",
        "/api/search/smart",
    ] {
        for wrong in [
            json!({"type": "X"}),
            json!({"isFavorite": "true"}),
            json!({"takenAfter": "yesterday"}),
            json!({"rating": 6}),
            json!({"albumIds": "x"}),
            json!({"personIds": ["x"]}),
            json!([]),
        ] {
            let refused = refusal(&admin, path, &wrong).await;
            assert_eq!(refused, (400, "Validation failed".to_owned()), "{path} {wrong}");
        }
        assert_eq!(
            system.client().post(path, &json!({})).await.unwrap().status,
            401,
            "{path}"
        );
    }
    for wrong in [
        json!({"size": 1001}),
        json!({"page": 0}),
        json!({"order": "x"}),
        json!({"id": "x"}),
    ] {
        let refused = refusal(&admin, "/api/search/metadata", &wrong).await;
        assert_eq!(refused, (400, "Validation failed".to_owned()), "{wrong}");
    }
    let smart = refusal(&admin, "/api/search/smart", &json!({"query": "a dog"})).await;
    assert_eq!(smart, (400, "Smart search is not enabled".to_owned()));
    for path in [
        "/api/search/suggestions",
        "/api/search/suggestions?type=x",
        "/api/search/places",
        "/api/search/person",
        "/api/map/markers?isFavorite=1",
        "/api/map/markers?fileCreatedAfter=x",
        "/api/map/reverse-geocode?lat=91&lon=0",
        "/api/view/folder",
    ] {
        let answer = admin.get(path).await.unwrap();
        assert_eq!(
            (answer.status, answer.string("/message").unwrap()),
            (400, "Validation failed".to_owned()),
            "{path}"
        );
    }
    let far = ask(
        &admin,
        "/api/search/metadata",
        &json!({"page": 9_007_199_254_740_991_i64, "size": 1000}),
    )
    .await;
    assert_eq!(
        far["assets"],
        json!({"total": 0, "count": 0, "items": [], "facets": [], "nextPage": null})
    );
}
