//! Assets: uploads that go well and uploads that do not, changes, the trash, bytes.

mod bytes;
mod changes;
mod copy;
mod duplicates;
mod interrupted;
mod large;
mod refused;
mod uploads;

use std::path::{Path, PathBuf};

use safelight_tests::system::TestSystem;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// All files under a folder, without the markers of the store.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if entry.file_name() != ".safelight" {
                found.push(path);
            }
        }
    }
    found
}

/// The uploaded files of a system, parts included.
fn uploaded(system: &TestSystem) -> Vec<PathBuf> {
    files(&system.media().join("upload"))
}

/// A number that a query gives.
async fn number(system: &TestSystem, query: &str) -> i64 {
    system.sql().await.unwrap().query_one(query, &[]).await.unwrap().get(0)
}

/// Nothing is left of an upload that failed: no file, no intent, no row.
async fn nothing_is_left(system: &TestSystem) -> bool {
    uploaded(system).is_empty()
        && number(system, "select count(*) from file_intent").await == 0
        && number(system, "select count(*) from asset").await == 0
}

/// A connection on which the head of an upload and the beginning of its file have been sent, of a body that is announced
/// to be much longer.
async fn half_an_upload(gateway: &str, token: &str) -> TcpStream {
    let address = gateway.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/assets HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: multipart/form-data; boundary=x\r\ncontent-length: 10000000\r\n\r\n\
         --x\r\ncontent-disposition: form-data; name=\"assetData\"; filename=\"a.jpg\"\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![7; 3_000_000]).await.unwrap();
    stream
}
