//! The settings over HTTP, behind two gateways.

use safelight_tests::TestSystem;
use serde_json::{Value, json};

#[tokio::test]
async fn a_change_on_one_gateway_holds_on_the_other() {
    let system = TestSystem::builder().gateways(2).start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let defaults = admin
        .get("/api/system-config/defaults")
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let mut config = admin.get_json("/api/system-config").await.unwrap();
    assert_eq!(defaults.json().unwrap(), config);

    config["image"]["preview"]["size"] = json!(1200);
    config["unknown"] = json!({"x": 1});
    let stored = admin
        .put("/api/system-config", &config)
        .await
        .unwrap()
        .expect(200)
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(stored.get("unknown"), None);
    for _gateway in 0..2 {
        let seen = admin.get_json("/api/system-config").await.unwrap();
        assert_eq!(seen, stored);
    }
    assert_eq!(row(&system).await, (json!({"image": {"preview": {"size": 1200}}}), 1));

    // Back to the defaults is stored as nothing, at a version that goes on.
    admin
        .put("/api/system-config", &defaults.json().unwrap())
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    assert_eq!(row(&system).await, (json!({}), 2));
}

#[tokio::test]
async fn what_is_refused_changes_nothing() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let config = admin.get("/api/system-config").await.unwrap().json().unwrap();
    let refusals: [(&str, Value, &str); 4] = [
        ("/image/preview/size", json!(0), "Validation failed"),
        (
            "/storageTemplate/template",
            json!("{{y}}/{{nope}}"),
            "Invalid storage template",
        ),
        ("/notifications/smtp/enabled", json!(true), "Invalid SMTP configuration"),
        ("/library/scan/cronExpression", json!("nope"), "Validation failed"),
    ];
    for (place, value, message) in refusals {
        let mut changed = config.clone();
        *changed.pointer_mut(place).unwrap() = value;
        let answer = admin
            .put("/api/system-config", &changed)
            .await
            .unwrap()
            .expect(400)
            .unwrap();
        assert_eq!(answer.string("/message").unwrap(), message, "{place}");
    }
    assert_eq!(admin.get("/api/system-config").await.unwrap().json().unwrap(), config);
    let rows = system
        .sql()
        .await
        .unwrap()
        .query("select 1 from system_metadata where key = 'system-config'", &[])
        .await;
    assert_eq!(rows.unwrap().len(), 0);
}

/// What is stored, and its version.
async fn row(system: &TestSystem) -> (Value, i64) {
    let query = "select value::text, version from system_metadata where key = 'system-config'";
    let row = system.sql().await.unwrap().query_one(query, &[]).await.unwrap();
    (serde_json::from_str(row.get(0)).unwrap(), row.get(1))
}
