use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn tool(limits: Limits) -> ExifTool {
    ExifTool::new(limits)
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A program in place of exiftool.
fn script(folder: &Path, body: &str) -> OsString {
    let path = folder.join("tool");
    fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.into_os_string()
}

#[tokio::test]
async fn garbage_and_nothing_are_read_without_tags() {
    let folder = folder();
    let tool = tool(Limits::default());
    for (name, bytes) in [
        ("garbage ä.jpg", &b"this is no picture"[..]),
        ("empty.jpg", b""),
        ("-ver", b"x"),
        ("#a.jpg", b"x"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let tags = tool.read(&path).await.unwrap();
        assert_eq!(tags.text("ImageWidth", &[]), None, "{name}");
    }
    assert_eq!(tool.pool.lock().len(), 1, "one process served them all");
}

#[tokio::test]
async fn a_missing_file_is_named() {
    let error = tool(Limits::default())
        .read(Path::new("/nowhere/a.jpg"))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("File not found"), "{error}");
}

#[tokio::test]
async fn any_text_goes_round_through_a_sidecar() {
    let folder = folder();
    let tool = tool(Limits::default());
    let (first, second) = (folder.path().join("a.xmp"), folder.path().join("b.xmp"));
    let text = "two\nlines, \"quoted\" $HOME @x \\n back\\slash <&> ä 😀 #[CSTR] %d";
    let description = Assignment {
        tag: "XMP-dc:Description",
        value: Some(text.to_owned()),
    };
    let rating = Assignment {
        tag: "XMP-xmp:Rating",
        value: Some("4".to_owned()),
    };
    tool.write(None, &first, &[description, rating]).await.unwrap();
    let tags = tool.read(&first).await.unwrap();
    assert_eq!(tags.text("Description", &[]), Some(text));
    tool.write(
        Some(&first),
        &second,
        &[Assignment {
            tag: "XMP-xmp:Rating",
            value: None,
        }],
    )
    .await
    .unwrap();
    let tags = tool.read(&second).await.unwrap();
    assert_eq!(
        (tags.text("Description", &[]), tags.text("Rating", &[])),
        (Some(text), None)
    );
    assert!(
        tool.write(Some(&first), &second, &[]).await.is_err(),
        "an existing file is never overwritten"
    );
}

#[tokio::test]
async fn a_process_that_hangs_is_killed_and_the_next_file_gets_another() {
    let folder = folder();
    let once = folder.path().join("once");
    let body = format!(
        "if [ ! -e {0} ]; then echo $$ > {0}; exec sleep 1000; fi; exec exiftool \"$@\"",
        once.display()
    );
    let limits = Limits {
        program: script(folder.path(), &body),
        deadline: Duration::from_secs(3),
        ..Limits::default()
    };
    let tool = tool(limits);
    let error = tool.read(&folder.path().join("tool")).await.unwrap_err();
    assert!(matches!(error, ExifToolError::Deadline(_)), "{error}");
    tool.read(&folder.path().join("tool")).await.unwrap();
    let pid = fs::read_to_string(once).unwrap();
    let gone = || fs::read_to_string(format!("/proc/{}/cmdline", pid.trim())).map_or(true, |line| line.is_empty());
    timeout(Duration::from_secs(2), async {
        while !gone() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the hanging process is dead");
}

#[tokio::test]
async fn a_process_that_ends_costs_one_file() {
    let folder = folder();
    let tool = tool(Limits {
        program: script(folder.path(), "exit 3"),
        ..Limits::default()
    });
    let error = tool.read(Path::new("/etc/hostname")).await.unwrap_err();
    assert!(
        matches!(error, ExifToolError::Ended | ExifToolError::Pipe(_)),
        "{error}"
    );
    let missing = ExifTool::new(Limits {
        program: "/nowhere/exiftool".into(),
        ..Limits::default()
    });
    assert!(missing.read(Path::new("/etc/hostname")).await.unwrap_err().is_illness());
}

#[tokio::test]
async fn idle_processes_end_and_never_more_run_than_allowed() {
    let folder = folder();
    let path = folder.path().join("a.jpg");
    fs::write(&path, b"x").unwrap();
    let tool = tool(Limits {
        processes: 2,
        idle: Duration::from_millis(200),
        ..Limits::default()
    });
    let reads: Vec<_> = (0..6)
        .map(|_| {
            let (tool, path) = (tool.clone(), path.clone());
            tokio::spawn(async move { tool.read(&path).await.map(drop) })
        })
        .collect();
    for read in reads {
        read.await.unwrap().unwrap();
    }
    assert!((1..=2).contains(&tool.pool.lock().len()));
    timeout(Duration::from_secs(5), async {
        while !tool.pool.lock().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("idle processes are ended");
}
