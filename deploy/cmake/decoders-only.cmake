# Read by every build with cmake, through `.cargo/config.toml`. libheif links each codec whose headers it finds on the machine,
# encoders under the GPL among them; it is to have these two and no other, whatever is installed:
# libde265 for HEVC, dav1d for AV1.
foreach(codec IN ITEMS X264 X265 kvazaar UVG266 vvdec vvenc OpenH264 AOM SvtEnc RAV1E JPEG OpenJPEG FFMPEG OPENJPH libsharpyuv
        ZLIB Brotli Doxygen)
    set(CMAKE_DISABLE_FIND_PACKAGE_${codec} TRUE)
endforeach()
