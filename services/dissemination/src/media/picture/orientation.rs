//! Which side of a picture is up: the one thing of EXIF that is to be seen. EXIF is a TIFF file without a picture.

use bytes::Bytes;

const TAG: u16 = 0x0112;
/// A number of two bytes.
const SHORT: u16 = 3;
const ENTRY: usize = 12;

/// EXIF that says which side is up, and nothing else; `None` when it is the usual one.
pub(super) fn alone(exif: &[u8]) -> Option<Bytes> {
    let side = read(exif).filter(|side| (2..=8).contains(side))?;
    let mut alone = b"MM\0\x2a\0\0\0\x08\0\x01".to_vec();
    for number in [TAG, SHORT, 0, 1, side, 0, 0, 0] {
        alone.extend_from_slice(&number.to_be_bytes());
    }
    Some(alone.into())
}

fn read(exif: &[u8]) -> Option<u16> {
    let order = match exif.get(..4)? {
        b"MM\0\x2a" => u16::from_be_bytes,
        b"II\x2a\0" => u16::from_le_bytes,
        _ => return None,
    };
    let short = |at: usize| Some(order(exif.get(at..at + 2)?.try_into().ok()?));
    // Where the first list of entries begins: four bytes, and no EXIF is so long that the higher two matter.
    let (first, second) = (usize::from(short(4)?), usize::from(short(6)?));
    let list = if exif.starts_with(b"MM") { first << 16 | second } else { second << 16 | first };
    let entries = usize::from(short(list)?);
    let mut starts = (0..entries).map(|n| list + 2 + n * ENTRY);
    let entry = starts.find(|&at| short(at) == Some(TAG))?;
    if short(entry + 2) == Some(SHORT) { short(entry + 8) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_side_that_is_up_stays() {
        // Two entries: the camera's maker, and the side.
        let big = b"MM\0\x2a\0\0\0\x08\0\x02\x01\x0f\0\x02\0\0\0\x04KIM\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let little = b"II\x2a\0\x08\0\0\0\x02\0\x0f\x01\x02\0\x04\0\0\0KIM\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let alone = Some(Bytes::from_static(b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"));
        for exif in [big.as_slice(), little] {
            assert_eq!(super::alone(exif), alone, "{exif:?}");
            let mut upright = exif.to_vec();
            upright.iter_mut().filter(|byte| **byte == 6).for_each(|byte| *byte = 1);
            assert_eq!(super::alone(&upright), None);
            for length in 0..exif.len() - 8 {
                assert_eq!(super::alone(&exif[..length]), None, "{length}");
            }
        }
        assert_eq!(super::alone(b"MM\0\x2a\xff\xff\xff\xff"), None);
        assert_eq!(super::alone(b"GIF89a"), None);
    }
}
