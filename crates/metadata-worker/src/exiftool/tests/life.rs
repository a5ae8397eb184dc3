//! How processes come and go.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::timeout;

use super::{children, folder, impostor, read, tool};
use crate::exiftool::{ExifToolError, Limits};

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let looked = timeout(Duration::from_secs(20), async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    looked.await.expect(what);
}

#[tokio::test]
async fn what_hangs_is_killed_alone_and_its_neighbours_are_read() {
    let folder = folder();
    let limits = Limits {
        deadline: Duration::from_secs(3),
        ..impostor(&folder, "1 while $name eq 'file.hang'; $tags{Done} = 1")
    };
    let tool = tool(limits);
    read(&tool, &folder, "a.jpg", b"x").await.unwrap();
    let (pid, _) = tool.started().await.unwrap();
    let (hanging, well) = tokio::join!(
        read(&tool, &folder, "a.hang", b"x"),
        read(&tool, &folder, "b.jpg", b"x")
    );
    assert!(matches!(hanging, Err(ExifToolError::Deadline(_))), "{hanging:?}");
    assert_eq!(well.unwrap().text("Done", &[]), Some("1"));
    until("the one that hangs is dead", async || children(pid).is_empty()).await;
    assert_eq!(tool.started().await.unwrap().0, pid, "the program itself goes on");
}

#[tokio::test]
async fn a_reading_that_nobody_waits_for_ends() {
    let folder = folder();
    let tool = tool(impostor(&folder, "1 while 1"));
    let (reader, path) = (tool.clone(), folder.path().join("a.jpg"));
    std::fs::write(&path, b"x").unwrap();
    let reading = tokio::spawn(async move { super::read_file(&reader, &path).await.map(drop) });
    until("it is read", async || match tool.started().await {
        Some((pid, _)) => !children(pid).is_empty(),
        None => false,
    })
    .await;
    let (pid, _) = tool.started().await.unwrap();
    reading.abort();
    until("its process is gone", async || children(pid).is_empty()).await;
}

#[tokio::test]
async fn the_next_file_gets_another_program_where_it_was_killed() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    read(&tool, &folder, "a.jpg", b"x").await.unwrap();
    let (pid, _) = tool.started().await.unwrap();
    kill_process(Pid::from_raw(pid.cast_signed()).unwrap(), Signal::KILL).unwrap();
    read(&tool, &folder, "a.jpg", b"x").await.unwrap();
    assert_ne!(tool.started().await.unwrap().0, pid);
}

#[tokio::test]
async fn a_crash_costs_its_own_file_and_says_how() {
    let folder = folder();
    let tool = tool(impostor(
        &folder,
        "POSIX::_exit(7) if $name eq 'file.jpg'; $tags{Done} = 1",
    ));
    let error = read(&tool, &folder, "a.jpg", b"x").await.unwrap_err();
    assert!(error.is_suspicious() && error.to_string().contains("code 7"), "{error}");
    assert!(read(&tool, &folder, "a.png", b"x").await.unwrap().has("Done"));
}

#[tokio::test]
async fn it_ends_when_it_is_idle() {
    let folder = folder();
    let tool = tool(Limits {
        idle: Duration::from_millis(200),
        ..Limits::default()
    });
    read(&tool, &folder, "a.jpg", b"x").await.unwrap();
    until("it has ended", async || tool.started().await.is_none()).await;
    read(&tool, &folder, "a.jpg", b"x").await.unwrap();
}

#[tokio::test]
async fn a_machine_without_it_says_so() {
    let folder = folder();
    let missing = tool(Limits {
        program: "/nowhere/exiftool".into(),
        ..Limits::default()
    });
    assert!(read(&missing, &folder, "a.jpg", b"x").await.unwrap_err().is_illness());
    assert!(missing.check().await.unwrap_err().is_illness());
    let limits = impostor(&folder, "1");
    std::fs::write(folder.path().join("lib/Image/ExifTool.pm"), "die 'broken library'").unwrap();
    let error = tool(limits).check().await.unwrap_err();
    assert!(
        error.is_illness() && error.to_string().contains("broken library"),
        "{error}"
    );
    assert!(tool(Limits::default()).check().await.is_ok());
}
