//! Compiles the C side against the libtiff of the system (Debian: libtiff-dev), and links that.

fn main() -> Result<(), pkg_config::Error> {
    println!("cargo:rerun-if-changed=src/page.c");
    // Since 4.5 a file has error handlers and a limit of memory of its own.
    let library = pkg_config::Config::new().atleast_version("4.5").probe("libtiff-4")?;
    let mut build = cc::Build::new();
    build
        .file("src/page.c")
        .includes(library.include_paths)
        .opt_level(2)
        .extra_warnings(true);
    build.compile("safelight_tiff");
    // After the archive, whose symbols it has.
    println!("cargo:rustc-link-lib=tiff");
    Ok(())
}
