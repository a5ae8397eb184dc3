//! What clients see of it: tags of answers, and compression.

use super::{QUESTIONS, Stage, ask, photo};

#[tokio::test]
async fn who_has_an_answer_is_told_that_it_holds() {
    let stage = Stage::of(2).await.unwrap();
    let [person, other] = stage.people.as_slice() else {
        panic!()
    };
    let sql = stage.system.sql().await.unwrap();
    sql.batch_execute(&photo(&person.id, 0)).await.unwrap();
    let path = format!("/api/timeline/{}", QUESTIONS[0]);
    let mut tags = Vec::new();
    for client in &person.clients {
        let answer = client.get(&path).await.unwrap().expect(200).unwrap();
        tags.push(answer.header("etag").to_owned());
        assert_eq!(answer.header("vary"), "Accept-Encoding");
        let again = client.with_header("if-none-match", &tags[0]).unwrap();
        let answer = again.get(&path).await.unwrap().expect(304).unwrap();
        assert_eq!((answer.header("etag"), answer.body.len()), (tags[0].as_str(), 0));
    }
    assert!(
        tags.iter().all(|tag| *tag == tags[0] && tag.len() > 20),
        "each gateway gives the same: {tags:?}"
    );
    let knows = person.clients[0].with_header("if-none-match", &tags[0]).unwrap();
    sql.batch_execute(&photo(&person.id, 1)).await.unwrap();
    assert_ne!(
        knows.get(&path).await.unwrap().expect(200).unwrap().header("etag"),
        tags[0]
    );
    // Somebody else asks the same and has nothing.
    assert_eq!(
        ask(&other.clients[0], QUESTIONS[0]).await.unwrap(),
        serde_json::json!([])
    );
}

#[tokio::test]
async fn an_answer_comes_as_its_client_reads_it() {
    let stage = Stage::of(1).await.unwrap();
    let person = &stage.people[0];
    let sql = stage.system.sql().await.unwrap();
    for number in 0..90 {
        sql.batch_execute(&photo(&person.id, number)).await.unwrap();
    }
    let path = format!("/api/timeline/{}", QUESTIONS[1]);
    for (accepted, encoding) in [("br, gzip", "br"), ("gzip", "gzip"), ("identity", "")] {
        let mut lengths = Vec::new();
        for client in &person.clients {
            let request = client
                .request(reqwest::Method::GET, &path)
                .unwrap()
                .header("accept-encoding", accepted);
            let answer = request.send().await.unwrap();
            let told = answer
                .headers()
                .get("content-encoding")
                .map_or("", |value| value.to_str().unwrap())
                .to_owned();
            assert_eq!(told, encoding);
            lengths.push(answer.bytes().await.unwrap().len());
        }
        let plain = lengths.pop().unwrap();
        assert!(
            plain > 500 && lengths.iter().all(|length| *length == plain),
            "{encoding}: {lengths:?}, {plain}"
        );
    }
}
