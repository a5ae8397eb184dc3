//! What a process can find out about its machine by reading files.

use std::path::Path;

use serde_json::{Map, Value};

/// A cgroup without a limit says so by a number near the largest; v2 by a word.
const NO_LIMIT: u64 = 1 << 60;

/// Cores and bytes of memory that this process may use, limits of its container included: `cores`, `memoryBytes`.
pub fn machine_facts() -> Map<String, Value> {
    let mut facts = Map::new();
    if let Ok(cores) = std::thread::available_parallelism() {
        facts.insert("cores".to_owned(), cores.get().into());
    }
    if let Some(bytes) = memory(Path::new("/")) {
        facts.insert("memoryBytes".to_owned(), bytes.into());
    }
    facts
}

/// The least of what the machine has and what each cgroup above this process allows, v2 or v1; `root` is `/` but in tests.
fn memory(root: &Path) -> Option<u64> {
    let groups = std::fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    groups
        .lines()
        .filter_map(limit_file)
        .flat_map(|(mount, group, file)| limits(root, mount, group, file))
        .chain(total(root))
        .min()
}

/// Where the hierarchy of a line of `/proc/self/cgroup` is mounted, the group in it, and the name of the file with the limit.
fn limit_file(line: &str) -> Option<(&'static str, &str, &'static str)> {
    let mut parts = line.splitn(3, ':');
    let (_, controllers, group) = (parts.next()?, parts.next()?, parts.next()?);
    if controllers.is_empty() {
        return Some(("sys/fs/cgroup", group, "memory.max"));
    }
    let is_memory = controllers.split(',').any(|controller| controller == "memory");
    is_memory.then_some(("sys/fs/cgroup/memory", group, "memory.limit_in_bytes"))
}

/// The limits of a group and of all above it. In a container the path is often that of the host and leads nowhere: then the
/// limit is at the mount itself.
fn limits(root: &Path, mount: &str, group: &str, file: &str) -> Vec<u64> {
    let mount = root.join(mount);
    let group = mount.join(group.trim_start_matches('/'));
    let folders = group.ancestors().take_while(|folder| folder.starts_with(&mount));
    folders
        .filter_map(|folder| std::fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok())
        .filter(|bytes| *bytes < NO_LIMIT)
        .collect()
}

fn total(root: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(root.join("proc/meminfo")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine of 1 GiB with these files.
    fn machine(files: &[(&str, &str)]) -> Option<u64> {
        let root = tempfile::tempdir().unwrap();
        for (path, content) in [("proc/meminfo", "MemTotal:  1048576 kB\nMemFree: 1 kB\n")]
            .iter()
            .chain(files)
        {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        memory(root.path())
    }

    #[test]
    fn without_limits_it_is_what_the_machine_has() {
        assert_eq!(machine(&[]), Some(1 << 30));
        let unlimited = [("proc/self/cgroup", "0::/\n"), ("sys/fs/cgroup/memory.max", "max\n")];
        assert_eq!(machine(&unlimited), Some(1 << 30));
        let unlimited = [
            ("proc/self/cgroup", "4:memory:/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ];
        assert_eq!(machine(&unlimited), Some(1 << 30));
    }

    #[test]
    fn the_tightest_of_all_groups_above_holds() {
        let v2 = [
            ("proc/self/cgroup", "0::/a/b\n"),
            ("sys/fs/cgroup/a/memory.max", "5000\n"),
            ("sys/fs/cgroup/a/b/memory.max", "7000\n"),
        ];
        assert_eq!(machine(&v2), Some(5_000));
        let v1 = [
            ("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/docker/1\n"),
            ("sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes", "6000\n"),
        ];
        assert_eq!(machine(&v1), Some(6_000));
    }

    #[test]
    fn in_a_container_the_limit_is_at_the_mount() {
        let files = [
            ("proc/self/cgroup", "4:memory:/of/the/host\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "4096\n"),
        ];
        assert_eq!(machine(&files), Some(4_096));
    }

    #[test]
    fn this_machine_has_cores_and_memory() {
        let facts = machine_facts();
        assert!(facts["cores"].as_u64() > Some(0) && facts["memoryBytes"].as_u64() > Some(0));
    }
}
