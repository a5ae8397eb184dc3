//! Archives read back by somebody else's program: the `zipfile` of Python.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::PathBuf,
    process::Command,
    time::UNIX_EPOCH,
};

use super::*;

/// A file that goes when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> (Self, fs::File) {
        let path = std::env::temp_dir().join(format!("sl-zip-{}.zip", uuid::Uuid::new_v4()));
        let file = fs::File::create(&path).unwrap();
        (Self(path), file)
    }

    /// What Python prints of the archive `z`.
    fn read(&self, script: &str) -> String {
        let script = format!("import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n{script}");
        let output = Command::new("python3")
            .arg("-c")
            .arg(script)
            .arg(&self.0)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn add(writer: &mut Writer, file: &mut fs::File, name: &str, content: &[u8]) {
    let size = u64::try_from(content.len()).unwrap();
    file.write_all(&writer.begin(name.to_owned(), UNIX_EPOCH, size))
        .unwrap();
    writer.block(content);
    file.write_all(content).unwrap();
    file.write_all(&writer.end()).unwrap();
}

#[test]
fn small_files_are_stored_with_their_checksums() {
    let (scratch, mut file) = Scratch::new();
    let mut writer = Writer::default();
    add(&mut writer, &mut file, "a.txt", b"hello");
    add(&mut writer, &mut file, "\u{e4}.txt", b"");
    file.write_all(&writer.finish()).unwrap();
    let printed = scratch.read(
        "print(z.testzip(), [(i.filename, i.file_size, i.compress_type, i.flag_bits, i.extract_version) for i in z.infolist()])",
    );
    assert_eq!(printed, "None [('a.txt', 5, 0, 8, 20), ('\u{e4}.txt', 0, 0, 2056, 20)]");
    assert_eq!(scratch.read("print(z.read('a.txt'))"), "b'hello'");
}

#[test]
fn a_file_beyond_four_gibibytes_and_one_behind_it() {
    let (scratch, mut file) = Scratch::new();
    let mut writer = Writer::default();
    let large = LARGE + 10;
    file.write_all(&writer.begin("large".to_owned(), UNIX_EPOCH, large))
        .unwrap();
    // A hole reads as zeros and takes no room.
    let zeros = vec![0_u8; 1 << 24];
    let mut left = large;
    while left > 0 {
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(zeros.len());
        writer.block(&zeros[..count]);
        left -= u64::try_from(count).unwrap();
    }
    file.seek(SeekFrom::Current(i64::try_from(large).unwrap())).unwrap();
    file.write_all(&writer.end()).unwrap();
    add(&mut writer, &mut file, "behind", b"hello");
    file.write_all(&writer.finish()).unwrap();
    let printed =
        scratch.read("print([(i.filename, i.file_size, i.extract_version) for i in z.infolist()], z.read('behind'))");
    assert_eq!(printed, "[('large', 4294967305, 45), ('behind', 5, 45)] b'hello'");
    assert_eq!(
        scratch.read("print(z.open('large').read(9), z.infolist()[1].header_offset > 2**32)"),
        "b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00' True"
    );
}

#[test]
fn more_files_than_the_old_format_counts() {
    let (scratch, mut file) = Scratch::new();
    let mut writer = Writer::default();
    let mut bytes = Vec::new();
    for number in 0..=record::MANY {
        bytes.extend_from_slice(&writer.begin(number.to_string(), UNIX_EPOCH, 0));
        bytes.extend_from_slice(&writer.end());
    }
    bytes.extend_from_slice(&writer.finish());
    file.write_all(&bytes).unwrap();
    assert_eq!(
        scratch.read("print(len(z.namelist()), z.namelist()[-1], z.read('65535'))"),
        "65536 65535 b''"
    );
}
