use base64::Engine as _;

use super::*;

fn host(host: &str, port: u16) -> RedisHost {
    RedisHost {
        host: host.to_owned(),
        port,
    }
}

fn tcp(name: &str, port: u16) -> RedisTarget {
    RedisTarget::Tcp(host(name, port))
}

fn password(login: &RedisLogin) -> Option<&str> {
    login.password.as_ref().map(Secret::expose)
}

#[test]
fn servers() {
    let config = from_url("rediss://user:p%40ss@cache.lan:7000/3").unwrap();
    assert_eq!(config.target, tcp("cache.lan", 7000));
    assert_eq!(config.login.username.as_deref(), Some("user"));
    assert_eq!(password(&config.login), Some("p@ss"));
    assert!(config.tls && config.database == 3 && config.protocol == RedisProtocol::Resp2);
    let config = from_url("redis://:a+b%25@[::1]?protocol=resp3&db=4").unwrap();
    assert_eq!(config.target, tcp("::1", 6379));
    assert_eq!(
        (config.login.username.as_deref(), password(&config.login)),
        (None, Some("a+b%"))
    );
    assert!(!config.tls && config.database == 4 && config.protocol == RedisProtocol::Resp3);
    for bad in [
        "http://x",
        "redis",
        "redis://",
        "redis://a,b",
        "redis://a:port",
        "redis://a/0/1",
        "redis://a/1000",
        "redis://a?protocol=4",
    ] {
        assert!(from_url(bad).is_err(), "{bad}");
    }
}

#[test]
fn sockets() {
    for text in [
        "unix:///run/redis/redis.sock?db=2",
        "redis+unix:///run/redis/redis.sock?db=2",
        "unix:/run/redis/redis.sock?db=2",
    ] {
        let config = from_url(text).unwrap();
        assert_eq!(config.target, RedisTarget::Unix("/run/redis/redis.sock".into()));
        assert_eq!(config.database, 2, "{text}");
    }
    let config = from_url("redis+unix://user:secret@/run/a%20b.sock?protocol=3").unwrap();
    assert_eq!(config.target, RedisTarget::Unix("/run/a b.sock".into()));
    assert_eq!(config.login.username.as_deref(), Some("user"));
    assert_eq!(password(&config.login), Some("secret"));
    let config = from_url("unix:///run/x.sock?user=u&pass=p").unwrap();
    assert_eq!(
        (config.login.username.as_deref(), password(&config.login)),
        (Some("u"), Some("p"))
    );
}

#[test]
fn sentinels() {
    let three = || vec![host("a", 1), host("b", 26379), host("::1", 3)];
    for (text, hosts, name, database) in [
        ("redis-sentinel://a:1,b,[::1]:3/library", three(), "library", 0),
        ("redis+sentinel://a:1,b,[::1]:3/library/5", three(), "library", 5),
        (
            "redis-sentinel://a:1,b,[::1]:3/5?sentinelMasterId=library",
            three(),
            "library",
            5,
        ),
        ("redis-sentinel://a:1,b,[::1]:3#library", three(), "library", 0),
        (
            "redis-sentinel://a:1/0?sentinelServiceName=m&node=b:2&node=c",
            vec![host("a", 1), host("b", 2), host("c", 26379)],
            "m",
            0,
        ),
        ("redis-sentinel://a", vec![host("a", 26379)], "mymaster", 0),
    ] {
        let config = from_url(text).unwrap();
        let RedisTarget::Sentinel {
            hosts: found, master, ..
        } = config.target
        else {
            panic!("{text} is not a sentinel")
        };
        assert_eq!(
            (found, master.as_str(), config.database),
            (hosts, name, database),
            "{text}"
        );
    }
}

#[test]
fn sentinels_and_servers_have_logins_of_their_own() {
    let config = from_url("rediss-sentinel://u:server@a/m?sentinelUsername=s&sentinelPassword=senti%26nel").unwrap();
    assert!(config.tls);
    assert_eq!(
        (config.login.username.as_deref(), password(&config.login)),
        (Some("u"), Some("server"))
    );
    let RedisTarget::Sentinel { login, .. } = config.target else {
        panic!("not a sentinel")
    };
    assert_eq!(
        (login.username.as_deref(), password(&login)),
        (Some("s"), Some("senti&nel"))
    );
}

fn ioredis(json: &str) -> Result<RedisConfig, String> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(json);
    let config = from_url(&format!("ioredis://{encoded}"));
    assert_eq!(
        from_url(&format!("ioredis://{}", encoded.trim_end_matches('='))).is_ok(),
        config.is_ok()
    );
    config
}

#[test]
fn ioredis_options() {
    let config = ioredis(r#"{"host":"r","username":"u","password":"p","db":7,"tls":{},"keepAlive":1}"#).unwrap();
    assert_eq!(config.target, tcp("r", 6379));
    assert!(config.tls && config.database == 7 && password(&config.login) == Some("p"));
    let config = ioredis(r#"{"path":"/run/r.sock"}"#).unwrap();
    assert_eq!(config.target, RedisTarget::Unix("/run/r.sock".into()));
    let config = ioredis(
        r#"{"sentinels":[{"host":"s1","port":1},{"host":"s2"}],"name":"lib","password":"p","sentinelPassword":"s","tls":{}}"#,
    )
    .unwrap();
    assert!(!config.tls, "that library does not use it so");
    let RedisTarget::Sentinel { hosts, master, login } = config.target else {
        panic!("not a sentinel")
    };
    assert_eq!(
        (hosts, master.as_str(), password(&login)),
        (vec![host("s1", 1), host("s2", 26379)], "lib", Some("s"))
    );
    let secure =
        r#"{"sentinels":[{"host":"s"}],"name":"lib","tls":{},"enableTLSForSentinelMode":true,"sentinelTLS":{}}"#;
    assert!(ioredis(secure).unwrap().tls);
    assert!(ioredis(r#"{"sentinels":[{"host":"s"}],"name":"lib","sentinelTLS":{}}"#).is_err());
    assert!(ioredis(r#"{"sentinels":[]}"#).is_err());
    assert!(ioredis("[").is_err());
}

#[test]
fn parts_and_prefix() {
    let env = Env::of([
        ("REDIS_HOSTNAME", "r"),
        ("REDIS_DBINDEX", "4"),
        ("REDIS_SSL_ROOT_CERT", "/ca.pem"),
    ]);
    let config = RedisConfig::from_env(&env).unwrap();
    assert_eq!(config.target, tcp("r", 6379));
    assert_eq!(config.root_cert, Some("/ca.pem".into()));
    assert_eq!(config.key("events"), "{safelight}:events");
    assert!(RedisConfig::is_given(&env).unwrap());
}
