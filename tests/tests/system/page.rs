//! Our own page in a real browser: `tests/clients/page.mjs` does what people do, this side what happens around them.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use safelight_tests::system::{Kind, TestSystem};
use safelight_tests::{binaries, media};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::clients::{clients, node_program};

/// A library of years, whose pictures are those of the photos that were uploaded before.
const FILL: &str = "
create temp table sample as
  select row_number() over () - 1 as number, a.thumbhash, a.width, a.height, t.path as thumbnail, p.path as preview
  from asset a join asset_file t on t.asset_id = a.id and t.type = 'thumbnail'
  join asset_file p on p.asset_id = a.id and p.type = 'preview';
create temp table filled as
  select gen_random_uuid() as id, n, s.* from generate_series(1, 40000) n
  join sample s on s.number = n % (select count(*) from sample);
insert into asset (id, owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
    local_date_time, width, height, is_favorite, thumbhash, duration)
  select f.id, u.id, case when n % 12 = 0 then 'VIDEO' else 'IMAGE' end, '/x/' || n, 'IMG_' || n || '.jpg',
    decode(md5(n::text), 'hex'), t, t, t at time zone 'UTC', f.width, f.height, n % 10 = 0, f.thumbhash,
    case when n % 12 = 0 then 1000 * (n % 4000) end
  from \"user\" u, filled f, lateral (select timestamptz '2015-01-01 00:00Z' + n * interval '2 hours' as t) times;
insert into asset_exif (asset_id) select id from filled;
insert into asset_file (asset_id, type, path)
  select id, 'thumbnail', thumbnail from filled union all select id, 'preview', preview from filled;
analyze asset; analyze asset_exif; analyze asset_file";

/// A job that runs somewhere and says how far it is.
const JOB: &str = "
insert into job (id, queue, kind, dedup_key, payload, payload_version, class, state, run_at, lease, lease_until, owner,
    started_at, progress)
values ('018f0000-0000-7000-8000-000000000001', 'videoConversion', 'AssetEncodeVideo', gen_random_uuid()::text, '{}', 1, 1,
    'active', now(), nextval('job_lease'), now() + interval '1 hour', gen_random_uuid(), now(), 0.25)";

/// The fact that it got further, as a worker appends it to the stream of events.
pub(crate) const PROGRESS: &str = "{\"type\":\"jobProgress\",\"job\":\"018f0000-0000-7000-8000-000000000001\",\
    \"queue\":\"videoConversion\",\"subject\":null,\"perMille\":700}";

pub(crate) fn browser() -> Option<PathBuf> {
    let known = ["/usr/bin/chromium", "/usr/bin/google-chrome"];
    let found = known.iter().map(PathBuf::from).find(|path| path.is_file());
    if found.is_none() {
        eprintln!("SKIPPED: there is no Chromium");
    }
    found
}

/// What somebody uploads: photos of several shapes, one with a hostile name, one that is none, and a text.
pub(crate) fn write_files(folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).unwrap();
    for (name, width, height) in [("wide.jpg", 640, 320), ("tall.jpg", 320, 480), ("square.jpg", 400, 400)] {
        write(name, &media::jpeg_sized(width, height));
    }
    write("\"><img src=x onerror=alert(1)>.jpg", &media::jpeg_sized(640, 480));
    write("broken.jpg", b"this is no picture");
    write("notes.txt", b"neither is this");
    write("later.jpg", &media::jpeg_sized(480, 320));
}

/// Does what the script asks for.
async fn happen(what: &str, system: &TestSystem) {
    match what {
        "fill" => system.sql().await.unwrap().batch_execute(FILL).await.unwrap(),
        "job" => system.sql().await.unwrap().batch_execute(JOB).await.unwrap(),
        "progress" => publish(system, PROGRESS).await,
        "stop" => system.service(Kind::ApiGateway, 0).unwrap().kill().unwrap(),
        "restart" => system.service(Kind::ApiGateway, 0).unwrap().restart().await.unwrap(),
        _ => panic!("the script asks for {what}"),
    }
}

pub(crate) async fn publish(system: &TestSystem, event: &str) {
    let prefix = system.env().iter().find(|(name, _)| name == "SAFELIGHT_REDIS_PREFIX");
    let mut connection = system.redis().connect().await.unwrap();
    deadpool_redis::redis::cmd("XADD")
        .arg(format!("{}events", prefix.unwrap().1))
        .arg("*")
        .arg("event")
        .arg(event)
        .query_async::<String>(&mut connection)
        .await
        .unwrap();
}

/// A script of `tests/clients` that drives a browser.
pub(crate) struct Script {
    child: Child,
    answers: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Script {
    /// Starts it. Pictures of the page go to `target/page`.
    pub(crate) fn start(name: &str, system: &TestSystem, clients: &Path, browser: &Path, files: &Path) -> Self {
        let shots = binaries::repository().join("target/page");
        std::fs::create_dir_all(&shots).unwrap();
        let mut child = Command::new(node_program(clients))
            .arg(name)
            .current_dir(clients)
            .env("PAGE_URL", system.client().base().unwrap())
            .env("PAGE_BROWSER", browser)
            .env("PAGE_PROFILE", system.folder().join("browser"))
            .env("PAGE_FILES", files)
            .env("PAGE_SHOTS", shots)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let answers = child.stdin.take().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, answers, lines }
    }

    /// What it asks for next; `None` when it has ended well.
    pub(crate) async fn next(&mut self) -> Option<String> {
        while let Some(line) = self.lines.next_line().await.unwrap() {
            match line.strip_prefix("ASK ") {
                Some(what) => return Some(what.to_owned()),
                None => eprintln!("{line}"),
            }
        }
        let status = self.child.wait().await.unwrap();
        assert!(status.success(), "{status}");
        None
    }

    /// It has happened.
    pub(crate) async fn done(&mut self) {
        self.answers.write_all(b"done\n").await.unwrap();
    }
}

#[tokio::test]
async fn people_use_the_page_in_a_browser() {
    let (Some(clients), Some(browser)) = (clients(), browser()) else {
        return;
    };
    let system = TestSystem::builder().photo_workers().start().await.unwrap();
    let files = system.folder().join("files");
    write_files(&files);
    let mut script = Script::start("page.mjs", &system, &clients, &browser, &files);
    while let Some(what) = script.next().await {
        happen(&what, &system).await;
        script.done().await;
    }
}

#[tokio::test]
async fn the_page_and_its_files_have_headers_that_protect() {
    let system = TestSystem::builder().start().await.unwrap();
    let client = system.client();
    for (path, kind, caching) in [
        ("/", "text/html; charset=utf-8", "no-store"),
        ("/_safelight", "text/html; charset=utf-8", "no-store"),
        ("/fleet", "text/html; charset=utf-8", "no-store"),
        ("/_safelight/main.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/_safelight/base.css", "text/css; charset=utf-8", "no-cache"),
        ("/_safelight/icon.svg", "image/svg+xml", "no-cache"),
    ] {
        let answer = client.get(path).await.unwrap().expect(200).unwrap();
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some(kind), "{path}");
        assert_eq!(header("cache-control"), Some(caching), "{path}");
        assert_eq!(header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(header("x-correlation-id"), None, "{path}");
        let policy = header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");

        let etag = header("etag").unwrap();
        let again = client.with_header("if-none-match", etag).unwrap();
        assert_eq!(again.get(path).await.unwrap().status, 304, "{path}");
    }
    let missing = client.get("/_safelight/..%2fsecret.js").await.unwrap();
    assert_eq!(
        (missing.status, missing.string("/message").unwrap().as_str()),
        (404, "Not Found")
    );
}
