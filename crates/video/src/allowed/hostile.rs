//! Files that try to make whoever looks at them open others: for the tests of this crate, and of the whole house, which include this file.

/// A file by the name under which it is uploaded.
pub(super) struct Hostile {
    /// Its name.
    pub(super) name: &'static str,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// Lists that a player would follow: they name an `address` (`127.0.0.1:1234`) that must not be connected to, and the path of a `victim`, a
/// film of somebody else, which must not be opened.
pub(super) fn hostile(address: &str, victim: &str) -> Vec<Hostile> {
    let relative = format!("../../../../../../../../../../..{victim}");
    let text = |name, text: String| Hostile {
        name,
        bytes: text.into_bytes(),
    };
    let mut files = vec![
        text("hls-address.mp4", hls(&format!("http://{address}/hls.ts"))),
        text("hls-file.mp4", hls(&format!("file://{victim}"))),
        text("hls-path.mp4", hls(&relative)),
        text("hls-key.mov", hls_with_key(address)),
        text("hls-master.mkv", hls_master(address)),
        text("dash-address.mp4", dash(&format!("http://{address}/dash.mp4"))),
        text("dash-file.mp4", dash(&format!("file://{victim}"))),
        text("smooth.mp4", smooth()),
        text("session.mp4", session(address)),
        text("rtsp.mov", format!("RTSPtext\nrtsp://{address}/a\n")),
        text("rtsp-session.mp4", format!("rtsp-sdp://{address}/a\n")),
        text(
            "addresses.mp4",
            format!("# a list\nhttp://{address}/uri\nfile://{victim}\n"),
        ),
        text(
            "list.avi",
            format!("[playlist]\nFile1=http://{address}/pls\nNumberOfEntries=1\n"),
        ),
        text(
            "list.wmv",
            format!("<asx version=\"3.0\"><entry><ref href=\"http://{address}/asx\"/></entry></asx>\n"),
        ),
        text("reference.wmv", format!("[Reference]\r\nRef1=http://{address}/ref\r\n")),
        text(
            "smil.mov",
            format!("<smil><body><video src=\"http://{address}/smil\"/></body></smil>\n"),
        ),
        text("editing.mp4", editing(victim)),
        text("concat.mp4", format!("ffconcat version 1.0\nfile '{victim}'\n")),
        text("drawing.mp4", drawing(address, victim)),
        text("mms.wmv", format!("mmsh://{address}/a\n")),
    ];
    files.push(Hostile {
        name: "tagged-list.mp4",
        bytes: [
            &b"ID3\x03\0\0\0\0\0\0"[..],
            hls(&format!("http://{address}/tagged")).as_bytes(),
        ]
        .concat(),
    });
    files.push(Hostile {
        name: "moved.mov",
        bytes: movie(&[atom(*b"rmra", &[reference(&format!("http://{address}/rmra"))])]),
    });
    files.push(Hostile {
        name: "moved-file.mov",
        bytes: movie(&[atom(*b"rmra", &[reference(&format!("file://{victim}"))])]),
    });
    let elsewhere = [&[0; 4][..], format!("file://{victim}\0").as_bytes()].concat();
    files.push(Hostile {
        name: "elsewhere.mov",
        bytes: movie(&[track(*b"vide", &[atom(*b"url ", &[elsewhere])])]),
    });
    files
}

fn hls(uri: &str) -> String {
    format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{uri}\n#EXT-X-ENDLIST\n")
}

fn hls_with_key(address: &str) -> String {
    let key = format!("#EXT-X-KEY:METHOD=AES-128,URI=\"http://{address}/key\"\n");
    hls(&format!("http://{address}/locked.ts")).replacen("#EXTINF", &format!("{key}#EXTINF"), 1)
}

fn hls_master(address: &str) -> String {
    format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\nhttp://{address}/variant.m3u8\n")
}

fn dash(uri: &str) -> String {
    format!(
        r#"<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" minBufferTime="PT1S"
 profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period duration="PT2S"><AdaptationSet mimeType="video/mp4">
<Representation id="1" bandwidth="1000" codecs="avc1.42c01e" width="320" height="240"><BaseURL>{uri}</BaseURL>
<SegmentBase indexRange="0-100"/></Representation></AdaptationSet></Period></MPD>
"#
    )
}

fn smooth() -> String {
    r#"<?xml version="1.0"?><SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="20000000"><StreamIndex Type="video"
 Chunks="1" Url="QualityLevels({bitrate})/Fragments(video={start time})"><QualityLevel Index="0" Bitrate="1000" FourCC="H264"
 MaxWidth="320" MaxHeight="240" CodecPrivateData=""/><c d="20000000"/></StreamIndex></SmoothStreamingMedia>
"#
    .to_owned()
}

fn session(address: &str) -> String {
    let (host, port) = address.split_once(':').unwrap_or((address, "5004"));
    format!(
        "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=a\r\nc=IN IP4 {host}\r\nt=0 0\r\na=control:rtsp://{address}/a\r\nm=video {port} RTP/AVP 96\r\n\
         a=rtpmap:96 H264/90000\r\n"
    )
}

fn editing(victim: &str) -> String {
    format!(
        "<ges version='0.7'><project><ressources><asset id='file://{victim}' extractable-type-name='GESUriClip'/></ressources>\
         <timeline><layer priority='0'><clip id='0' asset-id='file://{victim}' type-name='GESUriClip' start='0' duration='1000000000'/>\
         </layer></timeline></project></ges>\n"
    )
}

fn drawing(address: &str, victim: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='64' height='64'>\
         <image xlink:href='http://{address}/svg.png' width='9' height='9'/><image href='file://{victim}' width='9' height='9'/>\
         <use href='http://{address}/use.svg#a'/></svg>\n"
    )
}

/// A `QuickTime` movie that says where the movie really is.
pub(super) fn movie(parts: &[Vec<u8>]) -> Vec<u8> {
    [atom(*b"ftyp", &[b"qt  \0\0\0\0qt  ".to_vec()]), atom(*b"moov", parts)].concat()
}

/// A track whose samples are in the files that these entries name.
pub(super) fn track(kind: [u8; 4], entries: &[Vec<u8>]) -> Vec<u8> {
    let handler = atom(*b"hdlr", &[vec![0; 8], kind.to_vec(), vec![0; 13]]);
    let number = u32::try_from(entries.len()).unwrap_or(0).to_be_bytes();
    let list = atom(*b"dref", &[vec![0; 4], number.to_vec(), entries.concat()]);
    let data = atom(*b"minf", &[atom(*b"dinf", &[list])]);
    atom(*b"trak", &[atom(*b"mdia", &[handler, data])])
}

fn reference(url: &str) -> Vec<u8> {
    let mut data = [&[0; 4][..], b"url "].concat();
    let length = u32::try_from(url.len() + 1).unwrap_or(0);
    data.extend(length.to_be_bytes());
    data.extend(url.bytes());
    data.push(0);
    atom(*b"rmda", &[atom(*b"rdrf", &[data])])
}

pub(super) fn atom(name: [u8; 4], parts: &[Vec<u8>]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8).unwrap_or(0);
    [&length.to_be_bytes()[..], &name, &body].concat()
}
