//! Nodes for people, as a table or in full, and for scripts as JSON.

use chrono::Utc;
use safelight_core::fleet::Member;
use serde_json::Value;

use super::choose::name_of;
use crate::say;

/// One line for each node.
pub(super) fn list(members: &[Member], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print_json(members);
    }
    let mut rows = vec![["NODE", "STATE", "RUNNING", "SLOTS", "HEARD", "ID"].map(str::to_owned)];
    rows.extend(members.iter().map(|member| {
        [
            name_of(member),
            state_of(member),
            member.running.to_string(),
            slots_of(&member.slots),
            heard(member),
            member.boot.to_string(),
        ]
    }));
    for line in table(&rows) {
        say::result(&line);
    }
    Ok(())
}

/// All that is known of some.
pub(super) fn details(members: &[Member], as_json: bool) -> anyhow::Result<()> {
    if as_json {
        return print_json(members);
    }
    for (index, member) in members.iter().enumerate() {
        if index > 0 {
            say::result("");
        }
        for (name, value) in facts_of(member) {
            say::result(&format!("{name:<14}{value}"));
        }
    }
    Ok(())
}

fn facts_of(member: &Member) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("node", name_of(member)),
        ("id", member.boot.to_string()),
        ("version", member.version.clone()),
        ("state", state_of(member)),
        ("ordered", member.desired_state.clone()),
        ("hours", member.hours.clone().unwrap_or_else(|| "always".to_owned())),
        ("running", member.running.to_string()),
        ("slots", slots_of(&member.slots)),
        ("own slots", slots_of(&member.overrides)),
        ("started", member.started_at.to_rfc3339()),
        ("heard", heard(member)),
    ];
    let facts = member.facts.as_object().into_iter().flatten();
    lines.extend(facts.map(|(name, value)| ("fact", format!("{name} {}", plain(value)))));
    let abilities = member.capabilities.as_array().into_iter().flatten();
    lines.extend(abilities.map(|ability| ("can", plain(ability))));
    lines
}

fn state_of(member: &Member) -> String {
    if member.is_silent {
        return "silent".to_owned();
    }
    match &member.reason {
        Some(reason) if member.state != "gone" => format!("{} ({reason})", member.state),
        _ => member.state.clone(),
    }
}

fn slots_of(slots: &Value) -> String {
    let pairs = slots.as_object().into_iter().flatten();
    let words: Vec<String> = pairs.map(|(queue, slots)| format!("{queue}={slots}")).collect();
    if words.is_empty() {
        "-".to_owned()
    } else {
        words.join(" ")
    }
}

fn heard(member: &Member) -> String {
    let seconds = (Utc::now() - member.heartbeat).num_seconds().max(0);
    match seconds {
        0..120 => format!("{seconds} s ago"),
        120..7_200 => format!("{} min ago", seconds / 60),
        _ => format!("{} h ago", seconds / 3_600),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Columns as wide as their widest cell.
fn table<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| {
        rows.iter()
            .map(|row| row.get(column).map_or(0, String::len))
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn print_json(members: &[Member]) -> anyhow::Result<()> {
    say::result(&serde_json::to_string_pretty(members)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::choose::tests::member;
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [
            ["NODE", "STATE"],
            ["nas/thumbnail-worker", "active"],
            ["pc", "ill (no disk)"],
        ];
        let lines = table(&rows.map(|row| row.map(str::to_owned)));
        let places: Vec<_> = ["STATE", "active", "ill"]
            .iter()
            .zip(&lines)
            .map(|(word, line)| line.find(word))
            .collect();
        assert_eq!(places, [Some(22); 3]);
    }

    #[test]
    fn details_tell_why_and_what_it_can() {
        let mut ill = member(1, "pc", "transcode-worker", "ill");
        ill.reason = Some("not writable".to_owned());
        let lines = facts_of(&ill);
        assert!(lines.contains(&("state", "ill (not writable)".to_owned())));
        assert!(lines.contains(&("can", "encode.h264.x264enc".to_owned())));
        assert!(lines.contains(&("fact", "cores 8".to_owned())));
    }
}
