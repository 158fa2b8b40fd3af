//! ChaCha20-Poly1305 (RFC 8439) with a random nonce, which stands before the ciphertext.

use rand::RngExt;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// A key with which small records are encrypted, each bound to what it belongs to. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    pub fn new(key: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).expect("a key has 32 bytes")))
    }

    pub fn encrypt(&self, bound_to: &[u8], content: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = rand::rng().random();
        let mut sealed = Vec::with_capacity(NONCE_LEN + content.len() + CHACHA20_POLY1305.tag_len());
        sealed.extend(nonce);
        sealed.extend(content);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(bound_to),
                &mut sealed[NONCE_LEN..],
            )
            .expect("a record is far smaller than the cipher's limit");
        sealed.extend(tag.as_ref());
        sealed
    }

    /// `None` when it was encrypted with another key or bound to something else, or is not whole.
    pub fn decrypt(&self, bound_to: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, ciphertext) = sealed.split_first_chunk()?;
        let mut content = ciphertext.to_vec();
        let opened =
            self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(bound_to), &mut content).ok()?;
        let length = opened.len();
        content.truncate(length);
        Some(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND_TO: &[u8] = b"14.01";
    const CONTENT: &[u8] = b"Sumber Makmur";

    #[test]
    fn what_is_sealed_opens_for_its_key_and_place_alone() {
        let cipher = Cipher::new(&[7; 32]);
        let sealed = cipher.encrypt(BOUND_TO, CONTENT);
        assert_eq!(cipher.decrypt(BOUND_TO, &sealed).as_deref(), Some(CONTENT));
        assert_eq!(cipher.decrypt(b"14.02", &sealed), None, "bound to something else");
        assert_eq!(Cipher::new(&[8; 32]).decrypt(BOUND_TO, &sealed), None, "another key");
        assert_ne!(cipher.encrypt(BOUND_TO, CONTENT), sealed, "each has a nonce of its own");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(cipher.decrypt(BOUND_TO, &changed), None, "changed at {at}");
            assert_eq!(cipher.decrypt(BOUND_TO, &sealed[..at]), None, "cut at {at}");
        }
    }

    /// A vault is read for as long as it lasts: this was sealed by another implementation of the cipher.
    #[test]
    fn what_another_implementation_sealed_opens() {
        let sealed: Vec<u8> = [
            [0x09; 12].as_slice(),
            &[0xaf, 0x0c, 0x96, 0xb5, 0x81, 0x7c, 0xa5, 0xe8, 0xbc, 0x03, 0x63, 0x4d, 0xb2],
            &[0x9d, 0x8e, 0xf2, 0x51, 0x0b, 0x82, 0xb2, 0x21, 0x88, 0x65, 0xf6, 0x54, 0x93, 0x93, 0xe9, 0x67],
        ]
        .concat();
        assert_eq!(Cipher::new(&[7; 32]).decrypt(BOUND_TO, &sealed).as_deref(), Some(CONTENT));
    }
}
