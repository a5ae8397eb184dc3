//! Who may depend on whom, and how long a file may be.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use safelight_tests::binaries::repository;
use serde_json::Value;

/// The crates that are programs.
const PROGRAMS: [&str; 5] = [
    "api-gateway",
    "metadata-worker",
    "thumbnail-worker",
    "transcode-worker",
    "safelight",
];

/// Image codecs, which only workers that decode may have.
const CODECS: [&str; 7] = [
    "turbojpeg-sys",
    "safelight-tiff",
    "libwebp-sys",
    "png",
    "image",
    "fast_image_resize",
    "moxcms",
];

/// The rooms of the core from left to right; each may import rooms of earlier groups and of its own.
const ROOMS: [&[&str]; 11] = [
    &["config", "crash"],
    &["ids", "formats", "tls"],
    &["db"],
    &["settings"],
    &["media"],
    &["events"],
    &["jobs"],
    &["fleet"],
    &["child"],
    &["telemetry"],
    &["service"],
];

/// The longest a hand-written file may be.
const LONGEST: usize = 800;

/// All packages each member depends on at run time, directly or not, without what only its tests need.
fn dependencies() -> HashMap<String, HashSet<String>> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "metadata",
        "--format-version=1",
        "--offline",
        "--filter-platform=x86_64-unknown-linux-gnu",
    ]);
    let output = cargo.current_dir(repository()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: HashMap<&str, &str> = packages
        .iter()
        .map(|package| (package["id"].as_str().unwrap(), package["name"].as_str().unwrap()))
        .collect();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let edges: HashMap<&str, Vec<&str>> = nodes
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), normal(node)))
        .collect();
    let members = metadata["workspace_members"].as_array().unwrap();
    members
        .iter()
        .map(|member| member.as_str().unwrap())
        .map(|member| {
            let mut found = HashSet::new();
            let mut next = edges[member].clone();
            while let Some(id) = next.pop() {
                if found.insert(names[id].to_owned()) {
                    next.extend(&edges[id]);
                }
            }
            (names[member].to_owned(), found)
        })
        .collect()
}

/// The normal (neither build nor development) dependencies of a node of the resolved graph.
fn normal(node: &Value) -> Vec<&str> {
    let all = node["deps"].as_array().unwrap().iter();
    let normal = all.filter(|dep| {
        dep["dep_kinds"]
            .as_array()
            .unwrap()
            .iter()
            .any(|kind| kind["kind"].is_null())
    });
    normal.map(|dep| dep["pkg"].as_str().unwrap()).collect()
}

#[test]
fn dependencies_follow_the_rules_of_the_house() {
    let dependencies = dependencies();
    let assert_without = |name: &str, forbidden: &str| {
        assert!(
            !dependencies[name].contains(forbidden),
            "{name} must not depend on {forbidden}"
        );
    };
    for program in PROGRAMS {
        for other in PROGRAMS {
            assert_without(program, other);
        }
        assert_without(program, "safelight-tests");
        assert_without(program, "pq-sys");
        if program != "api-gateway" {
            assert_without(program, "actix-web");
        }
        assert_without("safelight-http", program);
    }
    for forbidden in CODECS.iter().chain(&["actix-web", "actix-rt", "gstreamer", "pq-sys"]) {
        assert_without("safelight-core", forbidden);
    }
    assert_without("safelight-video", "actix-web");
    assert!(
        dependencies["api-gateway"].contains("actix-web"),
        "the check looks at something"
    );
}

/// All Rust and SQL files of the repository.
fn sources() -> Vec<PathBuf> {
    let root = repository();
    let mut found = Vec::new();
    for folder in ["crates", "tests", "migrations"] {
        let mut next = vec![root.join(folder)];
        while let Some(folder) = next.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                let path = entry.path();
                match path.extension().and_then(|extension| extension.to_str()) {
                    _ if path.is_dir() && !path.ends_with("node_modules") => next.push(path),
                    Some("rs" | "sql") => found.push(path),
                    _ => {}
                }
            }
        }
    }
    found
}

#[test]
fn files_are_short() {
    for file in sources() {
        let lines = std::fs::read_to_string(&file).unwrap().lines().count();
        assert!(
            lines <= LONGEST,
            "{} has {lines} lines, more than {LONGEST}",
            file.display()
        );
    }
}

fn place(room: &str) -> Option<usize> {
    ROOMS.iter().position(|group| group.contains(&room))
}

/// The rooms that a file of the core names as `crate::<room>`, tests within the file included.
fn imports(file: &Path) -> HashSet<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut found = HashSet::new();
    for after in text.split("crate::").skip(1) {
        // `use crate::{db, jobs::kind}` names several.
        let (list, several) = match after.strip_prefix('{') {
            Some(list) => (list.split('}').next().unwrap_or_default(), true),
            None => (after, false),
        };
        for path in list.split(',').take(if several { usize::MAX } else { 1 }) {
            let room: String = path
                .trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            found.insert(room);
        }
    }
    found
}

#[test]
fn rooms_of_the_core_import_to_their_left() {
    let core = repository().join("crates/core/src");
    for file in sources().into_iter().filter(|file| file.starts_with(&core)) {
        let inner = file.strip_prefix(&core).unwrap();
        let room = inner
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        let Some(here) = place(room) else {
            assert_eq!(room, "lib", "{} lies in no room of DESIGN", file.display());
            continue;
        };
        for import in imports(&file) {
            if let Some(there) = place(&import) {
                assert!(
                    there <= here,
                    "{} ({room}) imports {import}, which is to its right",
                    file.display()
                );
            }
        }
    }
}
