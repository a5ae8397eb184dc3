use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use super::*;
use crate::config::Env;

async fn store() -> (tempfile::TempDir, LocalStore) {
    let dir = tempfile::tempdir().unwrap();
    let location = dir.path().join("media");
    let env = Env::of([("IMMICH_MEDIA_LOCATION", location.to_str().unwrap())]);
    let config = MediaConfig::from_env(&env).unwrap();
    let store = LocalStore::at(&config, Uuid::new_v4()).await.unwrap();
    (dir, store)
}

fn upload(store: &LocalStore) -> PathBuf {
    store.paths().upload(Uuid::new_v4(), Uuid::new_v4(), "jpg")
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The pool's threads take tasks in order, but there are several: wait until the file is gone.
async fn gone(path: &Path) {
    while path.exists() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_file_appears_whole_under_its_name() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    let mut part = store.create(&path).await.unwrap();
    part.write(Bytes::from_static(b"hello ")).await.unwrap();
    part.write(Bytes::from_static(b"world")).await.unwrap();
    assert!(!path.exists() && part.part_path().exists());
    assert_eq!(part.written(), 11);
    part.set_times(SystemTime::UNIX_EPOCH, SystemTime::UNIX_EPOCH)
        .await
        .unwrap();
    let part_path = part.part_path().to_owned();
    part.commit().await.unwrap();
    assert!(!part_path.exists());
    assert_eq!(fs::read(&path).unwrap(), b"hello world");
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o640, 0o750));
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), SystemTime::UNIX_EPOCH);
}

#[tokio::test]
async fn no_reader_waits_for_writers() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    store.publish(&path, Bytes::from_static(b"a picture")).await.unwrap();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    for _ in 0..64 {
        let held = std::sync::Arc::clone(&held);
        // Ends when the sender is dropped.
        store.pools.writes.spawn(move || {
            let _ended = held.lock().unwrap().recv();
        });
    }
    let file = store.open(&path).await.unwrap();
    assert_eq!(file.read_at(0, 100).await.unwrap(), b"a picture"[..]);
    assert!(store.space().await.unwrap().total > 0);
    drop(release);
    store.delete(&path).await.unwrap();
}

#[tokio::test]
async fn a_dropped_part_leaves_nothing() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    let mut part = store.create(&path).await.unwrap();
    part.write(Bytes::from_static(b"x")).await.unwrap();
    let part_path = part.part_path().to_owned();
    drop(part);
    gone(&part_path).await;
    let part = store.create(&path).await.unwrap();
    part.discard().await.unwrap();
    assert!(!part_path.exists() && !path.exists());
}

#[tokio::test]
async fn a_name_is_never_used_twice() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    store.publish(&path, Bytes::from_static(b"first")).await.unwrap();
    let error = store.publish(&path, Bytes::from_static(b"second")).await.unwrap_err();
    assert!(matches!(error, MediaError::Exists(_)), "{error}");
}

#[tokio::test]
async fn reading_in_ranges() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    let content: Vec<u8> = (0..600_000_u32).flat_map(u32::to_le_bytes).collect();
    store.publish(&path, content.clone().into()).await.unwrap();
    let file = store.open(&path).await.unwrap();
    assert_eq!(file.length(), 2_400_000);
    let blocks: Vec<Bytes> = file.clone().stream(10, 1_000_010).try_collect().await.unwrap();
    assert_eq!(blocks.concat(), content[10..1_000_010]);
    assert!(file.stream(2_399_999, 2_400_001).try_collect::<Vec<_>>().await.is_err());
}

#[tokio::test]
async fn a_small_file_is_read_with_its_opening() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    store.publish(&path, Bytes::from_static(b"a picture")).await.unwrap();
    assert_eq!(store.open(&path).await.unwrap().content(), None);
    assert_eq!(store.open_reading(&path, 8).await.unwrap().content(), None);
    let file = store.open_reading(&path, 9).await.unwrap();
    // What was read stays what is sent, whatever happens to the file.
    fs::write(&path, b"another").unwrap();
    assert_eq!(file.content().unwrap(), b"a picture"[..]);
    assert_eq!(file.read_at(2, 100).await.unwrap(), b"picture"[..]);
    assert_eq!(file.read_at(20, 100).await.unwrap(), b""[..]);
    let blocks: Vec<Bytes> = file.stream(2, 5).try_collect().await.unwrap();
    assert_eq!(blocks.concat(), b"pic");
    let folder = path.parent().unwrap();
    assert!(store.open_reading(folder, 1 << 20).await.err().unwrap().is_not_found());
}

#[tokio::test]
async fn deleting_is_idempotent_and_takes_the_part() {
    let (_dir, store) = store().await;
    let path = upload(&store);
    store.publish(&path, Bytes::from_static(b"x")).await.unwrap();
    fs::write(paths::part_of(&path), b"y").unwrap();
    store.delete(&path).await.unwrap();
    assert!(!path.exists() && !paths::part_of(&path).exists());
    store.delete(&path).await.unwrap();
    assert!(store.open(&path).await.err().unwrap().is_not_found());
}

#[tokio::test]
async fn a_lost_mount_is_the_stores_illness() {
    let (_dir, store) = store().await;
    assert!(store.space().await.unwrap().total > 0);
    store.prove(&[Folder::Upload]).await.unwrap();
    fs::remove_dir_all(store.paths().folder(Folder::Upload)).unwrap();
    let error = store.create(&upload(&store)).await.err().unwrap();
    assert_eq!(error.illness(), Some(Illness::MountMissing));
    assert_eq!(store.space().await.unwrap_err().illness(), Some(Illness::MountMissing));
    assert_eq!(
        store.prove(&[]).await.unwrap_err().illness(),
        Some(Illness::MountMissing)
    );
}
