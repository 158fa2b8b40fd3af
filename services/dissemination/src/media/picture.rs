//! What a picture is kept without. Cameras and programs write into it where and when it was taken, with whose camera, and who edited
//! it: that is personal data, and a picture that everybody is to see does without. What is to be seen stays as it is, to the bit: which
//! side is up, the colours' profile and the frames of a moving picture among it. Only what is known to belong to the picture stays; what
//! follows its end, a phone's short film for instance, goes, too.

use bytes::Bytes;
use img_parts::{
    ImageEXIF,
    jpeg::{Jpeg, JpegSegment, markers},
    png::Png,
    riff::{RiffChunk, RiffContent},
    webp::{self, WebP},
};

mod orientation;
mod scans;

use crate::domain::content::MediaType;

/// The picture without what is not to be seen; `None` for one that is broken, and for what is no picture.
pub(super) fn cleaned(media_type: MediaType, bytes: Bytes) -> Option<Bytes> {
    match media_type {
        MediaType::Jpeg => jpeg(&bytes),
        MediaType::Png => png(bytes),
        MediaType::Webp => webp(bytes),
        MediaType::Pdf | MediaType::Mp3 | MediaType::Mp4 => None,
    }
}

/// ITU-T T.81.
fn jpeg(bytes: &Bytes) -> Option<Bytes> {
    let mut jpeg = Jpeg::from_bytes(bytes.clone()).ok()?;
    let upright = upright(&jpeg);
    let scan = jpeg.segments_mut().pop().filter(|last| last.marker() == markers::SOS)?;
    // All that follows the head of the first scan.
    let data = bytes.slice(bytes.len() - (scan.len_with_entropy() - scan.len())..);
    let scan = JpegSegment::new_with_entropy(markers::SOS, scan.contents().clone(), scans::to_the_end(&data)?);
    jpeg.segments_mut().retain(belongs);
    jpeg.segments_mut().push(scan);
    jpeg.set_exif(upright);
    Some(jpeg.encoder().bytes())
}

fn belongs(segment: &JpegSegment) -> bool {
    match segment.marker() {
        markers::APP0 => segment.contents().starts_with(b"JFIF\0"),
        markers::APP2 => segment.contents().starts_with(b"ICC_PROFILE\0"),
        // How colours are written.
        markers::APP14 => segment.contents().starts_with(b"Adobe"),
        marker => scans::is_of_the_picture(marker),
    }
}

/// PNG, third edition, and what a moving one has.
const PNG_CHUNKS: [&[u8; 4]; 20] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT",
];

fn png(bytes: Bytes) -> Option<Bytes> {
    let mut png = Png::from_bytes(bytes).ok()?;
    let upright = upright(&png);
    png.chunks_mut().retain(|chunk| PNG_CHUNKS.contains(&&chunk.kind()));
    let is_whole = png.chunks().last().is_some_and(|last| last.kind() == *b"IEND");
    png.set_exif(upright);
    is_whole.then(|| png.encoder().bytes())
}

/// RFC 9649.
fn webp(bytes: Bytes) -> Option<Bytes> {
    const CHUNKS: [[u8; 4]; 7] = [
        webp::CHUNK_VP8X,
        webp::CHUNK_VP8,
        webp::CHUNK_VP8L,
        webp::CHUNK_ALPH,
        webp::CHUNK_ANIM,
        webp::CHUNK_ANMF,
        webp::CHUNK_ICCP,
    ];
    /// That there is EXIF, that there is XMP.
    const FLAGS: u8 = 0b1100;
    let mut webp = WebP::from_bytes(bytes).ok()?;
    let upright = upright(&webp);
    webp.chunks_mut().retain(|chunk| CHUNKS.contains(&chunk.id()));
    let extended = webp.chunks_mut().iter_mut().find(|chunk| chunk.id() == webp::CHUNK_VP8X);
    if let Some(RiffContent::Data(data)) = extended.map(RiffChunk::content_mut) {
        let mut header = data.to_vec();
        *header.first_mut()? &= !FLAGS;
        *data = header.into();
    }
    if upright.is_some() {
        webp.set_exif(upright);
    }
    Some(webp.encoder().bytes())
}

fn upright(picture: &impl ImageEXIF) -> Option<Bytes> {
    picture.exif().and_then(|exif| orientation::alone(&exif))
}

#[cfg(test)]
mod tests;
