//! Playing a video in pieces, as browsers do.

use reqwest::Method;
use safelight_tests::client::NewUpload;
use safelight_tests::media::{bars, film};

use super::system;

#[tokio::test]
async fn browsers_play_it_in_pieces() {
    let (_system, admin, _sql) = system().await.unwrap();
    let mut arguments = bars("160x120");
    arguments.extend(["-c:v", "libx264"].map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let bytes = film("play.mp4", &arguments).unwrap();
    let id = admin
        .upload(&NewUpload::new("play.mp4", bytes.clone()))
        .await
        .unwrap()
        .id;
    let url = format!("/api/assets/{id}/video/playback");
    let whole = admin.get(&url).await.unwrap().expect(200).unwrap();
    assert_eq!(whole.body, bytes);
    assert_eq!(
        (whole.header("content-type"), whole.header("accept-ranges")),
        ("video/mp4", "bytes")
    );
    assert_eq!(whole.header("content-disposition"), "");
    let length = bytes.len();
    for (range, from, to) in [
        ("bytes=0-".to_owned(), 0, length),
        ("bytes=0-1".to_owned(), 0, 2),
        ("bytes=100-199".to_owned(), 100, 200),
        ("bytes=-50".to_owned(), length - 50, length),
        (format!("bytes={}-{}", length - 3, length * 2), length - 3, length),
    ] {
        let part = admin.with_header("range", &range).unwrap();
        let part = part.get(&url).await.unwrap().expect(206).unwrap();
        assert_eq!(Some(part.body.as_ref()), bytes.get(from..to), "{range}");
        assert_eq!(
            part.header("content-range"),
            format!("bytes {from}-{}/{length}", to - 1),
            "{range}"
        );
    }
    let beyond = admin.with_header("range", &format!("bytes={length}-")).unwrap();
    let beyond = beyond.get(&url).await.unwrap().expect(404).unwrap();
    assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
    let head = admin.send(Method::HEAD, &url, None).await.unwrap().expect(200).unwrap();
    assert_eq!(head.header("content-length"), length.to_string());
}
