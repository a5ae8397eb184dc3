//! A share of the processors for a process and its children: a control group of version 1 or 2 (cgroups(7)).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::super::usage::float;

/// Where the kernel shows its control groups.
const ROOT: &str = "/sys/fs/cgroup";
/// The time over which a share is counted out, in microseconds; the kernel's default.
const PERIOD: u32 = 100_000;

/// A control group with a quota, removed with the value. Its processes have ended by then.
pub(super) struct CpuGroup {
    /// Where the quota is kept, and where time is counted: two folders in version 1, one in version 2.
    folders: Vec<PathBuf>,
    usage: Usage,
}

enum Usage {
    /// `cpuacct.usage`: nanoseconds.
    Nanoseconds(PathBuf),
    /// `cpu.stat`, the line `usage_usec`.
    Microseconds(PathBuf),
}

impl CpuGroup {
    /// Makes a group that gets `percent` of one processor.
    ///
    /// # Errors
    /// When neither version lets us; the message says why.
    pub(super) fn new(name: &str, percent: u32) -> Result<Self> {
        let (quota, name) = (
            PERIOD / 100 * percent,
            format!("safelight-{}-{name}", std::process::id()),
        );
        Self::of_version_1(&name, quota).or_else(|first| {
            Self::of_version_2(&name, quota).with_context(|| {
                format!("no control group can be made: neither of version 1 ({first:#}) nor of version 2")
            })
        })
    }

    fn of_version_1(name: &str, quota: u32) -> Result<Self> {
        let [cpu, count] = ["cpu", "cpuacct"].map(|controller| Path::new(ROOT).join(controller).join(name));
        let mut group = Self {
            folders: Vec::new(),
            usage: Usage::Nanoseconds(count.join("cpuacct.usage")),
        };
        group.make(&cpu)?;
        // Both controllers may be mounted in one place.
        if !count.exists() {
            group.make(&count)?;
        }
        write(&cpu.join("cpu.cfs_period_us"), &PERIOD.to_string())?;
        write(&cpu.join("cpu.cfs_quota_us"), &quota.to_string())?;
        Ok(group)
    }

    fn of_version_2(name: &str, quota: u32) -> Result<Self> {
        let folder = Path::new(ROOT).join(name);
        let mut group = Self {
            folders: Vec::new(),
            usage: Usage::Microseconds(folder.join("cpu.stat")),
        };
        write(&Path::new(ROOT).join("cgroup.subtree_control"), "+cpu")?;
        group.make(&folder)?;
        write(&folder.join("cpu.max"), &format!("{quota} {PERIOD}"))?;
        Ok(group)
    }

    fn make(&mut self, folder: &Path) -> Result<()> {
        fs::create_dir(folder).with_context(|| folder.display().to_string())?;
        self.folders.push(folder.to_owned());
        Ok(())
    }

    /// Moves a process into the group; children that it has from now on are born in it.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub(super) fn add(&self, pid: u32) -> Result<()> {
        for folder in &self.folders {
            write(&folder.join("cgroup.procs"), &pid.to_string())?;
        }
        Ok(())
    }

    /// Processor time of all that ran in the group, in seconds.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn seconds(&self) -> Result<f64> {
        match &self.usage {
            Usage::Nanoseconds(file) => Ok(float(fs::read_to_string(file)?.trim().parse()?) / 1e9),
            Usage::Microseconds(file) => {
                let text = fs::read_to_string(file)?;
                let line = text.lines().find_map(|line| line.strip_prefix("usage_usec "));
                Ok(float(line.context("no usage_usec in cpu.stat")?.trim().parse()?) / 1e6)
            }
        }
    }
}

impl Drop for CpuGroup {
    fn drop(&mut self) {
        for folder in &self.folders {
            // Not possible while a process of it is still ending; an empty group does no harm.
            let _ = fs::remove_dir(folder);
        }
    }
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| file.display().to_string())
}
