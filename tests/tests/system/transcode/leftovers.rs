//! What is left in the folder for temporary files.

use std::path::Path;

use safelight_tests::{Kind, TestSystem, wait_until_for};

use super::LONG;

/// Everything there but the list of plugins, which is kept for the next process.
fn left(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !name.starts_with("safelight-gstreamer-")).collect()
}

#[tokio::test]
async fn neither_a_killed_nor_a_stopped_worker_leaves_anything_for_long() {
    let system = TestSystem::builder().start().await.unwrap();
    let folder = system.folder().join("tmp");
    std::fs::create_dir(&folder).unwrap();
    let env = [("TMPDIR", folder.to_str().unwrap()), ("SAFELIGHT_CODEC_TRIALS", "true")];
    let worker = system.start_with(Kind::TranscodeWorker, &env).await.unwrap();
    wait_until_for(LONG, "an encoder was tried", async || {
        Ok(worker.log().contains("this element"))
    })
    .await
    .unwrap();
    worker.kill().unwrap();
    assert_eq!(left(&folder), Vec::<String>::new());

    // As a process leaves them that is killed in a first pass, and what another program has there.
    for name in ["safelight-passes-lost", "of-somebody-else"] {
        std::fs::create_dir(folder.join(name)).unwrap();
        std::fs::write(folder.join(name).join("in-use"), "").unwrap();
        std::fs::write(folder.join(name).join("first-pass"), vec![0; 1 << 20]).unwrap();
    }
    worker.restart().await.unwrap();
    wait_until_for(LONG, "only what is another's is left", async || {
        Ok(left(&folder) == ["of-somebody-else"])
    })
    .await
    .unwrap();
    worker.terminate().await.unwrap();
    assert_eq!(left(&folder), ["of-somebody-else"]);
}
