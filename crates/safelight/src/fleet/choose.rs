//! Which nodes are meant by what somebody types.

use std::collections::BTreeSet;

use anyhow::bail;
use safelight_core::fleet::Member;

/// The shortest beginning of an id that is taken for one.
const SHORTEST_ID: usize = 4;

/// The processes that go by `name`: a host, a service on a host (`pc/transcode-worker`), or the beginning of an id. Of those that
/// are gone, only where no other is meant: orders can be given to a machine that is switched off.
pub(super) fn named(all: Vec<Member>, name: &str) -> anyhow::Result<Vec<Member>> {
    let is_meant = |member: &Member| {
        let id = member.boot.to_string();
        name == member.host
            || name == name_of(member)
            || (name.len() >= SHORTEST_ID && id.starts_with(&name.to_lowercase()))
    };
    let (gone, alive): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(is_meant)
        .partition(|member| member.state == "gone");
    let found = if alive.is_empty() { gone } else { alive };
    if found.is_empty() {
        bail!(
            "no node is called {name} (`safelight fleet list --all` shows them; HOST, HOST/SERVICE or the beginning of an id)"
        );
    }
    Ok(found)
}

/// `host/service` of each, once.
pub(super) fn names(members: &[Member]) -> BTreeSet<String> {
    members.iter().map(name_of).collect()
}

/// `host/service`.
pub(super) fn name_of(member: &Member) -> String {
    format!("{}/{}", member.host, member.service)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    pub(in crate::fleet) fn member(boot: u128, host: &str, service: &str, state: &str) -> Member {
        Member {
            boot: Uuid::from_u128(boot << 96),
            service: service.to_owned(),
            host: host.to_owned(),
            version: "1.0.0".to_owned(),
            capabilities: json!(["encode.h264.x264enc"]),
            facts: json!({ "cores": 8 }),
            state: state.to_owned(),
            reason: None,
            desired_state: "active".to_owned(),
            hours: None,
            slots: json!({ "videoConversion": 1 }),
            overrides: json!({}),
            running: 0,
            started_at: chrono::DateTime::UNIX_EPOCH,
            heartbeat: chrono::DateTime::UNIX_EPOCH,
            is_silent: false,
            held: 0,
        }
    }

    fn boots(name: &str) -> Vec<u128> {
        let all = vec![
            member(0xaaaa_0001, "nas", "thumbnail-worker", "active"),
            member(0xaaaa_0002, "nas", "metadata-worker", "active"),
            member(0xbbbb_0003, "pc", "transcode-worker", "gone"),
            member(0xcccc_0004, "nas", "thumbnail-worker", "gone"),
        ];
        let found = named(all, name).unwrap_or_default();
        found.iter().map(|member| (member.boot.as_u128() >> 96) & 0xf).collect()
    }

    #[test]
    fn a_host_a_service_on_it_or_the_beginning_of_an_id() {
        assert_eq!(boots("nas"), [1, 2], "of those that live");
        assert_eq!(boots("nas/thumbnail-worker"), [1]);
        assert_eq!(boots("aaaa0002"), [2]);
        assert_eq!(boots("AAAA"), [1, 2]);
        assert_eq!(boots("pc"), [3], "switched off, but that is what is meant");
        for nobody in ["aaa", "na", "nas/", "thumbnail-worker", ""] {
            assert!(boots(nobody).is_empty(), "{nobody}");
        }
    }
}
