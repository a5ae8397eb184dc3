//! The settings over HTTP, behind two gateways.

use safelight_tests::{Kind, TestSystem, wait_until};
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
    let (document, first) = row(&system).await;
    assert_eq!(document, json!({"image": {"preview": {"size": 1200}}}));

    // Back to the defaults is stored as nothing, at a version that goes on.
    admin
        .put("/api/system-config", &defaults.json().unwrap())
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let (document, second) = row(&system).await;
    assert_eq!(document, json!({}));
    assert!(second > first);
}

#[tokio::test]
async fn a_version_that_went_back_and_a_row_that_was_removed_are_noticed() {
    let system = TestSystem::builder().gateways(2).start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let gateways = [system.client_of(0).unwrap(), system.client_of(1).unwrap()];
    let days_are = async |days: u64| {
        wait_until(&format!("both gateways keep the trash for {days} days"), async || {
            let mut agree = true;
            for gateway in &gateways {
                agree &= gateway.get_json("/api/server/config").await?["trashDays"] == days;
            }
            Ok(agree)
        })
        .await
        .unwrap();
    };
    let put = async |days: u64| {
        let mut config = admin.get_json("/api/system-config").await.unwrap();
        config["trash"]["days"] = json!(days);
        let answer = admin.put("/api/system-config", &config).await.unwrap();
        answer.expect(200).unwrap();
    };
    put(5).await;
    put(6).await;
    days_are(6).await;
    let sql = system.sql().await.unwrap();
    sql.batch_execute(
        "alter table system_metadata disable trigger system_config_written;
         update system_metadata set version = 1, value = '{\"trash\": {\"days\": 4}}' where key = 'system-config';
         alter table system_metadata enable trigger system_config_written",
    )
    .await
    .unwrap();
    days_are(4).await;
    let remove = "delete from system_metadata where key = 'system-config'";
    sql.batch_execute(remove).await.unwrap();
    days_are(30).await;

    // The first one after a removal is in force where it was answered, and everywhere, whatever was known before.
    put(7).await;
    days_are(7).await;
    for days in [8, 9] {
        sql.batch_execute(remove).await.unwrap();
        let first = admin.at(vec![system.service(Kind::ApiGateway, 0).unwrap().url()]);
        let mut config = first.get_json("/api/system-config").await.unwrap();
        config["trash"]["days"] = json!(days);
        let answer = first.put("/api/system-config", &config).await.unwrap();
        answer.expect(200).unwrap();
        assert_eq!(
            gateways[0].get_json("/api/server/config").await.unwrap()["trashDays"],
            days
        );
        days_are(days).await;
    }
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
