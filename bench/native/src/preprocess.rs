//! From a JPEG to a model's input, as open_clip does it with Pillow: decode, bicubic resize, centre crop, normalise.

use std::{cell::RefCell, error::Error};

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType::CatmullRom, PixelType::U8x3, ResizeAlg::Convolution, ResizeOptions, Resizer};
use hyper::StatusCode;
use turbojpeg::{Decompressor, PixelFormat};

use crate::http::{Failure, failure};

/// Sides of what the model sees, in pixels.
pub const CROP_SIDE: usize = 224;
/// Numbers of an input: f32 [3, 224, 224].
pub const TENSOR_LENGTH: usize = 3 * CROP_SIDE * CROP_SIDE;

/// As the gateway's limits.
const PIXELS_MAX: usize = 25_000_000;
const SCANS_MAX: u32 = 100;
/// CLIP's, RGB.
const MEAN: [f32; 3] = [0.481_454_66, 0.457_827_5, 0.408_210_73];
const STD: [f32; 3] = [0.268_629_54, 0.261_302_58, 0.275_777_11];

thread_local! {
    static PREPROCESSOR: RefCell<Option<Preprocessor>> = const { RefCell::new(None) };
}

/// Writes the input for a JPEG, with what this thread keeps from photo to photo.
pub fn preprocess(jpeg: &[u8], target: &mut [f32]) -> Result<(), Failure> {
    PREPROCESSOR.with_borrow_mut(|kept| match kept {
        Some(preprocessor) => preprocessor.run(jpeg, target),
        None => {
            kept.insert(Preprocessor::create().map_err(failure(StatusCode::INTERNAL_SERVER_ERROR))?).run(jpeg, target)
        }
    })
}

struct Preprocessor {
    decompressor: Decompressor,
    resizer: Resizer,
    pixels: Vec<u8>,
    columns: Vec<u8>,
    crop: Vec<u8>,
}

impl Preprocessor {
    /// libjpeg-turbo as Pillow uses it; the slow and exact inverse DCT is its default.
    fn create() -> turbojpeg::Result<Self> {
        let mut decompressor = Decompressor::new()?;
        decompressor.set_fast_upsample(false)?;
        decompressor.set_scan_limit(SCANS_MAX)?;
        let crop = vec![0; TENSOR_LENGTH];
        Ok(Self { decompressor, resizer: Resizer::new(), pixels: vec![], columns: vec![], crop })
    }

    fn run(&mut self, jpeg: &[u8], target: &mut [f32]) -> Result<(), Failure> {
        let (width, height) = self.decode(jpeg)?;
        if (width, height) == (CROP_SIDE, CROP_SIDE) {
            normalize(&self.pixels, target);
        } else {
            self.resize(width, height).map_err(failure(StatusCode::INTERNAL_SERVER_ERROR))?;
            normalize(&self.crop, target);
        }
        Ok(())
    }

    fn decode(&mut self, jpeg: &[u8]) -> Result<(usize, usize), Failure> {
        let header = self.decompressor.read_header(jpeg);
        let header = header.map_err(failure(StatusCode::UNSUPPORTED_MEDIA_TYPE))?;
        let (width, height) = (header.width, header.height);
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        if width * height > PIXELS_MAX {
            return Err((refused, format!("the image must have at most {PIXELS_MAX} pixels")));
        }
        let pitch = 3 * width;
        self.pixels.resize(pitch * height, 0);
        let pixels = &mut self.pixels[..];
        let image = turbojpeg::Image { pixels, width, pitch, height, format: PixelFormat::RGB };
        self.decompressor.decompress(jpeg, image).map_err(failure(refused))?;
        Ok((width, height))
    }

    /// Rows become as wide as the crop, then columns as high: Pillow rounds in between, and in this order.
    fn resize(&mut self, width: usize, height: usize) -> Result<(), Box<dyn Error>> {
        let shorter = width.min(height);
        let ((left, across), (top, down)) = (window(width, shorter), window(height, shorter));
        let bicubic = ResizeOptions::new().resize_alg(Convolution(CatmullRom));
        let (side, rows) = (CROP_SIDE as u32, height as u32);

        let pixels = ImageRef::new(width as u32, rows, &self.pixels, U8x3)?;
        self.columns.resize(3 * CROP_SIDE * height, 0);
        let mut columns = Image::from_slice_u8(side, rows, &mut self.columns, U8x3)?;
        self.resizer.resize(&pixels, &mut columns, &bicubic.crop(left, 0.0, across, f64::from(rows)))?;

        let mut crop = Image::from_slice_u8(side, side, &mut self.crop, U8x3)?;
        Ok(self.resizer.resize(&columns, &mut crop, &bicubic.crop(0.0, top, f64::from(side), down))?)
    }
}

/// Start and length, along one side, of what becomes the crop.
fn window(side: usize, shorter: usize) -> (f64, f64) {
    let resized = CROP_SIDE * side / shorter;
    let scale = side as f64 / resized as f64;
    // Python's round(), with which torchvision places the crop, takes halves to the even number.
    let start = ((resized - CROP_SIDE) as f64 / 2.0).round_ties_even() * scale;
    (start, (CROP_SIDE as f64 * scale).min(side as f64 - start))
}

/// From u8 [224, 224, 3] to f32 [3, 224, 224], each step rounded as PyTorch's.
fn normalize(crop: &[u8], target: &mut [f32]) {
    let (red, rest) = target.split_at_mut(CROP_SIDE * CROP_SIDE);
    let (green, blue) = rest.split_at_mut(CROP_SIDE * CROP_SIDE);
    for (((pixel, red), green), blue) in crop.as_chunks::<3>().0.iter().zip(red).zip(green).zip(blue) {
        let [r, g, b] = pixel.map(|level| f32::from(level) / 255.0);
        *red = (r - MEAN[0]) / STD[0];
        *green = (g - MEAN[1]) / STD[1];
        *blue = (b - MEAN[2]) / STD[2];
    }
}
