//! WebP by libwebp, which can shrink while it decodes.

use std::mem::MaybeUninit;
use std::ptr;

use libwebp_sys as ffi;
use libwebp_sys::VP8StatusCode;

use crate::pipeline::container::riff;
use crate::pipeline::error::PictureError;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::{Channels, Raster, Size};

/// What the head of a WebP file says.
pub(in crate::pipeline) struct Features {
    pub(in crate::pipeline) width: u32,
    pub(in crate::pipeline) height: u32,
    pub(in crate::pipeline) has_alpha: bool,
    pub(in crate::pipeline) animated: bool,
    pub(in crate::pipeline) lossless: bool,
}

/// Reads the head.
pub(in crate::pipeline) fn features(bytes: &[u8]) -> Result<Features, PictureError> {
    let mut features = MaybeUninit::<ffi::WebPBitstreamFeatures>::zeroed();
    // SAFETY: the pointers are valid for what they are given as; the struct holds plain numbers, for which zeros are valid.
    let features = unsafe {
        check(
            ffi::WebPGetFeatures(bytes.as_ptr(), bytes.len(), features.as_mut_ptr()),
            bytes,
        )?;
        features.assume_init()
    };
    Ok(Features {
        width: u32::try_from(features.width).unwrap_or(0),
        height: u32::try_from(features.height).unwrap_or(0),
        has_alpha: features.has_alpha != 0,
        animated: features.has_animation != 0,
        lossless: features.format == 2,
    })
}

fn check(status: VP8StatusCode, bytes: &[u8]) -> Result<(), PictureError> {
    match status {
        VP8StatusCode::VP8_STATUS_OK => Ok(()),
        VP8StatusCode::VP8_STATUS_OUT_OF_MEMORY => Err(PictureError::internal("decoding WebP", "out of memory")),
        VP8StatusCode::VP8_STATUS_SUSPENDED | VP8StatusCode::VP8_STATUS_NOT_ENOUGH_DATA => {
            Err(PictureError::Truncated("WebP"))
        }
        other => Err(damage(bytes, &format!("libwebp says {other:?}"))),
    }
}

/// Of two causes, the one that explains the other.
fn damage(bytes: &[u8], detail: &str) -> PictureError {
    if riff::is_truncated(bytes) {
        PictureError::Truncated("WebP")
    } else {
        PictureError::corrupt("WebP", detail)
    }
}

/// Decodes a still picture at 1/`scale`.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: u32) -> Result<Raster, PictureError> {
    let size = Size {
        width: header.width.div_ceil(scale),
        height: header.height.div_ceil(scale),
    };
    let too_large = |error: std::num::TryFromIntError| PictureError::corrupt("WebP", error);
    let stride =
        i32::try_from(size.width).map_err(too_large)? * i32::try_from(header.channels.count()).map_err(too_large)?;
    let mut pixels = vec![0_u8; size.pixels() * header.channels.count()];
    let mut config = ffi::WebPDecoderConfig::new()
        .map_err(|()| PictureError::internal("decoding WebP", "libwebp is of another version"))?;
    if scale > 1 {
        config.options.use_scaling = 1;
        config.options.scaled_width = i32::try_from(size.width).map_err(too_large)?;
        config.options.scaled_height = i32::try_from(size.height).map_err(too_large)?;
    }
    config.output.colorspace = if header.channels == Channels::Rgba {
        ffi::WEBP_CSP_MODE::MODE_RGBA
    } else {
        ffi::WEBP_CSP_MODE::MODE_RGB
    };
    config.output.is_external_memory = 1;
    config.output.u.RGBA = ffi::WebPRGBABuffer {
        rgba: pixels.as_mut_ptr(),
        stride,
        size: pixels.len(),
    };
    // SAFETY: the output is `pixels`, which lives until after the call and whose length libwebp is told and checks; the buffer is
    // external, so freeing the rest of the output leaves it alone.
    let status = unsafe {
        let status = ffi::WebPDecode(bytes.as_ptr(), bytes.len(), &raw mut config);
        ffi::WebPFreeDecBuffer(&raw mut config.output);
        status
    };
    check(status, bytes)?;
    Ok(Raster::of_bytes(size, header.channels, pixels))
}

/// A decoder of animations, deleted with the value.
struct Animation(*mut ffi::WebPAnimDecoder);

impl Drop for Animation {
    fn drop(&mut self) {
        // SAFETY: made by `WebPAnimDecoderNew`, deleted nowhere else; null is allowed.
        unsafe { ffi::WebPAnimDecoderDelete(self.0) }
    }
}

/// The first frame of an animation on its canvas.
pub(super) fn decode_first_frame(bytes: &[u8], header: &Header) -> Result<Raster, PictureError> {
    let size = Size {
        width: header.width,
        height: header.height,
    };
    let data = ffi::WebPData {
        bytes: bytes.as_ptr(),
        size: bytes.len(),
    };
    // SAFETY: `data` and the bytes it points to outlive the decoder; without options the defaults (RGBA) hold.
    let decoder = Animation(unsafe { ffi::WebPAnimDecoderNew(&raw const data, ptr::null()) });
    if decoder.0.is_null() {
        return Err(damage(bytes, "it is no animation"));
    }
    let mut info = ffi::WebPAnimInfo::default();
    let (mut frame, mut timestamp) = (ptr::null_mut::<u8>(), 0);
    // SAFETY: the decoder is not null; the frame belongs to it and is copied while it lives; its length is that of the canvas,
    // which is compared with what the header said.
    let pixels = unsafe {
        let found = ffi::WebPAnimDecoderGetInfo(decoder.0, &raw mut info) != 0
            && (info.canvas_width, info.canvas_height) == (size.width, size.height)
            && ffi::WebPAnimDecoderGetNext(decoder.0, &raw mut frame, &raw mut timestamp) != 0
            && !frame.is_null();
        if !found {
            return Err(damage(bytes, "the first frame cannot be read"));
        }
        std::slice::from_raw_parts(frame, size.pixels() * 4).to_vec()
    };
    Ok(Raster::of_bytes(size, Channels::Rgba, pixels))
}
