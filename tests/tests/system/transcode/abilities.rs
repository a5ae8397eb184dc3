//! Machines that differ in what they can encode.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use safelight_tests::system::Place;
use safelight_tests::{Kind, binaries, wait_until_for};
use serde_json::{Value, json};

use super::{House, LONG};

/// The list of plugins of a machine that has all elements of this one but x264.
fn registry_without_x264(folder: &Path) -> Result<PathBuf> {
    let plugins = folder.join("plugins");
    std::fs::create_dir(&plugins)?;
    let installed = Command::new("pkg-config")
        .args(["--variable=pluginsdir", "gstreamer-1.0"])
        .output()?;
    let installed = PathBuf::from(String::from_utf8(installed.stdout)?.trim());
    for plugin in std::fs::read_dir(&installed).with_context(|| installed.display().to_string())? {
        let plugin = plugin?;
        if plugin.file_name() != "libgstx264.so" {
            std::os::unix::fs::symlink(plugin.path(), plugins.join(plugin.file_name()))?;
        }
    }
    let registry = folder.join("registry.bin");
    let worker = binaries::path("transcode-worker")?;
    let made = Command::new(&worker)
        .args(["video-helper", "plugins"])
        .env("GST_PLUGIN_SYSTEM_PATH_1_0", &plugins)
        .env("GST_REGISTRY", &registry)
        .status()?;
    ensure!(made.success(), "{made}");
    let listed = Command::new(&worker)
        .arg("list-coders")
        .env("GST_REGISTRY", &registry)
        .env("GST_REGISTRY_UPDATE", "no")
        .output()?;
    let list: Value = serde_json::from_slice(&listed.stdout)?;
    let elements = list["Ok"].as_array().context("a list")?;
    ensure!(elements.iter().all(|coder| coder["element"] != "x264enc"), "{list}");
    ensure!(elements.iter().any(|coder| coder["element"] == "vp9enc"), "{list}");
    Ok(registry)
}

/// A house whose only transcode worker has no x264, and a video that waits there because of it.
async fn stuck() -> (House, String) {
    let house = House::open(0, &[]).await.unwrap();
    let registry = registry_without_x264(house.system.folder()).unwrap();
    let env = [
        ("GST_REGISTRY", registry.to_str().unwrap()),
        ("GST_REGISTRY_UPDATE", "no"),
    ];
    let worker = house
        .system
        .launch(Kind::TranscodeWorker, &env, &Place::default())
        .unwrap();
    worker.ready().await.unwrap();
    let clip = house
        .clip("clip.avi", "320x180", 2, false, &["-c:v", "mpeg4", "-q:v", "8"])
        .unwrap();
    let asset = house.upload(&clip).await.unwrap();
    let job = "select coalesce(max(state || ' ' || failures || ' ' || requires::text), 'none') from job \
               where queue = 'videoConversion' and requires <> '{}'";
    house
        .until("the job says what it requires", job, |job| {
            job == "waiting 0 {encode.h264}"
        })
        .await
        .unwrap();
    (house, asset)
}

#[tokio::test]
async fn a_job_that_no_node_can_do_says_so_and_waits_for_one_that_can() {
    let (house, asset) = stuck().await;
    let id = house.text("select id::text from job").await.unwrap();
    let path = format!("/api/fleet/jobs/{id}");
    let detail = house.admin.get_json(&path).await.unwrap();
    assert_eq!(detail["waitsFor"][0]["code"], "no-capable-node", "{detail}");
    let said = detail["history"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["what"] == "handed back");
    assert_eq!(said.unwrap()["reason"], "this machine has no x264enc");
    // The gaming PC is switched on.
    let able = house
        .system
        .launch(Kind::TranscodeWorker, &[], &Place::default())
        .unwrap();
    able.ready().await.unwrap();
    house.idle().await.unwrap();
    assert!(house.encoded(&asset).await.unwrap().is_some());
}

#[tokio::test]
async fn settings_that_ask_for_less_free_a_job_that_nobody_could_do() {
    let (house, asset) = stuck().await;
    let mut settings = house.admin.get_json("/api/system-config").await.unwrap();
    settings["ffmpeg"]["targetVideoCodec"] = json!("vp9");
    settings["ffmpeg"]["acceptedVideoCodecs"] = json!(["vp9"]);
    house
        .admin
        .put("/api/system-config", &settings)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    house.idle().await.unwrap();
    let made = house.encoded(&asset).await.unwrap().unwrap();
    let told = safelight_tests::media::video::ffprobe(&made).unwrap();
    assert_eq!(told["streams"][0]["codec_name"], "vp9");
}

#[tokio::test]
async fn a_node_tries_what_it_has_and_tells_how_fast_it_is() {
    let house = House::open(1, &[("SAFELIGHT_CODEC_TRIALS", "true")]).await.unwrap();
    let has_verdict = |coder: &Value| coder["framesPerSecond"].as_f64() > Some(0.0) || coder["reason"].is_string();
    let facts = async || {
        let nodes = house.admin.get_json("/api/fleet/nodes").await?;
        let node = nodes
            .as_array()
            .into_iter()
            .flatten()
            .find(|node| node["service"] == "transcode-worker");
        node.map(|node| (node["facts"].clone(), node["capabilities"].clone()))
            .context("no node")
    };
    wait_until_for(LONG, "every encoder and decoder has a verdict", async || {
        let (facts, _) = facts().await?;
        let coders = ["encoders", "decoders"].map(|list| facts[list].as_array().cloned().unwrap_or_default());
        ensure!(coders.iter().all(|list| list.len() >= 4), "{facts}");
        ensure!(coders.iter().flatten().all(has_verdict), "{facts}");
        Ok(true)
    })
    .await
    .unwrap();
    let (facts, capabilities) = facts().await.unwrap();
    let of = |list: &str, element: &str| {
        let found = facts[list]
            .as_array()
            .unwrap()
            .iter()
            .find(|coder| coder["element"] == element);
        found.cloned().unwrap_or_default()
    };
    for (list, element) in [
        ("encoders", "x264enc"),
        ("encoders", "x265enc"),
        ("encoders", "vp9enc"),
        ("encoders", "av1enc"),
        ("decoders", "avdec_h264"),
        ("decoders", "avdec_h265"),
        ("decoders", "vp9dec"),
    ] {
        assert!(
            of(list, element)["framesPerSecond"].as_f64() > Some(0.0),
            "{element} in {facts}"
        );
    }
    let capabilities: Vec<&str> = capabilities
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for codec in ["h264", "hevc", "vp9", "av1"] {
        assert!(
            capabilities.contains(&format!("encode.{codec}").as_str()),
            "{capabilities:?}"
        );
    }
    // What failed is announced with its reason, and as no capability.
    for coder in facts["encoders"].as_array().unwrap() {
        let word = format!(
            "encode.{}.{}",
            coder["codec"].as_str().unwrap(),
            coder["element"].as_str().unwrap()
        );
        assert_eq!(
            capabilities.contains(&word.as_str()),
            coder["reason"].is_null(),
            "{coder}"
        );
    }
}
