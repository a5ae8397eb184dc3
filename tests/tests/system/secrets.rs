//! Passwords and keys appear nowhere.

use safelight_tests::client::NewUpload;
use safelight_tests::client::account::ADMIN_PASSWORD;
use safelight_tests::wait::PATIENCE;
use safelight_tests::{TestSystem, media};

#[tokio::test]
async fn no_secret_in_process_lists_logs_or_rows() {
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let login = serde_json::json!({"email": "admin@example.com", "password": ADMIN_PASSWORD});
    let token = system
        .client()
        .post("/api/auth/login", &login)
        .await
        .unwrap()
        .string("/accessToken")
        .unwrap();
    let key = admin.create_api_key().await.unwrap();
    let client = system.client().with_api_key(&key).unwrap();
    client.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap();
    let in_query = format!("/api/users/me?apiKey={key}");
    system.client().get(&in_query).await.unwrap().expect(200).unwrap();
    let wrong = serde_json::json!({"email": "admin@example.com", "password": "a wrong password"});
    system
        .client()
        .post("/api/auth/login", &wrong)
        .await
        .unwrap()
        .expect(401)
        .unwrap();
    system.queues_idle(&admin, PATIENCE).await.unwrap();

    let mut seen = String::new();
    for service in system.services() {
        let pid = service.pid().unwrap();
        seen.push_str(&String::from_utf8_lossy(
            &std::fs::read(format!("/proc/{pid}/cmdline")).unwrap(),
        ));
        seen.push_str(&service.log());
    }
    let sql = system.sql().await.unwrap();
    for table in ["node", "job", "system_metadata", "session", "api_key", "\"user\""] {
        for row in sql.query(&format!("select t::text from {table} t"), &[]).await.unwrap() {
            seen.push_str(row.get(0));
        }
    }
    for secret in [ADMIN_PASSWORD, "a wrong password", &token, &key] {
        assert!(!seen.contains(secret), "a secret is shown");
    }
}
