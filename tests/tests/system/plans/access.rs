//! Who may see an asset, in an album of a hundred thousand and beside it.

use safelight_tests::million;
use serde_json::json;

use super::{EACH, FEW, Ledger, about_assets, status};

/// Pages that the question about one asset may touch, the largest album of all its owners or not.
const ENOUGH: u64 = 60;
/// For each of many.
const OF_MANY: u64 = 30;

#[tokio::test]
async fn who_may_see_an_asset_is_told_without_reading_an_album() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let (owner, member, stranger) = (turn.person(1).unwrap(), turn.person(2).unwrap(), turn.member().unwrap());
    // A live photo of the largest album.
    let photo = "select photo.id from album_asset content join asset photo on photo.id = content.asset_id
        where content.album_id = (select id from album where album_name = 'Everything of us')
          and photo.live_photo_video_id is not null and photo.deleted_at is null and photo.visibility = 'timeline' limit 1";
    let photo = turn.id(photo).await.unwrap();
    let part = format!("select live_photo_video_id from asset where id = '{photo}'");
    let part = turn.id(&part).await.unwrap();
    files_of(&turn, &format!("'{photo}', '{part}'")).await;

    let paths = [
        format!("/api/assets/{photo}/thumbnail?size=preview"),
        format!("/api/assets/{photo}/thumbnail"),
        format!("/api/assets/{photo}/original"),
        format!("/api/assets/{part}/original"),
        format!("/api/assets/{photo}"),
    ];
    for (who, refused) in [(&owner, false), (&member, false), (&stranger, true)] {
        for path in &paths {
            let mut seen = 0;
            let asking = async {
                seen = status(who, path).await?;
                Ok(())
            };
            let plans = turn.plans(asking).await.unwrap();
            assert_eq!(seen >= 400, refused, "{path}: {seen}");
            assert!(about_assets(&plans) > 0, "{path}: {plans:#?}");
            ledger.hold(path, &plans, ENOUGH);
        }
    }

    // Many at once are looked up one by one, and not by reading every album of the caller.
    let some = "select asset_id from album_asset content join asset on asset.id = content.asset_id
        where album_id = (select id from album where album_name = 'Everything of us') and deleted_at is null
          and visibility = 'timeline' limit 500";
    let some = turn.ids(some).await.unwrap();
    let some = json!({ "assetIds": some });
    for who in [&owner, &member] {
        let most = |_: &serde_json::Value| FEW + 500 * OF_MANY;
        let (_, plans) = ledger.ask(who, "POST /api/download/info", Some(&some), most).await;
        assert!(about_assets(&plans) > 0);
    }
    ledger.close();
}

#[tokio::test]
async fn changes_of_many_assets_read_these_assets() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    let some = "select a.id from asset a join \"user\" u on u.id = a.owner_id where u.email = 'person-1@seed.example'
        and not a.is_favorite and a.deleted_at is null and a.visibility = 'timeline' and a.type = 'IMAGE' limit 100";
    let some = turn.ids(some).await.unwrap();
    // Their rows are written anew, and so are the places in all indexes.
    let most = |_: &serde_json::Value| FEW + 100 * (EACH + 80);
    for value in [true, false] {
        let change = json!({"ids": some, "isFavorite": value});
        ledger.ask(&owner, "PUT /api/assets", Some(&change), most).await;
    }
    let ids = json!({ "ids": some });
    ledger.ask(&owner, "DELETE /api/assets", Some(&ids), most).await;
    ledger
        .ask(&owner, "POST /api/trash/restore/assets", Some(&ids), most)
        .await;
    let sums: Vec<_> = (0..1000_u32)
        .map(|n| json!({"id": n.to_string(), "checksum": format!("{n:040x}")}))
        .collect();
    let sums = json!({ "assets": sums });
    let most = |_: &serde_json::Value| FEW + 1000 * EACH;
    ledger
        .ask(&owner, "POST /api/assets/bulk-upload-check", Some(&sums), most)
        .await;
    ledger.close();
}

/// Writes something where the rows of these assets say that their files are.
async fn files_of(turn: &million::Turn, ids: &str) {
    let paths = format!(
        "select original_path from asset where id in ({ids}) union all select path from asset_file where asset_id in ({ids})"
    );
    let rows = turn.system().sql().await.unwrap().query(&paths, &[]).await.unwrap();
    for row in rows {
        let path = std::path::PathBuf::from(row.get::<_, String>(0));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "a picture").unwrap();
    }
}
