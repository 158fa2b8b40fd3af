//! What follows the head of a JPEG: its scans, up to the end of the picture and no farther.

use bytes::{Bytes, BytesMut};
use img_parts::jpeg::markers;

/// Whether a segment says something of what is to be seen: frames, tables, scans.
pub(super) fn is_of_the_picture(marker: u8) -> bool {
    matches!(marker, markers::SOF0..=markers::SOF15 | markers::SOS..=markers::EXP)
}

/// From the first scan's data to the end of the picture, without segments that do not belong to it; `None` when it has no end.
pub(super) fn to_the_end(data: &Bytes) -> Option<Bytes> {
    let mut kept = BytesMut::with_capacity(data.len());
    let mut at = 0;
    loop {
        let marker_at = at + data.get(at..)?.iter().position(|byte| *byte == markers::P)?;
        kept.extend_from_slice(&data[at..marker_at]);
        let marker = *data.get(marker_at + 1)?;
        at = marker_at + 2;
        match marker {
            markers::EOI => {
                kept.extend_from_slice(&[markers::P, markers::EOI]);
                return Some(kept.freeze());
            }
            // A byte that fills, and is followed by the marker itself.
            markers::P => at -= 1,
            // A byte of the data that is written as two, and where decoding may begin again.
            markers::Z | markers::RST0..=markers::RST7 => kept.extend_from_slice(&[markers::P, marker]),
            _ => {
                let length = data.get(at..at + 2)?;
                let end = at + usize::from(u16::from_be_bytes([length[0], length[1]]));
                let segment = data.get(marker_at..end)?;
                if is_of_the_picture(marker) {
                    kept.extend_from_slice(segment);
                }
                at = end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_ends_where_it_ends() {
        let kept = |data: &'static [u8]| to_the_end(&Bytes::from_static(data));
        for (data, then) in [
            (b"scan\xff\xd9".as_slice(), Some(b"scan\xff\xd9".as_slice())),
            (b"scan\xff\xd9film", Some(b"scan\xff\xd9")),
            (b"a\xff\0b\xff\xd0c\xff\xd9", Some(b"a\xff\0b\xff\xd0c\xff\xd9")),
            // Another scan with a table before it, and a comment between them that holds an end of its own.
            (
                b"a\xff\xc4\0\x03t\xff\xfe\0\x04\xff\xd9\xff\xda\0\x03sb\xff\xd9",
                Some(b"a\xff\xc4\0\x03t\xff\xda\0\x03sb\xff\xd9"),
            ),
            (b"a\xff\xff\xd9", Some(b"a\xff\xd9")),
            (b"scan", None),
            (b"scan\xff", None),
            (b"a\xff\xfe\xff\xffshort", None),
        ] {
            assert_eq!(kept(data).as_deref(), then, "{data:?}");
        }
    }
}
