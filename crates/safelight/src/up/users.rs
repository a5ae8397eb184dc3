//! The users that the distribution made for its servers: as root, the private servers run as those.

use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use safelight_core::child::ChildSpec;

use super::layout::{Layout, make_folder};
use crate::say;

/// A user of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The first of these users that the machine has.
pub(crate) fn find(names: &[&str]) -> Option<User> {
    let passwd = fs::read_to_string("/etc/passwd").ok()?;
    names.iter().find_map(|name| parse(&passwd, name))
}

fn parse(passwd: &str, name: &str) -> Option<User> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let (uid, gid) = (fields.nth(1)?, fields.next()?);
        Some(User {
            uid: uid.parse().ok()?,
            gid: gid.parse().ok()?,
        })
    })
}

/// A folder of a private server's own, where its user can enter: in the data folder, else in `/var/lib/safelight`.
pub(crate) async fn server_folder(layout: &Layout, name: &str, user: Option<User>) -> anyhow::Result<PathBuf> {
    let wanted = layout.data.join(name);
    let Some(user) = user else {
        make_folder(&wanted, 0o700)?;
        return Ok(wanted);
    };
    let elsewhere = Path::new("/var/lib/safelight").join(&layout.hash).join(name);
    let folder = if can_enter(&layout.data, user).await {
        wanted
    } else {
        say::note(&format!(
            "The user of {name} cannot enter {}, so its data are in {}.",
            layout.data.display(),
            elsewhere.display()
        ));
        make_folder(Path::new("/var/lib/safelight"), 0o755)?;
        make_folder(&Path::new("/var/lib/safelight").join(&layout.hash), 0o755)?;
        elsewhere
    };
    make_folder(&folder, 0o700)?;
    own(&folder, user)?;
    Ok(folder)
}

/// Gives a folder to a user.
pub(crate) fn own(folder: &Path, user: User) -> anyhow::Result<()> {
    chown(folder, Some(user.uid), Some(user.gid))
        .with_context(|| format!("cannot give {} to its server", folder.display()))
}

/// Whether the user can enter the folder: asked of the kernel, which knows of access lists and mounts.
async fn can_enter(folder: &Path, user: User) -> bool {
    let test = ChildSpec::new("sh")
        .args(["-c", "cd \"$1\"", "sh"])
        .arg(folder)
        .directory("/")
        .user(user.uid, user.gid);
    test.output(Duration::from_secs(10), 1024)
        .await
        .is_ok_and(|output| output.status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_passwd() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\npostgres:x:110:118:PostgreSQL:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(parse(passwd, "postgres"), Some(User { uid: 110, gid: 118 }));
        assert_eq!(parse(passwd, "post"), None);
    }
}
