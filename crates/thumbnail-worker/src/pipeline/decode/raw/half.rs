//! A sensor's data at half its width and height: each square of a Bayer pattern becomes one pixel. For a picture that is much smaller
//! than the sensor, that is all there is to see, without computing what the sensor has not measured.

use std::mem;

use rawler::imgop::sensor::bayer::superpixel::Superpixel3Channel;
use rawler::imgop::sensor::{Demosaic as _, SensorType};
use rawler::pixarray::PixF32;
use rawler::rawimage::{RawImageData, RawPhotometricInterpretation};
use rawler::{RawImage, RawlerError};

/// Whether that can be done: the pattern is of squares with red, green twice, and blue.
pub(super) fn is_possible(image: &RawImage) -> bool {
    match &image.photometric {
        RawPhotometricInterpretation::Cfa(config) => {
            let of_squares =
                config.sensor == SensorType::Bayer && config.cfa.is_rgb() && config.colors.plane_count() == 3;
            of_squares && image.cpp == 1 && image.fuji_rotation_width.is_none()
        }
        _ => false,
    }
}

/// The part that is shown at half its size, as data that need no pattern any more.
pub(super) fn halved(mut image: RawImage) -> Result<RawImage, RawlerError> {
    let area = image.crop_area.or(image.active_area);
    image.apply_scaling()?;
    let RawPhotometricInterpretation::Cfa(config) =
        mem::replace(&mut image.photometric, RawPhotometricInterpretation::LinearRaw)
    else {
        return Err(RawlerError::DecoderFailed("it has no pattern".to_owned()));
    };
    let samples = match mem::replace(&mut image.data, RawImageData::Integer(Vec::new())) {
        RawImageData::Float(samples) => samples,
        RawImageData::Integer(samples) => samples.into_iter().map(f32::from).collect(),
    };
    if samples.len() != image.width * image.height {
        return Err(RawlerError::DecoderFailed(
            "it has other samples than it says".to_owned(),
        ));
    }
    let pixels = PixF32::new_with(samples, image.width, image.height);
    let area = area.unwrap_or(pixels.rect());
    let colours = Superpixel3Channel::new().demosaic(&pixels, &config.cfa, &config.colors, area);
    drop(pixels);
    (image.width, image.height, image.cpp) = (colours.width, colours.height, 3);
    (image.crop_area, image.active_area) = (None, None);
    image.data = RawImageData::Float(colours.into_flatten());
    Ok(image)
}
