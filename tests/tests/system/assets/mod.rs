//! Assets: uploads that go well and uploads that do not, changes, the trash, bytes.

mod bytes;
mod changes;
mod copy;
mod duplicates;
mod interrupted;
mod large;
mod refused;
mod slow_disk;
mod uploads;

use std::path::PathBuf;

use safelight_tests::media::files_of_store;
use safelight_tests::system::TestSystem;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

/// The uploaded files of a system, parts included.
fn uploaded(system: &TestSystem) -> Vec<PathBuf> {
    files_of_store(&system.media().join("upload"))
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
