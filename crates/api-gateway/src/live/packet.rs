//! Packets: Socket.IO 5 inside of Engine.IO 4, each a text.
//!
//! The first digit is Engine.IO's (0 open, 1 close, 2 ping, 3 pong, 4 message); a message goes on with Socket.IO's
//! (0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 `CONNECT_ERROR`, 5 and 6 with binary parts), a namespace where it is not the
//! default one, and JSON.

use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{frame, limits::SocketLimits};

/// What a client may say. It has no events that anybody here listens to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Packet {
    /// It enters the default namespace.
    Connect,
    /// It asks for a namespace that is not there.
    ConnectElsewhere(String),
    /// It leaves.
    Leave,
    /// It is alive.
    Pong,
    /// Nothing that needs an answer.
    Nothing,
}

/// No packet of this protocol.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Garbage;

/// Reads one packet of a client.
pub(super) fn parse(text: &str) -> Result<Packet, Garbage> {
    let (kind, rest) = split(text)?;
    match kind {
        '1' => Ok(Packet::Leave),
        '3' => Ok(Packet::Pong),
        '4' => parse_message(rest),
        // Upgrades that nobody offered, and nothing at all.
        '5' | '6' => Ok(Packet::Nothing),
        // A client of this version opens nothing, and it is the server that pings.
        _ => Err(Garbage),
    }
}

fn parse_message(text: &str) -> Result<Packet, Garbage> {
    let (kind, rest) = split(text)?;
    let (namespace, rest) = split_namespace(rest);
    let elsewhere = namespace.filter(|name| *name != "/");
    match (kind, elsewhere) {
        ('0', None) => Ok(Packet::Connect),
        ('0', Some(name)) => Ok(Packet::ConnectElsewhere(name.to_owned())),
        ('1', None) => Ok(Packet::Leave),
        ('2' | '3', _) => {
            let list = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let read = serde_json::from_str::<Vec<IgnoredAny>>(list);
            read.map(|_| Packet::Nothing).map_err(|_not_json| Garbage)
        }
        ('1', Some(_)) => Ok(Packet::Nothing),
        _ => Err(Garbage),
    }
}

fn split(text: &str) -> Result<(char, &str), Garbage> {
    let mut chars = text.chars();
    let kind = chars.next().ok_or(Garbage)?;
    Ok((kind, chars.as_str()))
}

/// `/name` of `/name,rest`, without what follows a question mark in it.
fn split_namespace(text: &str) -> (Option<&str>, &str) {
    if !text.starts_with('/') {
        return (None, text);
    }
    let (name, rest) = text.split_once(',').unwrap_or((text, ""));
    (Some(name.split('?').next().unwrap_or(name)), rest)
}

/// The first packet: the session and the rules.
pub(super) fn open(sid: &str, limits: &SocketLimits) -> Bytes {
    let rules = json!({
        "sid": sid,
        "upgrades": [],
        "pingInterval": millis(limits.ping_interval),
        "pingTimeout": millis(limits.ping_timeout),
        "maxPayload": limits.frame,
    });
    frame::text(&format!("0{rules}"))
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// A question whether the client is there.
pub(super) fn ping() -> Bytes {
    frame::text("2")
}

/// The answer to CONNECT.
pub(super) fn connected(sid: &str) -> Bytes {
    frame::text(&format!("40{}", json!({ "sid": sid })))
}

/// The answer to CONNECT of another namespace.
pub(super) fn no_namespace(name: &str) -> Bytes {
    frame::text(&format!("44{name},{}", json!({"message": "Invalid namespace"})))
}

/// The server ends the session; clients do not come back by themselves after this.
pub(super) fn disconnect() -> Bytes {
    frame::text("41")
}

/// An event.
pub(super) fn event(name: &str, arguments: Vec<Value>) -> Bytes {
    let mut list = vec![Value::from(name)];
    list.extend(arguments);
    frame::text(&format!("42{}", Value::Array(list)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_say() {
        assert_eq!(parse("40"), Ok(Packet::Connect));
        assert_eq!(parse("40{\"token\":\"x\"}"), Ok(Packet::Connect));
        assert_eq!(parse("40/,"), Ok(Packet::Connect));
        assert_eq!(parse("40/admin,{}"), Ok(Packet::ConnectElsewhere("/admin".into())));
        assert_eq!(parse("40/admin?x=1,"), Ok(Packet::ConnectElsewhere("/admin".into())));
        assert_eq!(parse("3"), Ok(Packet::Pong));
        assert_eq!(parse("41"), Ok(Packet::Leave));
        assert_eq!(parse("1"), Ok(Packet::Leave));
        assert_eq!(parse("42[\"hello\",{\"a\":1}]"), Ok(Packet::Nothing));
        assert_eq!(parse("4217[\"hello\"]"), Ok(Packet::Nothing));
    }

    #[test]
    fn what_is_no_packet() {
        for text in [
            "", "x", "0{}", "2", "2probe", "4", "4x", "42", "42{}", "42[", "44{}", "451-[]", "é",
        ] {
            assert_eq!(parse(text), Err(Garbage), "{text}");
        }
    }

    #[test]
    fn what_the_server_says() {
        assert_eq!(
            event("on_asset_trash", vec![json!(["a"])]),
            frame::text(r#"42["on_asset_trash",["a"]]"#)
        );
        assert_eq!(
            event("on_config_update", Vec::new()),
            frame::text(r#"42["on_config_update"]"#)
        );
        assert_eq!(connected("s"), frame::text(r#"40{"sid":"s"}"#));
        assert_eq!(
            open("s", &SocketLimits::default()),
            frame::text(r#"0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}"#)
        );
    }
}
