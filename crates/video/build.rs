//! Compiles the C side against the headers of the libav that is installed.

use std::io;

/// What of libav is used, and the oldest release that has it: 5.1.
const LIBRARIES: [(&str, &str); 5] = [
    ("libavformat", "59.27"),
    ("libavcodec", "59.37"),
    ("libswscale", "6.7"),
    ("libswresample", "4.7"),
    ("libavutil", "57.28"),
];

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=src/libav/door.c");
    let mut build = cc::Build::new();
    build.file("src/libav/door.c").opt_level(2).extra_warnings(true);
    let mut found = Vec::new();
    for (name, oldest) in LIBRARIES {
        let mut library = pkg_config::Config::new();
        // Linked behind the C side, which needs them.
        let library = library.atleast_version(oldest).cargo_metadata(false).probe(name);
        let library = library.map_err(|error| io::Error::other(error.to_string()))?;
        build.includes(&library.include_paths);
        found.push(library);
    }
    build.compile("safelight_av");
    for library in found {
        for folder in &library.link_paths {
            println!("cargo:rustc-link-search=native={}", folder.display());
        }
        for name in &library.libs {
            println!("cargo:rustc-link-lib={name}");
        }
    }
    Ok(())
}
