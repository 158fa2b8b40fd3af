//! Pictures as a phone and an editor leave them: with EXIF (owner, place, side 6 up), XMP, IPTC, comments, and something behind the end.

use img_parts::ImageICC;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

const PHOTO: &[u8] = include_bytes!("../../../tests/media/sample/photo.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../../../tests/media/sample/progressive.jpg");
const PNG: &[u8] = include_bytes!("../../../tests/media/sample/photo.png");
const WEBP: &[u8] = include_bytes!("../../../tests/media/sample/photo.webp");
const PLAIN: &[u8] = include_bytes!("../../../tests/media/sample/plain.webp");

const SAMPLES: [(MediaType, &[u8]); 5] = [
    (MediaType::Jpeg, PHOTO),
    (MediaType::Jpeg, PROGRESSIVE),
    (MediaType::Png, PNG),
    (MediaType::Webp, WEBP),
    (MediaType::Webp, PLAIN),
];

fn clean(media_type: MediaType, bytes: &[u8]) -> Option<Bytes> {
    cleaned(media_type, Bytes::copy_from_slice(bytes))
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn what_a_camera_wrote_of_people_and_places_is_gone() {
    let words: [&[u8]; 8] =
        [b"PEMILIK", b"KAMERA", b"SERI", b"2026", b"adobe:ns:meta", b"Photoshop", b"tEXt", b"+0.5333"];
    for (media_type, bytes) in SAMPLES {
        let clean = clean(media_type, bytes).expect("a picture");
        assert!(bytes == PLAIN || has(bytes, b"PEMILIK"), "the sample has nothing to lose");
        for word in words {
            assert!(!has(&clean, word), "{media_type:?} {}", String::from_utf8_lossy(word));
        }
        assert!(media_type.begins(&clean));
    }
}

#[test]
fn which_side_is_up_stays_and_so_does_the_profile_of_colours() {
    let side = Some(Bytes::from_static(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"));
    let jpeg = |bytes: &[u8]| Jpeg::from_bytes(clean(MediaType::Jpeg, bytes).expect("a picture")).expect("a picture");
    for bytes in [PHOTO, PROGRESSIVE] {
        assert_eq!(jpeg(bytes).exif(), side);
        assert!(jpeg(bytes).icc_profile().is_some());
    }
    let png = Png::from_bytes(clean(MediaType::Png, PNG).expect("a picture")).expect("a picture");
    assert_eq!((png.exif(), png.icc_profile().is_some()), (side.clone(), true));
    let webp = WebP::from_bytes(clean(MediaType::Webp, WEBP).expect("a picture")).expect("a picture");
    assert_eq!((webp.exif(), webp.icc_profile().is_some()), (side, true));
    let header = webp.chunk_by_id(webp::CHUNK_VP8X).and_then(|chunk| chunk.content().data()).expect("a header");
    assert_eq!(header[0] & 0b1100, 0b1000, "there is EXIF, and no XMP");
}

#[test]
fn what_is_to_be_seen_stays_to_the_bit() {
    for bytes in [PHOTO, PROGRESSIVE] {
        let (before, after) = (Bytes::from_static(bytes), clean(MediaType::Jpeg, bytes).expect("a picture"));
        let seen = |bytes: &Bytes| {
            let begin = bytes.windows(4).position(|window| window == b"\xff\xdb\0\x43").expect("a table");
            let end = bytes[begin..].windows(2).position(|window| window == b"\xff\xd9").expect("an end");
            bytes.slice(begin..begin + end + 2)
        };
        assert_eq!(seen(&before), seen(&after));
        assert!(after.ends_with(b"\xff\xd9"));
    }
    let png = |bytes: Bytes| {
        let chunks = Png::from_bytes(bytes).expect("a picture").chunks().clone();
        chunks.into_iter().filter(|chunk| [*b"IHDR", *b"PLTE", *b"IDAT"].contains(&chunk.kind())).collect::<Vec<_>>()
    };
    let cleaned = clean(MediaType::Png, PNG).expect("a picture");
    assert_eq!(png(Bytes::from_static(PNG)), png(cleaned.clone()));
    assert!(cleaned.ends_with(b"IEND\xae\x42\x60\x82"));
    let webp = |bytes: Bytes| {
        let webp = WebP::from_bytes(bytes).expect("a picture");
        webp.chunk_by_id(webp::CHUNK_VP8L).cloned()
    };
    let cleaned = clean(MediaType::Webp, WEBP).expect("a picture");
    assert_eq!(webp(Bytes::from_static(WEBP)), webp(cleaned));
    assert_eq!(clean(MediaType::Webp, PLAIN).as_deref(), Some(PLAIN));
}

#[test]
fn a_clean_picture_is_kept_as_it_came() {
    for (media_type, bytes) in SAMPLES {
        let once = clean(media_type, bytes).expect("a picture");
        assert_eq!(clean(media_type, &once), Some(once));
    }
}

#[test]
fn a_picture_that_is_cut_off_is_broken() {
    for (media_type, bytes) in SAMPLES {
        let whole = clean(media_type, bytes).expect("a picture");
        for length in 0..whole.len() {
            assert_eq!(clean(media_type, &whole[..length]), None, "{media_type:?} of {length} bytes");
        }
    }
    assert_eq!(clean(MediaType::Png, PHOTO), None);
    assert_eq!(clean(MediaType::Pdf, b"%PDF-1.7"), None);
}

/// Whatever becomes of its bytes, no picture stops the service.
#[test]
fn a_spoilt_picture_is_broken_or_a_picture() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..20_000 {
        let (media_type, bytes) = SAMPLES[rng.random_range(0..SAMPLES.len())];
        let mut spoilt = bytes.to_vec();
        for _ in 0..rng.random_range(1..6) {
            let at = rng.random_range(0..spoilt.len());
            spoilt[at] = rng.random();
        }
        if let Some(clean) = clean(media_type, &spoilt) {
            assert!(clean.len() <= spoilt.len() + 64, "seed {seed}");
        }
    }
}
