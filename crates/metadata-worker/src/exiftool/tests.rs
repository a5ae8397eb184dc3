//! With the real program, with files that are made to cost much, and with one that is made to break out.

mod bombs;
mod doors;
mod files;
mod life;

use std::fs::File;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{ExifTool, ExifToolError, Limits, Source};
use crate::tags::Tags;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn tool(limits: Limits) -> ExifTool {
    ExifTool::new(limits)
}

/// Writes a file and has it read under its own name.
async fn read(tool: &ExifTool, folder: &TempDir, name: &str, bytes: &[u8]) -> Result<Tags, ExifToolError> {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_file(tool, &path).await
}

async fn read_file(tool: &ExifTool, path: &Path) -> Result<Tags, ExifToolError> {
    tool.read(Source::new(&File::open(path).unwrap(), path)).await
}

/// A library in place of `ExifTool`'s, whose reading is this code: `$name` is what the file is called, `%tags` what it finds.
fn impostor(folder: &TempDir, code: &str) -> Limits {
    let library = folder.path().join("lib/Image/ExifTool");
    std::fs::create_dir_all(&library).unwrap();
    let program = folder.path().join("exiftool");
    std::fs::write(&program, "").unwrap();
    let module = format!(
        "package Image::ExifTool; our $VERSION = 'impostor';
sub new {{ bless {{}}, shift }} sub Options {{}} sub GetGroup {{ 'Found' }} sub GetTagName {{ $_[0] }}
sub ImageInfo {{ my ($self, $name, $wanted) = @_; my %tags; {code}; @$wanted = sort keys %tags; return \\%tags }}
1;"
    );
    std::fs::write(folder.path().join("lib/Image/ExifTool.pm"), module).unwrap();
    std::fs::write(library.join("MWG.pm"), "package Image::ExifTool::MWG; sub Load {} 1;").unwrap();
    Limits {
        program: program.into_os_string(),
        ..Limits::default()
    }
}

/// The processes that a process has started.
fn children(pid: u32) -> Vec<u32> {
    let list = PathBuf::from(format!("/proc/{pid}/task/{pid}/children"));
    let list = std::fs::read_to_string(list).unwrap_or_default();
    list.split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}
